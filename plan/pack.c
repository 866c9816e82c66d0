/* pack.c - from a query's (table, key) pairs to requests, for any backend, by its declared limits alone.
 *
 *   wants      what the query asks for: a table, its columns, the registers of its keys; a table asked for twice by one key is one want
 *   groups     what the strategy would have as one call: one for each pair, table, family and key, key, or one for all
 *   requests   a group by the richest width that the strategy wishes and the backend has, cut where a limit says so
 *
 * A cut group is balanced: M keys in n requests are M/n rounded up or down in each (750 keys by 100: 94, 94,
 * 94, 94, 94, 94, 93, 93). */
#include "config.h"

#include <string.h>

#include "base/map.h"
#include "plan/plan.h"

struct want {
    struct step step;
    const struct keyspace *keyspace;
    uint32_t key;                                     /* which of the query's */
};
VEC_TYPE(wants, struct want);
VEC_TYPE(requests, struct request);
VEC_TYPE(notes, const char *);

struct packer {
    struct arena *arena;
    const struct caps *caps;
    const struct can *can;                            /* by width: of the operation of the group */
    const struct keys_of_op *keys;                    /* of the same */
    const struct ir_query *query;
    const struct strategy *strategy;
    struct wants wants;
    struct requests requests;
    struct notes notes;
    uint32_t groups, phase;
};

/* ---- wants ---- */

/* The columns of both, in table order. */
static void want_more_columns(struct arena *arena, struct step *s, const uint32_t *columns, uint32_t n)
{
    uint32_t *merged = arena_array(arena, uint32_t, s->ncolumns + n), i = 0, j = 0, out = 0;
    while (i < s->ncolumns || j < n) {
        uint32_t a = i < s->ncolumns ? s->columns[i] : UINT32_MAX, b = j < n ? columns[j] : UINT32_MAX;
        merged[out++] = a < b ? a : b;
        i += a <= b;
        j += b <= a;
    }
    step_set_columns(arena, s, merged, out);
}

/* What is asked for once: all rows of a table's keys, or the same slice of them. */
static const char *want_id(struct arena *arena, enum ir_op_kind kind, const struct ir_target *t)
{
    struct buf b = {0};
    buf_printf(&b, "%d %u %s", (int)kind, t->key, t->table->name);
    if (t->slice)
        ir_slice_put(&b, t->table, t->slice);
    const char *id = arena_strdup(arena, buf_text(&b));
    buf_release(&b);
    return id;
}

/* Whoever reads columns that statements write reads their versions too: by these they are verified. */
static void want_versions(struct arena *arena, struct step *s)
{
    const struct table *t = s->table;
    for (uint32_t g = 0; g < t->ngroups; g++) {
        bool asked = false;
        for (uint32_t i = 0; i < s->ncolumns; i++)
            for (uint32_t c = 0; c < t->groups[g].ncolumns; c++)
                asked |= s->columns[i] == t->groups[g].columns[c];
        if (asked)
            want_more_columns(arena, s, &t->groups[g].version, 1);
    }
}

static bool only_reads(const struct ir_op *op)
{
    return op_find(op->kind)->effect == EFFECT_NONE;
}

static struct step step_of(struct packer *k, const struct ir_op *op, const struct ir_target *target)
{
    const struct ir_key *key = &k->query->keys[target->key];
    bool writes = !only_reads(op);
    struct step step = step_make(k->arena, op->kind, target->table, target->columns,
                                 writes ? 0 : target->ncolumns, key->first, key->count, key->keyspace);
    if (writes)
        step_set_writes(&step, op);
    step_set_slice(&step, target->slice);
    return step;
}

static void collect_op(struct packer *k, struct map *seen, const struct ir_op *op)
{
    for (uint32_t t = 0; t < op->ntargets; t++) {
        const struct ir_target *target = &op->targets[t];
        const char *id = want_id(k->arena, op->kind, target);
        size_t *place = map_find(seen, id);
        if (place) {
            want_more_columns(k->arena, &k->wants.items[*place].step, target->columns, target->ncolumns);
            continue;
        }
        place = arena_new(k->arena, size_t);
        *place = k->wants.count;
        map_add(k->arena, seen, id, place);
        vec_push(k->arena, &k->wants,
                 ((struct want){step_of(k, op, target), k->query->keys[target->key].keyspace, target->key}));
    }
}

/* The wants of the next phase: all `get`s side by side are one; any other statement is one of its own.
 * Returns the first statement behind it. */
static uint32_t collect_phase(struct packer *k, uint32_t from)
{
    struct map seen = {0};
    uint32_t o = from;
    k->wants = (struct wants){0};
    do
        collect_op(k, &seen, &k->query->ops[o++]);
    while (o < k->query->nops && only_reads(&k->query->ops[o]) && only_reads(&k->query->ops[o - 1]));
    for (size_t i = 0; i < k->wants.count; i++)
        want_versions(k->arena, &k->wants.items[i].step);
    return o;
}

