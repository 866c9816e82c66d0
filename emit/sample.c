/* sample.c - rows of a table and requests of a query as CSV or JSON. */
#include "config.h"

#include "emit/sample.h"

#include "ir/narrow.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "data/draw.h"

struct sampling {
    struct arena *arena;
    const struct ir *ir;
    const struct sample_options *options;
    struct data data;
    const char *name;
    uint64_t n;
    struct buf *out, *notes, text;                    /* text: of one value */
    uint64_t lines;                                   /* put so far */
};

/* ---- lines ---- */

static bool needs_quotes(const struct buf *b)
{
    const char *s = buf_text(b);
    return !b->len || strpbrk(s, ",\"\r\n") || memchr(s, 0, b->len) || s[0] == ' ' || s[b->len - 1] == ' ';
}

static void put_csv(struct sampling *s, struct type t, const struct value *v)
{
    buf_clear(&s->text);
    if (v->null)
        return;                                       /* nothing at all; the empty string is "" */
    value_put(&s->text, t, v);
    if (!needs_quotes(&s->text)) {
        buf_add(s->out, s->text.data, s->text.len);
        return;
    }
    buf_putc(s->out, '"');
    for (size_t i = 0; i < s->text.len; i++) {
        if (s->text.data[i] == '"')
            buf_putc(s->out, '"');
        buf_putc(s->out, s->text.data[i]);
    }
    buf_putc(s->out, '"');
}

static void put_json(struct sampling *s, struct type t, const struct value *v)
{
    bool text = type_class(t) == CLASS_BYTES ? t.kind != TYPE_JSON
                                             : t.kind == TYPE_DATE || t.kind == TYPE_TIMESTAMP;
    buf_clear(&s->text);
    value_put(&s->text, t, v);                        /* null, true, 12, 0.50: JSON's own forms */
    if (text && !v->null)
        buf_put_json(s->out, buf_text(&s->text), s->text.len);
    else
        buf_add(s->out, s->text.data, s->text.len);
}

static void put_name(struct sampling *s, const char *name, bool first)
{
    if (!first)
        buf_puts(s->out, s->options->json ? ", " : ",");
    if (!s->options->json)
        return;
    buf_put_json(s->out, name, strlen(name));
    buf_puts(s->out, ": ");
}

static void put_value(struct sampling *s, struct type t, const struct value *v)
{
    if (s->options->json)
        put_json(s, t, v);
    else
        put_csv(s, t, v);
}

static void begin_line(struct sampling *s)
{
    if (s->options->json)
        buf_puts(s->out, s->lines ? ",\n {" : "[\n {");
    s->lines++;
}

static void end_line(struct sampling *s)
{
    buf_puts(s->out, s->options->json ? "}" : "\n");
}

static void end_lines(struct sampling *s)
{
    if (s->options->json)
        buf_puts(s->out, s->lines ? "\n]\n" : "[]\n");
}

/* ---- rows ---- */

static void put_rows(struct sampling *s, const struct table *t)
{
    struct value *row = mem_alloc(t->ncolumns * sizeof *row);
    struct scratch scratch = {0};
    for (uint32_t c = 0; !s->options->json && c < t->ncolumns; c++)
        buf_printf(s->out, "%s%s%s", c ? "," : "", t->columns[c].name, c + 1 == t->ncolumns ? "\n" : "");
    for (uint64_t r = 0; r < t->rows && r < s->n; r++) {
        data_row(&s->data, t, r, row, &scratch);
        begin_line(s);
        for (uint32_t c = 0; c < t->ncolumns; c++) {
            put_name(s, t->columns[c].name, !c);
            put_value(s, t->columns[c].type, &row[c]);
        }
        end_line(s);
    }
    end_lines(s);
    scratch_release(&scratch);
    mem_free(row);
}

/* ---- requests ---- */

static const struct dist *dist_of(const struct ir_run *run, const struct keyspace *space)
{
    static const struct dist uniform = {.kind = DIST_UNIFORM};
    for (uint32_t i = 0; i < run->nkeys; i++)
        if (run->keys[i].keyspace == space)
            return &run->keys[i].dist;
    return &uniform;
}

static const struct ir_query *query_of(const struct ir_run *run, struct rng *r)
{
    uint32_t dice = run->nmix > 1 ? draw_dice(r) : 0;
    double share = 0;
    for (uint32_t i = 0; i + 1 < run->nmix; i++) {
        share += run->mix[i].share;
        if (dice < draw_below(share))
            return run->mix[i].query;
    }
    return run->mix[run->nmix - 1].query;
}

enum { PART_NAME = 400 };

