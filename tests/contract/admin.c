/* admin.c - tables: made, found, loaded, sealed, dropped; and what is not wkl's is left alone. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tests/contract/contract.h"

static const struct driver *driver_of(const struct instance *inst)
{
    return inst->backend->driver;
}

static void list_tables(const struct table **list)
{
    for (int i = 0; i < TABLES; i++)
        list[i] = &contract_tables[i];
}

/* ---- loading ---- */

static bool load_table(const struct instance *inst, const struct table *t)
{
    struct loader *l = NULL;
    struct error err = {0};
    struct value row[32];
    struct scratch scratch = {0};
    int rc = driver_of(inst)->load_open(inst, t, &l, &err);
    for (uint64_t r = 0; rc == 0 && r < t->rows; r++) {
        data_row(inst->data, t, r, row, &scratch);
        rc = driver_of(inst)->load_row(l, row, &err);
    }
    if (l) {
        int closed = driver_of(inst)->load_close(l, rc == 0, &err);
        rc = rc < 0 ? rc : closed;
    }
    scratch_release(&scratch);
    return check_done(rc, &err, "loads table '%s'", t->name);
}

static bool seal(const struct instance *inst, struct server *s)
{
    const struct table *list[TABLES];
    char digests[TABLES][DIGEST_CHARS + 1];
    struct error err = {0};
    list_tables(list);
    for (int i = 0; i < TABLES; i++)
        data_digest(inst->data, list[i], digests[i]);
    return check_done(driver_of(inst)->seal(s, list, (const char (*)[DIGEST_CHARS + 1])digests, TABLES, &err), &err, "seals");
}

static struct server *open_server(const struct instance *inst)
{
    struct server *s = NULL;
    struct error err = {0};
    return check_done(driver_of(inst)->open(inst, &s, &err), &err, "opens") ? s : NULL;
}

bool contract_load(const struct instance *inst)
{
    const struct table *list[TABLES];
    struct error err = {0};
    struct server *s = open_server(inst);
    list_tables(list);
    bool ok = s && check_done(driver_of(inst)->create(s, list, TABLES, &err), &err, "makes %d tables", TABLES);
    for (int i = 0; ok && i < TABLES; i++)
        ok = load_table(inst, list[i]);
    ok = ok && seal(inst, s);
    if (s)
        driver_of(inst)->close(s);
    return ok;
}

bool contract_drop(const struct instance *inst)
{
    const struct table *list[TABLES];
    struct error err = {0};
    struct server *s = open_server(inst);
    list_tables(list);
    bool ok = s && check_done(driver_of(inst)->drop(s, list, TABLES, &err), &err, "drops its tables");
    if (s)
        driver_of(inst)->close(s);
    return ok;
}

/* ---- what stands there ---- */

static void expect(const struct instance *inst, struct server *s, const struct table *t, enum presence expected, const char *digest)
{
    static const char *const names[] = {"absent", "ours", "foreign"};
    char found[DIGEST_CHARS + 1] = "?";
    enum presence p = TABLE_ABSENT;
    struct error err = {0};
    if (!check_done(driver_of(inst)->find(s, t, &p, found, &err), &err, "looks for '%s'", t->name))
        return;
    check(p == expected, "'%s' is %s (expected %s)", t->name, names[p], names[expected]);
    if (expected == TABLE_OURS)
        check(!strcmp(found, digest), "its digest is '%s' (expected '%s')", found, digest);
}

static void life_of_a_table(const struct instance *inst)
{
    const struct table *t = &contract_tables[THIN];
    char digest[1][DIGEST_CHARS + 1];
    struct error err = {0};
    struct server *s = open_server(inst);
    if (!s)
        return;
    const char *version = driver_of(inst)->version(s);
    check(version && *version, "tells its version: %s", version);
    data_digest(inst->data, t, digest[0]);
    expect(inst, s, t, TABLE_ABSENT, "");
    check_done(driver_of(inst)->create(s, &t, 1, &err), &err, "makes a table");
    expect(inst, s, t, TABLE_OURS, "");
    load_table(inst, t);
    expect(inst, s, t, TABLE_OURS, "");
    check_done(driver_of(inst)->seal(s, &t, (const char (*)[DIGEST_CHARS + 1])digest, 1, &err), &err, "seals it");
    expect(inst, s, t, TABLE_OURS, digest[0]);
    contract_break_connections();                     /* as a server does to one that is idle for long */
    check_done(driver_of(inst)->drop(s, &t, 1, &err), &err, "drops it, over a new connection where the old one is gone");
    expect(inst, s, t, TABLE_ABSENT, "");
    check_done(driver_of(inst)->drop(s, &t, 1, &err), &err, "drops it again: nothing to do");
    driver_of(inst)->close(s);
}

