/* binary.c - one function each way. */
#include "config.h"

#include "backends/postgres/binary.h"

#include <string.h>

#include "base/bug.h"

__extension__ typedef unsigned __int128 u128;

static const struct { uint32_t oid, array;
} oids[TYPE_COUNT] = {
    [TYPE_BOOL] = {16, 1000},   [TYPE_INT] = {23, 1007},      [TYPE_BIGINT] = {20, 1016},
    [TYPE_FLOAT] = {700, 1021}, [TYPE_DOUBLE] = {701, 1022},  [TYPE_DECIMAL] = {1700, 1231},
    [TYPE_CHAR] = {1042, 1014}, [TYPE_STRING] = {1043, 1015}, [TYPE_BYTES] = {17, 1001},
    [TYPE_UUID] = {2950, 2951}, [TYPE_DATE] = {1082, 1182},   [TYPE_TIMESTAMP] = {1184, 1185},
    [TYPE_JSON] = {114, 199},
};

static const int64_t EPOCH_DAYS = 10957;              /* 2000-01-01 */
static const int64_t EPOCH_US = 10957 * 86400ll * 1000000;
enum { NUMERIC_NEGATIVE = 0x4000, GROUP = 4, GROUP_BASE = 10000 };

uint32_t pg_type_oid(struct type t) { return oids[t.kind].oid; }
uint32_t pg_array_oid(struct type t) { return oids[t.kind].array; }

/* ---- writing ---- */

static void put_uint(struct buf *b, uint64_t v, int bytes)
{
    char out[8];
    for (int i = bytes - 1; i >= 0; i--, v >>= 8)
        out[i] = (char)(v & 255);
    buf_add(b, out, (size_t)bytes);
}

void pg_put_u16(struct buf *b, uint16_t v) { put_uint(b, v, 2); }
void pg_put_u32(struct buf *b, uint32_t v) { put_uint(b, v, 4); }

