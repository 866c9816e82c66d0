#include "config.h"

#include "backends/environment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/loopback.h"

enum { MOST_URLS = 3 };

const char *environment_value(struct arena *arena, const struct kind *kind, const struct setting_def *def,
                              const char **variable)
{
    for (const char *at = def->env; at && *at; at += strcspn(at, "|"), at += *at == '|') {
        *variable = arena_printf(arena, "%s%.*s", kind->env_prefix, (int)strcspn(at, "|"), at);
        const char *v = getenv(*variable);
        if (v && *v)
            return v;
    }
    return NULL;
}

/* What follows the scheme; the name of a Python driver in it ("postgresql+psycopg2://") is passed over. NULL:
 * it has another. */
static const char *behind_scheme(const char *url, const char *scheme)
{
    size_t n = strlen(scheme);
    if (strncmp(url, scheme, n))
        return NULL;
    if (url[n] == '+')
        n += 1 + strspn(url + n + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return strncmp(url + n, "://", 3) ? NULL : url + n;
}

const char *environment_url(struct arena *arena, const struct kind *kind, int i)
{
    const char *url = i < MOST_URLS && kind->urls[i] ? getenv(kind->urls[i]) : NULL;
    for (int k = 0; url && k < 3 && kind->schemes[k]; k++) {
        const char *rest = behind_scheme(url, kind->schemes[k]);
        if (rest)
            return arena_printf(arena, "%s%s", kind->schemes[k], rest);
    }
    return NULL;
}

const char *environment_other_url(struct arena *arena, const struct kind *kind)
{
    for (int i = 0; i < MOST_URLS && kind->urls[i]; i++) {
        const char *url = getenv(kind->urls[i]);
        size_t n = url ? strspn(url, "abcdefghijklmnopqrstuvwxyz") : 0;
        if (!url || !*url || environment_url(arena, kind, i))
            continue;
        if (!n || strncmp(url + n, "://", 3))
            return arena_printf(arena, "%s is set, and does not begin with '%s://'", kind->urls[i],
                                kind->schemes[0]);
        const char *theirs = "";
        for (const struct kind *k = backend_kinds; k->name; k++)
            for (int s = 0; s < 3 && k->schemes[s]; s++)
                if (strlen(k->schemes[s]) == n && !strncmp(k->schemes[s], url, n))
                    theirs = arena_printf(arena, ", so it counts for %s", k->name);
        return arena_printf(arena, "%s is set, and begins with '%.*s://'%s", kind->urls[i], (int)n, url,
                            theirs);
    }
    return NULL;
}

/* ---- what an address says ---- */

/* A parameter of an address behind its '?', or a word of "host=a.test port=5432". */
static bool has_parameter(const char *address, const char *name)
{
    bool words = !strstr(address, "://");
    size_t n = strlen(name);
    for (const char *at = words ? address : strchr(address, '?'); at && *at;
         at = strpbrk(at, words ? " " : "&")) {
        at += !words || *at == ' ';
        if (!strncasecmp(at, name, n) && at[n + (words ? strspn(at + n, " ") : 0)] == '=')
            return true;
    }
    return false;
}

static bool says_in_front(const char *address, const char *setting)
{
    const char *scheme = strstr(address, "://"), *from = scheme ? scheme + 3 : NULL;
    if (!from)
        return false;
    size_t n, all = strcspn(from, "/?#");
    const char *user = memrchr(from, '@', all), *host = address_host(address, &n);
    if (!strcmp(setting, "user"))
        return user && *from != ':' && user != from;
    if (!strcmp(setting, "password"))
        return user && memchr(from, ':', (size_t)(user - from));
    if (!strcmp(setting, "host"))
        return n;
    if (!strcmp(setting, "port"))
        return host[n] == ':' && isdigit((unsigned char)host[n + 1]);
    return !strcmp(setting, "database") && from[all] == '/' && from[all + 1] && from[all + 1] != '?';
}

bool environment_address_says(const char *address, const char *setting)
{
    static const struct { const char *setting, *name; } parameters[] = {
        {"host", "host"}, {"host", "hostaddr"}, {"port", "port"}, {"user", "user"}, {"password", "password"},
        {"database", "dbname"}, {"socket", "socket"}, {"sslmode", "sslmode"}, {"ca", "sslrootcert"},
        {"ca", "ssl-ca"}, {"ca", "ssl_ca"}, {"ca", "ca"}, {"ssl", "ssl"}, {"ssl", "ssl-mode"},
        {"ssl", "ssl_mode"}, {"ssl", "sslmode"}, {"ssl", "tls"}, {"service", "service"},
    };
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (!strcmp(parameters[i].setting, setting) && has_parameter(address, parameters[i].name))
            return true;
    if (!strcmp(setting, "socket")) {                 /* of a server on this machine, which is not meant where
                                                         another host or a port is named */
        size_t n;
        const char *host = address_host(address, &n);
        return says_in_front(address, "port") ||
               (n && (n != strlen("localhost") || strncasecmp(host, "localhost", n)));
    }
    return says_in_front(address, setting);
}

/* ---- variables that name several servers ---- */

struct place { const char *variable, *host, *port, *database; };   /* NULL: it does not say, or not in a form
                                                                      that can be shown */

/* A password with signs that should have been encoded could reach into any part: only what is plain is taken
 * for one. */
static const char *plain(struct arena *arena, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("-_.:[]", text[i]))
            return NULL;
    return n ? arena_strndup(arena, text, n) : NULL;
}

