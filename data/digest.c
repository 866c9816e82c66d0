/* digest.c - what decides a table's content, written out and hashed. */
#include "config.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/bug.h"
#include "data/data.h"
#include "data/expr.h"
#include "data/gen.h"

/* Changes whenever the same schema and seed come to mean other rows. */
static const char version[] = "wkl data 1";

static void put_name(struct buf *b, const char *name)
{
    buf_put_json(b, name ? name : "", name ? strlen(name) : 0);
}

static void put_number(struct buf *b, double d)       /* its bits */
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    buf_printf(b, " %llx", (unsigned long long)bits);
}

static void put_gen(struct buf *b, const struct gen *g, struct type t)
{
    buf_printf(b, "%s %lld %lld", gen_kind_name(g->kind), (long long)g->lo, (long long)g->hi);
    put_number(b, g->p1);
    put_number(b, g->p2);
    put_number(b, g->dlo);
    put_number(b, g->dhi);
    if (g->wide) {
        buf_puts(b, " wide ");
        exact_put(b, g->wide->lo, 0);
        buf_putc(b, ' ');
        exact_put(b, g->wide->hi, 0);
    } else if (gen_is_apart(g)) {
        buf_puts(b, " of all");                       /* it was of the first 2^62 or 2^63 numbers once */
    }
    if (g->kind == GEN_SEQUENCE && t.kind == TYPE_DECIMAL && t.scale)
        buf_puts(b, " of 1");                         /* it was of units of the last digit once */
    for (uint32_t i = 0; i < g->nchoices; i++) {
        const struct value *v = &g->choices[i].value;
        struct buf text = {0};
        value_put(&text, t, v);
        buf_putc(b, ' ');
        if (v->null)
            buf_puts(b, "null");
        else
            buf_put_json(b, buf_text(&text), text.len);
        put_number(b, g->choices[i].share);
        buf_release(&text);
    }
}

static void put_column(struct buf *b, const struct column *c)
{
    put_name(b, c->name);
    buf_putc(b, ' ');
    type_put(b, c->type);
    buf_puts(b, c->source == COLUMN_KEY ? " key" : c->source == COLUMN_RANDOM ? " random " : " computed ");
    if (c->source == COLUMN_RANDOM)
        put_gen(b, &c->gen, c->type);
    else if (c->source == COLUMN_COMPUTED)
        expr_put(b, c->expr, c->type);
    buf_puts(b, " null");
    put_number(b, c->null_share);
    buf_putc(b, '\n');
}

static void put_table(struct buf *b, const struct table *t, uint32_t ncolumns)
{
    const struct keyspace *ks = t->keyspace;
    if (ks->table && !ks->own)                        /* of the parent what makes its keys */
        put_table(b, ks->table, ks->table->nkeys);
    buf_puts(b, "keyspace ");
    put_name(b, ks->name);
    buf_printf(b, " %llu %llx%s ", (unsigned long long)ks->count, (unsigned long long)ks->salt,
               ks->own ? " own" : "");
    put_column(b, &ks->key);
    if (ks->key.source == COLUMN_KEY) {               /* its generator makes the keys */
        put_gen(b, &ks->key.gen, ks->key.type);
        buf_putc(b, '\n');
    }
    buf_puts(b, "table ");
    put_name(b, t->name);
    buf_printf(b, " %llu %llx keys %u\n", (unsigned long long)t->rows, (unsigned long long)t->salt, t->nkeys);
    for (uint32_t i = 0; i < ncolumns; i++) {
        put_column(b, &t->columns[i]);
        if (i && t->columns[i].source == COLUMN_KEY) {
            put_gen(b, &t->columns[i].gen, t->columns[i].type);
            buf_putc(b, '\n');
        }
    }
    if (t->per_key_hi)
        buf_printf(b, "members %llu per key %u..%u\n", (unsigned long long)t->members, t->per_key_lo,
                   t->per_key_hi);
}

void data_digest(const struct data *d, const struct table *t, char out[DIGEST_CHARS + 1])
{
    struct buf text = {0};
    buf_printf(&text, "%s\nseed %llu\n", version, (unsigned long long)d->seed);
    put_table(&text, t, t->ncolumns);
    text_digest(&text, out);
    buf_release(&text);
}

void text_digest(const struct buf *text, char out[DIGEST_CHARS + 1])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    int ok = EVP_Digest(buf_text(text), text->len, hash, &n, EVP_sha256(), NULL);
    BUG_UNLESS(ok == 1 && n >= DIGEST_CHARS / 2);
    for (int i = 0; i < DIGEST_CHARS / 2; i++) {
        out[2 * i] = "0123456789abcdef"[hash[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
    }
    out[DIGEST_CHARS] = 0;
}
