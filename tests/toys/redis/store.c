/* store.c - tables of Redis, by a connection that blocks: a key that says that a table is there, and a hash
 * "wkl_tables" of notes. Commands are written one after the other, and their replies read in that order. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backends/redis/redis.h"
#include "base/mem.h"

enum { FLUSH_BYTES = 256 * 1024 };

/* ---- a connection that blocks ---- */

struct link {
    int fd;                                           /* -1: none */
    struct buf out, in;
    uint32_t commands;                                /* in `out`, or on their way */
    char *at;                                         /* the replies that were not read yet */
};

static int link_open(struct link *l, const struct instance *inst, struct error *err)
{
    void *connection;
    int rc = attempt_connect(&redis_connections, inst, 0, &connection, err);
    *l = (struct link){.fd = rc == 0 ? (int)(intptr_t)connection - 1 : -1};
    return rc;
}

static void link_close(struct link *l)
{
    if (l->fd >= 0)
        close(l->fd);
    buf_release(&l->out);
    buf_release(&l->in);
}

static void begin(struct link *l, uint32_t parts, const char *word)
{
    l->commands++;
    resp_begin(&l->out, parts);
    resp_puts(&l->out, word);
}

static int lost(struct error *err)
{
    return error_set(err, ERR_LOST, "Redis: %s", errno ? strerror(errno) : "the connection was closed");
}

static int send_all(struct link *l, struct error *err)
{
    for (size_t sent = 0; sent < l->out.len;) {
        ssize_t n = send(l->fd, l->out.data + sent, l->out.len - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return lost(err);
        sent += (size_t)n;
    }
    buf_clear(&l->out);
    return 0;
}

/* Sends the commands and reads their replies, for next_reply. The first that is an error fails it. */
static int exchange(struct link *l, struct error *err)
{
    size_t at = 0;
    int rc = send_all(l, err);
    buf_clear(&l->in);
    for (; rc == 0 && l->commands; l->commands--) {
        long length;
        while ((length = resp_length(buf_text(&l->in) + at, l->in.len - at)) == 0) {
            buf_reserve(&l->in, 65536);
            errno = 0;
            ssize_t n = recv(l->fd, l->in.data + l->in.len, 65535, 0);
            if (n <= 0)
                return lost(err);
            l->in.len += (size_t)n;
            l->in.data[l->in.len] = 0;
        }
        if (length < 0)
            return error_set(err, ERR_SERVER, "this is not Redis");
        if (l->in.data[at] == '-')
            rc = error_set(err, ERR_SERVER, "%.*s", (int)length - 3, l->in.data + at + 1);
        at += (size_t)length;
    }
    l->commands = 0;
    l->at = l->in.data;
    return rc;
}

static struct reply next_reply(struct link *l)
{
    return resp_read(&l->at);
}

/* ---- the store ---- */

struct server {
    const struct instance *inst;
    struct link link;
    bool resent;                                      /* the last commands, which may count twice */
    char version[60];
};

static void close_server(struct server *s)
{
    link_close(&s->link);
    mem_free(s);
}

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct server *s = mem_alloc(sizeof *s);
    s->inst = inst;
    int rc = link_open(&s->link, inst, err);
    if (rc == 0) {
        begin(&s->link, 2, "INFO");
        resp_puts(&s->link.out, "server");
        rc = exchange(&s->link, err);
    }
    if (rc < 0) {
        close_server(s);
        return rc;
    }
    const char *found = strstr(buf_text(&s->link.in), "redis_version:");
    snprintf(s->version, sizeof s->version, "Redis %.*s", found ? (int)strcspn(found + 14, "\r\n") : 1,
             found ? found + 14 : "?");
    *out = s;
    return 0;
}

/* Where the server has dropped a connection that was idle, another one does. */
static int ask(struct server *s, struct error *err)
{
    struct error first = {0};
    struct buf again = {0};
    uint32_t commands = s->link.commands;
    buf_add(&again, s->link.out.data, s->link.out.len);
    int rc = exchange(&s->link, &first);
    s->resent = rc == ERR_LOST;
    if (s->resent) {
        link_close(&s->link);
        rc = link_open(&s->link, s->inst, err);
        s->link.commands = commands;
        buf_add(&s->link.out, again.data, again.len);
        rc = rc < 0 ? rc : exchange(&s->link, err);
    } else if (rc < 0) {
        error_set(err, rc, "%s", first.text);
    }
    buf_release(&again);
    return rc;
}

static const char *version(const struct server *s)
{
    return s->version;
}

static void put_where(const struct server *s, struct buf *b)
{
    buf_printf(b, "%s:%s", instance_get(s->inst, "host"), instance_get(s->inst, "port"));
}

/* Each prefix has notes of its own. */
static void put_notes_key(struct server *s)
{
    struct buf name = {0};
    instance_put(s->inst, "table_prefix", &name);
    buf_puts(&name, "wkl_tables");
    resp_puts(&s->link.out, buf_text(&name));
    buf_release(&name);
}

static void put_name(struct server *s, const struct table *t)
{
    struct buf name = {0};
    instance_put_table(s->inst, t, &name);
    resp_puts(&s->link.out, buf_text(&name));
    buf_release(&name);
}

static int look(struct server *s, const struct table *const *tables, uint32_t n, struct standing *out,
                struct error *err)
{
    for (uint32_t i = 0; i < n; i++) {
        begin(&s->link, 2, "EXISTS");
        put_name(s, tables[i]);
        begin(&s->link, 3, "HGET");
        put_notes_key(s);
        put_name(s, tables[i]);
    }
    int rc = ask(s, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        struct reply there = next_reply(&s->link), digest = next_reply(&s->link);
        out[i] = (struct standing){.there = there.number > 0, .noted = !digest.nil};
        snprintf(out[i].digest, sizeof out[i].digest, "%.*s", digest.nil ? 0 : (int)digest.n, digest.text);
    }
    return rc;
}

