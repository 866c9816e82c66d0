/* mark.c - an advisory lock that a transaction holds, which is open for as long: so a pooler in transaction
 * mode keeps the server's connection for it, which it would not for a lock of the session. The transaction
 * has no snapshot between its statements and holds up no vacuum. Who holds it says its application_name,
 * which everybody may read in pg_stat_activity. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "backends/mark.h"
#include "backends/postgres/conn.h"
#include "base/mem.h"

static int run(struct server *s, const char *sql, struct error *err)
{
    return s->ops->query(s->conn, sql, NULL, NULL, err);
}

/* No limit on transactions, idle ones or not, is to end ours: whichever this server has. */
static int begin(struct server *s, const char *self, struct error *err)
{
    struct buf b = {0};
    int rc = run(s, "BEGIN", err);
    if (rc == 0)
        rc = run(s, "SELECT set_config(name, '0', true) FROM pg_catalog.pg_settings"
                    " WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout', 'lock_timeout')", err);
    buf_printf(&b, "SET LOCAL application_name = '%s'", self);
    if (rc == 0)
        rc = run(s, buf_text(&b), err);
    buf_release(&b);
    return rc;
}

/* pg_locks has the two halves of the number. */
static void put_lock(const struct server *s, struct buf *b)
{
    buf_printf(
        b,
        "l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.classid = '%u' AND l.objid = '%u'"
        " AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
        (unsigned)(s->mark.key >> 32), (unsigned)s->mark.key);
}

static int see_holder(struct server *s, struct holder *holder, struct error *err)
{
    struct buf b = {0};
    char *name;
    buf_puts(
        &b,
        "SELECT coalesce(nullif(a.application_name, ''), 'connection ' || l.pid) FROM pg_catalog.pg_locks l"
        " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE ");
    put_lock(s, &b);
    int rc = sql_ask(s, buf_text(&b), &name, err);
    mark_read_holder(name ? name : "just gone", holder);
    mem_free(name);
    buf_release(&b);
    return rc;
}

static int try(struct server *s, bool *ours, struct error *err)
{
    struct buf b = {0};
    char *schema, *got = NULL;
    int rc = sql_ask(s, "SELECT current_schema()", &schema, err);
    if (rc == 0) {
        s->mark.key = mark_hash(NULL, schema, instance_get(s->inst, "table_prefix"));
        buf_printf(&b, "SELECT pg_catalog.pg_try_advisory_xact_lock(%lld)", (long long)s->mark.key);
        rc = sql_ask(s, buf_text(&b), &got, err);
    }
    *ours = got && *got == 't';
    mem_free(schema);
    mem_free(got);
    buf_release(&b);
    return rc;
}

static int take(struct server *s, struct holder *holder, struct error *err)
{
    struct buf self = {0};
    bool ours = false;
    mark_put_self(&self);
    int rc = begin(s, buf_text(&self), err);
    if (rc == 0)
        rc = try(s, &ours, err);
    if (rc == 0 && ours)
        mark_read_holder(buf_text(&self), holder);
    else if (rc == 0)
        rc = see_holder(s, holder, err);
    if (rc < 0 || !ours)
        run(s, "ROLLBACK", NULL);
    buf_release(&self);
    return rc < 0 ? rc : ours ? 0 : MARK_TAKEN;
}

static int renew(struct server *s, struct error *err)
{
    struct buf b = {0};
    char *ours;
    buf_puts(&b, "SELECT 1 FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND ");
    put_lock(s, &b);
    int rc = sql_ask(s, buf_text(&b), &ours, err);
    if (rc == 0 && !ours)
        rc = error_set(err, ERR_LOST, "the lock is gone");
    mem_free(ours);
    buf_release(&b);
    return rc;
}

static void drop(struct server *s)
{
    run(s, "ROLLBACK", NULL);
}

const struct mark_ops postgres_mark = {.take = take, .renew = renew, .drop = drop};
