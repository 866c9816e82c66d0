/* redis.c - a backend of its own kind from a folder outside the tree: Redis, a key for each row. What is
 * printed for it, and its connections; store.c keeps and loads its tables, wire.c sends its requests. */
#include "config.h"

#include "backends/redis/redis.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/clock.h"

static const struct setting_def settings[] = {
    {"host", "HOST", NULL, "name or address", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"port", "PORT", "6379", "its port", false, SETTING_PORT, SETTING_OF_PLACE},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL, "how many connections the requests share", false, SETTING_COUNT,
     .most = MOST_CONNECTIONS},
    {"pipeline", NULL, "1", "requests in flight on one connection", false, SETTING_COUNT, .most = 64},
    {"connect_timeout", NULL, "5s", "how long a connection may take", false, SETTING_DURATION},
    {NULL, NULL, NULL, NULL, false},
};

/* ---- keys and rows ---- */

void redis_put_key(const struct instance *inst, const struct table *t, const struct value *key, struct buf *b)
{
    instance_put_table(inst, t, b);
    buf_putc(b, ':');
    value_put(b, t->columns[0].type, key);
}

void redis_put_row(const struct table *t, const struct value *values, struct buf *b)
{
    struct buf text = {0};
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        buf_clear(&text);
        value_put(&text, t->columns[i].type, &values[i]);
        if (values[i].null)
            buf_putc(b, '-');
        else
            buf_printf(b, "%zu:", text.len);
        if (!values[i].null)
            buf_add(b, text.data, text.len);
    }
    buf_release(&text);
}

/* The next value's text; NULL: it is NULL. */
static bool next_text(char **at, const char *end, char **text, size_t *n)
{
    *text = NULL;
    *n = 0;
    if (*at < end && **at == '-') {
        ++*at;
        return true;
    }
    char *colon = memchr(*at, ':', (size_t)(end - *at));
    *n = colon ? strtoul(*at, NULL, 10) : 0;
    if (!colon || *n > (size_t)(end - colon - 1))
        return false;
    *text = colon + 1;
    *at = *text + *n;
    return true;
}

bool redis_read_row(const struct step *step, char *row, size_t n, struct value *values)
{
    const struct table *t = step->table;
    char *at = row, *text;
    size_t length;
    for (uint32_t column = 0; column < t->ncolumns; column++) {
        if (!next_text(&at, row + n, &text, &length))
            return false;
        for (uint32_t i = 0; i < step->ncolumns; i++)
            if (step->columns[i] == column)
                values[i].null = !text || !value_parse(t->columns[column].type, text, length, &values[i]);
    }
    return true;
}

/* ---- printing, for redis-cli ---- */

/* The table's own key is asked for first: where it is not there, there is no table. */

static void print_type(const struct instance *inst, struct type t, struct buf *b, struct buf *loss)
{
    (void)inst; (void)t; (void)loss;
    buf_puts(b, "text");
}

static void print_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    buf_puts(b, "SET ");
    instance_put_table(inst, t, b);
    buf_puts(b, " table\n");
}

static void lower(const struct instance *inst, struct arena *arena, struct request *r)
{
    (void)inst; (void)arena;
    r->text = "MGET";
}

static void print_request(const struct instance *inst, const struct request *r, const struct value *keys,
                          struct buf *b)
{
    struct buf key = {0};
    const struct step *step = &r->steps[0];
    buf_puts(b, "MGET ");
    instance_put_table(inst, step->table, b);
    for (uint32_t i = 0; i < step->nkeys; i++) {
        buf_clear(&key);
        redis_put_key(inst, step->table, &keys[step_register(step, i)], &key);
        buf_putc(b, ' ');
        buf_put_json(b, buf_text(&key), key.len);
    }
    buf_putc(b, '\n');
    buf_release(&key);
}

/* ---- connections ---- */

static int try_address(const struct addrinfo *a, uint64_t timeout, struct error *err)
{
    struct timeval t = {(time_t)(timeout / NS_PER_S), (suseconds_t)(timeout % NS_PER_S / NS_PER_US)};
    int on = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0 &&
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
        connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return fd;
    error_set(err, ERR_CONNECT, "%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

int redis_connect(const struct instance *inst, int *fd, struct error *err)
{
    struct addrinfo *list, hints = {.ai_socktype = SOCK_STREAM};
    struct error last = {0};
    int rc = getaddrinfo(instance_get(inst, "host"), instance_get(inst, "port"), &hints, &list);
    if (rc != 0)
        return error_set(err, ERR_CONNECT, "'%s': %s", instance_get(inst, "host"), gai_strerror(rc));
    *fd = -1;
    for (const struct addrinfo *a = list; a && *fd < 0; a = a->ai_next)
        *fd = try_address(a, instance_number(inst, "connect_timeout"), &last);
    freeaddrinfo(list);
    return *fd >= 0 ? 0 : error_set(err, ERR_CONNECT, "%s", last.text);
}

static int connect_one(const struct instance *inst, int use, void **connection, struct error *err)
{
    int fd, rc = redis_connect(inst, &fd, err);
    (void)use;
    *connection = rc == 0 ? (void *)(intptr_t)(fd + 1) : NULL;
    return rc;
}

static void close_one(void *connection)
{
    close((int)(intptr_t)connection - 1);
}

const struct attempt_kind redis_connections = {.connect = connect_one, .close = close_one};

const struct backend backend_redis = {
    .name = "redis",
    .title = "Redis",
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"MGET table key"},
            [WIDTH_KEYS] = {"MGET table key …", .keys = 1000},
            [WIDTH_TABLES] = {.lacks = "a command asks for the keys of one table"},
            [WIDTH_PROCEDURE] = {.lacks = "no function asks for several tables"},
        },
        .name_max = 255,
    },
    .settings = settings,
    .request_ext = "redis",
    .comment = "#",
    .print_type = print_type,
    .print_table = print_table,
    .lower = lower,
    .print_request = print_request,
    .store = &redis_store,
    .feed = &redis_feed,
    .wire = &redis_wire,
};
