/* overlay.c - a hash table of changed rows, in parts that each have a lock of their own. */
#include "config.h"

#include "ops/overlay.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "data/version.h"

enum { PARTS = 64, FIRST_SLOTS = 64 };

struct changed {                                      /* a group of a row; version 0: a free slot */
    uint64_t table, row, version;                     /* table: its salt, which is its name's */
    uint32_t group;
};

struct part {
    pthread_mutex_t lock;
    struct changed *slots;
    uint64_t n, room;                                 /* room: a power of two, or 0 */
};

struct overlay { struct part parts[PARTS]; };

struct overlay *overlay_new(void)
{
    struct overlay *o = mem_alloc(sizeof *o);
    for (int i = 0; i < PARTS; i++)
        pthread_mutex_init(&o->parts[i].lock, NULL);
    return o;
}

void overlay_free(struct overlay *o)
{
    for (int i = 0; o && i < PARTS; i++) {
        pthread_mutex_destroy(&o->parts[i].lock);
        mem_free(o->parts[i].slots);
    }
    mem_free(o);
}

/* The slot of a row's group, or the free one where it would be. */
static struct changed *slot_of(const struct part *p, uint64_t table, uint64_t row, uint32_t group)
{
    uint64_t at = rng_mix(rng_mix(table, row), group) & (p->room - 1);
    while (p->slots[at].version &&
           (p->slots[at].table != table || p->slots[at].row != row || p->slots[at].group != group))
        at = (at + 1) & (p->room - 1);
    return &p->slots[at];
}

/* Into a table of so many slots, without what was changed of one table (0: with all). */
static void rebuild(struct part *p, uint64_t room, uint64_t without)
{
    struct part other = {.room = room, .slots = mem_alloc(room * sizeof *other.slots)};
    for (uint64_t i = 0; i < p->room; i++) {
        const struct changed *c = &p->slots[i];
        if (c->version && c->table != without) {
            *slot_of(&other, c->table, c->row, c->group) = *c;
            other.n++;
        }
    }
    mem_free(p->slots);
    p->slots = other.slots;
    p->room = room;
    p->n = other.n;
}

static void grow(struct part *p)
{
    if (!p->room || 2 * (p->n + 1) > p->room)
        rebuild(p, p->room ? 2 * p->room : FIRST_SLOTS, 0);
}

static void put(struct part *p, uint64_t table, uint64_t row, uint32_t group, uint64_t version)
{
    grow(p);
    struct changed *c = slot_of(p, table, row, group);
    p->n += !c->version;
    *c = (struct changed){table, row, version, group};
}

void overlay_set(struct overlay *o, const struct table *t, uint64_t row, const struct column_set *sets,
                 uint32_t nsets, uint64_t version)
{
    struct part *p = &o->parts[rng_mix(t->salt, row) % PARTS];
    pthread_mutex_lock(&p->lock);
    for (uint32_t g = 0; g < t->ngroups; g++)
        if (data_writes_group(sets, nsets, &t->groups[g]))
            put(p, t->salt, row, g, version);
    pthread_mutex_unlock(&p->lock);
}

void overlay_get(struct overlay *o, const struct table *t, uint64_t row, uint64_t *versions)
{
    struct part *p = &o->parts[rng_mix(t->salt, row) % PARTS];
    pthread_mutex_lock(&p->lock);
    for (uint32_t g = 0; g < t->ngroups; g++)
        versions[g] = p->room ? slot_of(p, t->salt, row, g)->version : VERSION_LOADED;
    pthread_mutex_unlock(&p->lock);
}

void overlay_clear(struct overlay *o, const struct table *t)
{
    for (int i = 0; i < PARTS; i++) {
        struct part *p = &o->parts[i];
        pthread_mutex_lock(&p->lock);
        if (p->n)
            rebuild(p, p->room, t->salt);
        pthread_mutex_unlock(&p->lock);
    }
}
