/* written.c - values of writes, and rows by their versions. */
#include "config.h"

#include "data/written.h"

#include "data/expr.h"
#include "data/gen.h"
#include "data/version.h"

/* A stream apart from that of the loaded values, whatever the version. */
static uint64_t stream_of(const struct data *d, const struct table *t, uint32_t column, uint64_t version)
{
    return rng_mix(data_column_stream(data_table_seed(d, t), column) + STREAM_WRITTEN, version);
}

void data_written(const struct data *d, const struct table *t, const struct column_set *s, uint64_t row,
                  uint64_t version, struct scratch *scratch, struct value *out)
{
    struct type type = t->columns[s->column].type;
    uint64_t stream = s->expr && s->null_share <= 0 ? 0 : stream_of(d, t, s->column, version);
    if (s->null_share > 0 && rng_unit_of(rng_mix(data_null_stream(stream), row)) < s->null_share)
        *out = (struct value){.null = true};
    else if (s->expr)
        expr_make(s->expr, type, row, scratch, out);
    else
        gen_put(&s->gen, type, rng_mix(stream, row), row, scratch, out);
}

const struct column_set *data_set_of(const struct column_set *sets, uint32_t nsets, uint32_t column)
{
    for (uint32_t i = 0; i < nsets; i++)
        if (sets[i].column == column)
            return &sets[i];
    return NULL;
}

bool data_writes_group(const struct column_set *sets, uint32_t nsets, const struct column_group *g)
{
    return data_set_of(sets, nsets, g->columns[0]) != NULL;
}

static const struct table_write *write_of(const struct table *t, uint32_t statement)
{
    for (uint32_t i = 0; i < t->nwrites; i++)
        if (t->writes[i].statement == statement)
            return &t->writes[i];
    return NULL;
}

static bool has_column(const struct column_group *g, uint32_t column)
{
    uint32_t i = 0;
    while (i < g->ncolumns && g->columns[i] != column)
        i++;
    return i < g->ncolumns;
}

/* False: the statement writes nothing of the group. */
static bool rewrite(const struct data *d, const struct table *t, const struct column_group *g, uint64_t row,
                    uint64_t version, struct value *values, struct scratch *s)
{
    const struct table_write *w = write_of(t, version_unpack(version).statement);
    uint32_t written = 0;
    for (uint32_t i = 0; w && i < w->nsets; i++)
        if (has_column(g, w->sets[i].column)) {
            data_written(d, t, &w->sets[i], row, version, s, &values[w->sets[i].column]);
            written++;
        }
    values[g->version] = (struct value){.u.i = (int64_t)version};
    return written == g->ncolumns;
}

bool data_counted(const struct value *found, const struct value *loaded, int64_t *added)
{
    return !found->null && !loaded->null && !__builtin_sub_overflow(found->u.i, loaded->u.i, added);
}

/* What a statement adds to the group's column; 0: nothing. */
static int64_t addend_of(const struct table *t, const struct table_write *w, const struct column_group *g)
{
    const struct column_set *s = data_set_of(w->sets, w->nsets, g->version);
    return s && s->counts ? expr_eval(s->expr, t->columns[g->version].type, 0, NULL).u.i : 0;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    for (uint64_t rest; b; b = rest) {
        rest = a % b;
        a = b;
    }
    return a;
}

bool data_can_count(const struct table *t, const struct column_group *g, int64_t added)
{
    uint64_t divisor = 0, size = added < 0 ? -(uint64_t)added : (uint64_t)added;
    bool up = false, down = false;
    for (uint32_t i = 0; i < t->nwrites; i++) {
        int64_t by = addend_of(t, &t->writes[i], g);
        up |= by > 0;
        down |= by < 0;
        divisor = common_divisor(by < 0 ? -(uint64_t)by : (uint64_t)by, divisor);
    }
    return (added > 0 ? up : down) && size % divisor == 0;
}

static void add(struct value *v, int64_t added)
{
    if (!v->null)
        v->u.i = (int64_t)((uint64_t)v->u.i + (uint64_t)added);
}

const struct column_group *data_rewrite(const struct data *d, const struct table *t, uint64_t row,
                                        const uint64_t *versions, struct value *values, struct scratch *s)
{
    for (uint32_t i = 0; i < t->ngroups; i++)
        if (t->groups[i].counts)
            add(&values[t->groups[i].version], (int64_t)versions[i]);
        else if (versions[i] != VERSION_LOADED && !rewrite(d, t, &t->groups[i], row, versions[i], values, s))
            return &t->groups[i];
    return NULL;
}