static struct place place_of_address(struct arena *arena, const char *variable, const char *address)
{
    struct place p = {.variable = variable};
    size_t n;
    const char *host = address_host(address, &n), *after = host + n;
    if (strchr(after, '@') || !strstr(address, "://"))
        return p;
    p.host = plain(arena, host, n);
    if (*after == ':')
        p.port = plain(arena, after + 1, strspn(after + 1, "0123456789"));
    after += strcspn(after, "/?#;");
    if (*after == '/')
        p.database = plain(arena, after + 1, strcspn(after + 1, "?#;"));
    return p;
}

/* By the setting's own variable. */
static bool place_of_setting(struct arena *arena, const struct instance *inst, const char *setting,
                             struct place *p)
{
    for (int i = 0; inst->backend->settings[i].name; i++) {
        const struct setting_def *def = &inst->backend->settings[i];
        const char *variable, *v = strcmp(def->name, setting) || !inst->values[i]
                                       ? NULL
                                       : environment_value(arena, inst->kind, def, &variable);
        if (!v)
            continue;
        *p = place_of_address(arena, variable, v);
        if (!strcmp(setting, "host"))
            *p = (struct place){variable, plain(arena, v, strlen(v)), instance_find(inst, "port"), instance_find(inst, "database")};
        return true;
    }
    return false;
}

static bool same_text(const char *a, const char *b, const char *usual)
{
    a = a ? a : usual;
    b = b ? b : usual;
    return a == b || (a && b && !strcasecmp(a, b));
}

/* One that names no database may mean the other's. */
static bool same_place(const struct instance *inst, const struct place *a, const struct place *b)
{
    const char *port = inst->backend->port ? inst->backend->port : "443";
    return a->host && b->host && same_text(a->host, b->host, NULL) && same_text(a->port, b->port, port) &&
        (!a->database || !b->database || !strcmp(a->database, b->database));
}

static const char *show(struct arena *arena, const struct place *p)
{
    if (!p->host)
        return p->variable;
    return arena_printf(arena, "%s (%s%s%s%s%s)", p->variable, p->host, p->port ? ":" : "",
                        p->port ? p->port : "", p->database ? "/" : "", p->database ? p->database : "");
}

const char *environment_rivals(struct arena *arena, const struct instance *inst)
{
    static const struct { const char *setting; bool alone; } settings[] = {   /* alone: it may go with the one before it */
        {"uri", false}, {"host", false}, {"service", true}, {"socket", true}, {"endpoint", false},
    };
    struct place places[sizeof settings / sizeof *settings + MOST_URLS];
    size_t n = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        n += !(n && settings[i].alone) && place_of_setting(arena, inst, settings[i].setting, &places[n]);
    for (int i = 0; i < MOST_URLS; i++) {
        const char *url = environment_url(arena, inst->kind, i);
        if (url)
            places[n++] = place_of_address(arena, inst->kind->urls[i], url);
    }
    const char *others = NULL;
    for (size_t i = 1; i < n; i++)
        if (!same_place(inst, &places[0], &places[i]))
            others = arena_printf(arena, "%s%s%s", others ? others : "", others ? ", " : "",
                                  show(arena, &places[i]));
    return others ? arena_printf(arena, "%s is used, %s is not: unset what is not meant",
                                 show(arena, &places[0]), others)
                  : NULL;
}
