/* emit.c - plans, schemas, requests and bytecode of a workload for one backend. */
#include "config.h"

#include "emit/emit.h"

#include <stdio.h>
#include <string.h>

#include "backends/lower.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "data/version.h"
#include "emit/plan_text.h"
#include "ir/narrow.h"
#include "vm/codegen.h"

struct emitter {
    struct arena *arena;
    const struct ir *ir;
    const struct diags *diags;
    const struct instance *inst;
    const struct emit_options *options;
    struct buf *out;
    struct error *err;
    const char *stage;
};

/* ---- files ---- */

/* A name in the folder may be a link. */
static int write_piece(const struct emit_options *o, const char *path, const struct buf *text,
                       struct error *err)
{
    for (size_t i = 0; o->read && i < o->read->sources.count; i++)
        if (!o->read->sources.items[i].builtin && file_same(path, o->read->sources.items[i].name))
            return error_set(err, ERR_USAGE, "'%s' cannot be written: it is '%s', which is read", path,
                             o->read->sources.items[i].name);
    return file_write_whole(path, buf_text(text), text->len, NULL, err);
}

/* A piece of output: into its own file where a folder is given, else behind the others. */
static int put_piece(struct emitter *e, const char *name, const char *ext, const struct buf *text)
{
    if (!e->options->dir) {
        buf_add(e->out, buf_text(text), text->len);
        return 0;
    }
    char *path = arena_printf(e->arena, "%s/%s.%s", e->options->dir, name, ext);
    for (char *c = path + strlen(e->options->dir) + 1; *c; c++)
        if (*c == ' ' || *c == '/')
            *c = '_';
    return write_piece(e->options, path, text, e->err);
}

/* ---- schema ---- */

static void put_schema_head(const struct instance *inst, uint32_t ntables, struct buf *text)
{
    buf_printf(text, "%s %s: ", inst->backend->comment, inst->name);
    buf_put_count(text, ntables, "table");
    buf_putc(text, '\n');
}

static int emit_schema(struct arena *arena, const struct ir *ir, const struct diags *diags,
                       const struct instance *inst, const struct emit_options *options, struct buf *out,
                       struct error *err)
{
    struct emitter e = {arena, ir, diags, inst, options, out, err, "schema"};
    struct buf text = {0};
    const struct backend *b = inst->backend;
    void (*print)(const struct instance *, const struct table *, struct buf *) = b->print_table;
    int rc = 0;
    if (!options->dir)
        put_schema_head(inst, ir->ntables, &text);
    else if (b->print_table_file)
        print = b->print_table_file;
    for (uint32_t i = 0; rc == 0 && i < ir->ntables; i++) {
        if (!plan_can_read(&b->caps, &ir->tables[i])) {
            buf_printf(&text, "%s %s has a key of several columns, and cannot be made yet\n",
                       inst->backend->comment, ir->tables[i].name);
            continue;
        }
        print(inst, &ir->tables[i], &text);
        if (!options->dir || !b->print_table_file)
            continue;
        rc = put_piece(&e, arena_printf(arena, "%s.schema.%s", inst->name, ir->tables[i].name),
                       b->request_ext, &text);
        buf_clear(&text);
    }
    if (rc == 0 && text.len)
        rc = put_piece(&e, arena_printf(arena, "%s.schema", inst->name), b->request_ext, &text);
    buf_release(&text);
    return rc;
}

/* ---- every (query, strategy) of the runs ---- */

static const struct strategy usual_strategies[] = {
    {STRATEGY_SINGLE, 1, "single"}, {STRATEGY_BATCH, 1, "batch"}, {STRATEGY_BINPACKED, 1, "binpacked"},
};
enum { USUAL_STRATEGIES = sizeof usual_strategies / sizeof *usual_strategies };

int emit_check_options(struct arena *arena, const struct ir *ir, const struct emit_options *options,
                       struct error *err)
{
    return narrow_check(arena, ir, options->run, err);
}

typedef int each_plan(struct emitter *, const struct plan *);

