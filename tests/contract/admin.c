/* admin.c - tables: made, found, loaded, sealed, dropped; and what is not wkl's is left alone. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backends/admin.h"
#include "base/mem.h"
#include "data/rows.h"
#include "tests/contract/contract.h"

static const struct feed *feed_of(const struct instance *inst)
{
    return inst->backend->feed;
}

static const struct store *store_of(const struct instance *inst)
{
    return inst->backend->store;
}

static uint32_t list_tables(const struct instance *inst, const struct table **list)
{
    int n = contract_ntables(inst);
    for (int i = 0; i < n; i++)
        list[i] = &contract_tables[i];
    return (uint32_t)n;
}

/* ---- loading ---- */

/* By the batch, as a run does. */
static int load_stretch(const struct instance *inst, struct loader *l, const struct stretch *s, struct error *err)
{
    struct rows *rows = rows_new(inst->data, s->table);
    uint32_t most = rows_batch(s->table), n = 0;
    struct value *values = mem_alloc((size_t)most * s->table->ncolumns * sizeof *values);
    struct scratch scratch = {0};
    int rc = feed_of(inst)->begin(l, s, err), ended = 0;
    bool begun = rc == 0;
    for (uint64_t at = s->from; rc == 0 && at < s->to; at += n) {
        n = s->to - at < most ? (uint32_t)(s->to - at) : most;
        rows_make(rows, at, n, values, &scratch);
        rc = feed_of(inst)->rows(l, values, n, err);
    }
    if (begun)
        ended = feed_of(inst)->end(l, rc == 0, err);
    scratch_release(&scratch);
    mem_free(values);
    rows_free(rows);
    return rc < 0 ? rc : ended;
}

static bool load_table(const struct instance *inst, const struct table *t)
{
    struct loader *l = NULL;
    struct error err = {0};
    char digest[DIGEST_CHARS + 1];
    data_digest(inst->data, t, digest);
    int rc = feed_of(inst)->open(inst, &l, &err);
    for (uint64_t from = 0; rc == 0 && from < t->rows; from += (t->rows + 1) / 2) {        /* two stretches over one stream */
        struct stretch s = {t, from, from ? t->rows : (t->rows + 1) / 2, digest};
        rc = load_stretch(inst, l, &s, &err);
    }
    if (l)
        feed_of(inst)->close(l);
    return check_done(rc, &err, "loads table '%s'", t->name);
}

static bool seal(const struct instance *inst, struct server *s)
{
    const struct table *list[TABLES];
    char digests[TABLES][DIGEST_CHARS + 1];
    struct error err = {0};
    uint32_t n = list_tables(inst, list);
    for (uint32_t i = 0; i < n; i++)
        data_digest(inst->data, list[i], digests[i]);
    return check_done(admin_seal(inst, s, list, (const char (*)[DIGEST_CHARS + 1])digests, n, &err), &err, "seals");
}

static struct server *open_server(const struct instance *inst)
{
    struct server *s = NULL;
    struct error err = {0};
    return check_done(store_of(inst)->open(inst, &s, &err), &err, "opens") ? s : NULL;
}

bool contract_load(const struct instance *inst)
{
    const struct table *list[TABLES];
    struct error err = {0};
    struct server *s = open_server(inst);
    uint32_t n = list_tables(inst, list);
    bool ok = s && check_done(admin_make(inst, s, list, n, &err), &err, "makes %u tables", n);
    for (uint32_t i = 0; ok && i < n; i++)
        ok = load_table(inst, list[i]);
    ok = ok && seal(inst, s);
    if (s)
        store_of(inst)->close(s);
    return ok;
}

bool contract_drop(const struct instance *inst)
{
    const struct table *list[TABLES];
    struct error err = {0};
    struct server *s = open_server(inst);
    uint32_t n = list_tables(inst, list);
    bool ok = s && check_done(admin_drop(inst, s, list, n, &err), &err, "drops its tables");
    if (s)
        store_of(inst)->close(s);
    return ok;
}