/* A load that is given up leaves a table that is ours, without a digest, and can be dropped. */
static void load_given_up(const struct instance *inst)
{
    const struct table *t = &contract_tables[WIDE];
    struct loader *l = NULL;
    struct value row[32];
    struct scratch scratch = {0};
    struct error err = {0};
    struct server *s = open_server(inst);
    if (!s)
        return;
    check_done(driver_of(inst)->create(s, &t, 1, &err), &err, "makes a table");
    if (check_done(driver_of(inst)->load_open(inst, t, &l, &err), &err, "begins a load")) {
        data_row(inst->data, t, 0, row, &scratch);
        check_done(driver_of(inst)->load_row(l, row, &err), &err, "takes a row");
        check_done(driver_of(inst)->load_close(l, false, &err), &err, "gives the load up");
    }
    expect(inst, s, t, TABLE_OURS, "");
    check_done(driver_of(inst)->drop(s, &t, 1, &err), &err, "drops it");
    scratch_release(&scratch);
    driver_of(inst)->close(s);
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
    if (s && ours && check_done(driver_of(inst)->create(s, &t, 1, &err), &err, "somebody else makes a table")) {
        data_digest(inst->data, t, digest[0]);
        load_table(&other, t);
        check_done(driver_of(inst)->seal(s, &t, (const char (*)[DIGEST_CHARS + 1])digest, 1, &err), &err, "somebody else seals it");
        check_done(driver_of(inst)->create(ours, &own_one, 1, &err), &err, "makes another one");
        expect(inst, ours, u, TABLE_FOREIGN, "");
        check(driver_of(inst)->create(ours, making, 2, &refused) == ERR_FOREIGN, "refuses to make theirs: %s", refused.text);
        check(strstr(refused.text, "x_thin") != NULL, "the refusal names it");
        check_done(driver_of(inst)->drop(ours, dropping, 2, &err), &err, "drops what it noted");
        expect(inst, ours, own_one, TABLE_ABSENT, "");
        expect(inst, ours, u, TABLE_FOREIGN, "");
        if (check_done(driver_of(inst)->drop(ours, making, 2, &err), &err, "drops what the refused call made, if anything"))
            expect(inst, ours, making[0], TABLE_ABSENT, "");
        expect(&other, s, t, TABLE_OURS, digest[0]);
        check_done(driver_of(inst)->drop(s, &t, 1, &err), &err, "its owner drops it");
        expect(&other, s, t, TABLE_ABSENT, "");
    }
    if (s)
        driver_of(inst)->close(s);
    if (ours)
        driver_of(inst)->close(ours);
}

void contract_tables_suite(const struct instance *inst)
{
    life_of_a_table(inst);
    load_given_up(inst);
    foreign_table(inst);
}

/* ---- faults ---- */

static void expect_no_connection(const struct instance *inst, const char *what, const char *secret)
{
    struct server *s = NULL;
    struct error err = {0};
    int rc = driver_of(inst)->open(inst, &s, &err);
    check(rc == ERR_CONNECT, "%s: cannot connect (%d): %s", what, rc, err.text);
    check(err.text[0] != 0, "the reason is told");
    check(!strstr(err.text, secret), "the password is not");
    if (rc == 0)
        driver_of(inst)->close(s);
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
        check(driver_of(inst)->open(&bad, &s, &err) < 0 && *err.text, "a uri that is none: %s", err.text);
        check(!strstr(err.text, secret), "what it holds is not told");
    }
    if (contract_has(inst, "path")) {
        bad = contract_with(inst, "path", "/nonexistent/folder/x.db");
        expect_no_connection(&bad, "a folder that is not there", secret);
    }
}
