/* secret_cover.c - a known secret in somebody's words, however they spell it. */
#include "config.h"

#include "base/secret.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum {
    APART = 4,                                        /* shorter ones are covered only as a word by themselves
                                                         … */
    QUOTED = 3,                                       /* … and these only between quotes or behind a '=': "a"
                                                         is a word of any sentence */
    BEGINNING = 12,                                   /* so much of a secret is a secret, */
    END = 4,                                          /* and so much at the end of a text, which was cut
                                                         there */
    FOLDED = 8,                                       /* from here on without regard to case */
    ENCODED = 6,                                      /* base64 of shorter ones is anything */
};

/* ---- one character, however it is spelt ---- */

static int hex_value(const char *s, size_t digits)
{
    int v = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!isxdigit((unsigned char)s[i]))
            return -1;
        v = v * 16 + (isdigit((unsigned char)s[i]) ? s[i] - '0' : tolower((unsigned char)s[i]) - 'a' + 10);
    }
    return v;
}

/* "&amp;", "&#39;", "&#x27;": the bytes that it takes, its character into *c. */
static size_t entity(const char *s, size_t room, int *c)
{
    static const struct { const char *name; char c; } names[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) <= room && !memcmp(s, names[i].name, strlen(names[i].name))) {
            *c = names[i].c;
            return strlen(names[i].name);
        }
    if (room < 4 || s[1] != '#')
        return 0;
    char *end;
    bool hex = s[2] == 'x' || s[2] == 'X';
    *c = (int)strtoul(s + (hex ? 3 : 2), &end, hex ? 16 : 10);
    return end < s + room && *end == ';' ? (size_t)(end + 1 - s) : 0;
}

/* The bytes that the character c takes at s, where it stands there in some spelling; else 0. s is text that
 * ends with a NUL. */
static size_t spelt(const char *s, size_t room, unsigned char c, bool fold)
{
    int is = (unsigned char)*s, other = -1;
    size_t n = 1;
    if (!room)
        return 0;
    if (is == c && room > 1 && (unsigned char)s[1] == c && strchr("\\\"'`", c))
        return 2;                                     /* escaped by itself */
    if (is == '%' && room >= 3 && (other = hex_value(s + 1, 2)) >= 0)
        n = 3;
    else if (is == '\\' && room >= 6 && s[1] == 'u' && (other = hex_value(s + 2, 4)) >= 0)
        n = 6;
    else if (is == '\\' && room >= 4 && s[1] == 'x' && (other = hex_value(s + 2, 2)) >= 0)
        n = 4;
    else if (is == '\\' && room >= 2 && !isalnum((unsigned char)s[1]))
        n = 2, other = (unsigned char)s[1];
    else if (is == '&')
        n = entity(s, room, &other);
    else if (is == '+')
        other = ' ';
    else if (fold)
        other = is;
    if (n && (other == c || (fold && other >= 0 && other < 0x80 && tolower(other) == tolower(c))))
        return n;
    return is == c ? 1 : 0;
}

/* How many characters of the secret stand at s, as they are or else in some spelling; *taken: the bytes that
 * they take there. */
static size_t spelt_as_far(const char *s, size_t room, const char *secret, size_t n, bool fold, size_t *taken)
{
    size_t i = 0, at = 0;
    if (room >= n && !memcmp(s, secret, n)) {
        *taken = n;
        return n;
    }
    for (size_t one; i < n; i++, at += one) {
        one = spelt(s + at, room - at, (unsigned char)secret[i], fold);
        if (one == 2 && s[at] == secret[i] && i + 1 < n && secret[i + 1] == secret[i])
            one = 1;                                  /* the secret has two of them itself */
        if (!one)
            break;
    }
    *taken = at;
    return i;
}

/* ---- where it may be covered ---- */

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* before: what stands in front of it, '\0' at the beginning. */
static bool stands_apart(const char *text, const char *at, size_t taken, size_t n)
{
    char before = at > text ? at[-1] : 0, after = at[taken];
    if (n >= APART)
        return true;
    if (n >= QUOTED)
        return !in_word(before) && !in_word(after);
    return before && strchr("'\"`=", before) && (before == after || before == '=') && !in_word(after);
}

static char *put_stars(char *at, size_t taken)
{
    size_t keep = taken < 3 ? taken : 3;
    memcpy(at, "***", keep);
    memmove(at + keep, at + taken, strlen(at + taken) + 1);
    return at + keep;
}

static void cover_spelt(char *text, const char *secret, size_t n, bool fold)
{
    size_t taken, room = strlen(text);
    for (char *at = text; room;) {
        size_t got = spelt_as_far(at, room, secret, n, fold, &taken);
        bool all = got == n && stands_apart(text, at, taken, n), cut = got >= END && taken == room;
        if (all || got >= BEGINNING || cut)
            at = put_stars(at, taken);
        else
            at++;
        room = strlen(at);
    }
}

/* ---- base64 ---- */

/* The characters of base64 that n bytes give wherever `before` other bytes stand in front of them, alone:
 * what is of others too is left out. */
static char *base64_core(const char *bytes, size_t n, size_t before)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t first = (before * 8 + 5) / 6, last = (before + n) * 8 / 6;
    char *core = mem_alloc(last - first + 1);
    for (size_t i = first; i < last; i++) {
        unsigned v = 0;
        for (size_t bit = i * 6; bit < i * 6 + 6; bit++)
            v = v << 1 | ((unsigned char)bytes[bit / 8 - before] >> (7 - bit % 8) & 1);
        core[i - first] = signs[v];
    }
    return core;
}

static void cover_base64(char *text, const char *secret, size_t n)
{
    for (size_t before = 0; before < 3; before++) {
        char *core = base64_core(secret, n, before);
        cover_spelt(text, core, strlen(core), false);
        for (char *c = core; *c; c++)                 /* of URLs */
            *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
        cover_spelt(text, core, strlen(core), false);
        mem_free(core);
    }
}

void secret_cover(char *text, const char *secret, size_t n)
{
    if (!n)
        return;
    cover_spelt(text, secret, n, n >= FOLDED);
    if (n >= ENCODED)
        cover_base64(text, secret, n);
}