/* ---- requests ---- */

static struct demand demand_of(const struct step *steps, uint32_t n)
{
    struct demand d = {0};
    for (uint32_t i = 0; i < n; i++)
        steps[i].op->estimate(&steps[i], &d);
    return d;
}

static enum effect effect_of(const struct step *steps, uint32_t n)
{
    enum effect most = EFFECT_NONE;
    for (uint32_t i = 0; i < n; i++)
        most = step_effect(&steps[i]) > most ? step_effect(&steps[i]) : most;
    return most;
}

/* "orders", "orders last 10" */
static const char *name_of(struct packer *k, const struct step *s)
{
    struct buf b = {0};
    if (s->op->effect != EFFECT_NONE)
        return arena_printf(k->arena, "%s %s", ir_op_name(s->op->kind), s->table->name);
    if (!s->slice)
        return s->table->name;
    buf_puts(&b, s->table->name);
    ir_slice_put(&b, s->table, s->slice);
    const char *name = arena_strdup(k->arena, buf_text(&b));
    buf_release(&b);
    return name;
}

/* "fraud_rates_card_30d", "fraud_rates by card", or "30 tables by card, email, holder" */
static const char *title_of(struct packer *k, const struct want *wants, size_t n)
{
    if (n == 1)
        return name_of(k, &wants->step);
    bool family = true;
    struct buf by = {0};
    for (size_t i = 0; i < n; i++) {
        family &= !strcmp(wants[i].step.table->family, wants->step.table->family);
        bool named = false;
        for (size_t j = 0; j < i; j++)
            named |= wants[j].key == wants[i].key;
        if (!named)
            buf_printf(&by, "%s%s", by.len ? ", " : "", wants[i].keyspace->name);
    }
    char *title = family ? arena_printf(k->arena, "%s by %s", wants->step.table->family, buf_text(&by))
                         : arena_printf(k->arena, "%zu tables by %s", n, buf_text(&by));
    buf_release(&by);
    return title;
}

static void add_request(struct packer *k, enum width width, const struct step *steps, uint32_t n,
                        const char *title)
{
    struct step *own = arena_array(k->arena, struct step, n);
    memcpy(own, steps, n * sizeof *own);
    struct request r = {.id = (uint32_t)k->requests.count, .phase = k->phase, .group = k->groups,
                        .width = width, .steps = own,
                        .nsteps = n,
                        .nregisters = k->query->nregisters, .title = title,
                        .expected = demand_of(own, n), .effect = effect_of(own, n),
                        .latest = k->query->latest};
    r.nkeys = (uint32_t)r.expected.keys;
    vec_push(k->arena, &k->requests, r);
}

/* ---- notes ---- */

static void add_note(struct packer *k, const char *note)
{
    for (size_t i = 0; i < k->notes.count; i++)
        if (!strcmp(k->notes.items[i], note))
            return;
    vec_push(k->arena, &k->notes, note);
}

/* A batch that is none. */
static void note_points(struct packer *k, const struct step *s)
{
    const char *lacks = step_counts(s) ? "what is added to must be known key by key" : k->can[WIDTH_KEYS].lacks;
    if (lacks)
        add_note(k, arena_printf(k->arena, "%s: '%s' is a call for each key", lacks, k->strategy->text));
}

/* ---- one table ---- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return !a ? b : !b ? a : a < b ? a : b;
}

static void pack_points(struct packer *k, const struct want *w)
{
    for (uint32_t i = 0; i < w->step.nkeys; i++) {
        struct step p = step_part(&w->step, i, 1);
        add_request(k, WIDTH_ONE, &p, 1, name_of(k, &p));
    }
}

/* Its keys in as few requests as the limits allow, balanced. */
static void pack_table(struct packer *k, const struct want *w)
{
    if (w->step.nkeys == 1 || !k->can[WIDTH_KEYS].as || step_counts(&w->step)) {
        pack_points(k, w);
        if (w->step.nkeys > 1)
            note_points(k, &w->step);
        return;
    }
    struct step one = step_part(&w->step, 0, 1);
    uint32_t max = least(k->can[WIDTH_KEYS].keys,
                         k->can[WIDTH_KEYS].params / (uint32_t)demand_of(&one, 1).values),
             total = w->step.nkeys;
    if (k->keys->limits_apart && w->step.slice && w->step.slice->limit)
        max = least(max, k->can[WIDTH_TABLES].tables);
    uint32_t n = max ? (total + max - 1) / max : 1;
    for (uint32_t c = 0; c < n; c++) {
        uint32_t from = (uint32_t)((uint64_t)c * total / n), to = (uint32_t)((uint64_t)(c + 1) * total / n);
        struct step p = step_part(&w->step, from, to - from);
        add_request(k, p.nkeys == 1 ? WIDTH_ONE : WIDTH_KEYS, &p, 1, name_of(k, &p));
    }
}