static int make(struct server *s, const struct table *const *tables, uint32_t n, struct made *out,
                struct error *err)
{
    for (uint32_t i = 0; i < n; i++) {
        begin(&s->link, 3, "SETNX");
        put_name(s, tables[i]);
        resp_puts(&s->link.out, "table");
    }
    int rc = ask(s, err);
    for (uint32_t i = 0; i < n; i++) {
        if (rc == 0)
            out[i].now = next_reply(&s->link).number ? MADE : EXISTED;
        out[i].maybe = rc < 0 || s->resent;
    }
    return rc;
}

/* The keys of a scan's reply are deleted; the cursor to go on from. */
static int drop_some(struct server *s, const char *pattern, char cursor[24], struct error *err)
{
    begin(&s->link, 6, "SCAN");
    resp_puts(&s->link.out, cursor);
    resp_puts(&s->link.out, "MATCH");
    resp_puts(&s->link.out, pattern);
    resp_puts(&s->link.out, "COUNT");
    resp_puts(&s->link.out, "1000");
    int rc = ask(s, err);
    if (rc < 0)
        return rc;
    next_reply(&s->link);
    struct reply next = next_reply(&s->link), keys = next_reply(&s->link);
    snprintf(cursor, 24, "%.*s", (int)next.n, next.text);
    if (!keys.number)
        return 0;
    begin(&s->link, 1 + (uint32_t)keys.number, "DEL");
    for (long i = 0; i < keys.number; i++) {
        struct reply key = next_reply(&s->link);
        resp_put(&s->link.out, key.text, key.n);
    }
    return ask(s, err);
}

static int drop_one(struct server *s, const struct table *t, struct error *err)
{
    struct buf pattern = {0};
    char cursor[24] = "0";
    int rc;
    instance_put_table(s->inst, t, &pattern);
    buf_puts(&pattern, ":*");
    do
        rc = drop_some(s, buf_text(&pattern), cursor, err);
    while (rc == 0 && strcmp(cursor, "0"));
    buf_release(&pattern);
    if (rc < 0)
        return rc;
    begin(&s->link, 2, "DEL");
    put_name(s, t);
    return ask(s, err);
}

static int drop(struct server *s, const struct table *const *tables, uint32_t n, bool *gone,
                struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        rc = instance_is_stopped(s->inst) && i ? error_set(err, ERR_INTERRUPTED, "interrupted")
                                               : drop_one(s, tables[i], err);
        gone[i] = rc == 0;
    }
    return rc;
}

static int note_put(struct server *s, const struct table *const *tables,
                    const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *err)
{
    for (uint32_t i = 0; i < n; i++) {
        begin(&s->link, 4, "HSET");
        put_notes_key(s);
        put_name(s, tables[i]);
        resp_puts(&s->link.out, digests ? digests[i] : "");
    }
    return ask(s, err);
}

static int note_drop(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    for (uint32_t i = 0; i < n; i++) {
        begin(&s->link, 3, "HDEL");
        put_notes_key(s);
        put_name(s, tables[i]);
    }
    return ask(s, err);
}

/* A hash comes with its first entry and goes with its last. */
static int notes_come_and_go(struct server *s, struct error *err)
{
    (void)s; (void)err;
    return 0;
}

static int notes(struct server *s, struct notes *out, struct error *err)
{
    begin(&s->link, 2, "HLEN");
    put_notes_key(s);
    int rc = ask(s, err);
    bool some = rc == 0 && next_reply(&s->link).number > 0;
    *out = (struct notes){.tables = some, .none = !some};
    return rc;
}

const struct store redis_store = {
    .open = open_server, .close = close_server, .version = version, .put_where = put_where, .look = look,
    .make = make, .drop = drop, .note_put = note_put, .note_drop = note_drop,
    .notes_make = notes_come_and_go, .notes = notes, .notes_drop = notes_come_and_go,
};

/* ---- the feed ---- */

struct loader {
    const struct instance *inst;
    struct link link;
    const struct table *table;
    struct buf key, row;
};

static void load_close(struct loader *l)
{
    link_close(&l->link);
    buf_release(&l->key);
    buf_release(&l->row);
    mem_free(l);
}

static int load_open(const struct instance *inst, struct loader **out, struct error *err)
{
    struct loader *l = mem_alloc(sizeof *l);
    l->inst = inst;
    int rc = link_open(&l->link, inst, err);
    if (rc == 0)
        *out = l;
    else
        load_close(l);
    return rc;
}

static int load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    (void)err;
    l->table = s->table;
    return 0;
}

static int load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    for (uint32_t row = 0; row < n; row++, values += l->table->ncolumns) {
        buf_clear(&l->key);
        buf_clear(&l->row);
        redis_put_key(l->inst, l->table, &values[0], &l->key);
        redis_put_row(l->table, values, &l->row);
        begin(&l->link, 3, "SET");
        resp_put(&l->link.out, l->key.data, l->key.len);
        resp_put(&l->link.out, l->row.data, l->row.len);
    }
    return l->link.out.len < FLUSH_BYTES ? 0 : exchange(&l->link, err);
}

static int load_end(struct loader *l, bool commit, struct error *err)
{
    return commit ? exchange(&l->link, err) : 0;
}

const struct feed redis_feed = {
    .open = load_open, .begin = load_begin, .rows = load_rows, .end = load_end, .close = load_close,
};
