/* fixture.h - tables, instances and requests by hand, for the tests of the HTTP backends. */
#ifndef BACKENDS_HTTP_TESTS_FIXTURE_H
#define BACKENDS_HTTP_TESTS_FIXTURE_H

#include <string.h>

#include "backends/backend.h"
#include "base/bug.h"

enum { FIXTURE_COLUMNS = 6 };

static const struct keyspace fixture_card = {
    .name = "card", .key = {.name = "hash_key", .type = {.kind = TYPE_CHAR, .n = 8},
                            .gen = {.kind = GEN_HEX}}, .count = 1000, .salt = 7,
};

#define FIXTURE_KEY {.name = "hash_key", .type = {.kind = TYPE_CHAR, .n = 8}, .source = COLUMN_KEY}
static const struct column fixture_columns[FIXTURE_COLUMNS] = {
    FIXTURE_KEY,
    {.name = "count", .type = {.kind = TYPE_INT}, .source = COLUMN_RANDOM,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 9}},
    {.name = "rate", .type = {.kind = TYPE_DECIMAL, .n = 9, .scale = 6}, .source = COLUMN_RANDOM,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 1000000}},
    {.name = "seen", .type = {.kind = TYPE_TIMESTAMP}, .source = COLUMN_RANDOM,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 1000000}},
    {.name = "id", .type = {.kind = TYPE_BIGINT}, .source = COLUMN_RANDOM,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 1LL << 60}},
    {.name = "ok", .type = {.kind = TYPE_BOOL}, .source = COLUMN_RANDOM,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 1}},
};

#define FIXTURE_TABLE(NAME, ID)                                                                                             \
    {.name = NAME, .family = NAME, .id = ID, .keyspace = &fixture_card, .columns = fixture_columns, .ncolumns = FIXTURE_COLUMNS, \
     .nkeys = 1, .rows = 600, .salt = 1000 + ID}
static const struct table fixture_tables[] = {FIXTURE_TABLE("rates_30d", 0), FIXTURE_TABLE("rates_90d", 1),
                                              FIXTURE_TABLE("rates_365d", 2)};

/* Several rows a key, told apart by a day and a place. */
enum { FIXTURE_SALES_COLUMNS = 4 };
static const struct column fixture_sales_columns[FIXTURE_SALES_COLUMNS] = {
    FIXTURE_KEY,
    {.name = "day", .type = {.kind = TYPE_DATE}, .source = COLUMN_KEY,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 9}},
    {.name = "place", .type = {.kind = TYPE_INT}, .source = COLUMN_KEY,
     .gen = {.kind = GEN_UNIFORM, .lo = -9, .hi = 9}},
    {.name = "rate", .type = {.kind = TYPE_DECIMAL, .n = 9, .scale = 6}, .source = COLUMN_RANDOM,
     .gen = {.kind = GEN_UNIFORM, .lo = 0, .hi = 1000000}},
};
#define FIXTURE_SALES(NAME, NKEYS)                                                                                     \
    {.name = NAME, .family = NAME, .id = 3, .keyspace = &fixture_card, .columns = fixture_sales_columns,               \
     .ncolumns = FIXTURE_SALES_COLUMNS, .nkeys = NKEYS, .rows = 1200, .members = 600, .per_key_lo = 0, .per_key_hi = 4}
static const struct table fixture_sales = FIXTURE_SALES("sales", 3), fixture_days = FIXTURE_SALES("days", 2);

static const uint32_t fixture_all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5}, fixture_some[] = {0, 2};

static inline void fixture_set(struct instance *inst, const char *setting, const char *value)
{
    for (uint32_t i = 0; inst->backend->settings[i].name; i++)
        if (!strcmp(inst->backend->settings[i].name, setting)) {
            inst->values[i] = value;
            return;
        }
    BUG("no setting '%s'", setting);
}

/* An instance with the fallbacks of its settings. */
static inline struct instance fixture_instance(const struct backend *b)
{
    static const struct data data = {.seed = 42};
    struct instance inst = {.name = b->name, .backend = b, .data = &data};
    for (uint32_t i = 0; b->settings[i].name; i++)
        inst.values[i] = b->settings[i].fallback;
    return inst;
}

static inline struct value fixture_text(const char *s)
{
    return (struct value){.u.s = {s, (uint32_t)strlen(s)}};
}