/* ---- what stands there ---- */

static void expect(const struct instance *inst, struct server *s, const struct table *t, enum presence expected, const char *digest)
{
    static const char *const names[] = {[TABLE_ABSENT] = "absent", [TABLE_OURS] = "ours", [TABLE_EMPTIED] = "emptied", [TABLE_FOREIGN] = "foreign"};
    struct found found;
    struct error err = {0};
    if (!check_done(admin_find(inst, s, &t, 1, true, &found, &err), &err, "looks for '%s'", t->name))
        return;
    check(found.presence == expected, "'%s' is %s (expected %s)", t->name, names[found.presence], names[expected]);
    if (expected == TABLE_OURS)
        check(!strcmp(found.digest, digest), "its digest is '%s' (expected '%s')", found.digest, digest);
}

/* MAY be NULL. */
static void counts(const struct instance *inst, struct server *s, const struct table *t)
{
    struct error err = {0};
    uint64_t rows = 0;
    if (!store_of(inst)->count)
        return;
    check_done(store_of(inst)->count(s, t, &rows, &err), &err, "counts '%s'", t->name);
    check(rows == t->rows, "it has %llu rows (expected %llu)", (unsigned long long)rows, (unsigned long long)t->rows);
}

static void life_of_a_table(const struct instance *inst)
{
    const struct table *t = &contract_tables[THIN];
    char digest[1][DIGEST_CHARS + 1];
    struct error err = {0};
    struct server *s = open_server(inst);
    if (!s)
        return;
    const char *version = store_of(inst)->version(s);
    check(version && *version, "tells its version: %s", version);
    data_digest(inst->data, t, digest[0]);
    expect(inst, s, t, TABLE_ABSENT, "");
    check_done(admin_make(inst, s, &t, 1, &err), &err, "makes a table");
    expect(inst, s, t, TABLE_OURS, "");
    load_table(inst, t);
    expect(inst, s, t, TABLE_OURS, "");
    check_done(admin_seal(inst, s, &t, (const char (*)[DIGEST_CHARS + 1])digest, 1, &err), &err, "seals it");
    expect(inst, s, t, TABLE_OURS, digest[0]);
    counts(inst, s, t);
    contract_break_connections();                     /* as a server does to one that is idle for long */
    check_done(admin_drop(inst, s, &t, 1, &err), &err, "drops it, over a new connection where the old one is gone");
    expect(inst, s, t, TABLE_ABSENT, "");
    check_done(admin_drop(inst, s, &t, 1, &err), &err, "drops it again: nothing to do");
    store_of(inst)->close(s);
}

/* Begins a stretch and gives it up: its first row may be there after that, or not. */
static void give_up_stretch(const struct instance *inst, const struct stretch *s)
{
    struct loader *l = NULL;
    struct value row[32];
    struct scratch scratch = {0};
    struct error err = {0};
    if (!check_done(feed_of(inst)->open(inst, &l, &err), &err, "opens a stream"))
        return;
    check_done(feed_of(inst)->begin(l, s, &err), &err, "begins a load");
    data_row(inst->data, s->table, s->from, row, &scratch);
    check_done(feed_of(inst)->rows(l, row, 1, &err), &err, "takes a row");
    check_done(feed_of(inst)->end(l, false, &err), &err, "gives the load up");
    feed_of(inst)->close(l);
    scratch_release(&scratch);
}

/* A load that is given up leaves a table that is ours, without a digest, and can be dropped. */
static void load_given_up(const struct instance *inst)
{
    const struct table *t = &contract_tables[WIDE];
    struct error err = {0};
    struct server *s = open_server(inst);
    if (!s)
        return;
    check_done(admin_make(inst, s, &t, 1, &err), &err, "makes a table");
    give_up_stretch(inst, &(struct stretch){t, 0, 2, "abc"});
    expect(inst, s, t, TABLE_OURS, "");
    check_done(admin_drop(inst, s, &t, 1, &err), &err, "drops it");
    store_of(inst)->close(s);
}

