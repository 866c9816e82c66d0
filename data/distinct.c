#include "config.h"

#include "data/distinct.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "data/expr.h"
#include "data/rng.h"

/* ---- by the form of the expression ---- */

static const struct type unlimited = {TYPE_DECIMAL, EXACT_DIGITS, 0};

static bool whole_kind(enum expr_kind k)
{
    return k == EXPR_IS_INT || k >= EXPR_IS_DATE;
}

/* Its bounds, where nothing was cut on the way. */
static bool bounded(const struct expr *e, uint64_t rows, struct expr_ends *out)
{
    return expr_bounds(e, unlimited, rows, out) && out->lo > -exact_most() && out->hi < exact_most();
}

static bool has_row(const struct expr *e)
{
    bool found = e->op == EXPR_ROW;
    for (uint32_t i = 0; i < e->nargs && !found; i++)
        found = has_row(e->args[i]);
    return found;
}

/* Also of an operation between constants: a date as a timestamp is its days times so many microseconds. */
static bool is_constant(const struct expr *e, wkl_i128 *out)
{
    struct expr_ends ends;
    if (has_row(e) || !bounded(e, 1, &ends) || ends.lo != ends.hi)
        return false;
    *out = ends.lo;
    return true;
}

/* Whether it is a whole number of its own for each row. */
static bool tells_rows_apart(const struct expr *e, uint64_t rows)
{
    struct expr_ends ends, of;
    if (e->op == EXPR_ROW)
        return true;
    if (!whole_kind(e->kind) || e->op < EXPR_ADD || e->op > EXPR_NEG || !bounded(e, rows, &ends))
        return false;
    if (e->op == EXPR_NEG)
        return tells_rows_apart(e->args[0], rows);
    wkl_i128 by;
    const struct expr *left = e->args[0], *right = e->args[1],
        *varies = is_constant(right, &by) ? left : is_constant(left, &by) ? right : NULL;
    if (!varies || !tells_rows_apart(varies, rows))
        return false;
    switch (e->op) {
    case EXPR_ADD: case EXPR_SUB: return true;
    case EXPR_MUL: return by != 0;
    case EXPR_DIV: return varies == left && by == 1;
    default: return varies == left && bounded(left, rows, &of) && of.lo >= 0 && of.hi < by;     /* a remainder that takes nothing away */
    }
}

static bool within(struct expr_ends ends, wkl_i128 least, wkl_i128 most)
{
    return ends.lo >= least && ends.hi <= most;
}

/* Whether the type holds all of these whole numbers as they are, each as another value. */
static bool all_held(struct type t, struct expr_ends ends)
{
    struct type_range r = type_range(t);
    wkl_i128 unit = t.kind == TYPE_DECIMAL ? exact_power(t.scale) : 1,
             exact = (wkl_i128)1 << (t.kind == TYPE_FLOAT ? 24 : 53);
    if (type_class(t) == CLASS_DOUBLE)
        return within(ends, -exact, exact);
    return t.kind != TYPE_BOOL && within(ends, r.least / unit, r.most / unit);
}

/* The most characters that a part of a text has; 0 where that is not known. */
static uint32_t most_characters(const struct expr *part, uint64_t rows)
{
    struct expr_ends ends;
    struct buf b = {0};
    bool moment = part->kind == EXPR_IS_DATE || part->kind == EXPR_IS_TIMESTAMP;
    struct type t = {.kind = part->kind == EXPR_IS_DATE ? TYPE_DATE : TYPE_TIMESTAMP};
    if (part->op == EXPR_STRING)
        return part->n;                               /* bytes: as many or more */
    if (!bounded(part, rows, &ends) || (moment && !all_held(t, ends)))
        return 0;
    if (moment)
        return part->kind == EXPR_IS_DATE ? 10 : 27;
    exact_put(&b, ends.lo, 0);
    size_t n = b.len;
    buf_clear(&b);
    exact_put(&b, ends.hi, 0);
    n = n > b.len ? n : b.len;
    buf_release(&b);
    return (uint32_t)n + 1;                           /* a sign that neither end has */
}

/* Of a text: one part does, the others are constant, and nothing is cut off. */
static bool text_tells_rows_apart(const struct expr *e, struct type t, uint64_t rows)
{
    const struct expr *whole[] = {e}, *const *parts = e->op == EXPR_CONCAT ? e->args : whole;
    uint32_t nsteps = e->op == EXPR_CONCAT ? e->nargs : 1, varying = 0;
    uint64_t characters = 0;
    for (uint32_t i = 0; i < nsteps; i++) {
        uint32_t n = most_characters(parts[i], rows);
        if (parts[i]->op != EXPR_STRING && (n == 0 || varying++ || !tells_rows_apart(parts[i], rows)))
            return false;
        characters += n;
    }
    return varying == 1 && t.kind != TYPE_JSON && (!t.n || characters <= t.n);
}

