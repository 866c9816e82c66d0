/* bench/pg_writes.c - the least that a write to PostgreSQL costs with libpq: prepared, parameters in binary.
 *
 *   pg_writes insert|update|copy|unnest CONNECTIONS SECONDS
 *
 * insert and update send one row at a time on each connection, all of them on epoll; copy and unnest bring 1000 rows,
 * on the first connection alone. The server is libpq's (PGHOST …); the tables are peer_bulk (k, a, b, c, t, wkl_v) and
 * peer_accounts (aid, abalance, wkl_v) of bench/writes.py. Prints the rows and the seconds they took. */
#include "config.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "bench/peer.h"

enum { MOST = 64, BATCH = 1000, COLUMNS = 6, TEXT = 30, ACCOUNTS = 100000 };
static const int widths[COLUMNS] = {8, 4, 4, 8, TEXT, 8};
static const uint32_t oids[COLUMNS] = {20, 23, 23, 701, 1043, 20};
static const char text[TEXT + 1] = "the quick brown fox jumps over";

struct peer {
    PGconn *connections[MOST];
    int epoll, n, update;
    uint64_t key, state, rows, until;
    char room[1 << 18];
};

static void fail(PGconn *c)
{
    fprintf(stderr, "pg_writes: %s", PQerrorMessage(c));
    exit(1);
}

static void expect(PGconn *c, PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_COPY_IN)
        fail(c);
    PQclear(r);
}

static char *put(char *at, uint64_t v, int bytes)
{
    for (int i = bytes; i-- > 0; v >>= 8)
        at[i] = (char)v;
    return at + bytes;
}

/* A column of the row with this key. */
static char *put_column(char *at, int column, uint64_t k)
{
    double d = (double)k * 0.5;
    uint64_t bits, values[COLUMNS] = {k, k & 0xffff, k >> 3 & 0xfffff, 0, 0, 1};
    memcpy(&bits, &d, sizeof bits);
    values[3] = bits;
    if (column == 4)
        return memcpy(at, text, TEXT), at + TEXT;
    return put(at, values[column], widths[column]);
}

static void send_one(struct peer *p, PGconn *c)
{
    char *at = p->room;
    const char *values[COLUMNS];
    int formats[COLUMNS] = {1, 1, 1, 1, 1, 1}, account[] = {4, 8, 4};
    uint64_t k = p->key++;
    for (int i = 0; !p->update && i < COLUMNS; i++) {
        values[i] = at;
        at = put_column(at, i, k);
    }
    if (p->update) {
        values[0] = put(at, peer_draw(&p->state) % 10000, 4) - 4;
        values[1] = put(at + 4, k, 8) - 8;
        values[2] = put(at + 12, peer_draw(&p->state) % ACCOUNTS, 4) - 4;
    }
    if (!PQsendQueryPrepared(c, "p", p->update ? 3 : COLUMNS, values, p->update ? account : widths, formats, 1) ||
        PQflush(c) < 0)
        fail(c);
}

/* Whether the answer is all there. */
static int answered(PGconn *c)
{
    if (!PQconsumeInput(c))
        fail(c);
    while (!PQisBusy(c)) {
        PGresult *r = PQgetResult(c);
        if (!r)
            return 1;
        expect(c, r);
    }
    return 0;
}

static void by_row(struct peer *p)
{
    struct epoll_event events[MOST];
    int open = p->n;
    for (int i = 0; i < p->n; i++)
        send_one(p, p->connections[i]);
    while (open) {
        int n = epoll_wait(p->epoll, events, MOST, -1);
        for (int i = 0; i < n; i++) {
            if (!answered(events[i].data.ptr))
                continue;
            p->rows++;
            if (peer_now_ns() < p->until)
                send_one(p, events[i].data.ptr);
            else
                open--;
        }
    }
}

