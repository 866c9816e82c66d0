/* make.c - the values of a request's writes. */
#include "config.h"

#include "data/version.h"
#include "vm/worker_parts.h"

bool worker_make(struct worker *w, struct fiber *f, const struct request *r)
{
    const struct data *data = w->setup.instance->data;
    uint64_t version, request = f->n - 1 - w->setup.first_request;      /* of the turn */
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct step *s = &r->steps[i];
        struct version v = {w->setup.turn, f->client, (uint32_t)request, s->statement};
        if (!s->nsets)
            continue;
        if (request > UINT32_MAX || !version_pack(v, &version))
            return false;
        for (uint32_t k = 0; k < s->nkeys; k++)
            step_make_values(s, &w->checker.finder, data, k, f->ordinals[step_register(s, k)], version,
                             &f->scratch, f->keys);
    }
    return true;
}