/* ---- several tables ---- */

/* Cuts keys from … to-1 of the wants, counted through, into steps. Returns how many; steps has room for n. */
static uint32_t cut(const struct want *wants, size_t n, uint64_t from, uint64_t to, struct step *steps)
{
    uint32_t nsteps = 0;
    uint64_t at = 0;
    for (size_t i = 0; i < n && at < to; at += wants[i].step.nkeys, i++) {
        uint64_t end = at + wants[i].step.nkeys, a = at > from ? at : from, b = end < to ? end : to;
        if (a >= b)
            continue;
        steps[nsteps++] = step_part(&wants[i].step, (uint32_t)(a - at), (uint32_t)(b - a));
    }
    return nsteps;
}

static bool within_limits(const struct packer *k, const struct can *can, const struct step *steps, uint32_t n)
{
    struct demand d = demand_of(steps, n);
    uint64_t tables = n + (k->keys->limits_apart ? d.limited : 0);
    return !(can->keys && d.keys > can->keys) && !(can->params && d.values > can->params) &&
           !(can->tables && tables > can->tables) &&
           !(can->reply_bytes && d.bytes > (double)can->reply_bytes && d.keys > 1);
}

static uint64_t count_keys(const struct want *wants, size_t n)
{
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += wants[i].step.nkeys;
    return total;
}

/* The least number of balanced requests that all keep the limits. */
static uint64_t pieces_needed(const struct packer *k, const struct can *can, const struct want *wants,
                              size_t n, struct step *steps)
{
    uint64_t total = count_keys(wants, n), max = least(can->keys, can->params);   /* a first guess: a key has a value at least */
    uint64_t pieces = max ? (total + max - 1) / max : 1;
    for (; pieces < total; pieces++) {
        uint64_t c = 0;
        while (
            c < pieces &&
            within_limits(k, can, steps, cut(wants, n, c * total / pieces, (c + 1) * total / pieces, steps)))
            c++;
        if (c == pieces)
            break;
    }
    return pieces;
}

static void pack_cross(struct packer *k, enum width width, const struct want *wants, size_t n)
{
    struct step *steps = arena_array(k->arena, struct step, n);
    uint64_t total = count_keys(wants, n), pieces = pieces_needed(k, &k->can[width], wants, n, steps);
    const char *title = title_of(k, wants, n);
    for (uint64_t c = 0; c < pieces; c++) {
        uint32_t nsteps = cut(wants, n, c * total / pieces, (c + 1) * total / pieces, steps);
        add_request(k, width, steps, nsteps, title);
    }
}

/* ---- groups ---- */

/* Of rows that do not lie together. */
static void note_filters(struct packer *k)
{
    for (size_t i = 0; i < k->wants.count; i++) {
        const struct step *s = &k->wants.items[i].step;
        const char *why = k->caps->keys[s->op->kind].filters;
        if (why && s->slice && !slice_is_range(s))
            add_note(k, arena_printf(k->arena, "%s: '%s' reads rows that it does not bring", why,
                                     name_of(k, s)));
    }
}

/* The richest width not above `wish` that the backend has for several tables; what is lacking is noted. */
static enum width settle_width(struct packer *k, enum width wish)
{
    enum width width = wish;
    while (width > WIDTH_ONE && !k->can[width].as)
        width--;
    if (width == wish)
        return width;
    const char *lacks = k->can[wish].lacks ? k->can[wish].lacks : "the backend has no such call";
    add_note(k, width >= WIDTH_TABLES
             ? arena_printf(k->arena, "%s: '%s' is sent as %s", lacks, k->strategy->text, k->can[width].as)
             : arena_printf(k->arena, "%s: '%s' takes a call for each table%s", lacks, k->strategy->text,
                            width == WIDTH_ONE ? " and key" : ""));
    return width;
}

static bool goes_alone(const struct packer *k, const struct want *w)
{
    return k->keys->rows_alone && step_bound(&w->step) < w->step.table->nkeys;
}

/* Takes out the wants whose keys have a request each. Returns how many are left, in front. */
static size_t pack_alone(struct packer *k, struct want *wants, size_t n)
{
    bool asks_more = n > 1 || wants->step.nkeys > 1;
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        if (!goes_alone(k, &wants[i])) {
            wants[left++] = wants[i];
            continue;
        }
        pack_points(k, &wants[i]);
        if (asks_more)
            add_note(k, arena_printf(k->arena, "%s: '%s' is a %s for each key", k->keys->rows_alone,
                                     k->strategy->text, k->keys->rows_as));
    }
    return left;
}

