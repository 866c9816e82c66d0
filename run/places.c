/* places.c - a sweep over settings of backends: before a point is run, each target gets the point's settings.
 * Where those say that tables stand elsewhere, the target moves there: each place keeps its connection, and
 * what this run made there. */
#include "config.h"

#include <string.h>

#include "backends/swept.h"
#include "run/runner.h"

struct place {
    struct instance *inst;
    struct server *server;
    const struct table **made;                        /* to be dropped at the end */
    size_t nmade;
    struct map made_names;
    struct mark *mark;
    uint32_t breaks;
};

/* ---- settings ---- */

/* What a point says; where it says what the file says, what was settled of that since: a local server, a
 * temporary file. */
static struct instance settings_of(const struct target *s, const struct instance *point)
{
    struct instance wanted = s->settled;
    memcpy(wanted.values, point->values, sizeof wanted.values);
    memcpy(wanted.pricing, point->pricing, sizeof wanted.pricing);
    wanted.billing = point->billing;
    for (int i = 0; wanted.backend->settings[i].name; i++) {
        const char *a = point->values[i], *b = s->written.values[i];
        if (a == b || (a && b && !strcmp(a, b)))
            wanted.values[i] = s->settled.values[i];
    }
    return wanted;
}

void places_written(struct runner *r, struct target *s)
{
    s->written = *s->inst;
    for (size_t k = 0; k < r->swept.points.count; k++)
        s->remakes |= swept_differs(&s->written,
                                    r->swept.points.items[k].instances.items.items[s - r->targets],
                                    SETTING_OF_TABLES);
}

void places_settled(struct runner *r)
{
    for (size_t i = 0; i < r->ntargets; i++)
        r->targets[i].settled = *r->targets[i].inst;
}

/* ---- places ---- */

static struct place leave(struct target *s)
{
    struct place here = {s->inst, s->server, s->made.items, s->made.count, s->made_names, s->mark, s->breaks};
    return here;
}

static void enter(struct target *s, const struct place *p)
{
    s->inst = p->inst;
    s->server = p->server;
    s->made.items = p->made;
    s->made.count = s->made.capacity = p->nmade;
    s->made_names = p->made_names;
    s->mark = p->mark;
    s->breaks = p->breaks;
    s->tables = (struct map){0};                      /* two names may mean one place: what stands there is
                                                         looked at again */
}

static void move(struct runner *r, struct target *s, const struct instance *wanted)
{
    struct place here = leave(s);
    for (size_t i = 0; i < s->places.count; i++) {
        struct place *p = s->places.items[i], there = *p;
        if (swept_differs(p->inst, wanted, SETTING_OF_PLACE))
            continue;
        *p = here;
        enter(s, &there);
        *s->inst = *wanted;
        return;
    }
    struct place *kept = arena_new(&r->arena, struct place),
                 fresh = {.inst = arena_new(&r->arena, struct instance)};
    *kept = here;
    vec_push(&r->arena, &s->places, kept);
    *fresh.inst = *wanted;
    enter(s, &fresh);
    target_connect(r, s);
    owning_take(r, s);
}

void places_settle(struct runner *r, const struct ir_point *point)
{
    const struct instances *list = swept_find(&r->swept, point, NULL);
    for (size_t i = 0; r->swept.points.count && i < r->ntargets && !runner_stopped(r); i++) {
        struct target *s = &r->targets[i];
        struct instance wanted = settings_of(s, list ? list->items.items[i] : &s->written);
        if (!s->usable)
            continue;
        if (swept_differs(s->inst, &wanted, SETTING_OF_TABLES))
            s->tables = (struct map){0};
        if (!r->options->dry_run && swept_differs(s->inst, &wanted, SETTING_OF_PLACE))
            move(r, s, &wanted);
        else
            *s->inst = wanted;
    }
}

/* ---- the end ---- */

void places_drop_made(struct runner *r, struct target *s)
{
    tables_drop_made(r, s);
    struct place last = leave(s);
    for (size_t i = 0; i < s->places.count; i++) {
        enter(s, s->places.items[i]);
        tables_drop_made(r, s);
    }
    enter(s, &last);
}

void places_close(struct target *s)
{
    for (size_t i = 0; i < s->places.count; i++)
        if (s->places.items[i]->server)
            s->inst->backend->store->close(s->places.items[i]->server);
    if (s->server)
        s->inst->backend->store->close(s->server);
}
