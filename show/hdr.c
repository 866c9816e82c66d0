/* hdr.c - HdrHistogram's V2 form; hdr.h draws it. Bytes that come from files are not trusted: each step
 * checks what is left. */
#include "config.h"

#include "show/hdr.h"

#include <string.h>

#include <zlib.h>

#include "base/base64.h"
#include "base/bug.h"
#include "base/mem.h"

enum { COOKIE = 0x1c849313, COOKIE_COMPRESSED = 0x1c849314, HEAD_BYTES = 40, COMPRESSED_HEAD_BYTES = 8,
      DIGITS = 3, LEB_BYTES = 9 };
static const uint64_t one_as_double = 0x3ff0000000000000;

/* As many bytes as counts could take if every slot were used: what claims more is none of ours. */
#define COUNTS_MOST ((size_t)HIST_SLOTS * LEB_BYTES)

/* ---- numbers ---- */

static void put_whole(struct buf *b, uint64_t v, int bytes)
{
    while (bytes--)
        buf_putc(b, (char)(v >> (8 * bytes)));
}

static uint64_t read_whole(const unsigned char *p, int bytes)
{
    uint64_t v = 0;
    while (bytes--)
        v = v << 8 | *p++;
    return v;
}

/* Seven bits a byte, the lowest first; the ninth byte has eight. ZigZag: 0, -1, 1, -2, … are 0, 1, 2, 3, … */
static void put_leb(struct buf *b, int64_t signed_value)
{
    uint64_t v = (uint64_t)signed_value << 1 ^ (signed_value < 0 ? UINT64_MAX : 0);
    int i = 1;
    for (; v >= 0x80 && i < LEB_BYTES; i++, v >>= 7)
        buf_putc(b, (char)(v | 0x80));
    buf_putc(b, (char)v);
}

static bool read_leb(const unsigned char **p, const unsigned char *end, int64_t *value)
{
    uint64_t v = 0;
    bool more = true;
    for (int i = 0; more && i < LEB_BYTES; i++) {
        if (*p == end)
            return false;
        unsigned char c = *(*p)++;
        more = i < LEB_BYTES - 1 && c & 0x80;
        v |= (uint64_t)(more ? c & 0x7f : c) << (7 * i);
    }
    *value = (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
    return true;
}

/* ---- writing ---- */

static void put_counts(const struct packed *p, struct buf *out)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < p->nslots; i++) {
        uint32_t gap = p->slots[i].slot - at;
        if (gap)
            put_leb(out, gap == 1 ? 0 : -(int64_t)gap);   /* a single one is written as what it holds */
        put_leb(out, (int64_t)p->slots[i].count);
        at = p->slots[i].slot + 1;
    }
    if (!at)
        put_leb(out, 0);
}

void hdr_put(const struct packed *p, struct buf *out)
{
    struct buf counts = {0};
    put_counts(p, &counts);
    put_whole(out, COOKIE, 4);
    put_whole(out, counts.len, 4);
    put_whole(out, 0, 4);
    put_whole(out, DIGITS, 4);
    put_whole(out, 1, 8);
    put_whole(out, HIST_HIGHEST, 8);
    put_whole(out, one_as_double, 8);
    buf_add(out, counts.data, counts.len);
    buf_release(&counts);
}

void hdr_put_base64(const struct packed *p, struct buf *out)
{
    struct buf plain = {0}, whole = {0};
    hdr_put(p, &plain);
    uLongf n = compressBound(plain.len);
    Bytef *small = mem_alloc(n);
    BUG_UNLESS(compress(small, &n, (const Bytef *)plain.data, plain.len) == Z_OK);
    put_whole(&whole, COOKIE_COMPRESSED, 4);
    put_whole(&whole, n, 4);
    buf_add(&whole, small, n);
    base64_put(out, whole.data, whole.len);
    mem_free(small);
    buf_release(&plain);
    buf_release(&whole);
}

/* ---- reading ---- */

/* Goes over the counts; the slots are noted where there is room for them. False: they are not counts,
 * or beyond our range. */
