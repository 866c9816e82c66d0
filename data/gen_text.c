/* gen_text.c - the generators that make characters: text, words, hex, uuid. */
#include "config.h"

#include <string.h>

#include "base/bug.h"
#include "data/gen.h"

enum { UUID_CHARS = 36, HEX_OF_UNBOUNDED = 32 };

static const char json_open[] = "{\"v\":\"", json_close[] = "\"}";
enum { JSON_AROUND = sizeof json_open + sizeof json_close - 2 };

/* ---- hex, uuid ---- */

static inline uint64_t spread_nibbles(uint64_t x)     /* 32 bits: one nibble a byte, the highest in the
                                                         highest byte */
{
    x = (x | x << 16) & 0x0000ffff0000ffffu;
    x = (x | x << 8) & 0x00ff00ff00ff00ffu;
    return (x | x << 4) & 0x0f0f0f0f0f0f0f0fu;
}

static inline void put_hex8(char *out, uint64_t x)
{
    x = spread_nibbles(x);
    uint64_t letters = ((x + 0x0606060606060606u) >> 4) & 0x0101010101010101u;
    x += 0x3030303030303030u + letters * ('a' - '0' - 10);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    memcpy(out, &x, sizeof x);
}

void gen_hex16(char *out, uint64_t v)
{
    put_hex8(out, v >> 32);
    put_hex8(out + 8, v & 0xffffffffu);
}

void gen_hex(char *out, uint32_t n, struct bits *b)
{
    for (; n >= 16; n -= 16, out += 16)
        gen_hex16(out, bits_next(b));
    if (n) {
        char last[16];
        gen_hex16(last, bits_next(b));
        memcpy(out, last, n);
    }
}

void gen_uuid(char *out, uint64_t high, uint64_t low)
{
    char hex[32];
    gen_hex16(hex, (high & 0xffffffffffff0fffu) | 0x4000u);
    gen_hex16(hex + 16, (low & 0x3fffffffffffffffu) | 0x8000000000000000u);
    memcpy(out, hex, 8);
    memcpy(out + 9, hex + 8, 4);
    memcpy(out + 14, hex + 12, 4);
    memcpy(out + 19, hex + 16, 4);
    memcpy(out + 24, hex + 20, 12);
    out[8] = out[13] = out[18] = out[23] = '-';
}

uint32_t gen_hex_length(struct type t)
{
    return t.n ? t.n : HEX_OF_UNBOUNDED;
}

/* ---- text, words ---- */

static void put_text(char *out, uint32_t n, struct bits *b)
{
    /* 64 signs, six bits each, ten from a word; the last two are blanks, which the ends take as letters */
    static const char signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789  ";
    for (uint32_t i = 0; i < n;) {
        uint64_t word = bits_next(b);
        if (n - i >= 10) {
            for (int k = 0; k < 10; k++, word >>= 6)
                out[i + (uint32_t)k] = signs[word & 63];
            i += 10;
        } else {
            for (; i < n; i++, word >>= 6)
                out[i] = signs[word & 63];
        }
    }
    if (n && out[0] == ' ')
        out[0] = 'a';
    if (n && out[n - 1] == ' ')
        out[n - 1] = 'z';
}

enum { WORDS = 128, LONGEST_WORD = 8 };
/* Common words of at most eight letters, each followed by a NUL. */
static const char words[WORDS][LONGEST_WORD + 1] = {
    "account", "after", "air", "all", "amount", "answer", "apple", "area", "arm", "autumn", "back", "ball",
    "bank", "bay", "bell", "bird", "blue", "board", "boat", "book", "bread", "bridge", "bright", "brown",
    "calm", "card", "chair", "child", "city", "clear", "clock", "cloud", "coast", "cold", "copper", "corner",
    "cotton", "country", "day", "deep", "desk", "door", "dream", "early", "earth", "east", "evening", "eye",
    "family", "far", "field", "fire", "fish", "floor", "flower", "forest", "friend", "garden", "gate", "glass",
    "gold", "good", "grain", "grass", "green", "hand", "harbor", "heart", "hill", "home", "horse", "house",
    "ice", "island", "journey", "key", "lake", "large", "leaf", "letter", "light", "little", "market", "meadow",
    "milk", "mill", "moon", "morning", "mountain", "music", "name", "near", "new", "night", "north", "ocean",
    "old", "open", "order", "paper", "path", "people", "place", "plain", "quiet", "rain", "red", "river",
    "road", "room", "round", "salt", "sand", "school", "sea", "silver", "small", "snow", "song", "south",
    "spring", "stone", "summer", "table", "time", "tree", "water", "winter",
};

/* Up to `most` bytes of `count` words; a word that does not fit is cut, and no blank is left at the end. */
static uint32_t put_words(char *out, uint32_t most, uint64_t count, struct bits *b)
{
    uint32_t n = 0;
    uint64_t word = 0;
    for (uint64_t i = 0; i < count && n < most; i++) {
        if (i % 9 == 0)                               /* seven bits a word, nine from 64 */
            word = bits_next(b);
        if (i)
            out[n++] = ' ';
        const char *w = words[word & (WORDS - 1)];
        for (uint32_t k = 0; k < LONGEST_WORD && w[k] && n < most; k++)
            out[n++] = w[k];
        word >>= 7;
    }
    while (n && out[n - 1] == ' ')
        n--;
    return n;
}