static int do_plan(struct emitter *e, const struct ir_query *q, const struct strategy *s, struct map *seen,
                   each_plan *each)
{
    char *id = arena_printf(e->arena, "%s %s", q->name, s->text);
    if (map_add(e->arena, seen, id, id))
        return 0;
    struct plan *plan = arena_new(e->arena, struct plan);
    struct error err = {0};
    int rc = lower_query(e->arena, e->inst, q, s, plan, &err);
    if (rc == ERR_USAGE) {                            /* it cannot be run yet: said in its place, the others
                                                         go on */
        struct buf text = {0};
        buf_printf(&text, "%s %s\n", e->inst->backend->comment, err.text);
        rc = put_piece(e, arena_printf(e->arena, "%s.%s.%s.%s", e->inst->name, e->stage, q->name, s->text),
                       "txt", &text);
        buf_release(&text);
        return rc;
    }
    return each(e, plan);
}

static int each_of_run(struct emitter *e, const struct ir_run *run, struct map *seen, each_plan *each)
{
    int rc = 0;
    for (uint32_t m = 0; m < run->nmix; m++)
        for (uint32_t s = 0; rc == 0 && s < run->nstrategies; s++)
            rc = do_plan(e, run->mix[m].query, &run->strategies[s], seen, each);
    return rc;
}

static int each_pair(struct emitter *e, each_plan *each)
{
    struct map seen = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < e->ir->nruns; i++)
        if (narrow_takes_run(e->options->run, &e->ir->runs[i]))
            rc = each_of_run(e, &e->ir->runs[i], &seen, each);
    const struct strategy *list = e->ir->nstrategies ? e->ir->strategies : usual_strategies;
    uint32_t n = e->ir->nstrategies ? e->ir->nstrategies : USUAL_STRATEGIES;
    for (uint32_t q = 0; rc == 0 && !e->ir->nruns && q < e->ir->nqueries; q++)
        for (uint32_t s = 0; rc == 0 && s < n; s++)
            rc = do_plan(e, &e->ir->queries[q], &list[s], &seen, each);
    return rc;
}

/* ---- plan ---- */

static int put_plan(struct emitter *e, const struct plan *plan)
{
    struct buf text = {0};
    plan_put(plan, true, &text);
    buf_putc(&text, '\n');
    int rc = put_piece(
        e, arena_printf(e->arena, "%s.plan.%s.%s", e->inst->name, plan->query->name, plan->strategy->text),
        "txt", &text);
    buf_release(&text);
    return rc;
}

static int emit_plan(struct arena *arena, const struct ir *ir, const struct diags *diags,
                     const struct instance *inst, const struct emit_options *options, struct buf *out,
                     struct error *err)
{
    struct emitter e = {arena, ir, diags, inst, options, out, err, "plan"};
    return each_pair(&e, put_plan);
}

/* ---- request ---- */

/* The keys that requests are printed with: the first ones of each key space. */
static struct value *sample_keys(struct emitter *e, const struct ir_query *q, struct scratch *scratch)
{
    struct value *keys = arena_array(e->arena, struct value, q->nregisters);
    for (uint32_t k = 0; k < q->nkeys; k++)
        for (uint32_t i = 0; i < q->keys[k].count; i++) {
            const struct keyspace *space = q->keys[k].keyspace;
            uint32_t width = keyspace_width(space);
            struct value *key = &keys[q->keys[k].first + i * width];
            data_key_tuple(e->inst->data, space, (q->keys[k].fresh ? data_first_fresh(space) : 0) + i, scratch, key);
            for (uint32_t c = 0; c < width; c++)
                if (type_class(space->table ? space->table->columns[c].type : space->key.type) == CLASS_BYTES)
                    key[c].u.s.p = arena_strndup(e->arena, key[c].u.s.p, key[c].u.s.n);
            scratch_reset(scratch);
        }
    return keys;
}

/* Of a key that sample_keys made. */
static uint64_t ordinal_of(const struct ir_query *q, uint32_t reg)
{
    for (uint32_t k = 0; k < q->nkeys; k++) {
        uint32_t width = keyspace_width(q->keys[k].keyspace), first = q->keys[k].first;
        if (reg >= first && reg < first + q->keys[k].count * width)
            return (q->keys[k].fresh ? data_first_fresh(q->keys[k].keyspace) : 0) + (reg - first) / width;
    }
    return 0;
}

/* What a request writes, as the first one of client 1 would. */
static void make_values(struct emitter *e, const struct ir_query *q, const struct request *r,
                        struct scratch *scratch, struct value *keys)
{
    struct finder finder = {0};
    uint64_t version;
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct step *s = &r->steps[i];
        if (!s->statement || !version_pack((struct version){1, 1, 0, s->statement}, &version))
            continue;
        for (uint32_t k = 0; k < s->nkeys; k++)
            step_make_values(s, &finder, e->inst->data, k, ordinal_of(q, step_register(s, k)), version, scratch,
                             keys);
    }
}

