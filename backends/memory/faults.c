/* faults.c */
#include "config.h"

#include "backends/memory/faults.h"

#include "base/clock.h"
#include "data/version.h"

enum { REVIVED_AFTER = 4 };                           /* calls after the delete */

void faults_init(struct faults *f, const struct instance *inst, struct overlay *overlay)
{
    static const char *const names[PLANTS] = {
        [PLANT_DROP] = "drop_every",     [PLANT_HALF] = "half_every",     [PLANT_REFUSE] = "refuse_every",
        [PLANT_CUT] = "cut_every",       [PLANT_DOUBLE] = "double_every", [PLANT_REVIVE] = "revive_every",
        [PLANT_STALE] = "stale_every",
    };
    *f = (struct faults){.stale = instance_number(inst, "stale")};
    for (int i = 0; i < PLANTS; i++)
        f->every[i] = instance_number(inst, names[i]);
    if (f->every[PLANT_STALE])
        overlay_remember(overlay);
}

/* Loaded rows are brought back by puts of their version, and gained ones deleted, which has none. */
static bool is_healing(const struct call *c)
{
    const struct step *s = c->request->steps;
    return c->keys[step_version(s, 0)].u.i == (int64_t)VERSION_LOADED;
}

static bool is_open_to(const struct faults *f, const struct call *c, enum planted p)
{
    const struct step *s = c->request->steps;
    bool writes = request_writes(c->request) && !is_healing(c);
    switch (p) {
    case PLANT_STALE: return !request_writes(c->request) && !c->request->latest;
    case PLANT_HALF: return writes && s->nkeys > 1;
    case PLANT_DOUBLE: return writes && step_effect(s) == EFFECT_MORE;
    case PLANT_REVIVE: return writes && s->op->removes && s->nkeys == 1 && !f->revival.table;
    default: return writes;
    }
}

enum planted faults_next(struct faults *f, const struct call *c)
{
    for (enum planted p = 0; p < PLANTS; p++)
        if (f->every[p] && is_open_to(f, c, p) && ++f->seen[p] % f->every[p] == 0)
            return p;
    return PLANT_NONE;
}

static void eval(struct model *m, const struct step *s, const struct call *c, struct overlay *overlay, struct receiver *to)
{
    struct overlay *own = m->overlay;
    m->overlay = overlay;
    s->op->eval(m, s, c->keys, c->ordinals, to);
    m->overlay = own;
}

static void eval_half(struct model *m, const struct step *s, const struct call *c, struct receiver *to)
{
    struct step kept = step_part(s, 0, s->nkeys / 2), lost = step_part(s, s->nkeys / 2, s->nkeys - s->nkeys / 2);
    eval(m, &kept, c, m->overlay, to);
    eval(m, &lost, c, NULL, to);
}

static void come_back(struct faults *f, struct overlay *o)
{
    if (!f->revival.table || f->revival.in--)
        return;
    overlay_revive(o, f->revival.table, f->revival.row);
    f->revival.table = NULL;
}

/* Rows of the statement's keys, or what it adds to them. */
static void double_rows(struct model *m, const struct step *s, const struct call *c)
{
    struct receiver nobody = {0};
    uint64_t row;
    if (step_counts(s))
        eval(m, s, c, m->overlay, &nobody);
    for (uint32_t k = 0; k < s->nkeys && s->op->creates; k++)
        if (step_places(&m->finder, m->data, s, c->ordinals[step_register(s, k)], &row))
            overlay_double(m->overlay, s->table, row);
}

static void revive_later(struct faults *f, struct model *m, const struct step *s, const struct call *c)
{
    uint64_t row;
    if (step_places(&m->finder, m->data, s, c->ordinals[step_register(s, 0)], &row) != 1)
        return;
    f->revival.table = s->table;
    f->revival.row = row;
    f->revival.in = REVIVED_AFTER;
}

void faults_eval(struct faults *f, struct model *m, struct call *c, enum planted p, struct receiver *to)
{
    const struct request *r = c->request;
    come_back(f, m->overlay);
    uint64_t now = p == PLANT_STALE ? clock_ns() : 0;
    m->before = p != PLANT_STALE ? 0 : now > f->stale ? now - f->stale : 1;
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct step *s = &r->steps[m->backward ? r->nsteps - 1 - i : i];
        uint64_t met = to->met;
        if (p == PLANT_HALF)
            eval_half(m, s, c, to);
        else
            eval(m, s, c, p == PLANT_DROP ? NULL : m->overlay, to);
        if (p == PLANT_DOUBLE)
            double_rows(m, s, c);
        if (p == PLANT_REVIVE && to->met > met)
            revive_later(f, m, s, c);
    }
    c->met = to->met;
    if (p == PLANT_REFUSE)
        call_fail(c, FAULT_SERVER, "simulated: refused, and carried out");
    else if (p == PLANT_CUT)
        call_fail(c, FAULT_LOST, "simulated: carried out, and its answer is lost");
}