static bool walk_counts(const unsigned char *p, const unsigned char *end, struct packed *to, uint32_t *nslots)
{
    uint64_t at = 0, total = 0;
    uint32_t n = 0;
    int64_t v;
    while (p < end) {
        if (!read_leb(&p, end, &v) || v < -(int64_t)HIST_SLOTS)
            return false;
        if (v > 0) {
            if (at >= HIST_SLOTS || __builtin_add_overflow(total, (uint64_t)v, &total))
                return false;
            if (to)
                to->slots[n] = (struct packed_slot){(uint32_t)at, (uint64_t)v};
            n++;
        }
        at += v < 0 ? (uint64_t)-v : 1;
    }
    *nslots = n;
    if (to)
        to->count = total;
    return true;
}

/* The middles of the slots make the sum, the ends of the outer ones the least and the greatest. */
static void find_ends(struct packed *p)
{
    p->min = p->nslots ? hist_slot_low(p->slots[0].slot) : INT64_MAX;
    p->max = p->nslots ? hist_slot_low(p->slots[p->nslots - 1].slot + 1) - 1 : 0;
    for (uint32_t i = 0; i < p->nslots; i++) {
        double low = (double)hist_slot_low(p->slots[i].slot),
               high = (double)hist_slot_low(p->slots[i].slot + 1) - 1;
        p->sum += (low + high) / 2 * (double)p->slots[i].count;
    }
}

static const char *check_head(const unsigned char *p, size_t n)
{
    if (n < HEAD_BYTES || read_whole(p, 4) != COOKIE)
        return "it is not an HdrHistogram V2";
    if (read_whole(p + 4, 4) != n - HEAD_BYTES)
        return "it was cut short";
    if (read_whole(p + 8, 4) || read_whole(p + 12, 4) != DIGITS || read_whole(p + 16, 8) != 1 ||
        read_whole(p + 32, 8) != one_as_double)
        return "it is not in nanoseconds to 3 significant digits";
    return NULL;
}

struct packed *hdr_read(const void *bytes, size_t n, struct error *err)
{
    const unsigned char *p = bytes, *end = p + n;
    uint32_t nslots = 0;
    const char *wrong = check_head(p, n);
    if (!wrong && !walk_counts(p + HEAD_BYTES, end, NULL, &nslots))
        wrong = "its counts are none";
    if (wrong) {
        error_set(err, ERR_USAGE, "a histogram cannot be read: %s", wrong);
        return NULL;
    }
    struct packed *made = mem_alloc(sizeof *made + nslots * sizeof *made->slots);
    walk_counts(p + HEAD_BYTES, end, made, &made->nslots);
    find_ends(made);
    return made;
}

static struct packed *inflate_whole(const unsigned char *p, size_t n, struct error *err)
{
    struct packed *made = NULL;
    uLongf room = HEAD_BYTES + COUNTS_MOST;
    unsigned char *plain = mem_alloc(room);
    if (n < COMPRESSED_HEAD_BYTES || read_whole(p, 4) != COOKIE_COMPRESSED)
        error_set(err, ERR_USAGE, "a histogram cannot be read: it is not a compressed HdrHistogram V2");
    else if (read_whole(p + 4, 4) != n - COMPRESSED_HEAD_BYTES ||
             uncompress(plain, &room, p + COMPRESSED_HEAD_BYTES, n - COMPRESSED_HEAD_BYTES) != Z_OK)
        error_set(err, ERR_USAGE, "a histogram cannot be read: it was cut short, or changed");
    else
        made = hdr_read(plain, room, err);
    mem_free(plain);
    return made;
}

struct packed *hdr_read_base64(const char *text, struct error *err)
{
    char *bytes = mem_strdup(text);
    struct packed *made = NULL;
    size_t n = strlen(bytes);
    if (!base64_read(bytes, &n))
        error_set(err, ERR_USAGE, "a histogram cannot be read: it is not in base64");
    else
        made = inflate_whole((const unsigned char *)bytes, n, err);
    mem_free(bytes);
    return made;
}
