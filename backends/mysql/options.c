#include "config.h"

#include "backends/mysql/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "backends/environment.h"
#include "backends/instances.h"
#include "base/file.h"

enum { MOST_FILE = 1 << 20 };

enum option { HOST, PORT, SOCKET, USER, PASS, DATABASE, TLS, CA, OPTIONS };
static const char *const settings[OPTIONS] = {"host",     "port",     "socket", "user",
                                              "password", "database", "ssl",    "ca"};
/* bare: what the option means that stands without a value; NULL: nothing. */
static const struct { const char *name; enum option option; const char *bare; } names[] = {
    {"host", HOST, NULL}, {"port", PORT, NULL}, {"socket", SOCKET, NULL}, {"user", USER, NULL},
    {"password", PASS, NULL}, {"database", DATABASE, NULL}, {"ssl-mode", TLS, NULL}, {"ssl", TLS, "on"},
    {"skip-ssl", TLS, "off"}, {"ssl-verify-server-cert", TLS, "verify"}, {"ssl-ca", CA, NULL},
};

struct options { struct arena *arena; const char *values[OPTIONS]; };

/* ---- the file ---- */

/* "a b", 'a b', a b # and a comment; \s and its like, as MySQL reads them. */
static char *read_value(char *text)
{
    static const char signs[][2] = {{'b', '\b'}, {'t', '\t'},  {'n', '\n'}, {'r', '\r'},
                                    {'s', ' '},  {'\\', '\\'}, {'"', '"'},  {'\'', '\''}};
    char quote = *text == '"' || *text == '\'' ? *text : 0, *out = text;
    for (char *in = text + !!quote;
         *in && !(quote && *in == quote) && !(!quote && *in == '#' && isspace((unsigned char)in[-1])); in++) {
        char c = *in;
        for (size_t i = 0; *in == '\\' && i < sizeof signs / sizeof *signs; i++)
            if (in[1] == signs[i][0]) {
                c = signs[i][1];
                in++;
                break;
            }
        *out++ = c;
    }
    *out = 0;
    return quote ? text : file_trim(text);
}

/* '-' and '_' are the same in a name. */
static bool is_name(const char *text, const char *name)
{
    for (; *text && *name; text++, name++)
        if ((*text == '_' ? '-' : tolower((unsigned char)*text)) != *name)
            return false;
    return !*text && !*name;
}

/* What comes later goes before. A bare option with a value is a switch: ssl=0, ssl-verify-server-cert=off. */
static void take_line(struct options *o, char *line)
{
    char *value = strchr(line, '=');
    if (value)
        *value++ = 0;
    const char *text = value ? arena_strdup(o->arena, read_value(file_trim(value))) : NULL;
    line = file_trim(line);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool bare = names[i].bare && (!text || switch_is_on(text));
        if (is_name(line, names[i].name) && (bare || (text && !names[i].bare)))
            o->values[names[i].option] = bare ? names[i].bare : text;
    }
}

static void read_text(struct options *o, char *text)
{
    bool ours = false;
    for (char *line = text, *next; line; line = next) {
        if ((next = strchr(line, '\n')))
            *next++ = 0;
        line = file_trim(line);
        if (*line == '[')
            ours = !strncasecmp(line, "[client]", 8);
        else if (ours && *line && !strchr("#;!", *line))
            take_line(o, line);
    }
}

/* The file that is read: of a path that the block names it must be there. NULL: none. */
static const char *find_file(struct arena *arena, const struct instance *inst, bool *must)
{
    const char *own = instance_get(inst, "defaults_file"), *home = getenv("HOME");
    struct stat st;
    *must = own != NULL;
    if (own)
        return *own ? own : NULL;
    if (strcmp(inst->kind->service ? inst->kind->service : "", "") || !home)
        return NULL;                                  /* Aurora's is another server than the one on whose
                                                         machine this is */
    const char *path = arena_printf(arena, "%s/.my.cnf", home);
    return stat(path, &st) == 0 && !(st.st_mode & S_IWOTH) ? path : NULL;      /* MySQL's clients pass over one that everybody may write */
}

static int read_file(struct options *o, const char *path, bool must, struct error *err)
{
    struct buf b = {0};
    int rc = file_read(path, MOST_FILE, &b, must ? err : NULL);
    if (rc == 0 && b.len)
        read_text(o, b.data);
    buf_wipe(&b);
    return rc < 0 && must ? ERR_USAGE : 0;
}

/* ---- what is taken of it ---- */

static bool is_said(const struct instance *inst, const char *setting)
{
    const char *own = instance_get(inst, setting), *uri = instance_get(inst, "uri");
    return (own && *own) || (uri && environment_address_says(uri, setting));
}

static bool wants(const struct instance *inst, const struct options *o, enum option i, bool placed,
                  bool other_user)
{
    if (!o->values[i] || is_said(inst, settings[i]))
        return false;
    if (i == PASS)
        return !other_user;
    return !placed || (i != HOST && i != PORT && i != SOCKET);
}

static bool is_other_user(const struct instance *inst, const struct options *o)
{
    const char *user = instance_get(inst, "user");
    return is_said(inst, "user") && !(user && o->values[USER] && !strcmp(user, o->values[USER]));
}

int mysql_options_settle(struct arena *arena, struct instance *inst, bool alone, struct error *err)
{
    struct options o = {.arena = arena};
    bool must, placed = instance_is_configured(inst);
    const char *path = find_file(arena, inst, &must), *taken = NULL;
    if (!path || (!placed && !alone && !must))
        return 0;
    int rc = read_file(&o, path, must, err);
    if (rc < 0)
        return rc;
    if (!placed && !o.values[HOST] && !o.values[SOCKET] && (o.values[USER] || o.values[PASS]))
        o.values[HOST] = "localhost";                 /* as for the clients */
    bool other_user = is_other_user(inst, &o);
    for (enum option i = 0; i < OPTIONS; i++)
        if (wants(inst, &o, i, placed, other_user)) {
            instance_set(arena, inst, settings[i], o.values[i]);
            taken = arena_printf(arena, "%s%s%s", taken ? taken : "", taken ? ", " : "", settings[i]);
        }
    inst->sources = taken ? arena_printf(arena, "%s from '%s'", taken, path) : NULL;
    return 0;
}