static void copy(struct peer *p)
{
    static const char head[19] = "PGCOPY\n\377\r\n";
    PGconn *c = p->connections[0];
    char *at = p->room + sizeof head;
    memcpy(p->room, head, sizeof head);
    expect(c, PQexec(c, "COPY peer_bulk (k, a, b, c, t, wkl_v) FROM STDIN BINARY"));
    for (int row = 0; row < BATCH; row++, p->key++) {
        at = put(at, COLUMNS, 2);
        for (int i = 0; i < COLUMNS; i++)
            at = put_column(put(at, (uint64_t)widths[i], 4), i, p->key);
    }
    at = put(at, 0xffff, 2);
    if (PQputCopyData(c, p->room, (int)(at - p->room)) != 1 || PQputCopyEnd(c, NULL) != 1)
        fail(c);
    expect(c, PQgetResult(c));
    PQclear(PQgetResult(c));
}

static void unnest(struct peer *p)
{
    const char *values[COLUMNS];
    int lengths[COLUMNS], formats[COLUMNS] = {1, 1, 1, 1, 1, 1};
    char *at = p->room;
    for (int i = 0; i + 1 < COLUMNS; i++) {
        values[i] = at;
        at = put(put(put(put(put(at, 1, 4), 0, 4), oids[i], 4), BATCH, 4), 1, 4);
        for (uint64_t k = p->key; k < p->key + BATCH; k++)
            at = put_column(put(at, (uint64_t)widths[i], 4), i, k);
        lengths[i] = (int)(at - values[i]);
    }
    values[COLUMNS - 1] = at;
    put_column(at, COLUMNS - 1, p->key);
    lengths[COLUMNS - 1] = widths[COLUMNS - 1];
    p->key += BATCH;
    expect(p->connections[0], PQexecPrepared(p->connections[0], "p", COLUMNS, values, lengths, formats, 1));
}

static void open_connection(struct peer *p, int i, const char *statement, const Oid *types, int n)
{
    PGconn *c = p->connections[i] = PQconnectdb("");
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (PQstatus(c) != CONNECTION_OK)
        fail(c);
    if (statement)
        expect(c, PQprepare(c, "p", statement, n, types));
    epoll_ctl(p->epoll, EPOLL_CTL_ADD, PQsocket(c), &e);
}

int main(int argc, char **argv)
{
    static struct peer p = {.state = PEER_SEED};
    static const struct { const char *name, *statement; void (*batch)(struct peer *); } modes[] = {
        {"insert", "INSERT INTO peer_bulk (k, a, b, c, t, wkl_v) VALUES ($1, $2, $3, $4, $5, $6)", NULL},
        {"update", "UPDATE peer_accounts SET abalance = $1, wkl_v = $2 WHERE aid = $3", NULL},
        {"copy", NULL, copy},
        {"unnest", "INSERT INTO peer_bulk (k, a, b, c, t, wkl_v) SELECT *, $6 FROM unnest($1, $2, $3, $4, $5)", unnest}};
    static const Oid row[COLUMNS] = {20, 23, 23, 701, 1043, 20}, account[] = {23, 20, 23},
                     arrays[COLUMNS] = {1016, 1007, 1007, 1022, 1015, 20};
    unsigned m = 0;
    while (argc > 3 && m < 4 && strcmp(argv[1], modes[m].name))
        m++;
    if (argc < 4 || m == 4 || (p.n = atoi(argv[2])) > MOST) {
        fprintf(stderr, "usage: pg_writes insert|update|copy|unnest CONNECTIONS SECONDS\n");
        return 1;
    }
    p.update = m == 1;
    p.epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < p.n; i++)
        open_connection(&p, i, modes[m].statement, m == 1 ? account : m == 3 ? arrays : row, m == 1 ? 3 : COLUMNS);
    uint64_t from = peer_now_ns();
    p.key = from;                                     /* nobody has had it */
    p.until = from + (uint64_t)(strtod(argv[3], NULL) * 1e9);
    if (!modes[m].batch)
        by_row(&p);
    else
        do {
            modes[m].batch(&p);
            p.rows += BATCH;
        } while (peer_now_ns() < p.until);
    printf("%" PRIu64 " rows in %.6f s\n", p.rows, (double)(peer_now_ns() - from) / 1e9);
    for (int i = 0; i < p.n; i++)
        PQfinish(p.connections[i]);
    return 0;
}
