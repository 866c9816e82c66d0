/* sort_key.c */
#include "config.h"

#include "backends/dynamodb/sort_key.h"

#include <string.h>

#include "data/data.h"

enum { MAX_NAME = 255, DOUBLE_CHARS = 16, DATE_CHARS = 10, TIMESTAMP_CHARS = 27, UUID_TEXT_CHARS = 36,
      BOOL_CHARS = 5 };

#define ESCAPE (SORT_KEY_BEHIND[0])                   /* never the last sign of a text */

void sort_key_put_name(const struct column *columns, uint32_t nkeys, struct buf *b)
{
    size_t from = b->len;
    for (uint32_t i = 1; i < nkeys; i++)
        buf_printf(b, "%s%s", i > 1 ? "#" : "", columns[i].name);
    if (b->len - from > MAX_NAME)                     /* names are ASCII */
        b->len = from + MAX_NAME;
}

/* ---- the text of a column, in its order ---- */

static uint32_t digits_of(struct type t)
{
    static const uint32_t whole[TYPE_COUNT] = {[TYPE_INT] = 10, [TYPE_BIGINT] = 19};
    return t.kind == TYPE_DECIMAL ? t.n : whole[t.kind];
}

/* All digits that the type can have, behind a 1: "10000000007". Below zero what is missing to their end,
 * behind a 0: "09999999993" is -7. */
static void put_whole(struct buf *b, uint32_t digits, wkl_i128 v)
{
    char text[EXACT_DIGITS + 1], *end = text + digits + 1;
    wkl_u128 rest = v < 0 ? (wkl_u128)exact_power(digits) - (wkl_u128)-v : (wkl_u128)v;
    text[0] = v < 0 ? '0' : '1';
    for (char *at = end; at > text + 1; rest /= 10)
        *--at = (char)('0' + (int)(rest % 10));
    buf_add(b, text, digits + 1);
}

/* The bits in hexadecimal, turned so that they count as the numbers do. */
static void put_double(struct buf *b, double d)
{
    const uint64_t sign = (uint64_t)1 << 63;
    uint64_t bits;
    d = d == 0 ? 0 : d;                               /* -0 is 0 */
    memcpy(&bits, &d, sizeof bits);
    bits = bits & sign ? ~bits : bits | sign;
    buf_printf(b, "%016llx", (unsigned long long)bits);
}

/* Signs up to the escape itself are that and another, in their order. */
static void put_escaped(struct buf *b, const char *p, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if ((unsigned char)p[i] <= ESCAPE) {
            buf_putc(b, ESCAPE);
            buf_putc(b, (char)(p[i] + '@'));
        } else {
            buf_putc(b, p[i]);
        }
}

static bool is_text(struct type t)
{
    return t.kind == TYPE_CHAR || t.kind == TYPE_STRING || t.kind == TYPE_JSON;
}

/* Dates, moments, bytes, UUIDs and truth sort by their usual text. */
void sort_key_put_value(struct type t, const struct value *v, struct buf *b)
{
    if (is_text(t))
        put_escaped(b, v->u.s.p, v->u.s.n);
    else if (t.kind == TYPE_DECIMAL)
        put_whole(b, t.n, v->u.dec);
    else if (type_class(t) == CLASS_DOUBLE)
        put_double(b, v->u.d);
    else if (digits_of(t))
        put_whole(b, digits_of(t), v->u.i);
    else
        value_put(b, t, v);
}

void sort_key_put(const struct table *t, uint32_t n, const struct value *row, struct buf *b)
{
    for (uint32_t i = 1; i < n; i++) {
        buf_puts(b, i > 1 ? SORT_KEY_BETWEEN : "");
        sort_key_put_value(t->columns[i].type, &row[i], b);
    }
}

/* ---- its length ---- */

/* As if nothing of a text were escaped: at least so many. */
static bool longest_joined(const struct column *c, uint64_t *bytes)
{
    static const uint32_t usual[TYPE_COUNT] = {
        [TYPE_DATE] = DATE_CHARS,      [TYPE_TIMESTAMP] = TIMESTAMP_CHARS, [TYPE_BOOL] = BOOL_CHARS,
        [TYPE_UUID] = UUID_TEXT_CHARS, [TYPE_FLOAT] = DOUBLE_CHARS,        [TYPE_DOUBLE] = DOUBLE_CHARS};
    *bytes = digits_of(c->type) ? digits_of(c->type) + 1 : usual[c->type.kind];
    if (*bytes)
        return true;
    if (!data_longest(c, bytes))
        return false;
    *bytes += c->type.kind == TYPE_BYTES ? *bytes : 0;
    return true;
}

bool sort_key_longest(const struct table *t, uint64_t *bytes)
{
    bool joined = sort_key_is_joined(t->nkeys);
    *bytes = 0;
    for (uint32_t i = 1; i < t->nkeys; i++) {
        uint64_t longest = 0;
        const struct column *c = data_made(t, i);
        bool known = joined ? longest_joined(c, &longest) : data_longest(c, &longest);
        *bytes += known ? longest + (i > 1) : 0;
    }
    return *bytes > 0;
}
