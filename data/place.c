/* place.c - tables with a key of several columns: where a row stands, and what its key is made of. See
 * data.h. */
#include "config.h"

#include "data/data.h"
#include "data/expr.h"
#include "data/rng.h"

enum purpose { FOR_PARTS = 4 };                       /* behind those of data.c: the seed is the table's
                                                         too */

/* ---- which key a row is of ----
 * Keys are ranked by the table's permutation. Rank j has lo + j mod L rows, L = hi - lo + 1: L ranks together
 * have L (lo + hi) / 2, and how many rows stand before a rank is a formula. The permutation scatters the
 * ranks, so that a key's number of rows looks like a draw of lo … hi. */

static uint64_t before_in_block(const struct table *t, uint64_t ranks)
{
    return t->per_key_lo * ranks + ranks * (ranks - (ranks > 0)) / 2;
}

static uint64_t block_of(const struct table *t)       /* ranks in one */
{
    return (uint64_t)t->per_key_hi - t->per_key_lo + 1;
}

uint64_t data_rows_before(const struct table *t, uint64_t rank)
{
    uint64_t block = block_of(t);
    return rank / block * before_in_block(t, block) + before_in_block(t, rank % block);
}

uint64_t data_rank_of_row(const struct table *t, uint64_t row, uint64_t *n)
{
    uint64_t block = block_of(t), sum = before_in_block(t, block), rest = row % sum, low = 0, high = block;
    while (high - low > 1) {                          /* the last rank of the block that begins at or before
                                                         it */
        uint64_t middle = low + (high - low) / 2;
        if (before_in_block(t, middle) <= rest)
            low = middle;
        else
            high = middle;
    }
    *n = rest - before_in_block(t, low);
    return row / sum * block + low;
}

/* ---- what its key is made of ----
 * The number of a row among those that the parts must tell apart is written in a mixed base: each part takes
 * a digit, as large as its generator has values, and makes its value from it as a key space makes a key. The
 * parts before it are in its seed, so that other rows have other values. */

struct digits { uint64_t left, total, prefix; };

static bool is_digit(const struct column *c)
{
    return c->source != COLUMN_COMPUTED;
}

static bool is_last(const struct table *t, uint32_t i)
{
    for (i++; i < t->nkeys; i++)
        if (is_digit(&t->columns[i]))
            return false;
    return true;
}

static struct keyspace take_digit(const struct table *t, uint32_t i, struct digits *d, uint64_t *digit)
{
    struct keyspace ks = {.key = t->columns[i], .salt = rng_mix(d->prefix, i)};
    uint64_t values = data_key_values(&ks), base = values < d->total ? values : d->total;
    *digit = is_last(t, i) ? d->left : d->left % base;  /* the last takes all, also of rows that the table has
                                                           not: keys for misses */
    d->left /= base;
    d->total = d->total / base + (d->total % base > 0);
    d->prefix = rng_mix(d->prefix, *digit);
    return ks;
}

struct value data_key_part(const struct data *d, const struct table *t, uint32_t column, uint64_t row,
                           struct scratch *s)
{
    uint64_t digit = 0, n = row, ordinal = 0;
    if (!t->keyspace->own)
        ordinal = data_place_of(d, t, row, &n);
    struct digits all = {n, t->keyspace->own ? t->rows : t->per_key_hi,
                         rng_mix(rng_mix(t->salt, FOR_PARTS), ordinal)};
    struct keyspace ks = {0};
    for (uint32_t i = data_inherited(t); i <= column; i++)
        if (is_digit(&t->columns[i]))
            ks = take_digit(t, i, &all, &digit);
    return data_key(d, &ks, digit, s);
}

void data_key_parts(const struct data *d, const struct table *t, uint32_t from, uint64_t row,
                    struct scratch *s, struct value *out)
{
    for (uint32_t i = from; i < t->nkeys; i++)
        if (t->columns[i].source == COLUMN_COMPUTED)
            expr_make(t->columns[i].expr, t->columns[i].type, row, s, &out[i]);
        else
            out[i] = data_key_part(d, t, i, row, s);
}

void data_key_tuple(const struct data *d, const struct keyspace *ks, uint64_t ordinal, struct scratch *s,
                    struct value *out)
{
    if (!ks->table) {
        *out = data_key(d, ks, ordinal, s);
        return;
    }
    uint32_t given = data_inherited(ks->table);
    if (given)
        data_key_tuple(d, ks->table->keyspace, data_ordinal_of(d, ks->table, ordinal), s, out);
    data_key_parts(d, ks->table, given, ordinal, s, out);
}

const struct column *data_made(const struct table *t, uint32_t column)
{
    const struct keyspace *ks = t->keyspace;
    if (column >= keyspace_width(ks) || (ks->own && ks->table))
        return &t->columns[column];
    return ks->table ? data_made(ks->table, column) : &ks->key;
}

bool data_parts_fit(const struct table *t)
{
    struct digits all = {0, t->keyspace->own ? t->rows : t->per_key_hi, 0};
    uint64_t digit;
    bool any = false;
    for (uint32_t i = data_inherited(t); i < t->nkeys; i++)
        if (is_digit(&t->columns[i])) {
            take_digit(t, i, &all, &digit);
            any = true;
        }
    return !any || all.total <= 1;
}