static void part_name(const struct table *t, uint32_t count, uint32_t key, uint32_t column, char *out)
{
    if (count > 1)
        snprintf(out, PART_NAME, "%s[%u].%s", t->name, key, t->columns[column].name);
    else
        snprintf(out, PART_NAME, "%s.%s", t->name, t->columns[column].name);
}

static void put_parts(struct sampling *s, const struct keyspace *space, uint32_t count,
                      const uint64_t *ordinals, struct scratch *scratch)
{
    const struct table *t = space->table;
    struct value *parts = mem_alloc(t->nkeys * sizeof *parts);
    for (uint32_t k = 0; k < count; k++) {
        data_key_tuple(&s->data, space, ordinals[k], scratch, parts);
        for (uint32_t c = 0; c < t->nkeys; c++) {
            char name[PART_NAME];
            part_name(t, count, k, c, name);
            put_name(s, name, false);
            put_value(s, t->columns[c].type, &parts[c]);
        }
    }
    mem_free(parts);
}

static void put_keys(struct sampling *s, const struct ir_key *key, const uint64_t *ordinals,
                     struct scratch *scratch)
{
    if (key->keyspace->table) {
        put_parts(s, key->keyspace, key->count, ordinals, scratch);
        return;
    }
    bool list = s->options->json && key->count > 1;
    for (uint32_t k = 0; k < key->count; k++) {
        struct value v = data_key(&s->data, key->keyspace, ordinals[k], scratch);
        if (!list || !k)
            put_name(s, key->keyspace->name, false);
        if (list)
            buf_puts(s->out, k ? ", " : "[");
        put_value(s, key->keyspace->key.type, &v);
    }
    if (list)
        buf_putc(s->out, ']');
}

static void put_key_names(struct sampling *s, const struct ir_key *key, uint32_t i)
{
    const struct table *parts = key->keyspace->table;
    char name[PART_NAME];
    for (uint32_t c = 0; parts && c < parts->nkeys; c++) {
        part_name(parts, key->count, i, c, name);
        buf_printf(s->out, ",%s", name);
    }
    if (!parts && key->count > 1)
        buf_printf(s->out, ",%s[%u]", key->keyspace->name, i);
    else if (!parts)
        buf_printf(s->out, ",%s", key->keyspace->name);
}

static void put_request_header(struct sampling *s, const struct ir_query *q)
{
    if (s->options->json)
        return;
    buf_puts(s->out, "client,request");
    for (uint32_t k = 0; k < ir_drawn_keys(q); k++)
        for (uint32_t i = 0; i < q->keys[k].count; i++)
            put_key_names(s, &q->keys[k], i);
    buf_putc(s->out, '\n');
}

struct requests {                                     /* what is needed for each of them */
    struct sampler *samplers;                         /* by key of the query */
    struct drawn drawn;
    uint64_t *ordinals;
    struct scratch scratch;
};

/* As many as are needed share one sequence of requests. */
static uint32_t clients_of(const struct ir_run *run)
{
    return run->clients ? run->clients : 1;
}

static void put_request(struct sampling *s, const struct ir_run *run, const struct ir_query *q,
                        uint32_t client, uint64_t request, struct requests *a)
{
    struct rng rng;
    draw_start(&rng, draw_run_seed(s->data.seed, run->name), client, request);
    if (query_of(run, &rng) != q)
        return;
    begin_line(s);
    buf_printf(s->out, s->options->json ? "\"client\": %u, \"request\": %llu" : "%u,%llu", client,
               (unsigned long long)request);
    scratch_reset(&a->scratch);
    for (uint32_t k = 0; k < ir_drawn_keys(q); k++) {
        draw_keys(&a->samplers[k], &a->drawn, &rng, client, clients_of(run), request, q->keys[k].count,
                  a->ordinals);
        put_keys(s, &q->keys[k], a->ordinals, &a->scratch);
    }
    end_line(s);
}

/* The clients take turns, though in a run nobody keeps them in step. */
static void put_requests(struct sampling *s, const struct ir_run *run, const struct ir_query *q)
{
    struct requests a = {.samplers = mem_alloc((q->nkeys + 1) * sizeof *a.samplers),
                         .ordinals = mem_alloc((q->nregisters + 1) * sizeof *a.ordinals)};
    drawn_init(&a.drawn, q->nregisters);
    for (uint32_t k = 0; k < ir_drawn_keys(q); k++)
        draw_sampler(&a.samplers[k], &s->data, q->keys[k].keyspace, dist_of(run, q->keys[k].keyspace));
    put_request_header(s, q);
    for (uint64_t request = 0; s->lines < s->n; request++)
        for (uint32_t client = 0; client < clients_of(run) && s->lines < s->n; client++)
            put_request(s, run, q, client, request, &a);
    end_lines(s);
    scratch_release(&a.scratch);
    mem_free(a.ordinals);
    drawn_release(&a.drawn);
    mem_free(a.samplers);
}

