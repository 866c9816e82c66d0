/* overlay.c - a hash table of changed rows, in parts that each have a lock of their own. */
#include "config.h"

#include "ops/overlay.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "data/version.h"

enum { PARTS = 64, FIRST_SLOTS = 64 };

struct changed {                                      /* a group of a row, or the row itself */
    uint64_t table, row, version;                     /* table: its salt, which is its name's */
    uint32_t group;
    bool used;                                        /* else the slot is free */
};

enum { ROW = UINT32_MAX };                            /* the group that a row itself is: its version is one of
                                                         these */
enum { AS_LOADED, THERE, GONE };

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
    while (p->slots[at].used &&
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
        if (c->used && c->table != without) {
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
    p->n += !c->used;
    *c = (struct changed){table, row, version, group, true};
}

static struct part *part_of(struct overlay *o, const struct table *t, uint64_t row)
{
    return &o->parts[rng_mix(t->salt, row) % PARTS];
}

static uint64_t find(const struct part *p, const struct table *t, uint64_t row, uint32_t group)
{
    const struct changed *c = p->room ? slot_of(p, t->salt, row, group) : NULL;
    return c && c->used ? c->version : 0;
}

static bool is_there(const struct part *p, const struct table *t, uint64_t row)
{
    uint64_t state = find(p, t, row, ROW);
    return state == AS_LOADED ? row < t->rows : state == THERE;
}

bool overlay_set(struct overlay *o, const struct table *t, uint64_t row, const struct column_set *sets,
                 uint32_t nsets, uint64_t version)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    bool there = is_there(p, t, row);
    for (uint32_t g = 0; g < t->ngroups && there; g++)
        if (data_writes_group(sets, nsets, &t->groups[g]))
            put(p, t->salt, row, g, version);
    pthread_mutex_unlock(&p->lock);
    return there;
}

void overlay_put(struct overlay *o, const struct table *t, uint64_t row, uint64_t version)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    put(p, t->salt, row, ROW, THERE);
    for (uint32_t g = 0; g < t->ngroups; g++)
        put(p, t->salt, row, g, version);
    pthread_mutex_unlock(&p->lock);
}

bool overlay_delete(struct overlay *o, const struct table *t, uint64_t row)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    bool there = is_there(p, t, row);
    put(p, t->salt, row, ROW, GONE);
    pthread_mutex_unlock(&p->lock);
    return there;
}

bool overlay_get(struct overlay *o, const struct table *t, uint64_t row, uint64_t *versions)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    bool there = is_there(p, t, row);
    for (uint32_t g = 0; g < t->ngroups; g++)
        versions[g] = find(p, t, row, g);
    pthread_mutex_unlock(&p->lock);
    return there;
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