/* ---- all of them ---- */

/* The number of characters, or of words, that a text or words generator wants this time. */
static uint64_t wanted_length(const struct gen *g, struct bits *b)
{
    int64_t lo = g->lo < 0 ? 0 : g->lo, hi = g->hi < lo ? lo : g->hi;
    if (hi > UINT32_MAX / (LONGEST_WORD + 1))
        hi = UINT32_MAX / (LONGEST_WORD + 1);
    if (lo >= hi)
        return (uint64_t)hi;
    return (uint64_t)lo + rng_below_of(bits_next(b), (uint64_t)(hi - lo) + 1);
}

/* Characters into room for `most` of them; returns how many. */
static uint32_t put_characters(const struct gen *g, struct type t, uint64_t wanted, char *out, uint32_t most,
                               struct bits *b)
{
    uint32_t n = wanted < most ? (uint32_t)wanted : most;
    switch (g->kind) {
    case GEN_WORDS: return put_words(out, most, wanted, b);
    case GEN_HEX: gen_hex(out, n, b); return n;
    case GEN_UUID: {
        char uuid[UUID_CHARS];
        uint64_t high = bits_next(b);
        gen_uuid(uuid, high, bits_next(b));
        memcpy(out, uuid, n);
        return n;
    }
    case GEN_TEXT: put_text(out, n, b); return n;
    default:
        BUG("generator '%s' makes no text for type '%s'", gen_kind_name(g->kind), type_kind_name(t.kind));
    }
}

static uint64_t wanted_of(const struct gen *g, struct type t, struct bits *b)
{
    if (g->kind == GEN_HEX)
        return gen_hex_length(t);
    if (g->kind == GEN_TEXT && t.kind == TYPE_CHAR)
        return t.n;
    return g->kind == GEN_UUID ? UUID_CHARS : wanted_length(g, b);
}

static void put_json(const struct gen *g, struct type t, struct bits *b, struct scratch *s, struct value *out)
{
    uint64_t wanted = wanted_of(g, t, b), room = g->kind == GEN_WORDS ? wanted * (LONGEST_WORD + 1) : wanted;
    if (g->kind == GEN_TEXT) {                        /* the object's own signs count */
        wanted = wanted > JSON_AROUND ? wanted - JSON_AROUND : 0;
        room = wanted;
    }
    char *p = scratch_take(s, room + JSON_AROUND), *at = p;
    at = (char *)memcpy(at, json_open, sizeof json_open - 1) + sizeof json_open - 1;
    at += put_characters(g, t, wanted, at, (uint32_t)room, b);
    at = (char *)memcpy(at, json_close, sizeof json_close - 1) + sizeof json_close - 1;
    out->u.s.p = p;
    out->u.s.n = (uint32_t)(at - p);
}

static void put_uuid(struct bits *b, struct scratch *s, struct value *out)
{
    char *p = scratch_take(s, UUID_CHARS);
    uint64_t high = bits_next(b);
    gen_uuid(p, high, bits_next(b));
    out->u.s.p = p;
    out->u.s.n = UUID_CHARS;
}

static void put_raw(char *p, uint64_t n, struct bits *b)
{
    for (uint64_t i = 0; i < n; i += 8) {
        uint64_t word = bits_next(b), k = n - i < 8 ? n - i : 8;
        for (uint64_t j = 0; j < k; j++)
            p[i + j] = (char)(word >> (56 - 8 * j));
    }
}

void gen_text(const struct gen *g, struct type t, struct bits *b, struct scratch *s, struct value *out)
{
    out->null = false;
    if (t.kind == TYPE_JSON) {
        put_json(g, t, b, s, out);
        return;
    }
    if (t.kind == TYPE_UUID) {
        put_uuid(b, s, out);
        return;
    }
    uint64_t wanted = wanted_of(g, t, b), room = g->kind == GEN_WORDS ? wanted * (LONGEST_WORD + 1) : wanted;
    if (t.n && room > t.n)
        room = t.n;
    char *p = scratch_take(s, room);
    out->u.s.p = p;
    if (t.kind == TYPE_BYTES && g->kind == GEN_HEX) { /* raw bytes, whose text form is hex */
        put_raw(p, room, b);
        out->u.s.n = (uint32_t)room;
    } else {
        out->u.s.n = put_characters(g, t, wanted, p, (uint32_t)room, b);
    }
}

double gen_bytes(const struct gen *g, struct type t)
{
    if (type_class(t) != CLASS_BYTES || t.kind == TYPE_UUID)
        return type_bytes(t);
    double around = t.kind == TYPE_JSON && g->kind != GEN_TEXT ? JSON_AROUND : 0, bytes = type_bytes(t);
    switch (g->kind) {
    case GEN_TEXT: bytes = ((double)g->lo + (double)g->hi) / 2; break;
    case GEN_WORDS: bytes = ((double)g->lo + (double)g->hi) / 2 * 5.7; break;   /* the list's mean length and a blank */
    case GEN_HEX: bytes = gen_hex_length(t); break;
    case GEN_UUID: bytes = UUID_CHARS; break;
    case GEN_CHOICE:
        bytes = 0;
        for (uint32_t i = 0; i < g->nchoices; i++)
            bytes += g->choices[i].share * g->choices[i].value.u.s.n;
        break;
    default: break;
    }
    return t.n && bytes > t.n ? t.n : bytes + around;
}