static bool is_proven(const struct column *key, uint64_t rows)
{
    struct expr_ends ends;
    if (type_class(key->type) == CLASS_BYTES)
        return text_tells_rows_apart(key->expr, key->type, rows);
    return tells_rows_apart(key->expr, rows) && bounded(key->expr, rows, &ends) && all_held(key->type, ends);
}

/* ---- by looking at them ---- */

struct seen { uint64_t hash, row; };                  /* row: plus 1, 0 is a free place */
struct look {
    const struct column *key;
    struct seen *seen;
    uint64_t mask;
    struct scratch scratch;
    struct buf text;
    struct twice *out;
};

static uint64_t hash_of(const struct buf *b)          /* FNV-1a over all the bytes, as map_hash */
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < b->len; i++)
        h = (h ^ (unsigned char)b->data[i]) * 0x100000001b3u;
    return rng_mix1(h);
}

/* The text form decides: -0 and 0 are one number, and blanks at the end of a char are none of it. */
static bool put_key(struct look *l, uint64_t row)
{
    scratch_reset(&l->scratch);
    buf_clear(&l->text);
    struct value v = expr_eval(l->key->expr, l->key->type, row, &l->scratch);
    if (v.null)
        return false;
    if (type_class(l->key->type) == CLASS_DOUBLE && v.u.d == 0)
        v.u.d = 0;
    value_put(&l->text, l->key->type, &v);
    while (l->key->type.kind == TYPE_CHAR && l->text.len && l->text.data[l->text.len - 1] == ' ')
        l->text.len--;
    return true;
}

static bool alike(struct look *l, uint64_t a, uint64_t b)
{
    struct buf other = {0};
    put_key(l, a);
    buf_add(&other, buf_text(&l->text), l->text.len);
    put_key(l, b);
    bool same = other.len == l->text.len && !memcmp(buf_text(&other), buf_text(&l->text), other.len);
    buf_release(&other);
    return same;
}

/* DISTINCT_SURE: this one is another than those before it. */
static enum distinct look_at(struct look *l, uint64_t row)
{
    l->out->second = row;
    if (!put_key(l, row))
        return DISTINCT_NULL;
    uint64_t hash = hash_of(&l->text), at = hash & l->mask;
    for (; l->seen[at].row; at = (at + 1) & l->mask) {
        uint64_t other = l->seen[at].row - 1;
        if (l->seen[at].hash != hash || other == row)
            continue;
        if (!alike(l, other, row))
            continue;
        *l->out = other < row ? (struct twice){other, row} : (struct twice){row, other};
        return DISTINCT_TWICE;
    }
    l->seen[at] = (struct seen){hash, row + 1};
    return DISTINCT_SURE;
}

/* Which row is looked at i-th. Neighbours agree where an expression divides, the first and the last where it
 * takes a remainder or is cut, and where many agree some do of those at random. */
static uint64_t row_at(uint64_t i, uint64_t count, struct rng *r)
{
    const uint64_t quarter = DISTINCT_LOOKED_AT / 4;
    if (count <= DISTINCT_LOOKED_AT || i < quarter)
        return i;
    return i < 2 * quarter ? count - 1 - (i - quarter) : quarter + rng_below(r, count - 2 * quarter);
}

enum distinct data_distinct(const struct keyspace *ks, uint64_t count, struct twice *out)
{
    struct look l = {.key = &ks->key, .out = out};
    struct rng r;
    enum distinct found = DISTINCT_SURE;
    if (ks->key.source != COLUMN_COMPUTED || count < 2 || is_proven(&ks->key, count))
        return DISTINCT_SURE;
    uint64_t n = count < DISTINCT_LOOKED_AT ? count : DISTINCT_LOOKED_AT;
    l.mask = map_room(n) - 1;
    l.seen = mem_alloc((l.mask + 1) * sizeof *l.seen);
    rng_init(&r, count);
    for (uint64_t i = 0; i < n && found == DISTINCT_SURE; i++)
        found = look_at(&l, row_at(i, count, &r));
    mem_free(l.seen);
    scratch_release(&l.scratch);
    buf_release(&l.text);
    return found == DISTINCT_SURE && n < count ? DISTINCT_SEEMS : found;
}
