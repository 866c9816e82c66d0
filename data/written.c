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

bool data_writes_group(const struct column_set *sets, uint32_t nsets, const struct column_group *g)
{
    for (uint32_t i = 0; i < nsets; i++)
        if (sets[i].column == g->columns[0])
            return true;
    return false;
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

const struct column_group *data_rewrite(const struct data *d, const struct table *t, uint64_t row,
                                        const uint64_t *versions, struct value *values, struct scratch *s)
{
    for (uint32_t i = 0; i < t->ngroups; i++)
        if (versions[i] != VERSION_LOADED && !rewrite(d, t, &t->groups[i], row, versions[i], values, s))
            return &t->groups[i];
    return NULL;
}
