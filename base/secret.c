/* secret.c - secrets in a source text, found by the names before them; secrets in any text, covered. */
#include "config.h"

#include "base/secret.h"

#include <ctype.h>
#include <string.h>

bool secret_name(const char *name, size_t n)
{
    static const char *const parts[] = {"password", "secret", "token", "uri", "key"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t len = strlen(parts[i]);
        for (size_t at = 0; at + len <= n; at++)
            if (!memcmp(name + at, parts[i], len))
                return true;
    }
    return false;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* After the opening quote: the place of the closing one, or of the line's end where it is missing. */
static uint32_t string_end(const struct secret_scan *s)
{
    uint32_t i = s->at;
    while (i < s->size && s->text[i] != '"' && s->text[i] != '\n')
        i += s->text[i] == '\\' && i + 1 < s->size ? 2 : 1;
    return i < s->size ? i : s->size;
}

static void skip_word(struct secret_scan *s)
{
    uint32_t from = s->at;
    while (s->at < s->size && in_word(s->text[s->at]))
        s->at++;
    s->named = secret_name(s->text + from, s->at - from);
}

static void skip_comment(struct secret_scan *s)
{
    while (s->at < s->size && s->text[s->at] != '\n')
        s->at++;
}

bool secret_next(struct secret_scan *s, uint32_t *from, uint32_t *to)
{
    while (s->at < s->size) {
        char c = s->text[s->at];
        if (c == '"') {
            bool named = s->named;
            s->at++;
            *from = s->at;
            *to = string_end(s);
            s->at = *to + (*to < s->size);
            s->named = false;
            if (named)
                return true;
        } else if (c == '#') {
            skip_comment(s);
        } else if (in_word(c)) {
            skip_word(s);
        } else {
            s->named &= isspace((unsigned char)c) || c == ':' || c == '=';   /* those are mistakes, but the string is shown with them */
            s->at++;
        }
    }
    return false;
}

void secret_cover(char *text, const char *secret, size_t n)
{
    size_t keep = n < 3 ? n : 3;
    for (char *at = text; n && (at = memmem(at, strlen(at), secret, n)); at += keep) {
        memcpy(at, "***", keep);
        memmove(at + keep, at + n, strlen(at + n) + 1);
    }
}