static int power10(int n)
{
    int p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

/* Group g holds the digits of 10^(4g) … 10^(4g+3). */
static int group_of(const char *digits, int n, int scale, int g)
{
    int v = 0;
    for (int k = 0; k < GROUP; k++) {
        int i = GROUP * g + k + scale;
        if (i >= 0 && i < n)
            v += digits[i] * power10(k);
    }
    return v;
}

static void put_numeric(struct buf *b, struct type t, wkl_i128 dec)
{
    char digits[64];                                  /* the last first */
    int n = 0, scale = (int)t.scale;
    u128 u = dec < 0 ? -(u128)dec : (u128)dec;
    for (; u || n < scale; u /= 10)
        digits[n++] = (char)(u % 10);
    int high = (n - scale + GROUP - 1) / GROUP - 1, low = -((scale + GROUP - 1) / GROUP);
    while (high >= low && !group_of(digits, n, scale, high))
        high--;
    while (low <= high && !group_of(digits, n, scale, low))
        low++;
    pg_put_u16(b, (uint16_t)(high - low + 1));
    pg_put_u16(b, (uint16_t)(high >= low ? high : 0));
    pg_put_u16(b, dec < 0 ? NUMERIC_NEGATIVE : 0);
    pg_put_u16(b, (uint16_t)scale);
    for (int g = high; g >= low; g--)
        pg_put_u16(b, (uint16_t)group_of(digits, n, scale, g));
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static void put_uuid(struct buf *b, const char *text)
{
    for (int i = 0; i < 36; i += 2) {
        i += text[i] == '-';
        buf_putc(b, (char)(hex_digit(text[i]) << 4 | hex_digit(text[i + 1])));
    }
}

static void put_float(struct buf *b, double d)
{
    float f = (float)d;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put_uint(b, bits, 4);
}

/* Of a type that is one number: how many bytes it takes, which *bits ends with; 0: of any other. */
static size_t number_of(struct type t, const struct value *v, uint64_t *bits)
{
    switch (t.kind) {
    case TYPE_INT: *bits = (uint64_t)v->u.i; return 4;
    case TYPE_BIGINT: *bits = (uint64_t)v->u.i; return 8;
    case TYPE_DATE: *bits = (uint64_t)(v->u.i - EPOCH_DAYS); return 4;
    case TYPE_TIMESTAMP: *bits = (uint64_t)(v->u.i - EPOCH_US); return 8;
    case TYPE_DOUBLE: memcpy(bits, &v->u.d, sizeof *bits); return 8;
    default: return 0;
    }
}

void pg_put_bytes(struct buf *b, struct type t, const struct value *v)
{
    uint64_t bits;
    size_t n = number_of(t, v, &bits);
    if (n) {
        put_uint(b, bits, (int)n);
        return;
    }
    switch (t.kind) {
    case TYPE_BOOL: buf_putc(b, (char)v->u.i); return;
    case TYPE_FLOAT: put_float(b, v->u.d); return;
    case TYPE_DECIMAL: put_numeric(b, t, v->u.dec); return;
    case TYPE_UUID: put_uuid(b, v->u.s.p); return;
    case TYPE_CHAR: case TYPE_STRING: case TYPE_BYTES: case TYPE_JSON: buf_add(b, v->u.s.p, v->u.s.n); return;
    default: break;
    }
    BUG("a value of type %d", t.kind);
}

/* The length and the number go in together: most of what is written are such. */
static bool put_number(struct buf *b, struct type t, const struct value *v)
{
    char out[12] = {0};
    uint64_t bits = 0;
    size_t n = number_of(t, v, &bits);
    out[3] = (char)n;
    for (size_t i = 4 + n; i-- > 4; bits >>= 8)
        out[i] = (char)bits;
    if (n)
        buf_add(b, out, 4 + n);
    return n > 0;
}

void pg_put_value(struct buf *b, struct type t, const struct value *v)
{
    size_t at = b->len;
    if (!v->null && put_number(b, t, v))
        return;
    pg_put_u32(b, UINT32_MAX);
    if (v->null)
        return;
    pg_put_bytes(b, t, v);
    uint32_t n = (uint32_t)(b->len - at - 4);
    for (int i = 0; i < 4; i++)
        b->data[at + (size_t)i] = (char)(n >> (24 - 8 * i));
}

/* ---- reading ---- */

static uint64_t get_uint(const char *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static bool get_numeric(struct type t, const char *p, size_t n, wkl_i128 *out)
{
    if (n < 8)
        return false;
    int count = (int)get_uint(p, 2), weight = (int16_t)get_uint(p + 2, 2), sign = (int)get_uint(p + 4, 2);
    if (n != 8 + 2 * (size_t)count || (sign && sign != NUMERIC_NEGATIVE))    /* other signs: NaN,
                                                                                infinities */
        return false;
    wkl_i128 v = 0;
    for (int i = 0; i < count; i++) {
        wkl_i128 digit = (wkl_i128)get_uint(p + 8 + 2 * i, 2);
        int e = GROUP * (weight - i) + (int)t.scale;
        for (; e > 0; e--)
            if (__builtin_mul_overflow(digit, (wkl_i128)10, &digit))
                return false;
        for (; e < 0 && digit; e++) {
            if (digit % 10)
                return false;                         /* digits beyond the scale */
            digit /= 10;
        }
        if (__builtin_add_overflow(v, digit, &v))
            return false;
    }
    *out = sign ? -v : v;
    return true;
}

static void get_uuid(const char *p, struct value *v, struct scratch *s)
{
    char *out = scratch_take(s, 36);
    for (int i = 0, o = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[o++] = '-';
        out[o++] = "0123456789abcdef"[(unsigned char)p[i] >> 4];
        out[o++] = "0123456789abcdef"[(unsigned char)p[i] & 15];
    }
    v->u.s.p = out;
    v->u.s.n = 36;
}

static double get_float(const char *p)
{
    uint32_t bits = (uint32_t)get_uint(p, 4);
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static double get_double(const char *p)
{
    uint64_t bits = get_uint(p, 8);
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

bool pg_read_value(struct type t, const char *p, size_t n, struct value *v, struct scratch *s)
{
    static const unsigned char fixed[TYPE_COUNT] = {
        [TYPE_BOOL] = 1, [TYPE_INT] = 4, [TYPE_BIGINT] = 8, [TYPE_FLOAT] = 4, [TYPE_DOUBLE] = 8,
        [TYPE_UUID] = 16, [TYPE_DATE] = 4, [TYPE_TIMESTAMP] = 8,
    };
    v->null = false;
    if (fixed[t.kind] && n != fixed[t.kind])
        return false;
    switch (t.kind) {
    case TYPE_BOOL: v->u.i = *p != 0; return true;
    case TYPE_INT: v->u.i = (int32_t)get_uint(p, 4); return true;
    case TYPE_BIGINT: v->u.i = (int64_t)get_uint(p, 8); return true;
    case TYPE_DATE: v->u.i = (int32_t)get_uint(p, 4) + EPOCH_DAYS; return true;
    case TYPE_TIMESTAMP: return !__builtin_add_overflow((int64_t)get_uint(p, 8), EPOCH_US, &v->u.i);   /* infinity is none */
    case TYPE_FLOAT: v->u.d = get_float(p); return true;
    case TYPE_DOUBLE: v->u.d = get_double(p); return true;
    case TYPE_DECIMAL: return get_numeric(t, p, n, &v->u.dec);
    case TYPE_UUID: get_uuid(p, v, s); return true;
    default: break;
    }
    while (t.kind == TYPE_CHAR && n && p[n - 1] == ' ')   /* char(n) comes padded */
        n--;
    v->u.s.p = p;
    v->u.s.n = (uint32_t)n;
    return true;
}
