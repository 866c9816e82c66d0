/* bench/sqlite_loop.c - the least that a point read of SQLite costs: one prepared statement in a tight loop,
 * a key drawn, bound, stepped, its columns read, reset. No clock in the loop but one look every 1024 reads.
 *
 *   sqlite_loop FILE STATEMENT KEYS SECONDS [transaction]
 *
 * Keys are whole numbers from 0, all alike. Prints the number of reads and the seconds they took. */
#include "config.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/peer.h"

/* One read; whether there was exactly one row. */
static int read_one(sqlite3_stmt *s, int64_t key, int64_t *sum)
{
    int rows = 0;
    sqlite3_bind_int64(s, 1, key);
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(s); i++)
            *sum += sqlite3_column_int64(s, i);
        rows++;
    }
    sqlite3_reset(s);
    return rows == 1;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    uint64_t state = PEER_SEED, reads = 0;
    int64_t sum = 0;
    int right = 1;
    if (argc < 5) {
        fprintf(stderr, "usage: sqlite_loop FILE STATEMENT KEYS SECONDS [transaction]\n");
        return 1;
    }
    uint64_t keys = strtoull(argv[3], NULL, 10);
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA mmap_size = 1073741824", NULL, NULL, NULL) != SQLITE_OK ||    /* as wkl has it */
        (argc > 5 && sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) ||
        sqlite3_prepare_v2(db, argv[2], -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "sqlite_loop: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    uint64_t from = peer_now_ns(), until = from + (uint64_t)(strtod(argv[4], NULL) * 1e9);
    do {
        for (int i = 0; i < 1024; i++)
            right &= read_one(s, (int64_t)(peer_draw(&state) % keys), &sum);
        reads += 1024;
    } while (peer_now_ns() < until);
    printf("%" PRIu64 " reads in %.6f s, sum %" PRId64 "\n", reads, (double)(peer_now_ns() - from) / 1e9,
           sum);
    sqlite3_finalize(s);
    sqlite3_close(db);
    if (!right)
        fprintf(stderr, "sqlite_loop: a key had not exactly one row\n");
    return !right;
}
