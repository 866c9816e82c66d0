/* bench/sqlite_writes.c - the least that a write to SQLite costs: one prepared statement in a tight loop.
 *
 *   sqlite_writes FILE insert|update|batch SECONDS
 *
 * batch puts 1000 rows into a transaction, the others one. The tables are peer_bulk and peer_accounts of
 * bench/writes.py, in a database with a write-ahead log and synchronous = NORMAL. Prints the rows and the seconds
 * they took. */
#include "config.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/peer.h"

enum { BATCH = 1000, ACCOUNTS = 100000, TEXT = 30 };

static int insert_one(sqlite3_stmt *s, uint64_t k)
{
    sqlite3_bind_int64(s, 1, (int64_t)k);
    sqlite3_bind_int64(s, 2, (int64_t)(k & 0xffff));
    sqlite3_bind_int64(s, 3, (int64_t)(k >> 3 & 0xfffff));
    sqlite3_bind_double(s, 4, (double)k * 0.5);
    sqlite3_bind_text(s, 5, "the quick brown fox jumps over", TEXT, SQLITE_STATIC);
    sqlite3_bind_int64(s, 6, 1);
    sqlite3_step(s);
    return sqlite3_reset(s);
}

static int update_one(sqlite3_stmt *s, uint64_t k, uint64_t *state)
{
    sqlite3_bind_int64(s, 1, (int64_t)(peer_draw(state) % 10000));
    sqlite3_bind_int64(s, 2, (int64_t)k);
    sqlite3_bind_int64(s, 3, (int64_t)(peer_draw(state) % ACCOUNTS));
    sqlite3_step(s);
    return sqlite3_reset(s);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    uint64_t state = PEER_SEED, rows = 0;
    if (argc < 4) {
        fprintf(stderr, "usage: sqlite_writes FILE insert|update|batch SECONDS\n");
        return 1;
    }
    int update = !strcmp(argv[2], "update"), batch = !strcmp(argv[2], "batch"), rc = SQLITE_OK;
    const char *text = update ? "UPDATE peer_accounts SET abalance = ?1, wkl_v = ?2 WHERE aid = ?3"
                              : "INSERT INTO peer_bulk (k, a, b, c, t, wkl_v) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA mmap_size = 1073741824; PRAGMA synchronous = NORMAL", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "sqlite_writes: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    uint64_t from = peer_now_ns(), until = from + (uint64_t)(strtod(argv[3], NULL) * 1e9), k = from;
    do {
        if (batch)
            rc |= sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (int i = 0; rc == SQLITE_OK && i < (batch ? BATCH : 1); i++, rows++)
            rc = update ? update_one(s, k++, &state) : insert_one(s, k++);
        if (batch)
            rc |= sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    } while (rc == SQLITE_OK && peer_now_ns() < until);
    printf("%" PRIu64 " rows in %.6f s\n", rows, (double)(peer_now_ns() - from) / 1e9);
    if (rc != SQLITE_OK)
        fprintf(stderr, "sqlite_writes: %s\n", sqlite3_errmsg(db));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return rc != SQLITE_OK;
}
