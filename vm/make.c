/* make.c - the values of a request's writes. */
#include "config.h"

#include "data/version.h"
#include "vm/worker_parts.h"

/* Before it is sent: whoever misses the row, or finds it, later is not surprised. */
static void mark(struct worker *w, const struct step *s, uint64_t ordinal)
{
    struct touched *touched = w->setup.touched ? &w->setup.touched[s->table->id] : NULL;
    uint64_t first;
    bool any = s->op->removes || step_counts(s);
    if (!touched || !touched->rows || w->setup.heals || !(s->op->creates || any))
        return;
    uint64_t n = step_places(&w->checker.finder, w->checker.data, s, ordinal, &first);
    for (uint64_t row = first; row < first + n; row++)
        if (row < touched->rows && (any || row >= s->table->rows))
            touched_mark(touched, row);
}

static bool name_version(const struct worker *w, const struct fiber *f, const struct step *s, uint64_t *version)
{
    uint64_t request = f->n - 1 - w->setup.first_request;      /* of the turn */
    struct version v = {w->setup.turn, f->client, (uint32_t)request, s->statement};
    *version = VERSION_LOADED;
    return w->setup.heals || (request <= UINT32_MAX && version_pack(v, version));
}

bool worker_make(struct worker *w, struct fiber *f, const struct request *r)
{
    uint64_t version;
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct step *s = &r->steps[i];
        if (s->op->effect == EFFECT_NONE)
            continue;
        if (!name_version(w, f, s, &version))
            return false;
        for (uint32_t k = 0; k < s->nkeys; k++) {
            uint64_t ordinal = f->ordinals[step_register(s, k)];
            mark(w, s, ordinal);
            if (w->setup.values_of)
                ordinal = *w->setup.values_of;
            step_make_values(s, &w->checker.finder, w->checker.data, k, ordinal, version, &f->scratch, f->keys);
        }
    }
    return true;
}
