/* load.c - the interpreter of load programs. Streams block, so a thread runs one fiber. */
#include "config.h"

#include "vm/load.h"

#include "base/bug.h"
#include "base/mem.h"

enum { REPORT_ROWS = 512 };                           /* rows between two looks at the flags, and updates of the count */

struct load_fiber {
    struct load_job *job;
    const struct driver *driver;
    uint32_t pc;
    const struct load_chunk *chunk;
    uint64_t cursor, told;
    struct loader *stream;                            /* open while a chunk is under way */
    struct value *row;
    size_t row_room;
    struct scratch scratch;
};

static int claim(struct load_fiber *f, const struct instr *i, struct error *err)
{
    size_t n = atomic_fetch_add(&f->job->next, 1);
    if (n >= f->job->nchunks) {
        f->pc = i->a;
        return 0;
    }
    f->chunk = &f->job->chunks[n];
    f->cursor = f->told = f->chunk->from;
    if (f->row_room < f->chunk->table->ncolumns) {
        f->row_room = f->chunk->table->ncolumns;
        f->row = mem_grow(f->row, f->row_room * sizeof *f->row);
    }
    f->pc++;
    if (f->chunk->from == f->chunk->to)
        BUG("an empty chunk of table '%s'", f->chunk->table->name);
    return f->driver->load_open(f->job->instance, f->chunk->table, &f->stream, err);
}

static int next(struct load_fiber *f, const struct instr *i, struct error *err)
{
    bool more = ++f->cursor < f->chunk->to;
    f->pc = more ? i->a : f->pc + 1;
    if (more && f->cursor - f->told < REPORT_ROWS)
        return 0;
    atomic_fetch_add(&f->job->rows, f->cursor - f->told);
    f->told = f->cursor;
    if (atomic_load(f->job->stop) || atomic_load(&f->job->failed))
        return error_set(err, ERR_INTERRUPTED, "the load was interrupted");
    return 0;
}

static int flush(struct load_fiber *f, bool commit, struct error *err)
{
    struct loader *stream = f->stream;
    f->stream = NULL;
    f->pc++;
    return stream ? f->driver->load_close(stream, commit, err) : 0;
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
        case OP_ROW:
            data_row(job->instance->data, f.chunk->table, f.cursor, f.row, &f.scratch);
            f.pc++;
            break;
        case OP_APPEND:
            rc = f.driver->load_row(f.stream, f.row, err);
            f.pc++;
            break;
        case OP_NEXT:
            rc = next(&f, i, err);
            break;
        case OP_FLUSH:
            rc = flush(&f, true, err);
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
        if (f.chunk)
            error_prefix(err, "loading table '%s'", f.chunk->table->name);
    }
    scratch_release(&f.scratch);
    mem_free(f.row);
    return rc;
}