struct noted { uint64_t from, to, rows; };

static void take_noted(void *arg, uint64_t from, uint64_t to)
{
    struct noted *n = arg;
    n->from = n->rows == 0 || from < n->from ? from : n->from;
    n->to = to > n->to ? to : n->to;
    n->rows += to - from;
}

/* Asks as a later run does. */
static void expect_noted(const struct instance *inst, const struct table *t, const char *digest, struct noted want)
{
    struct noted got = {0};
    struct error err = {0};
    struct server *s = open_server(inst);
    if (!s)
        return;
    if (check_done(store_of(inst)->loaded(s, t, digest, take_noted, &got, &err), &err, "says what is loaded"))
        check(got.from == want.from && got.to == want.to && got.rows == want.rows, "rows %llu … %llu are noted, %llu in all",
              (unsigned long long)want.from, (unsigned long long)want.to, (unsigned long long)want.rows);
    store_of(inst)->close(s);
}

static bool load_stretches(const struct instance *inst, const struct stretch *stretches, uint32_t n)
{
    struct loader *l = NULL;
    struct error err = {0};
    int rc = feed_of(inst)->open(inst, &l, &err);
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = load_stretch(inst, l, &stretches[i], &err);
    if (l)
        feed_of(inst)->close(l);
    return check_done(rc, &err, "loads %u stretches from row %llu on", n, (unsigned long long)stretches[0].from);
}

/* What was noted goes with the table: another one of its name has nothing of it. */
static void load_forgotten(const struct instance *inst, struct server *s, const struct stretch *loaded)
{
    struct error err = {0};
    const struct table *t = loaded->table;
    check_done(admin_make(inst, s, &t, 1, &err), &err, "makes it again");
    expect_noted(inst, t, loaded->digest, (struct noted){0});
    load_stretches(inst, loaded, 1);
    check_done(admin_drop(inst, s, &t, 1, &err), &err, "drops it unfinished");
    check_done(admin_make(inst, s, &t, 1, &err), &err, "makes it once more");
    expect_noted(inst, t, loaded->digest, (struct noted){0});
    check_done(admin_drop(inst, s, &t, 1, &err), &err, "drops it");
}

/* What is loaded is noted until the table is sealed or dropped; what was given up is not; of other contents nothing is. */
static void load_gone_on_with(const struct instance *inst)
{
    const struct table *t = &contract_tables[WIDE];
    struct error err = {0};
    char digest[1][DIGEST_CHARS + 1];
    data_digest(inst->data, t, digest[0]);
    const struct stretch stretches[] = {{t, 3, 5, digest[0]}, {t, 0, 3, digest[0]}, {t, 5, t->rows, digest[0]}};
    struct server *s = store_of(inst)->loaded ? open_server(inst) : NULL;
    if (!s)
        return;
    check_done(admin_make(inst, s, &t, 1, &err), &err, "makes a table");
    expect_noted(inst, t, digest[0], (struct noted){0});
    load_stretches(inst, stretches, 1);
    give_up_stretch(inst, &stretches[1]);
    expect(inst, s, t, TABLE_OURS, "");
    expect_noted(inst, t, digest[0], (struct noted){3, 5, 2});
    expect_noted(inst, t, "abc", (struct noted){0});
    load_stretches(inst, stretches + 1, 2);
    expect_noted(inst, t, digest[0], (struct noted){0, t->rows, t->rows});
    check_done(admin_seal(inst, s, &t, (const char (*)[DIGEST_CHARS + 1])digest, 1, &err), &err, "seals");
    expect(inst, s, t, TABLE_OURS, digest[0]);
    expect_noted(inst, t, digest[0], (struct noted){0});
    check_done(admin_drop(inst, s, &t, 1, &err), &err, "drops it");
    load_forgotten(inst, s, &stretches[0]);
    store_of(inst)->close(s);
}