/* What takes a request for each key comes first, then the others by the width that the strategy wishes. */
static void pack_group(struct packer *k, enum width wish, struct want *wants, size_t n)
{
    k->can = k->caps->can[wants->step.op->kind];
    k->keys = &k->caps->keys[wants->step.op->kind];
    n = pack_alone(k, wants, n);
    uint32_t before = (uint32_t)k->requests.count;
    enum width width = n <= 1 ? WIDTH_KEYS : settle_width(k, wish);
    if (width >= WIDTH_TABLES)
        pack_cross(k, width, wants, n);
    else
        for (size_t i = 0; i < n; i++)
            pack_table(k, &wants[i]);
    if (width >= WIDTH_TABLES && k->requests.count > before + 1)
        add_note(k,
                 arena_printf(k->arena, "the limits of one %s (%s) make it %zu requests, in flight together",
                              k->can[width].as,
                              k->can[width].keys ? arena_printf(k->arena, "%u keys", k->can[width].keys)
                                                 : "parameters, tables or bytes",
                              k->requests.count - before));
    k->groups++;
}

/* What two wants must share to stand in one group, beside their operation. */
struct grouping { bool table, family, key; enum width width; };
static const struct grouping groupings[] = {
    [STRATEGY_BATCH]           = {.table = true, .key = true, .width = WIDTH_KEYS},
    [STRATEGY_BATCH_FAMILY]    = {.family = true, .key = true, .width = WIDTH_TABLES},
    [STRATEGY_BINPACKED]       = {.width = WIDTH_PROCEDURE},
    [STRATEGY_BINPACKED_ENTITY] = {.key = true, .width = WIDTH_PROCEDURE},
};

static void pack_grouped(struct packer *k, const struct grouping *g)
{
    struct map groups = {0};
    VEC(struct wants *) order = {0};
    for (size_t i = 0; i < k->wants.count; i++) {
        const struct want *w = &k->wants.items[i];
        const char *id = arena_printf(k->arena, "%d %u %s", (int)w->step.op->kind, g->key ? w->key : 0,
                                      g->table    ? w->step.table->name
                                      : g->family ? w->step.table->family
                                                  : "");
        struct wants *members = map_find(&groups, id);
        if (!members) {
            members = arena_new(k->arena, struct wants);
            map_add(k->arena, &groups, id, members);
            vec_push(k->arena, &order, members);
        }
        vec_push(k->arena, members, *w);
    }
    for (size_t i = 0; i < order.count; i++)
        pack_group(k, g->width, order.items[i]->items, order.items[i]->count);
}

/* single: each request is a group of its own. */
static void pack_single(struct packer *k)
{
    size_t from = k->requests.count;
    for (size_t i = 0; i < k->wants.count; i++)
        pack_points(k, &k->wants.items[i]);
    for (size_t i = from; i < k->requests.count; i++)
        k->requests.items[i].group = (uint32_t)i;
    k->groups = (uint32_t)k->requests.count;
}

static uint32_t largest_group(const struct packer *k)
{
    uint32_t max = 0, size = 0;
    for (size_t i = 0; i < k->requests.count; i++) {
        size = i && k->requests.items[i].group == k->requests.items[i - 1].group ? size + 1 : 1;
        max = size > max ? size : max;
    }
    return max ? max : 1;
}

const char *plan_request_name(const struct caps *caps, const struct request *r)
{
    bool rows = r->width == WIDTH_ONE && step_bound(r->steps) < r->steps->table->nkeys;
    const char *rows_as = caps->keys[r->steps->op->kind].rows_as;
    return rows && rows_as ? rows_as : caps->can[r->steps->op->kind][r->width].as;
}

void pack_query(struct arena *arena, const struct caps *caps, const struct ir_query *query,
                const struct strategy *strategy, struct plan *out)
{
    struct packer k = {.arena = arena, .caps = caps, .query = query, .strategy = strategy};
    for (uint32_t o = 0; o < query->nops; k.phase++) {
        o = collect_phase(&k, o);
        note_filters(&k);
        if (strategy->kind == STRATEGY_SINGLE)
            pack_single(&k);
        else
            pack_grouped(&k, &groupings[strategy->kind]);
    }
    uint32_t groups = k.groups ? k.groups : 1, parallel = strategy->parallel ? strategy->parallel : groups;
    uint32_t group_max = largest_group(&k), fan_out = least(caps->fan_out, group_max);
    *out = (struct plan){.query = query, .strategy = strategy, .requests = k.requests.items, .nrequests = (uint32_t)k.requests.count,
                         .ngroups = k.groups, .group_max = group_max,
                         .in_flight = parallel < groups ? parallel : groups,
                         .fan_out = fan_out ? fan_out : 1, .notes = k.notes.items,
                         .nnotes = (uint32_t)k.notes.count};
}