/* A table whose columns statements write: the first seven behind the key together, the last by itself. */
enum { FIXTURE_PROFILE_SETS = 7 };
static const struct column fixture_profile_columns[] = {
    FIXTURE_KEY,
    {.name = "name", .type = {.kind = TYPE_STRING, .n = 40}},
    {.name = "raw", .type = {.kind = TYPE_BYTES, .n = 4}},
    {.name = "id", .type = {.kind = TYPE_BIGINT}},
    {.name = "amount", .type = {.kind = TYPE_DECIMAL, .n = 30, .scale = 4}},
    {.name = "seen", .type = {.kind = TYPE_TIMESTAMP}},
    {.name = "ok", .type = {.kind = TYPE_BOOL}},
    {.name = "x", .type = {.kind = TYPE_DOUBLE}},
    {.name = "rank", .type = {.kind = TYPE_INT}, .source = COLUMN_COMPUTED},
    {.name = "wkl_v", .type = {.kind = TYPE_BIGINT}, .source = COLUMN_COMPUTED},
    {.name = "wkl_v2", .type = {.kind = TYPE_BIGINT}, .source = COLUMN_COMPUTED},
};
static const uint32_t fixture_profile_group[] = {1, 2, 3, 4, 5, 6, 7}, fixture_rank_group[] = {8};
static const struct column_group fixture_profile_groups[] = {{9, fixture_profile_group, 7},
                                                             {10, fixture_rank_group, 1}};
static const struct table fixture_profiles = {
    .name = "profiles", .family = "profiles", .keyspace = &fixture_card, .columns = fixture_profile_columns,
    .ncolumns = 11, .nkeys = 1, .rows = 600, .groups = fixture_profile_groups, .ngroups = 2,
};
static const struct column_set fixture_profile_sets[FIXTURE_PROFILE_SETS] = {
    {.column = 1}, {.column = 2}, {.column = 3}, {.column = 4}, {.column = 5}, {.column = 6}, {.column = 7},
}, fixture_rank_set = {.column = 8};

/* By register: a key, what is written, its version. */
static const struct value fixture_written[] = {
    {.u.s = {"it's \"x\"", 8}}, {.u.s = {"a\\b \"\303\251\" \360\237\230\200\n'", 15}},
    {.u.s = {"\0\1\376\377", 4}}, {.u.i = INT64_MIN}, {.u.dec = 1234567890123456789},
    {.u.i = 1}, {.u.i = 1}, {.u.d = 0.1}, {.u.i = INT64_MAX},
}, fixture_ranked[] = {{.u.s = {"aa", 2}}, {.null = true}, {.u.i = 65}};

/* Steps that write what stands in the registers behind one key. */
static const struct step
    fixture_rewrite = {.table = &fixture_profiles, .nkeys = 1, .sets = fixture_profile_sets,
                       .nsets = FIXTURE_PROFILE_SETS, .statement = 1, .written = 1},
    fixture_remove = {.table = &fixture_profiles, .nkeys = 1, .statement = 3, .written = 1},
    fixture_rank = {.table = &fixture_profiles, .nkeys = 1, .sets = &fixture_rank_set, .nsets = 1, .statement = 2,
                    .written = 1};

static inline struct request fixture_write(const struct instance *inst, struct arena *arena,
                                           enum ir_op_kind kind, const struct step *step)
{
    struct step *own = arena_new(arena, struct step);
    *own = *step;
    own->op = op_find(kind);
    struct request r = {.steps = own, .nsteps = 1, .nkeys = 1, .nregisters = step_version(step, 0) + 1,
                        .effect = EFFECT_SAME, .title = "test"};
    inst->backend->lower(inst, arena, &r);
    return r;
}

static inline struct request fixture_update(const struct instance *inst, struct arena *arena,
                                            const struct step *step)
{
    return fixture_write(inst, arena, IR_UPDATE, step);
}

/* A lowered request for the steps. */
static inline struct request fixture_request(const struct instance *inst, struct arena *arena,
                                             enum width width, const struct step *steps, uint32_t nsteps)
{
    struct request r = {.width = width, .steps = steps, .nsteps = nsteps, .title = "test"};
    for (uint32_t i = 0; i < nsteps; i++) {
        r.nkeys += steps[i].nkeys;
        if (steps[i].first + steps[i].nkeys > r.nregisters)
            r.nregisters = steps[i].first + steps[i].nkeys;
    }
    inst->backend->lower(inst, arena, &r);
    return r;
}

#endif
