/* secret.c - secrets in a source text, found by the names before them, and in addresses, by their form. */
#include "config.h"

#include "base/secret.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- names ---- */

static bool has_part(const char *const *parts, const char *name, size_t n)
{
    for (; *parts; parts++) {
        size_t len = strlen(*parts);
        for (size_t at = 0; at + len <= n; at++)
            if (!strncasecmp(name + at, *parts, len))
                return true;
    }
    return false;
}

bool secret_name(const char *name, size_t n)
{
    static const char *const parts[] = {"passw", "pasw", "pwd",        "secret", "token",
                                        "uri",   "key",  "credential", NULL};
    return has_part(parts, name, n);
}

/* Of all backends, and of how they are paid for: tests/unit/secret.c holds this to their own lists. */
bool secret_setting(const char *name, size_t n)
{
    static const char *const harmless[] = {
        "engine", "enabled", "service", "host", "port", "socket", "path", "database", "schema", "user", "ssl", "sslmode",
        "defaults_file", "ca", "endpoint", "allow_http", "region", "connect_timeout", "silence_timeout", "timeout", "table_prefix",
        "connections", "pipeline", "unlogged", "load", "consistency", "page_rows", "billing", "read_units", "write_units",
        "throughput", "prices", "regions", "profile", "instance", "capacity", "serves", "io_per_request", "hourly", "stored",
        "restore", "transaction", "delay", "stall_every", "stall", "fail_every", "throttle_every", "refuse_several", "reorder",
        "wrong_every", "lose_every", "drop_every", "half_every", "refuse_every", "cut_every", "double_every", "revive_every", "stale_every",
        "stale", "cut_at", "die_after", "fail_load_after", NULL,
    };
    for (int i = 0; harmless[i]; i++)
        if (strlen(harmless[i]) == n && !memcmp(harmless[i], name, n))
            return false;
    return true;
}

/* ---- addresses ---- */

/* scheme://user:SECRET@host; a password may hold signs that should have been encoded. */
static bool password_of_user(const char *s, size_t n, size_t at, size_t *from, size_t *to)
{
    const char *scheme = memmem(s + at, n - at, "://", 3);
    if (!scheme)
        return false;
    size_t begin = (size_t)(scheme - s) + 3;
    const char *slash = memchr(s + begin, '/', n - begin),
               *user = memrchr(s + begin, '@', slash ? (size_t)(slash - s) - begin : n - begin);
    if (!user)
        user = memchr(s + begin, '@', n - begin);
    const char *colon = user ? memchr(s + begin, ':', (size_t)(user - s) - begin) : NULL;
    if (!colon || user <= colon + 1)
        return false;
    *from = (size_t)(colon + 1 - s);
    *to = (size_t)(user - s);
    return true;
}

/* name=SECRET, name='SECRET': of a query, a connection string, a list of settings. */
static bool named_value(const char *s, size_t n, size_t at, size_t *from, size_t *to)
{
    static const char *const parts[] = {"passw",      "pwd", "secret", "token", "key",
                                        "credential", "sig", "sas",    NULL};
    for (size_t equal = at; equal < n; equal++) {
        size_t name = equal, value = equal + 1;
        if (s[equal] != '=')
            continue;
        while (name > 0 && (isalnum((unsigned char)s[name - 1]) || strchr("_-", s[name - 1])))
            name--;
        if (name == equal || !has_part(parts, s + name, equal - name))
            continue;
        char quote = value < n && (s[value] == '\'' || s[value] == '"') ? s[value++] : 0;
        for (*from = *to = value; *to < n && (quote ? s[*to] != quote : !strchr("; &\"'\n\t#", s[*to]));
             (*to)++)
            ;
        if (*to > *from)
            return true;
    }
    return false;
}

bool secret_in_address(const char *address, size_t n, size_t *at, size_t *from, size_t *to)
{
    size_t other_from, other_to;
    bool found = *at < n && password_of_user(address, n, *at, from, to);
    if (*at < n && named_value(address, n, *at, &other_from, &other_to) && (!found || other_from < *from)) {
        *from = other_from;
        *to = other_to;
        found = true;
    }
    *at = found ? *to : n;
    return found;
}

void secret_put_setting(struct buf *b, const char *name, size_t nname, const char *value, size_t n)
{
    size_t at = 0, shown = 0, from, to;
    if (secret_setting(name, nname)) {
        buf_puts(b, "***");
        return;
    }
    while (secret_in_address(value, n, &at, &from, &to)) {
        buf_add(b, value + shown, from - shown);
        buf_puts(b, "***");
        shown = to;
    }
    buf_add(b, value + shown, n - shown);
}

/* ---- a source text ---- */

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

/* After the opening quote: the place of the closing one, or of the line's end where it is missing. */
static uint32_t closing(const struct secret_scan *s, char quote)
{
    uint32_t i = s->at;
    while (i < s->size && s->text[i] != quote && s->text[i] != '\n')
        i += s->text[i] == '\\' && i + 1 < s->size ? 2 : 1;
    return i < s->size ? i : s->size;
}

static uint32_t word_end(const struct secret_scan *s)
{
    uint32_t i = s->at;
    while (i < s->size && in_word(s->text[i]))
        i++;
    return i;
}

static bool is_word(const struct secret_scan *s, uint32_t end, const char *word)
{
    return end - s->at == strlen(word) && !memcmp(s->text + s->at, word, end - s->at);
}

static void skip_to(struct secret_scan *s, char last)
{
    while (s->at < s->size && s->text[s->at] != last && s->text[s->at] != '\n')
        s->at++;
}

