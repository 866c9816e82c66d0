/* bench/jsonb_call.c - a stored procedure called as an application would: libpq, a prepared statement, arrays
 * of keys as text, rows of text back, one call at a time. What comes back is looked at and not parsed, which
 * spares the peer the cost of reading JSON.
 *
 *   jsonb_call SECONDS KEYS STATEMENT QUERY...
 *
 * Each QUERY gives the keys of one parameter ($1, $2, …); each call draws KEYS different ones for each. The
 * server is that of PGHOST and its kin. Prints calls, rows a call, and percentiles of the time of a call in
 * nanoseconds. */
#include "config.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/peer.h"

enum { PARAMS_MAX = 16, KEYS_MAX = 1000, KEY_BYTES = 130, CALLS_MAX = 1 << 22 };

struct list { PGresult *keys; int n; };

struct peer {
    PGconn *conn;
    struct list lists[PARAMS_MAX];
    int nlists, nkeys;
    char *text[PARAMS_MAX];                           /* each an array literal */
    uint64_t state;
};

static _Noreturn void fail(struct peer *p, const char *what)
{
    fprintf(stderr, "jsonb_call: %s: %s", what, PQerrorMessage(p->conn));
    exit(1);
}

/* Draws different keys of a list into its array literal. */
static void draw_keys(struct peer *p, int which)
{
    const struct list *l = &p->lists[which];
    int picked[KEYS_MAX];
    char *at = p->text[which];
    for (int i = 0; i < p->nkeys; i++) {
        int key, again;
        do {
            key = (int)(peer_draw(&p->state) % (uint64_t)l->n);
            again = 0;
            for (int j = 0; j < i; j++)
                again |= picked[j] == key;
        } while (again);
        picked[i] = key;
        at += snprintf(at, KEY_BYTES, "%c%s", i ? ',' : '{', PQgetvalue(l->keys, key, 0));
    }
    strcpy(at, "}");
}

static uint64_t look(const PGresult *r)
{
    uint64_t bytes = 0;
    for (int row = 0; row < PQntuples(r); row++)
        for (int column = 0; column < PQnfields(r); column++)
            bytes += (uint64_t)PQgetlength(r, row, column) + (unsigned char)*PQgetvalue(r, row, column);
    return bytes;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void open_peer(struct peer *p, int argc, char **argv)
{
    p->conn = PQconnectdb("");
    if (PQstatus(p->conn) != CONNECTION_OK)
        fail(p, "connecting");
    p->nkeys = atoi(argv[2]);
    p->nlists = argc - 4;
    for (int i = 0; i < p->nlists; i++) {
        struct list *l = &p->lists[i];
        l->keys = PQexec(p->conn, argv[4 + i]);
        l->n = PQntuples(l->keys);
        if (l->n < p->nkeys || p->nkeys > KEYS_MAX)
            fail(p, "not enough keys");
        for (int k = 0; k < l->n; k++)
            if (PQgetlength(l->keys, k, 0) > KEY_BYTES - 3)
                fail(p, "a key is too long");
        p->text[i] = malloc((size_t)p->nkeys * KEY_BYTES + 2);
    }
    PGresult *r = PQprepare(p->conn, "call", argv[3], p->nlists, NULL);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail(p, "preparing");
    PQclear(r);
}

static void close_peer(struct peer *p)
{
    for (int i = 0; i < p->nlists; i++) {
        PQclear(p->lists[i].keys);
        free(p->text[i]);
    }
    PQfinish(p->conn);
}

int main(int argc, char **argv)
{
    struct peer p = {.state = PEER_SEED};
    uint64_t *took, calls = 0, rows = 0, bytes = 0;
    if (argc < 5 || argc > 4 + PARAMS_MAX) {
        fprintf(stderr, "usage: jsonb_call SECONDS KEYS STATEMENT QUERY...\n");
        return 1;
    }
    open_peer(&p, argc, argv);
    took = malloc(CALLS_MAX * sizeof *took);
    uint64_t until = peer_now_ns() + (uint64_t)(strtod(argv[1], NULL) * 1e9);
    do {
        for (int i = 0; i < p.nlists; i++)
            draw_keys(&p, i);
        uint64_t from = peer_now_ns();
        PGresult *r = PQexecPrepared(p.conn, "call", p.nlists, (const char *const *)p.text, NULL, NULL, 0);
        if (PQresultStatus(r) != PGRES_TUPLES_OK)
            fail(&p, "calling");
        rows += (uint64_t)PQntuples(r);
        bytes += look(r);
        took[calls++] = peer_now_ns() - from;
        PQclear(r);
    } while (peer_now_ns() < until && calls < CALLS_MAX);
    qsort(took, calls, sizeof *took, by_size);
    printf("%" PRIu64 " calls, %.1f rows each, p50 %" PRIu64 ", p99 %" PRIu64 " ns, sum %" PRIu64 "\n", calls,
           (double)rows / (double)calls, took[calls / 2], took[calls * 99 / 100], bytes);
    free(took);
    close_peer(&p);
    return 0;
}
