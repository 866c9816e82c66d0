/* admin.c - the protocol of ownership, over the primitives of a store. */
#include "config.h"

#include "backends/admin.h"

#include <string.h>

#include "base/mem.h"

enum { AT_ONCE = 500 };                               /* tables; PostgreSQL locks all of a transaction, and
                                                         has room for 6400 */

static const struct store *store_of(const struct instance *inst)
{
    return inst->backend->store;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* ---- transactions, where there are any ---- */

static int begin(const struct instance *inst, struct server *s, struct error *err)
{
    return store_of(inst)->begin ? store_of(inst)->begin(s, err) : 0;
}

/* Undoes what was done since, if rc tells of a failure; returns the first one. */
static int end(const struct instance *inst, struct server *s, int rc, struct error *err)
{
    if (!store_of(inst)->end)
        return rc;
    int ended = store_of(inst)->end(s, rc == 0, rc == 0 ? err : NULL);
    return rc < 0 ? rc : ended;
}

/* ---- finding ---- */

static enum presence presence_of(const struct table *t, const struct standing *s)
{
    if (!s->there)
        return TABLE_ABSENT;
    return !s->noted ? TABLE_FOREIGN : *s->digest && s->bare && t->rows ? TABLE_EMPTIED : TABLE_OURS;
}

static int look(const struct instance *inst, struct server *s, const struct table *const *tables, uint32_t n,
                bool heeds, struct standing *standing, struct error *err)
{
    uint32_t most = store_of(inst)->look_most ? store_of(inst)->look_most : n;
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i += most) {
        if (heeds && instance_is_stopped(inst))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        rc = store_of(inst)->look(s, tables + i, least(n - i, most), standing + i, err);
    }
    return rc;
}

int admin_find(const struct instance *inst, struct server *s, const struct table *const *tables, uint32_t n,
               bool heeds, struct found *found, struct error *err)
{
    memset(found, 0, n * sizeof *found);
    if (!store_of(inst)->look || !n)
        return 0;
    struct standing *standing = mem_alloc(n * sizeof *standing);
    int rc = look(inst, s, tables, n, heeds, standing, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        found[i].presence = presence_of(tables[i], &standing[i]);
        found[i].bare = standing[i].bare && tables[i]->rows;
        if (found[i].presence == TABLE_OURS)
            memcpy(found[i].digest, standing[i].digest, sizeof found[i].digest);
    }
    mem_free(standing);
    return rc;
}

/* ---- making ---- */

static const char *thing_of(const struct instance *inst)
{
    return store_of(inst)->thing ? store_of(inst)->thing : "table";
}

static int refuse_foreign(const struct instance *inst, const char *name, struct error *err)
{
    return error_set(err, ERR_FOREIGN,
                     "a %s '%s' is there that wkl did not make: set 'table_prefix', or rename that one",
                     thing_of(inst), name);
}

static int none_is_there(const struct instance *inst, struct server *s, const struct table *const *tables,
                         uint32_t n, struct error *err)
{
    struct found *found = mem_alloc(n * sizeof *found);
    struct buf name = {0};
    int rc = admin_find(inst, s, tables, n, true, found, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        if (found[i].presence == TABLE_ABSENT)
            continue;
        instance_put_table(inst, tables[i], &name);
        rc = found[i].presence == TABLE_FOREIGN ? refuse_foreign(inst, buf_text(&name), err)
           : error_set(err, ERR_SERVER, "%s '%s' is there already", thing_of(inst), buf_text(&name));
    }
    buf_release(&name);
    mem_free(found);
    return rc;
}

/* Nobody had such a table a moment ago, so that what is there after a try whose answer was lost is that
 * try's. Without such a try somebody else was faster. */
static bool is_made(const struct made *m)
{
    return m->now == MADE || (m->now == EXISTED && m->maybe);
}

/* A note of ours on what is somebody else's: the next drop would take that for ours. */
static int tell_of_note(const struct instance *inst, const char *name, const struct error *why,
                        struct error *err)
{
    if (err)
        *err = (struct error){0};
    return error_set(
        err, why->code,
        "%s '%s' is somebody else's, but noted as wkl's, and that note cannot be taken back: delete it from "
        "'wkl_tables' before anything else: %s",
        thing_of(inst), name, why->text);
}

static int tell_outcome(const struct instance *inst, const struct table *theirs, const struct table *open,
                        const struct error *why, int rc, struct error *err)
{
    struct buf name = {0};
    if (theirs || open)
        instance_put_table(inst, theirs ? theirs : open, &name);
    if (theirs)
        rc = why->code ? tell_of_note(inst, buf_text(&name), why, err)
                       : refuse_foreign(inst, buf_text(&name), err);
    else if (open && err)
        error_prefix(
            err,
            "whether the %s '%s' was made is not known (it is noted as wkl's, and --only drop removes it)",
            thing_of(inst), buf_text(&name));
    buf_release(&name);
    return rc;
}

/* What is noted and was not made for certain is no longer noted; of what may have been made the note stays,
 * for the next drop. */
static int judge(const struct instance *inst, struct server *s, const struct table *const *tables, uint32_t n,
                 const struct made *made, int rc, struct error *err)
{
    const struct table *unmade[AT_ONCE], *open = NULL, *theirs = NULL;
    struct error why = {0};
    uint32_t nunmade = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (is_made(&made[i]))
            continue;
        if (made[i].maybe)
            open = tables[i];
        else
            unmade[nunmade++] = tables[i];
        theirs = made[i].now == EXISTED ? tables[i] : theirs;
    }
    if (nunmade)
        store_of(inst)->note_drop(s, unmade, nunmade, &why);
    return tell_outcome(inst, theirs, open, &why, rc, err);
}

