/* data.c - keys and rows. The streams: seed -> table -> row -> column, and seed -> key space -> ordinal, each step a hash. */
#include "config.h"

#include "data/data.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/bug.h"
#include "base/mem.h"
#include "data/expr.h"
#include "data/gen.h"

enum { STREAM_KEYS = 1, STREAM_ROWS = 2, STREAM_PLACES = 3 };

/* ---- scratch ---- */

struct retired { struct retired *next; };

char *scratch_take(struct scratch *s, size_t n)
{
    if (s->cap - s->used < n || !s->bytes) {
        struct retired *old = (struct retired *)s->bytes;
        if (old) {
            old->next = s->retired;
            s->retired = old;
        }
        s->cap = s->cap * 2 > n + 256 ? s->cap * 2 : n + 256;
        s->bytes = mem_alloc(sizeof(struct retired) + s->cap);
        s->used = 0;
    }
    char *p = s->bytes + sizeof(struct retired) + s->used;
    s->used += n;
    return p;
}

static void free_retired(struct scratch *s)
{
    for (struct retired *r = s->retired, *next; r; r = next) {
        next = r->next;
        mem_free(r);
    }
    s->retired = NULL;
}

void scratch_reset(struct scratch *s)
{
    s->used = 0;
    if (s->retired)
        free_retired(s);
}

void scratch_release(struct scratch *s)
{
    free_retired(s);
    mem_free(s->bytes);
    *s = (struct scratch){0};
}

/* ---- keys ---- */

static uint64_t stream(const struct data *d, uint64_t salt, uint64_t kind)
{
    return rng_mix(rng_mix(d->seed, salt), kind);
}

struct value data_key(const struct data *d, const struct keyspace *k, uint64_t ordinal, struct scratch *s)
{
    if (k->key.source == COLUMN_COMPUTED)
        return expr_eval(k->key.expr, k->key.type, ordinal, s);
    return gen_key(&k->key.gen, k->key.type, stream(d, k->salt, STREAM_KEYS), ordinal, s);
}

int64_t data_row_of(const struct data *d, const struct table *t, uint64_t ordinal)
{
    uint64_t row = ordinal;
    if (ordinal >= t->keyspace->count)
        return -1;
    if (!t->keyspace->own && t->rows < t->keyspace->count) {
        struct perm p;
        perm_init(&p, t->keyspace->count, stream(d, t->salt, STREAM_PLACES));
        row = perm_forward(&p, ordinal);
    }
    return row < t->rows ? (int64_t)row : -1;
}

uint64_t data_ordinal_of(const struct data *d, const struct table *t, uint64_t row)
{
    if (t->keyspace->own || t->rows == t->keyspace->count)
        return row;
    struct perm p;
    perm_init(&p, t->keyspace->count, stream(d, t->salt, STREAM_PLACES));
    return perm_inverse(&p, row);
}

/* ---- rows ---- */

void data_row(const struct data *d, const struct table *t, uint64_t row, struct value *values, struct scratch *s)
{
    uint64_t bits = rng_mix(stream(d, t->salt, STREAM_ROWS), row);
    scratch_reset(s);
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        const struct column *c = &t->columns[i];
        uint64_t mine = rng_mix(bits, i);
        if (c->null_share > 0 && rng_unit_of(rng_mix1(~mine)) < c->null_share)
            values[i] = (struct value){.null = true};
        else if (i == 0)
            values[i] = data_key(d, t->keyspace, data_ordinal_of(d, t, row), s);
        else if (c->source == COLUMN_COMPUTED)
            values[i] = expr_eval(c->expr, c->type, row, s);
        else
            values[i] = gen_value(&c->gen, c->type, mine, row, s);
    }
}

double data_row_bytes(const struct table *t)
{
    double bytes = 0;
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        const struct column *c = &t->columns[i];
        double mean = c->source == COLUMN_COMPUTED ? type_bytes(c->type) : gen_mean_bytes(&c->gen, c->type);
        bytes += mean * (1 - c->null_share);
    }
    return bytes;
}

/* ---- digests ---- */

static void put_gen(struct buf *b, const struct gen *g, struct type t)
{
    buf_printf(b, " gen %d %a %a %lld %lld %a %a", g->kind, g->p1, g->p2, (long long)g->lo, (long long)g->hi, g->dlo, g->dhi);
    for (uint32_t i = 0; i < g->nchoices; i++) {
        buf_printf(b, " %a ", g->choices[i].share);
        value_put(b, t, &g->choices[i].value);
    }
}

static void put_expr(struct buf *b, const struct expr *e)
{
    buf_printf(b, "(%d %lld %a %.*s", e->op, (long long)e->i, e->d, (int)e->n, e->s ? e->s : "");
    for (uint32_t i = 0; i < e->nargs; i++)
        put_expr(b, e->args[i]);
    buf_putc(b, ')');
}

static void put_column(struct buf *b, const struct column *c)
{
    buf_printf(b, "\n%s ", c->name);
    type_put(b, c->type);
    if (c->expr)
        put_expr(b, c->expr);
    else
        put_gen(b, &c->gen, c->type);
    buf_printf(b, " null %a", c->null_share);
}

/* The number before the seed is that of the way values are made: it grows when that changes. */
void data_digest(const struct data *d, const struct table *t, char out[DIGEST_CHARS + 1])
{
    struct buf b = {0};
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    buf_printf(&b, "1 %llu keys %s %llu", (unsigned long long)d->seed, t->keyspace->name, (unsigned long long)t->keyspace->count);
    put_column(&b, &t->keyspace->key);
    buf_printf(&b, "\ntable %s %llu %u", t->name, (unsigned long long)t->rows, t->nkeys);
    for (uint32_t i = 0; i < t->ncolumns; i++)
        put_column(&b, &t->columns[i]);
    if (EVP_Digest(b.data, b.len, sum, &n, EVP_sha256(), NULL) != 1)
        BUG("SHA-256 failed");
    for (int i = 0; i < DIGEST_CHARS / 2; i++) {
        out[2 * i] = "0123456789abcdef"[sum[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
    }
    out[DIGEST_CHARS] = 0;
    buf_release(&b);
}
