/* touched.c */
#include "config.h"

#include "proof/touched.h"

#include "base/mem.h"

enum { BITS = 64 };
#define MOST_BITS (UINT64_C(1) << 30)

static uint64_t words_of(const struct touched *t)
{
    return (t->rows / t->block + BITS) / BITS;
}

void touched_init(struct touched *t, uint64_t rows)
{
    *t = (struct touched){.rows = rows, .block = 1 + (rows ? (rows - 1) / MOST_BITS : 0)};
    t->bits = mem_alloc(words_of(t) * sizeof *t->bits);
}

void touched_release(struct touched *t)
{
    mem_free((void *)t->bits);
    *t = (struct touched){0};
}

void touched_clear(struct touched *t)
{
    for (uint64_t i = 0; i < words_of(t); i++)
        atomic_store_explicit(&t->bits[i], 0, memory_order_relaxed);
}

/* Hot rows are marked again and again: looking first leaves their line to all threads. */
void touched_mark(struct touched *t, uint64_t row)
{
    uint64_t bit = row / t->block, mask = UINT64_C(1) << bit % BITS;
    _Atomic uint64_t *word = &t->bits[bit / BITS];
    if (!(atomic_load_explicit(word, memory_order_relaxed) & mask))
        atomic_fetch_or_explicit(word, mask, memory_order_relaxed);
}

bool touched_is(const struct touched *t, uint64_t row)
{
    uint64_t bit = row / t->block;
    return atomic_load_explicit(&t->bits[bit / BITS], memory_order_relaxed) >> bit % BITS & 1;
}

static uint64_t nbits(const struct touched *t)
{
    return t->rows ? (t->rows - 1) / t->block + 1 : 0;
}

/* The first bit from `bit` on that is set, or is not; nbits: none. */
static uint64_t find_bit(const struct touched *t, uint64_t bit, bool set)
{
    uint64_t end = nbits(t);
    while (bit < end) {
        uint64_t word = atomic_load_explicit(&t->bits[bit / BITS], memory_order_relaxed);
        uint64_t rest = (set ? word : ~word) >> bit % BITS;
        if (rest) {
            bit += (uint64_t)__builtin_ctzll(rest);
            break;
        }
        bit += BITS - bit % BITS;
    }
    return bit < end ? bit : end;
}

bool touched_next(const struct touched *t, uint64_t *from, uint64_t *to)
{
    uint64_t first = find_bit(t, (*to + t->block - 1) / t->block, true);
    if (first >= nbits(t))
        return false;
    uint64_t last = find_bit(t, first, false) * t->block;
    *from = first * t->block;
    *to = last < t->rows ? last : t->rows;
    return true;
}

uint64_t touched_count(const struct touched *t)
{
    uint64_t n = 0;
    for (uint64_t from, to = 0; touched_next(t, &from, &to);)
        n += to - from;
    return n;
}
