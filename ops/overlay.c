/* overlay.c - a hash table of changed rows, in parts that each have a lock of their own. */
#include "config.h"

#include "ops/overlay.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "data/version.h"

enum { PARTS = 64, FIRST_SLOTS = 64 };

struct changed {                                      /* a group of a row, or the row itself */
    uint64_t table, row, version;                     /* table: its salt, which is its name's */
    uint64_t replaced, at;                            /* the version before it, and until when */
    uint32_t group;
    bool used;                                        /* else the slot is free */
};

enum { ROW = UINT32_MAX };                            /* the group that a row itself is: its version is one of
                                                         these */
enum { AS_LOADED, THERE, GONE, TWICE };

struct part {
    pthread_mutex_t lock;
    struct changed *slots;
    uint64_t n, room;                                 /* room: a power of two, or 0 */
};

struct overlay {
    struct part parts[PARTS];
    atomic_bool remembers, used;
};

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

static void put(struct part *p, uint64_t table, uint64_t row, uint32_t group, uint64_t version, uint64_t now)
{
    grow(p);
    struct changed *c = slot_of(p, table, row, group);
    p->n += !c->used;
    *c = (struct changed){table, row, version, c->version, now, group, true};
}

bool overlay_is_used(struct overlay *o)
{
    return atomic_load_explicit(&o->used, memory_order_relaxed);
}

/* A change begins: when it is, for those that remember. */
static uint64_t now_of(struct overlay *o)
{
    atomic_store_explicit(&o->used, true, memory_order_relaxed);
    return atomic_load_explicit(&o->remembers, memory_order_relaxed) ? clock_ns() : 0;
}

static struct part *part_of(struct overlay *o, const struct table *t, uint64_t row)
{
    return &o->parts[rng_mix(t->salt, row) % PARTS];
}

static uint64_t find(const struct part *p, const struct table *t, uint64_t row, uint32_t group, uint64_t before)
{
    const struct changed *c = p->room ? slot_of(p, t->salt, row, group) : NULL;
    if (!c || !c->used)
        return 0;
    return before && c->at > before ? c->replaced : c->version;
}

static uint32_t times_there(const struct part *p, const struct table *t, uint64_t row, uint64_t before)
{
    uint64_t state = find(p, t, row, ROW, before);
    return state == AS_LOADED ? row < t->rows : state == TWICE ? 2 : state == THERE;
}

static bool is_there(const struct part *p, const struct table *t, uint64_t row)
{
    return times_there(p, t, row, 0) > 0;
}

/* What a group's version becomes: of one that counts the sum of what was added. */
static uint64_t version_after(const struct part *p, const struct table *t, uint64_t row, uint32_t group,
                              const struct column_set *sets, uint32_t nsets, const struct value *written,
                              uint64_t version)
{
    const struct column_group *g = &t->groups[group];
    if (!g->counts)
        return version;
    return find(p, t, row, group, 0) + (uint64_t)written[data_set_of(sets, nsets, g->version) - sets].u.i;
}

bool overlay_set(struct overlay *o, const struct table *t, uint64_t row, const struct column_set *sets,
                 uint32_t nsets, const struct value *written, uint64_t version)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    bool there = is_there(p, t, row);
    for (uint32_t g = 0; g < t->ngroups && there; g++)
        if (data_writes_group(sets, nsets, &t->groups[g]))
            put(p, t->salt, row, g, version_after(p, t, row, g, sets, nsets, written, version), now_of(o));
    pthread_mutex_unlock(&p->lock);
    return there;
}

void overlay_put(struct overlay *o, const struct table *t, uint64_t row, uint64_t version)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    uint64_t now = now_of(o);
    put(p, t->salt, row, ROW, THERE, now);
    for (uint32_t g = 0; g < t->ngroups; g++)
        put(p, t->salt, row, g, t->groups[g].counts ? 0 : version, now);
    pthread_mutex_unlock(&p->lock);
}

bool overlay_delete(struct overlay *o, const struct table *t, uint64_t row)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    bool there = is_there(p, t, row);
    put(p, t->salt, row, ROW, GONE, now_of(o));
    pthread_mutex_unlock(&p->lock);
    return there;
}

uint32_t overlay_get(struct overlay *o, const struct table *t, uint64_t row, uint64_t before, uint64_t *versions)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    uint32_t times = times_there(p, t, row, before);
    for (uint32_t g = 0; g < t->ngroups; g++)
        versions[g] = find(p, t, row, g, before);
    pthread_mutex_unlock(&p->lock);
    return times;
}

static void change_state(struct overlay *o, const struct table *t, uint64_t row, bool there, uint64_t state)
{
    struct part *p = part_of(o, t, row);
    pthread_mutex_lock(&p->lock);
    if (is_there(p, t, row) == there)
        put(p, t->salt, row, ROW, state, now_of(o));
    pthread_mutex_unlock(&p->lock);
}

void overlay_double(struct overlay *o, const struct table *t, uint64_t row)
{
    change_state(o, t, row, true, TWICE);
}

void overlay_revive(struct overlay *o, const struct table *t, uint64_t row)
{
    change_state(o, t, row, false, THERE);
}

void overlay_remember(struct overlay *o)
{
    atomic_store_explicit(&o->remembers, true, memory_order_relaxed);
}

static int64_t gained(const struct changed *c, const struct table *t)
{
    bool loaded = c->row < t->rows;
    return c->version == TWICE ? 2 - loaded : c->version == THERE ? !loaded : -(int64_t)loaded;
}

uint64_t overlay_count(struct overlay *o, const struct table *t)
{
    uint64_t n = t->rows;
    for (int i = 0; i < PARTS; i++) {
        struct part *p = &o->parts[i];
        pthread_mutex_lock(&p->lock);
        for (uint64_t k = 0; k < p->room; k++)
            if (p->slots[k].used && p->slots[k].table == t->salt && p->slots[k].group == ROW)
                n += (uint64_t)gained(&p->slots[k], t);
        pthread_mutex_unlock(&p->lock);
    }
    return n;
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