/* A table that another bookkeeping noted (that of the prefix "…x_") is foreign to ours: PREFIX "…" and table "x_thin". */
static void foreign_table(const struct instance *inst)
{
    char prefix[100], digest[1][DIGEST_CHARS + 1];
    const char *own = instance_get(inst, "table_prefix");
    snprintf(prefix, sizeof prefix, "%sx_", own ? own : "");
    struct instance other = contract_with(inst, "table_prefix", prefix);
    struct table theirs = contract_tables[THIN], seen = theirs;
    const struct table *t = &theirs, *u = &seen, *own_one = &contract_tables[BY_INT];
    const struct table *making[] = {&contract_tables[BY_DATE], &seen}, *dropping[] = {&seen, own_one};
    struct error err = {0}, refused = {0};
    seen.name = "x_thin";
    struct server *s = open_server(&other), *ours = open_server(inst);
    if (s && ours && check_done(admin_make(inst, s, &t, 1, &err), &err, "somebody else makes a table")) {
        data_digest(inst->data, t, digest[0]);
        load_table(&other, t);
        check_done(admin_seal(inst, s, &t, (const char (*)[DIGEST_CHARS + 1])digest, 1, &err), &err, "somebody else seals it");
        check_done(admin_make(inst, ours, &own_one, 1, &err), &err, "makes another one");
        expect(inst, ours, u, TABLE_FOREIGN, "");
        check(admin_make(inst, ours, making, 2, &refused) == ERR_FOREIGN, "refuses to make theirs: %s", refused.text);
        check(strstr(refused.text, "x_thin") != NULL, "the refusal names it");
        check_done(admin_drop(inst, ours, dropping, 2, &err), &err, "drops what it noted");
        expect(inst, ours, own_one, TABLE_ABSENT, "");
        expect(inst, ours, u, TABLE_FOREIGN, "");
        if (check_done(admin_drop(inst, ours, making, 2, &err), &err, "drops what the refused call made, if anything"))
            expect(inst, ours, making[0], TABLE_ABSENT, "");
        expect(&other, s, t, TABLE_OURS, digest[0]);
        check_done(admin_drop(inst, s, &t, 1, &err), &err, "its owner drops it");
        expect(&other, s, t, TABLE_ABSENT, "");
    }
    if (s)
        store_of(inst)->close(s);
    if (ours)
        store_of(inst)->close(ours);
}

void contract_tables_suite(const struct instance *inst)
{
    life_of_a_table(inst);
    load_given_up(inst);
    load_gone_on_with(inst);
    foreign_table(inst);
}

/* ---- faults ---- */

static void expect_no_connection(const struct instance *inst, const char *what, const char *secret)
{
    struct server *s = NULL;
    struct error err = {0};
    int rc = store_of(inst)->open(inst, &s, &err);
    check(rc == ERR_CONNECT, "%s: cannot connect (%d): %s", what, rc, err.text);
    check(err.text[0] != 0, "the reason is told");
    check(!strstr(err.text, secret), "the password is not");
    if (rc == 0)
        store_of(inst)->close(s);
}

void contract_faults_suite(const struct instance *inst)
{
    static const char secret[] = "Gr0ssesGeheimnis";
    struct instance bad = contract_has(inst, "password") ? contract_with(inst, "password", secret) : *inst;
    if (contract_has(inst, "password"))
        expect_no_connection(&bad, "a wrong password", secret);
    if (contract_has(inst, "port")) {
        bad = contract_with(&bad, "port", "1");
        expect_no_connection(&bad, "a port where nobody listens", secret);
    }
    if (contract_has(inst, "uri")) {
        bad = contract_with(inst, "uri", "nosuchscheme:Gr0ssesGeheimnis@here/there");
        struct server *s = NULL;
        struct error err = {0};
        check(store_of(inst)->open(&bad, &s, &err) < 0 && *err.text, "a uri that is none: %s", err.text);
        check(!strstr(err.text, secret), "what it holds is not told");
    }
    if (contract_has(inst, "path")) {
        bad = contract_with(inst, "path", "/nonexistent/folder/x.db");
        expect_no_connection(&bad, "a folder that is not there", secret);
    }
}
