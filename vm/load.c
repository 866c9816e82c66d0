/* load.c - the interpreter of load programs. Streams block, so a thread runs one fiber. */
#include "config.h"

#include "vm/load.h"

#include "base/bug.h"
#include "base/mem.h"
#include "data/rows.h"

struct load_fiber {
    struct load_job *job;
    const struct driver *driver;
    uint32_t pc;
    const struct stretch *stretch;
    uint64_t cursor;                                  /* the first row that NEXT has not passed */
    struct loader *stream;                            /* opened for the first stretch, kept to the end */
    bool begun;                                       /* a stretch is under way */
    const struct table *table;                        /* that rows, batch and values are for */
    struct rows *rows;
    uint32_t batch, made;                             /* rows at a time; those that `values` hold now */
    struct value *values;
    struct scratch scratch;
};

static void settle_table(struct load_fiber *f, const struct table *t)
{
    if (f->table == t)
        return;
    rows_free(f->rows);
    f->table = t;
    f->rows = rows_new(f->job->instance->data, t);
    f->batch = rows_batch(t);
    f->values = mem_grow(f->values, (size_t)f->batch * t->ncolumns * sizeof *f->values);
}

static int claim(struct load_fiber *f, const struct instr *i, struct error *err)
{
    size_t n = atomic_fetch_add(&f->job->next, 1);
    if (n >= f->job->nstretches) {
        f->pc = i->a;
        return 0;
    }
    f->stretch = &f->job->stretches[n];
    f->cursor = f->stretch->from;
    if (f->cursor == f->stretch->to)
        BUG("an empty stretch of table '%s'", f->stretch->table->name);
    settle_table(f, f->stretch->table);
    f->pc++;
    int rc = f->stream ? 0 : f->driver->load_open(f->job->instance, &f->stream, err);
    if (rc == 0)
        rc = f->driver->load_begin(f->stream, f->stretch, err);
    f->begun = rc == 0;
    return rc;
}

/* Rows at the cursor that are made at a time. */
static uint32_t rows_at_cursor(const struct load_fiber *f)
{
    uint64_t left = f->stretch->to - f->cursor;
    return left < f->batch ? (uint32_t)left : f->batch;
}

static void make(struct load_fiber *f)
{
    f->made = rows_at_cursor(f);
    rows_make(f->rows, f->cursor, f->made, f->values, &f->scratch);
    f->pc++;
}

static int append(struct load_fiber *f, struct error *err)
{
    int rc = 0;
    for (uint32_t k = 0; rc == 0 && k < f->made; k++)
        rc = f->driver->load_row(f->stream, f->values + (size_t)k * f->table->ncolumns, err);
    f->pc++;
    return rc;
}

static int next(struct load_fiber *f, const struct instr *i, struct error *err)
{
    uint32_t n = rows_at_cursor(f);
    f->cursor += n;
    f->pc = f->cursor < f->stretch->to ? i->a : f->pc + 1;
    atomic_fetch_add(&f->job->rows, n);
    if (atomic_load(f->job->stop) || atomic_load(&f->job->failed))
        return error_set(err, ERR_INTERRUPTED, "the load was interrupted");
    return 0;
}

/* What is given up may be half there, and so is the stream that it came over. */
static int flush(struct load_fiber *f, bool commit, struct error *err)
{
    bool begun = f->begun;
    f->begun = false;
    f->pc++;
    int rc = begun ? f->driver->load_end(f->stream, commit, err) : 0;
    if (begun && !commit) {
        f->driver->load_close(f->stream);
        f->stream = NULL;
    }
    return rc;
}

static void release(struct load_fiber *f)
{
    if (f->stream)
        f->driver->load_close(f->stream);
    rows_free(f->rows);
    scratch_release(&f->scratch);
    mem_free(f->values);
}

int load_run(struct load_job *job, struct error *err)
{
    struct load_fiber f = {.job = job, .driver = job->instance->backend->driver};
    int rc = 0;
    while (rc == 0) {
        const struct instr *i = &job->program->code.items[f.pc];
        if (i->op == OP_EXIT)
            break;
        switch ((enum opcode)i->op) {
        case OP_CLAIM:
            rc = claim(&f, i, err);
            break;
        case OP_ROWS:
            make(&f);
            break;
        case OP_APPEND:
            rc = append(&f, err);
            break;
        case OP_NEXT:
            rc = next(&f, i, err);
            break;
        case OP_FLUSH:
            rc = flush(&f, f.cursor == f.stretch->to, err);     /* only what is whole may be noted */
            break;
        case OP_JUMP:
            f.pc = i->a;
            break;
        default:
            BUG("a loader met a client's instruction %u", i->op);
        }
    }
    if (rc < 0) {
        atomic_store(&job->failed, true);
        flush(&f, false, NULL);
        if (f.stretch)
            error_prefix(err, "loading table '%s'", f.stretch->table->name);
    }
    release(&f);
    return rc;
}
