/* op.c - the catalogue of operations, and how a step of one begins. */
#include "config.h"

#include "ops/op.h"

#include "data/finder.h"
#include "data/version.h"
#include "data/written.h"

extern const struct op op_get, op_insert, op_put, op_update, op_delete;

static const struct op *const ops[IR_OP_COUNT] = {
    [IR_GET] = &op_get, [IR_INSERT] = &op_insert, [IR_PUT] = &op_put, [IR_UPDATE] = &op_update, [IR_DELETE] = &op_delete,
};

const struct op *op_find(enum ir_op_kind kind)
{
    return ops[kind];
}

void step_set_columns(struct arena *arena, struct step *s, const uint32_t *columns, uint32_t ncolumns)
{
    struct type *types = arena_array(arena, struct type, ncolumns);
    const char **names = arena_array(arena, const char *, ncolumns);
    for (uint32_t i = 0; i < ncolumns; i++) {
        types[i] = s->table->columns[columns[i]].type;
        names[i] = s->table->columns[columns[i]].name;
    }
    s->columns = columns;
    s->ncolumns = ncolumns;
    s->answer = (struct shape){ncolumns, types, names};
}

struct step step_make(struct arena *arena, enum ir_op_kind kind, const struct table *t,
                      const uint32_t *columns, uint32_t ncolumns, uint32_t first, uint32_t nkeys,
                      const struct keyspace *space)
{
    struct step s = {.op = op_find(kind), .table = t, .first = first, .nkeys = nkeys, .keyspace = space};
    step_set_columns(arena, &s, columns, ncolumns);
    return s;
}

/* Whether it is asked for by the whole key, though the entity or the parent has one of its own. */
static bool by_row(const struct step *s)
{
    return step_bound(s) > data_inherited(s->table);
}

uint64_t step_rows(struct finder *f, const struct data *d, const struct step *s, uint64_t ordinal,
                   uint64_t *first)
{
    if (!by_row(s))
        return finder_rows(f, d, s->table, ordinal, first);
    *first = ordinal;
    return ordinal < s->table->rows;
}

uint64_t step_places(struct finder *f, const struct data *d, const struct step *s, uint64_t ordinal,
                     uint64_t *first)
{
    uint64_t n = step_rows(f, d, s, ordinal, first);
    return !n && s->table->gains && step_bound(s) == s->table->nkeys ? 1 : n;
}

uint32_t step_most_rows(const struct step *s)
{
    uint32_t most = step_bound(s) < s->table->nkeys ? s->table->per_key_hi : 1;
    return s->slice && s->slice->limit && s->slice->limit < most ? (uint32_t)s->slice->limit : most;
}

void step_set_slice(struct step *s, const struct ir_slice *slice)
{
    s->slice = slice;
    s->slice_rows = slice ? slice_average(s) : 0;
}

struct step step_part(const struct step *s, uint32_t from, uint32_t nkeys)
{
    struct step part = *s;
    part.first = step_register(s, from);
    part.written = step_written(s, from);
    part.nkeys = nkeys;
    return part;
}

void step_set_writes(struct step *s, const struct ir_op *op)
{
    s->sets = op->sets;
    s->nsets = op->nsets;
    s->statement = op->statement;
    s->written = op->first;
}

bool step_assignment(const struct step *s, uint32_t i, uint32_t key, uint32_t *column, uint32_t *reg)
{
    if (i < s->nsets) {
        *column = s->sets[i].column;
        *reg = step_written(s, key) + i;
        return true;
    }
    i -= s->nsets;
    for (uint32_t g = 0; g < s->table->ngroups; g++)
        if (!s->table->groups[g].counts && data_writes_group(s->sets, s->nsets, &s->table->groups[g]) && !i--) {
            *column = s->table->groups[g].version;
            *reg = step_version(s, key);
            return true;
        }
    return false;
}

bool step_adds(const struct step *s, uint32_t i)
{
    return i < s->nsets && s->sets[i].counts;
}

bool step_counts(const struct step *s)
{
    bool counts = false;
    for (uint32_t i = 0; i < s->nsets; i++)
        counts |= s->sets[i].counts;
    return counts;
}

enum effect step_effect(const struct step *s)
{
    return step_counts(s) ? EFFECT_MORE : s->op->effect;
}

uint32_t step_assignments(const struct step *s)
{
    uint32_t n = 0, column, reg;
    while (step_assignment(s, n, 0, &column, &reg))
        n++;
    return n;
}

void step_make_values(const struct step *s, struct finder *f, const struct data *d, uint32_t key,
                      uint64_t ordinal, uint64_t version, struct scratch *scratch, struct value *registers)
{
    struct value *out = &registers[step_written(s, key)];
    uint64_t row;
    step_rows(f, d, s, ordinal, &row);
    for (uint32_t i = 0; i < s->nsets; i++)
        if (version == VERSION_LOADED)
            data_loaded(d, s->table, s->sets[i].column, row, scratch, &out[i]);
        else
            data_written(d, s->table, &s->sets[i], row, version, scratch, &out[i]);
    out[s->nsets] = (struct value){.u.i = (int64_t)version};
}
