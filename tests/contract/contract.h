/* contract.h - the rules that every driver keeps (backends/backend.h), as a program that holds a backend against a live server:
 *
 *     contract KIND setting=value …
 *
 * It makes tables of its own under a prefix of its own and drops them. Each check says "ok" or "not ok" and what it is about;
 * the exit code is 0, 1 where a check failed, 77 where this build cannot drive the backend. */
#ifndef TESTS_CONTRACT_CONTRACT_H
#define TESTS_CONTRACT_CONTRACT_H

#include "backends/backend.h"

/* ---- the checks ---- */

/* Counts and prints one check; returns `held`. */
bool check(bool held, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for a function's result: 0 is right; else the error is shown. */
bool check_done(int rc, struct error *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int check_failures(void);

/* ---- the data (schema.c) ---- */

enum { WIDE, THIN, ODD, BY_UUID, BY_STRING, BY_INT, BY_BYTES, BY_DATE, BY_TIMESTAMP, BY_DECIMAL, SEVERAL, JOINED, CHANGED, PLACED, EXTREME, TABLES };
extern const struct table contract_tables[TABLES];
extern const struct keyspace contract_tuples[];          /* whole keys of several columns: of SEVERAL, JOINED, PLACED */
void contract_schema_init(void);                      /* before any of these is used */
/* How many of them suit the backend: the last holds the largest doubles, which not every store can hold. */
int contract_ntables(const struct instance *);

/* ---- instances (main.c) ---- */

/* A copy with one setting changed. */
struct instance contract_with(const struct instance *, const char *setting, const char *value);
bool contract_has(const struct instance *, const char *setting);

/* ---- the suites ---- */

void contract_tables_suite(const struct instance *);  /* admin.c: create, find, load, seal, drop; what is not ours */
void contract_faults_suite(const struct instance *);  /* admin.c: unreachable, wrong password */
/* requests.c: every form that the backend has, connections that break; the tables are there */
void contract_requests_suite(const struct instance *);
void contract_statements_suite(const struct instance *);      /* statements.c: all that it can be asked, beside a model */
void contract_missing_suite(const struct instance *); /* requests.c: asks for tables that are dropped */

/* requests.c: breaks every connection of this process; returns how many there were. */
int contract_break_connections(void);

/* admin.c: makes and fills the tables; drops them. */
bool contract_load(const struct instance *);
bool contract_drop(const struct instance *);

#endif