static int put_requests(struct emitter *e, const struct plan *plan)
{
    const struct backend *b = e->inst->backend;
    struct scratch scratch = {0};
    struct value *keys = sample_keys(e, plan->query, &scratch);
    struct buf text = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < plan->nrequests; i++) {
        const struct request *r = &plan->requests[i];
        bool pure = e->options->dir && b->print_request_file;
        make_values(e, plan->query, r, &scratch, keys);
        if (!pure)
            buf_printf(&text, "%s %s, %s, %s: call %u of %u, %s\n", b->comment, plan->query->name,
                       plan->strategy->text, e->inst->name, i + 1, plan->nrequests, r->title);
        (pure ? b->print_request_file : b->print_request)(e->inst, r, keys, &text);
        char *name = arena_printf(e->arena, "%s.request.%s.%s", e->inst->name, plan->query->name,
                                  plan->strategy->text);
        if (plan->nrequests > 1)                      /* 01 … 30: in order as their names are */
            name = arena_printf(e->arena, "%s.%0*u", name, snprintf(NULL, 0, "%u", plan->nrequests), i + 1);
        rc = put_piece(e, name, b->request_ext, &text);
        buf_clear(&text);
    }
    buf_release(&text);
    scratch_release(&scratch);
    return rc;
}

static int emit_request(struct arena *arena, const struct ir *ir, const struct diags *diags,
                        const struct instance *inst, const struct emit_options *options, struct buf *out,
                        struct error *err)
{
    struct emitter e = {arena, ir, diags, inst, options, out, err, "request"};
    return each_pair(&e, put_requests);
}

/* ---- bytecode ---- */

static int put_program(struct emitter *e, const struct ir_run *run, const struct strategy *strategy)
{
    const struct plan **plans = arena_array(e->arena, const struct plan *, run->nmix);
    struct program program;
    struct buf text = {0};
    struct error err = {0};
    int rc = 0;
    buf_printf(&text, "%s run %s, %s, %s\n", e->inst->backend->comment, run->name, strategy->text,
               e->inst->name);
    for (uint32_t m = 0; rc == 0 && m < run->nmix; m++) {
        struct plan *plan = arena_new(e->arena, struct plan);
        rc = lower_query(e->arena, e->inst, run->mix[m].query, strategy, plan, &err);
        plans[m] = plan;
    }
    if (rc == 0)
        rc = codegen_client(e->arena, run, plans, &program, &err);
    if (rc == 0)
        program_put(&program, e->diags, &text);
    else
        buf_printf(&text, "%s %s\n", e->inst->backend->comment, err.text);
    buf_putc(&text, '\n');
    rc = put_piece(e, arena_printf(e->arena, "%s.bytecode.%s.%s", e->inst->name, run->name, strategy->text),
                   "txt", &text);
    buf_release(&text);
    return rc;
}

static int emit_bytecode(struct arena *arena, const struct ir *ir, const struct diags *diags,
                         const struct instance *inst, const struct emit_options *options, struct buf *out,
                         struct error *err)
{
    struct emitter e = {arena, ir, diags, inst, options, out, err, "bytecode"};
    int rc = 0;
    for (uint32_t i = 0; i < ir->nruns; i++)
        for (uint32_t s = 0; rc == 0 && s < ir->runs[i].nstrategies; s++)
            if (narrow_takes_run(options->run, &ir->runs[i]))
                rc = put_program(&e, &ir->runs[i], &ir->runs[i].strategies[s]);
    return rc;
}

const struct emit_stage emit_stages[] = {
    {"plan", "the calls of each query, strategy and backend, against the limits", emit_plan},
    {"schema", "what creates the tables: input for the backend's own tool", emit_schema},
    {"request", "each call with sample keys: input for the backend's own tool", emit_request},
    {"bytecode", "what a client does", emit_bytecode},
    {NULL, NULL, NULL},
};

const struct emit_stage *emit_stage_find(const char *name)
{
    for (const struct emit_stage *s = emit_stages; s->name; s++)
        if (!strcmp(s->name, name))
            return s;
    return NULL;
}

int emit_piece(struct arena *arena, const struct emit_options *options, const char *name,
               const struct buf *text, struct buf *out, struct error *err)
{
    struct emitter e = {.arena = arena, .options = options, .out = out, .err = err};
    return put_piece(&e, name, "txt", text);
}