static int note_and_make(const struct instance *inst, struct server *s, const struct table *const *tables,
                         uint32_t n, struct error *err)
{
    struct made made[AT_ONCE] = {0};
    int rc = begin(inst, s, err);
    if (rc == 0)
        rc = store_of(inst)->note_put(s, tables, NULL, n, err);
    bool noted = rc == 0;
    if (noted)
        rc = store_of(inst)->make(s, tables, n, made, err);
    if (noted && !store_of(inst)->end)
        return judge(inst, s, tables, n, made, rc, err);
    return end(inst, s, rc, err);
}

int admin_make(const struct instance *inst, struct server *s, const struct table *const *tables, uint32_t n,
               struct error *err)
{
    if (!store_of(inst)->look || !n)
        return 0;
    int rc = none_is_there(inst, s, tables, n, err);
    if (rc == 0)
        rc = store_of(inst)->notes_make(s, err);
    for (uint32_t i = 0; rc == 0 && i < n; i += AT_ONCE) {
        if (instance_is_stopped(inst))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        rc = note_and_make(inst, s, tables + i, least(n - i, AT_ONCE), err);
    }
    return rc;
}

int admin_seal(const struct instance *inst, struct server *s, const struct table *const *tables,
               const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *err)
{
    const struct store *store = store_of(inst);
    if (!store->look || !n)
        return 0;
    return store->seal ? store->seal(s, tables, digests, n, err)
                       : store->note_put(s, tables, digests, n, err);
}

int admin_change(const struct instance *inst, struct server *s, const struct table *const *tables,
                 const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; store_of(inst)->look && rc == 0 && i < n; i += AT_ONCE) {
        rc = begin(inst, s, err);
        if (rc == 0)
            rc = end(inst, s,
                     store_of(inst)->note_put(s, tables + i, digests + i, least(n - i, AT_ONCE), err), err);
    }
    return rc;
}

/* ---- dropping ---- */

int admin_drop_notes(const struct instance *inst, struct server *s, bool with_lease, struct error *err)
{
    struct notes notes;
    int rc = begin(inst, s, err);
    if (rc < 0)
        return rc;
    rc = store_of(inst)->notes(s, &notes, err);
    if (rc == 0 && !notes.none && !notes.tables && (with_lease || !notes.lease))
        rc = store_of(inst)->notes_drop(s, err);
    return end(inst, s, rc, err);
}

/* Of what is gone the note goes too, whatever became of the others. */
static int drop_some(const struct instance *inst, struct server *s, const struct table *const *tables,
                     uint32_t n, struct error *err)
{
    bool gone[AT_ONCE] = {0};
    const struct table *unnote[AT_ONCE];
    uint32_t ngone = 0;
    int rc = begin(inst, s, err);
    if (rc < 0)
        return rc;
    rc = store_of(inst)->drop(s, tables, n, gone, err);
    for (uint32_t i = 0; i < n; i++)
        if (gone[i])
            unnote[ngone++] = tables[i];
    if (ngone && (rc == 0 || !store_of(inst)->end)) {
        int unnoted = store_of(inst)->note_drop(s, unnote, ngone, rc == 0 ? err : NULL);
        rc = rc < 0 ? rc : unnoted;
    }
    return end(inst, s, rc, err);
}

/* Notes of tables that are not there. */
static int drop_note_some(const struct instance *inst, struct server *s, const struct table *const *tables,
                          uint32_t n, struct error *err)
{
    int rc = begin(inst, s, err);
    return rc < 0 ? rc : end(inst, s, store_of(inst)->note_drop(s, tables, n, err), err);
}

static int by_the_batch(const struct instance *inst, struct server *s, const struct table *const *tables,
                        uint32_t n,
                        int (*act)(const struct instance *, struct server *, const struct table *const *,
                                   uint32_t n, struct error *),
                        struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i += AT_ONCE)
        rc = act(inst, s, tables + i, least(n - i, AT_ONCE), err);
    return rc;
}

/* Picks those of the tables that are there, or those that are not, if they are noted. */
static uint32_t pick(const struct table *const *tables, const struct standing *standing, uint32_t n,
                     bool there, const struct table **picked)
{
    uint32_t npicked = 0;
    for (uint32_t i = 0; i < n; i++)
        if (standing[i].noted && standing[i].there == there)
            picked[npicked++] = tables[i];
    return npicked;
}

int admin_drop(const struct instance *inst, struct server *s, const struct table *const *tables, uint32_t n,
               struct error *err)
{
    if (!store_of(inst)->look)
        return 0;
    struct standing *standing = mem_alloc((n + 1) * sizeof *standing);
    const struct table **picked = mem_alloc((n + 1) * sizeof *picked);
    int rc = look(inst, s, tables, n, false, standing, err);
    if (rc == 0 && store_of(inst)->sweep)             /* we hold the mark: what is noted is no other run's */
        rc = store_of(inst)->sweep(s, err);
    if (rc == 0)
        rc = by_the_batch(inst, s, picked, pick(tables, standing, n, true, picked), drop_some, err);
    if (rc == 0)
        rc = by_the_batch(inst, s, picked, pick(tables, standing, n, false, picked), drop_note_some, err);
    mem_free(picked);
    mem_free(standing);
    return rc < 0 ? rc : admin_drop_notes(inst, s, false, err);
}