/* ---- what is asked for ---- */

static double share_in(const struct ir_run *run, const struct ir_query *q)
{
    double share = 0;
    for (uint32_t i = 0; i < run->nmix; i++)
        share += run->mix[i].query == q ? run->mix[i].share : 0;
    return share;
}

static int find_run(const struct sampling *s, const struct ir_query *q, const struct ir_run **out,
                    struct error *err)
{
    static const double LEAST_SHARE = 1e-6;           /* rarer ones would be looked for a long time */
    const char *wanted = s->options->run;
    *out = NULL;
    for (uint32_t i = 0; i < s->ir->nruns && !*out; i++)
        if (narrow_takes_run(wanted, &s->ir->runs[i]) && share_in(&s->ir->runs[i], q) >= LEAST_SHARE)
            *out = &s->ir->runs[i];
    int rc = narrow_check(s->arena, s->ir, wanted, err);
    if (rc < 0 || *out || !wanted)
        return rc;
    return error_set(err, ERR_USAGE, "run '%s' does not ask the query '%s'", wanted, q->name);
}

static int sample_query(struct sampling *s, const struct ir_query *q, struct error *err)
{
    const struct ir_mix alone = {q, 1};
    const struct ir_run usual = {.name = q->name, .mix = &alone, .nmix = 1, .clients = 1};
    const struct ir_run *run;
    int rc = find_run(s, q, &run, err);
    if (rc < 0)
        return rc;
    if (run)
        buf_printf(s->notes, "requests of run '%s', of which '%s' is %.4g%%\n", run->name, q->name,
                   share_in(run, q) * 100);
    else
        buf_printf(s->notes, "no run asks '%s': uniform keys, one client\n", q->name);
    put_requests(s, run ? run : &usual, q);
    return 0;
}

/* NAME[:N] */
static int take_apart(struct sampling *s, struct error *err)
{
    const char *colon = strrchr(s->options->what, ':');
    struct quantity q = {.value = SAMPLE_USUAL};
    bool ok = !colon || (quantity_parse(colon + 1, strlen(colon + 1), &q) && q.unit == UNIT_NONE &&
                         q.integer && !q.percent && q.value >= 1);
    if (!ok)
        return error_set(err, ERR_USAGE,
                         "--sample '%s': the colon is followed by a number, such as :100 or :10k",
                         s->options->what);
    s->name = colon ? arena_strndup(s->arena, s->options->what, (size_t)(colon - s->options->what))
                    : s->options->what;
    s->n = (uint64_t)q.value;
    return 0;
}

static const struct table *find_table(struct sampling *s, struct nearest *near)
{
    for (uint32_t i = 0; i < s->ir->ntables; i++) {
        if (!strcmp(s->ir->tables[i].name, s->name))
            return &s->ir->tables[i];
        nearest_try(near, s->name, s->ir->tables[i].name);
    }
    for (uint32_t i = 0; i < s->ir->nfamilies; i++) {
        const struct ir_family *f = &s->ir->families[i];
        if (!strcmp(f->name, s->name) && f->ntables) {
            buf_printf(s->notes, "'%s' is a family of %u tables: this is the first, '%s'\n", f->name,
                       f->ntables, f->tables[0].name);
            return &f->tables[0];
        }
        nearest_try(near, s->name, f->name);
    }
    return NULL;
}

int sample_put(struct arena *arena, const struct ir *ir, const struct sample_options *o, struct buf *out,
               struct buf *notes, struct error *err)
{
    struct sampling s = {
        .arena = arena, .ir = ir, .options = o, .data = {o->seed}, .out = out, .notes = notes};
    struct nearest near = {0};
    int rc = take_apart(&s, err);
    if (rc < 0)
        return rc;
    const struct table *t = find_table(&s, &near);
    const struct ir_query *q = NULL;
    for (uint32_t i = 0; !t && !q && i < ir->nqueries; i++) {
        q = strcmp(ir->queries[i].name, s.name) ? NULL : &ir->queries[i];
        nearest_try(&near, s.name, ir->queries[i].name);
    }
    if (t)
        put_rows(&s, t);
    else if (q)
        rc = sample_query(&s, q, err);
    else if (near.name)
        rc = error_set(err, ERR_USAGE, "--sample: no table and no query is named '%s': did you mean '%s'?",
                       s.name, near.name);
    else
        rc = error_set(err, ERR_USAGE,
                       "--sample: no table and no query is named '%s': `--emit=ir` shows them all", s.name);
    buf_release(&s.text);
    return rc;
}
