/* uri.c - a uri, cut into its parts. */
#include "config.h"

#include "backends/mysql/uri.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' &&
        c <= 'F' ? c - 'A' + 10 : -1;
}

static char *decode_percent(char *text)
{
    char *out = text;
    for (char *in = text; *in; out++)
        if (*in == '%' && hex_digit(in[1]) >= 0 && hex_digit(in[2]) >= 0) {
            *out = (char)(hex_digit(in[1]) << 4 | hex_digit(in[2]));
            in += 3;
        } else {
            *out = *in++;
        }
    *out = 0;
    return text;
}

/* Cuts a text at the last (or first) `mark`; returns what comes after it, or NULL. */
static char *cut(char *text, char mark, bool last)
{
    char *at = !text ? NULL : last ? strrchr(text, mark) : strchr(text, mark);
    if (at)
        *at++ = 0;
    return at;
}

static const char *filled(char *text)
{
    return text && *text ? decode_percent(text) : NULL;
}

/* Cuts "name=value&…". The name of a parameter that is not known is named only where it cannot be a part of a
 * password. */
static int read_parameters(char *text, struct mysql_target *t, struct error *err)
{
    const struct { const char *name; const char **to;
    } known[] = {
        {"ssl", &t->tls}, {"ssl-mode", &t->tls},  {"ssl_mode", &t->tls}, {"sslmode", &t->tls},
        {"tls", &t->tls}, {"ssl-ca", &t->ca},     {"ssl_ca", &t->ca},    {"sslrootcert", &t->ca},
        {"ca", &t->ca},   {"socket", &t->socket},
    };
    for (char *next; text && *text; text = next) {
        next = cut(text, '&', false);
        char *value = cut(text, '=', false);
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcasecmp(text, known[i].name))
            i++;
        if (i == sizeof known / sizeof *known) {
            bool shown = value && !strchr(value, '@') && !(next && strchr(next, '@'));
            return error_set(err, ERR_USAGE,
                             "the setting 'uri' has a parameter%s%s%s that is not known: there are ssl-mode, "
                             "ssl-ca and socket",
                             shown ? " '" : "", shown ? text : "", shown ? "'" : "");
        }
        *known[i].to = filled(value);
    }
    return 0;
}

/* mysql://user:password@host:port/database?… */
int mysql_uri_read(const char *uri, struct mysql_target *t, struct error *err)
{
    static const char *const schemes[] = {"mysql://", "mariadb://"};
    if (!uri)
        return 0;
    size_t scheme = 0;
    while (scheme < 2 && strncmp(uri, schemes[scheme], strlen(schemes[scheme])))
        scheme++;
    if (scheme == 2)
        return error_set(
            err, ERR_USAGE,
            "the setting 'uri' cannot be read: it must be like 'mysql://user:password@host:3306/database'");
    t->copy = mem_strdup(uri + strlen(schemes[scheme]));
    char *user = t->copy, *database = cut(user, '/', false), *host = cut(user, '@', true);
    if (!host) {
        host = user;
        user = NULL;
    }
    char *parameters = cut(database ? database : host, '?', false);
    t->password = filled(cut(user, ':', false));
    t->user = filled(user);
    t->database = filled(database);
    if (*host == '[') {                               /* an IPv6 address */
        host++;
        char *rest = cut(host, ']', false);
        t->port = filled(cut(rest, ':', false));
    } else {
        t->port = filled(cut(host, ':', false));
    }
    t->host = filled(host);
    return read_parameters(parameters, t, err);
}
