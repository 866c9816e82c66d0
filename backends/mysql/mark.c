/* mark.c - GET_LOCK, which ends with its connection. Its names are the server's: the database is part of it.
 * It is one server's own: nodes of a cluster that all take writes (Galera, group replication) do not see each
 * other's. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "backends/mark.h"
#include "backends/mysql/conn.h"
#include "base/mem.h"

static int read_key(struct server *s, struct error *err)
{
    char *database;
    int rc = sql_ask(s, "SELECT database()", &database, err);
    s->mark.key = mark_hash(database, NULL, instance_get(s->inst, "table_prefix"));
    mem_free(database);
    return rc;
}

static int ask_number(struct server *s, const char *function, long *number, struct error *err)
{
    struct buf b = {0};
    char *text;
    buf_printf(&b, function, (unsigned long long)s->mark.key);
    int rc = sql_ask(s, buf_text(&b), &text, err);
    *number = text ? atol(text) : -1;
    mem_free(text);
    buf_release(&b);
    return rc;
}

/* What this user may see of the holder: where it comes from, and its pid where the server keeps what clients
 * say of themselves. */
static void see_holder(struct server *s, long connection, struct holder *holder)
{
    struct buf b = {0};
    char *from, *pid, *server;
    buf_printf(&b, "SELECT concat(user, ' from ', host) FROM information_schema.processlist WHERE id = %ld",
               connection);
    sql_ask(s, buf_text(&b), &from, NULL);
    buf_clear(&b);
    buf_printf(&b, "SELECT attr_value FROM performance_schema.session_connect_attrs WHERE processlist_id = %ld AND attr_name = '_pid'", connection);
    sql_ask(s, buf_text(&b), &pid, NULL);
    sql_ask(s, "SELECT concat(@@hostname, ':', @@port)", &server, NULL);
    snprintf(holder->id, sizeof holder->id, "%ld at %s", connection, server ? server : "?");
    snprintf(holder->words, sizeof holder->words, "%s%s%sconnection %ld%s%s", pid ? "pid " : "",
             pid ? pid : "", pid ? ", " : "", connection, from ? " of " : "", from ? from : "");
    mem_free(from);
    mem_free(pid);
    mem_free(server);
    buf_release(&b);
}

static int take(struct server *s, struct holder *holder, struct error *err)
{
    long got = 0, connection = 0;
    int rc = read_key(s, err);
    if (rc == 0)
        rc = ask_number(s, "SELECT get_lock('wkl:%016llx', 0)", &got, err);
    if (rc == 0)
        rc = ask_number(s, "SELECT is_used_lock('wkl:%016llx')", &connection, err);
    if (rc < 0)
        return rc;
    s->mark.connection = got == 1 ? connection : 0;
    see_holder(s, connection, holder);
    return got == 1 ? 0 : MARK_TAKEN;
}

static int renew(struct server *s, struct error *err)
{
    long connection = 0;
    int rc = ask_number(s, "SELECT is_used_lock('wkl:%016llx')", &connection, err);
    return rc < 0 || connection == s->mark.connection ? rc : error_set(err, ERR_LOST, "the lock is gone");
}

static void drop(struct server *s)
{
    long got;
    ask_number(s, "SELECT release_lock('wkl:%016llx')", &got, NULL);
}

const struct mark_ops mysql_mark = {.take = take, .renew = renew, .drop = drop};