/* A string: hidden whole, or shown but for what an address in it holds. */
static bool take_string(struct secret_scan *s, bool hidden, uint32_t *from, uint32_t *to)
{
    char quote = s->text[s->at++];
    *from = s->at;
    *to = closing(s, quote);
    s->at = *to + (*to < s->size);
    s->named = false;
    s->value = s->adjacent = true;
    s->string_at = *from;
    s->string_end = hidden ? *from : *to;
    return hidden;
}

static bool rest_of_string(struct secret_scan *s, uint32_t *from, uint32_t *to)
{
    size_t at = 0, begin, end;
    if (s->string_at >= s->string_end ||
        !secret_in_address(s->text + s->string_at, s->string_end - s->string_at, &at, &begin, &end)) {
        s->string_at = s->string_end;
        return false;
    }
    *from = s->string_at + (uint32_t)begin;
    *to = s->string_at + (uint32_t)end;
    s->string_at += (uint32_t)end;
    return true;
}

/* ---- in a backend block: name value name value … ---- */

/* env("NAME"), file("path"), command("…"): where it is, which is no secret. */
static bool skip_call(struct secret_scan *s)
{
    uint32_t end = word_end(s);
    if ((!is_word(s, end, "env") && !is_word(s, end, "file") && !is_word(s, end, "command")) ||
        end >= s->size || s->text[end] != '(')
        return false;
    skip_to(s, ')');
    s->at += s->at < s->size;
    s->value = s->adjacent = true;
    return true;
}

/* A value without quotes, to the next blank. */
static bool take_bare(struct secret_scan *s, uint32_t *from, uint32_t *to)
{
    *from = s->at;
    while (s->at < s->size && !isspace((unsigned char)s->text[s->at]) && !is_quote(s->text[s->at]) &&
           !(s->text[s->at] == '}' && (s->at + 1 == s->size || isspace((unsigned char)s->text[s->at + 1]))))
        s->at++;
    *to = s->at;
    s->value = s->adjacent = true;
    return s->hides;
}

static void take_name(struct secret_scan *s)
{
    uint32_t end = word_end(s);
    s->hides = secret_setting(s->text + s->at, end - s->at);
    s->at = end;
    s->value = s->adjacent = false;
}

/* One token of a backend block; true: it is a piece to hide. */
static bool step_inside(struct secret_scan *s, uint32_t *from, uint32_t *to)
{
    char c = s->text[s->at];
    bool continues = s->value && s->adjacent;         /* a value goes on: password a!b, password env("A") +
                                                         "b" */
    if (isspace((unsigned char)c)) {
        s->adjacent = false;
        s->at++;
    } else if (c == '}' && !continues) {
        s->inside = false;
        s->at++;
    } else if (c == '}') {
        s->adjacent = false;                          /* the value was there in full */
    } else if (c == '#' && !(s->hides && continues)) {
        skip_to(s, '\n');
    } else if (is_quote(c)) {
        return take_string(s, s->hides, from, to);
    } else if (in_word(c) && s->value && !continues) {
        take_name(s);
    } else if (in_word(c)) {
        return !skip_call(s) && take_bare(s, from, to);
    } else if (s->hides && continues) {
        return take_bare(s, from, to);
    } else {
        s->adjacent = s->value && c != '{';           /* an operator: what follows belongs to the value */
        s->value = s->value && c != '{';
        s->at++;
        while (s->adjacent && s->at < s->size && (s->text[s->at] == ' ' || s->text[s->at] == '\t'))
            s->at++;
    }
    return false;
}

/* ---- anywhere else ---- */

/* Whether nothing but blanks stands before it on its line, or the end of another block. */
static bool begins_item(const struct secret_scan *s)
{
    uint32_t at = s->at;
    while (at > 0 && (s->text[at - 1] == ' ' || s->text[at - 1] == '\t'))
        at--;
    return at == 0 || s->text[at - 1] == '\n' || s->text[at - 1] == '}';
}

static bool step_outside(struct secret_scan *s, uint32_t *from, uint32_t *to)
{
    char c = s->text[s->at];
    if (c == '"' || (s->named && is_quote(c)))
        return take_string(s, s->named, from, to);
    if (s->named && s->at >= 2 && s->text[s->at - 1] == '=' && in_word(s->text[s->at - 2]) &&
        !isspace((unsigned char)c)) {
        s->hides = true;                              /* -D token=abc */
        s->named = false;
        return take_bare(s, from, to);
    }
    if (c == '#') {
        skip_to(s, '\n');
    } else if (in_word(c)) {
        uint32_t end = word_end(s);
        s->named = !s->titled && secret_name(s->text + s->at, end - s->at);
        s->titled = is_word(s, end, "workload") && begins_item(s);
        s->backend |= is_word(s, end, "backend") && begins_item(s);
        s->at = end;
    } else {
        s->titled &= c == ' ' || c == '\t';
        s->named &= isspace((unsigned char)c) || c == ':' || c == '=';   /* those are mistakes, but the string
                                                                            is shown with them */
        s->inside = s->backend && c == '{';
        s->backend &= c != '{';
        s->value = true;                              /* what comes first in a block is a name */
        s->adjacent = s->hides = false;
        s->at++;
    }
    return false;
}

bool secret_next(struct secret_scan *s, uint32_t *from, uint32_t *to)
{
    for (;;) {
        if (rest_of_string(s, from, to))
            return true;
        if (s->at >= s->size)
            return false;
        if (s->inside ? step_inside(s, from, to) : step_outside(s, from, to))
            return true;
    }
}
