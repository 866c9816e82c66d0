/* admin.c - the protocol of ownership (backends/admin.h) against a store that is played: cut at each point at
 * which it can be cut, before a step, halfway through it, and with the answer lost. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "backends/admin.h"
#include "base/mem.h"

enum { TABLES = 5, MANY = 1203, THEIRS = 2 };         /* of the workload; one of them is somebody else's,
                                                         where a case says so */

enum owner { NOBODY, WKL, SOMEBODY };

struct row { enum owner owner; bool noted; char digest[DIGEST_CHARS + 1]; };

struct world {                                        /* what outlives a cut */
    struct row rows[MANY];
    bool place;                                       /* wkl_tables */
    bool lease;
};

enum cut { CUT_BEFORE, CUT_HALFWAY, CUT_AFTER, CUTS };

static struct world world, undone;                    /* now; when the transaction began */
static struct {
    int until;                                        /* steps until the cut; below 0: none comes */
    enum cut how;
    bool dead, open;                                  /* the connection is gone; a transaction is open */
    int steps;
    int appears;                                      /* somebody makes THEIRS right before this call of make;
                                                         0: nobody does */
    struct made answer;                               /* of the first table, where scripted */
    bool scripted;
    int refuse_note_drop;
    uint32_t most;                                    /* tables in one call */
} play;

static struct table tables[MANY];
static const struct table *list[MANY];

static uint32_t place_of(const struct table *t)
{
    return (uint32_t)(t - tables);
}

/* Begins a step over n things: how many of them take effect; *rc is its answer. */
static uint32_t step(uint32_t n, int *rc, struct error *err)
{
    *rc = 0;
    play.steps++;
    play.most = n > play.most ? n : play.most;
    if (play.dead || play.until-- == 0) {
        uint32_t some = play.dead || play.how == CUT_BEFORE ? 0 : play.how == CUT_HALFWAY ? n / 2 : n;
        play.dead = true;
        *rc = error_set(err, ERR_LOST, "the connection is lost");
        return some;
    }
    return n;
}

static int look(struct server *s, const struct table *const *t, uint32_t n, struct standing *standing,
                struct error *err)
{
    (void)s;
    int rc;
    step(n, &rc, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        const struct row *r = &world.rows[place_of(t[i])];
        standing[i].there = r->owner != NOBODY;
        standing[i].noted = r->noted;
        strcpy(standing[i].digest, r->digest);
    }
    return rc;
}

static int make(struct server *s, const struct table *const *t, uint32_t n, struct made *made,
                struct error *err)
{
    (void)s;
    int rc;
    if (play.appears)
        world.rows[THEIRS].owner = SOMEBODY;
    if (play.scripted) {
        for (uint32_t i = 0; i < n; i++)
            made[i] = (struct made){.now = MADE};
        made[0] = play.answer;
        return play.answer.now == NOT_MADE ? error_set(err, ERR_SERVER, "it said no") : 0;
    }
    uint32_t some = step(n, &rc, err);
    for (uint32_t i = 0; i < n; i++) {
        struct row *r = &world.rows[place_of(t[i])];
        bool there = r->owner != NOBODY;
        if (i < some && !there)
            r->owner = WKL;
        made[i].now = rc < 0 ? NOT_MADE : there ? EXISTED : MADE;
        made[i].maybe = rc < 0;
    }
    return rc;
}

static int drop(struct server *s, const struct table *const *t, uint32_t n, bool *gone, struct error *err)
{
    (void)s;
    int rc;
    uint32_t some = step(n, &rc, err);
    for (uint32_t i = 0; i < some; i++) {
        assert_int_not_equal(world.rows[place_of(t[i])].owner, SOMEBODY);
        world.rows[place_of(t[i])].owner = NOBODY;
        gone[i] = rc == 0;
    }
    return rc;
}

static int note_put(struct server *s, const struct table *const *t, const char (*digests)[DIGEST_CHARS + 1],
                    uint32_t n, struct error *err)
{
    (void)s;
    int rc;
    uint32_t some = step(n, &rc, err);
    assert_true(world.place);
    for (uint32_t i = 0; i < some; i++) {
        struct row *r = &world.rows[place_of(t[i])];
        r->noted = true;
        strcpy(r->digest, digests ? digests[i] : "");
    }
    return rc;
}

static int note_drop(struct server *s, const struct table *const *t, uint32_t n, struct error *err)
{
    (void)s;
    int rc;
    if (play.refuse_note_drop)
        return error_set(err, ERR_SERVER, "read only");
    uint32_t some = step(n, &rc, err);
    for (uint32_t i = 0; i < some; i++) {
        world.rows[place_of(t[i])].noted = false;
        world.rows[place_of(t[i])].digest[0] = 0;
    }
    return rc;
}

static int notes_make(struct server *s, struct error *err)
{
    (void)s;
    int rc;
    world.place |= step(1, &rc, err) == 1;
    return rc;
}

static int notes(struct server *s, struct notes *found, struct error *err)
{
    (void)s;
    int rc;
    step(1, &rc, err);
    *found = (struct notes){.none = !world.place, .lease = world.lease};
    for (int i = 0; i < MANY; i++)
        found->tables |= world.rows[i].noted;
    return rc;
}

static int notes_drop(struct server *s, struct error *err)
{
    (void)s;
    int rc;
    assert_true(world.place);
    world.place &= step(1, &rc, err) == 0;
    return rc;
}

static int begin(struct server *s, struct error *err)
{
    (void)s;
    int rc;
    step(1, &rc, err);
    undone = world;
    play.open = rc == 0;
    return rc;
}

/* What somebody else did meanwhile is not undone. */
static void undo(void)
{
    enum owner theirs = world.rows[THEIRS].owner;
    world = undone;
    world.rows[THEIRS].owner = theirs == SOMEBODY ? SOMEBODY : world.rows[THEIRS].owner;
    play.open = false;
}

static int end(struct server *s, bool commit, struct error *err)
{
    (void)s;
    int rc;
    uint32_t done = step(1, &rc, err);
    if (!commit || !done)
        undo();
    play.open = false;
    return rc;
}

static const struct store plain_store = {
    .look = look, .look_most = 2, .make = make, .drop = drop, .note_put = note_put, .note_drop = note_drop,
    .notes_make = notes_make,
    .notes = notes, .notes_drop = notes_drop,
};
static const struct store transactional_store = {
    .look = look, .make = make, .drop = drop, .note_put = note_put, .note_drop = note_drop,
    .notes_make = notes_make,
    .notes = notes, .notes_drop = notes_drop, .begin = begin, .end = end,
};
static const struct setting_def settings[] = {{.name = "table_prefix"}, {NULL}};
static const struct backend plain = {.name = "plain", .settings = settings, .store = &plain_store};
static const struct backend transactional = {
    .name = "transactional", .settings = settings, .store = &transactional_store};
static const struct backend *const both[] = {&plain, &transactional};

/* ---- runs ---- */

static struct instance inst;
static struct error err;

static void set(const struct backend *b, bool theirs)
{
    static const char *const names[TABLES] = {"a", "b", "c", "d", "e"};
    world = (struct world){0};
    memset(&play, 0, sizeof play);
    play.until = -1;
    inst = (struct instance){.name = b->name, .backend = b};
    err = (struct error){0};
    for (int i = 0; i < MANY; i++) {
        tables[i] = (struct table){.name = i < TABLES ? names[i] : "one of many", .rows = 10};
        list[i] = &tables[i];
    }
    if (theirs)
        world.rows[THEIRS].owner = SOMEBODY;
}

static void connect(int until, enum cut how)
{
    if (play.open)                                    /* the server saw that we went */
        undo();
    play.until = until;
    play.how = how;
    play.dead = false;
    play.steps = 0;
    err = (struct error){0};
}

static int seal(uint32_t n)
{
    char digests[TABLES][DIGEST_CHARS + 1];
    for (int i = 0; i < TABLES; i++)
        strcpy(digests[i], "abc");
    return admin_seal(&inst, NULL, list, (const char (*)[DIGEST_CHARS + 1])digests, n, &err);
}

static int make_seal_drop(void)
{
    int rc = admin_make(&inst, NULL, list, TABLES, &err);
    rc = rc < 0 ? rc : seal(TABLES);
    return rc < 0 ? rc : admin_drop(&inst, NULL, list, TABLES, &err);
}

/* What --only drop does. */
static int drop_all(void)
{
    return admin_drop(&inst, NULL, list, TABLES, &err);
}

/* As a run does that makes its tables anew, whatever it finds. */
static int run_again(void)
{
    struct found found[TABLES];
    const struct table *stale[TABLES];
    uint32_t n = 0;
    int rc = admin_find(&inst, NULL, list, TABLES, true, found, &err);
    for (uint32_t i = 0; rc == 0 && i < TABLES; i++) {
        if (found[i].presence == TABLE_FOREIGN)
            return ERR_FOREIGN;
        if (found[i].presence != TABLE_ABSENT)
            stale[n++] = list[i];
    }
    rc = rc < 0 ? rc : admin_drop(&inst, NULL, stale, n, &err);
    return rc < 0 ? rc : make_seal_drop();
}

static void assert_owned(bool theirs)
{
    for (int i = 0; i < TABLES; i++) {
        const struct row *r = &world.rows[i];
        bool somebodys = theirs && i == THEIRS;
        assert_true(somebodys == (r->owner == SOMEBODY));
        assert_false(somebodys && r->noted);
        assert_false(r->owner == WKL && !r->noted);
        assert_true(!r->noted || world.place);
    }
}

static void assert_clean(bool theirs)
{
    assert_owned(theirs);
    for (int i = 0; i < TABLES; i++)
        assert_false(world.rows[i].owner == WKL || world.rows[i].noted);
    assert_false(world.place);
}

/* Cuts `first` at its every step; what comes after a cut ends as it should. */
static void cut_everywhere(const struct backend *b, bool theirs, int (*first)(void), int (*after)(void),
                           int ends)
{
    for (enum cut how = 0; how < CUTS; how++)
        for (int until = 0;; until++) {
            set(b, theirs);
            connect(until, how);
            first();
            bool cut = play.dead;
            connect(-1, how);
            assert_owned(theirs);
            assert_int_equal(after(), ends);
            if (ends == 0)
                assert_clean(theirs);
            assert_owned(theirs);
            if (!cut) {
                assert_true(until > 5);
                break;
            }
        }
}

static void a_cut_run_is_cleared_up(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        cut_everywhere(both[i], false, make_seal_drop, drop_all, 0);
        cut_everywhere(both[i], false, make_seal_drop, run_again, 0);
    }
}

/* A drop that is cut, and the next one too, of tables some of which are somebody else's. */
static int make_others_and_drop(void)
{
    static const struct table *mine[TABLES];
    uint32_t n = 0;
    for (int i = 0; i < TABLES; i++)
        if (i != THEIRS)
            mine[n++] = list[i];
    int rc = admin_make(&inst, NULL, mine, n, &err);
    return rc < 0 ? rc : drop_all();
}

static void what_is_foreign_stays(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        cut_everywhere(both[i], true, make_others_and_drop, drop_all, 0);
        cut_everywhere(both[i], true, make_others_and_drop, run_again, ERR_FOREIGN);
        set(both[i], true);
        assert_int_equal(make_seal_drop(), ERR_FOREIGN);
        assert_non_null(strstr(err.text, "a table 'c' is there that wkl did not make"));
        assert_clean(true);                           /* nothing was noted or made */
    }
}

/* Two cuts, one after the other, wherever they come. */
static void a_cut_clearing_up_is_cleared_up(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        for (int cut = 0; cut < 40; cut++)
            for (int again = 0; again < 20; again++) {
                set(both[i], false);
                connect(cut / 2, cut % 2 ? CUT_AFTER : CUT_HALFWAY);
                make_seal_drop();
                connect(again / 2, again % 2 ? CUT_AFTER : CUT_HALFWAY);
                drop_all();
                connect(-1, CUT_BEFORE);
                assert_owned(false);
                assert_int_equal(drop_all(), 0);
                assert_clean(false);
            }
}

/* ---- what a store says of a table ---- */

static void somebody_was_faster(void **state)
{
    (void)state;
    set(&plain, false);
    play.appears = true;
    assert_int_equal(admin_make(&inst, NULL, list, TABLES, &err), ERR_FOREIGN);
    assert_non_null(strstr(err.text, "'c'"));
    assert_owned(true);
    assert_true(world.rows[0].noted && world.rows[4].noted);
    assert_int_equal(drop_all(), 0);
    assert_clean(true);
    set(&plain, false);
    play.appears = play.refuse_note_drop = true;
    assert_int_equal(admin_make(&inst, NULL, list, TABLES, &err), ERR_SERVER);
    assert_non_null(strstr(err.text, "'c' is somebody else's, but noted as wkl's"));
}

/* One that is there after a try of ours whose answer was lost is ours; what may have been made stays noted;
 * what was not is not. */
static void outcomes(void **state)
{
    (void)state;
    static const struct { struct made answer; int rc; bool noted; const char *words; } cases[] = {
        {{MADE, false}, 0, true, ""}, {{MADE, true}, 0, true, ""}, {{EXISTED, true}, 0, true, ""},
        {{EXISTED, false}, ERR_FOREIGN, false, "a table 'a' is there that wkl did not make"},
        {{NOT_MADE, false}, ERR_SERVER, false, "it said no"},
        {{NOT_MADE, true}, ERR_SERVER, true,
         "whether the table 'a' was made is not known (it is noted as wkl's, and --only drop removes it): it said no"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set(&plain, false);
        play.scripted = true;
        play.answer = cases[i].answer;
        assert_int_equal(admin_make(&inst, NULL, list, TABLES, &err), cases[i].rc);
        assert_int_equal(world.rows[0].noted, cases[i].noted);
        assert_true(world.rows[1].noted);
        assert_non_null(strstr(err.text, cases[i].words));
    }
}

static void what_is_ours_is_not_made_again(void **state)
{
    (void)state;
    set(&plain, false);
    assert_int_equal(admin_make(&inst, NULL, list, 1, &err), 0);
    assert_int_equal(admin_make(&inst, NULL, list, TABLES, &err), ERR_SERVER);
    assert_non_null(strstr(err.text, "table 'a' is there already"));
    assert_true(world.rows[0].noted && !world.rows[1].noted);
}

static void presence(void **state)
{
    (void)state;
    struct found found[TABLES];
    set(&plain, true);
    assert_int_equal(admin_make(&inst, NULL, list, 2, &err), 0);
    assert_int_equal(seal(1), 0);
    world.rows[4].noted = true;                       /* what a drop left that was cut */
    assert_int_equal(admin_find(&inst, NULL, list, TABLES, true, found, &err), 0);
    static const enum presence wanted[TABLES] = {TABLE_OURS, TABLE_OURS, TABLE_FOREIGN, TABLE_ABSENT,
                                                 TABLE_ABSENT};
    for (int i = 0; i < TABLES; i++)
        assert_int_equal(found[i].presence, wanted[i]);
    assert_string_equal(found[0].digest, "abc");
    assert_string_equal(found[1].digest, "");
    assert_int_equal(play.most, 2);                   /* look_most */
}

/* Nothing new is begun after a wish to stop; what is there is cleared up. */
static void a_stop(void **state)
{
    (void)state;
    atomic_bool stop = false;
    struct found found[TABLES];
    set(&plain, false);
    inst.stop = &stop;
    assert_int_equal(admin_make(&inst, NULL, list, 3, &err), 0);
    atomic_store(&stop, true);
    assert_int_equal(admin_find(&inst, NULL, list, TABLES, true, found, &err), ERR_INTERRUPTED);
    assert_int_equal(admin_make(&inst, NULL, list + 3, 2, &err), ERR_INTERRUPTED);
    assert_false(world.rows[3].noted);
    assert_int_equal(admin_find(&inst, NULL, list, TABLES, false, found, &err), 0);
    assert_int_equal(drop_all(), 0);
    assert_clean(false);
}

static void many_tables(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        set(both[i], false);
        assert_int_equal(admin_make(&inst, NULL, list, MANY, &err), 0);
        for (int t = 0; t < MANY; t++)
            assert_true(world.rows[t].owner == WKL && world.rows[t].noted);
        assert_int_equal(admin_drop(&inst, NULL, list, MANY, &err), 0);
        for (int t = 0; t < MANY; t++)
            assert_true(world.rows[t].owner == NOBODY && !world.rows[t].noted);
        assert_false(world.place);
    }
}

static void a_lease_keeps_the_notes(void **state)
{
    (void)state;
    set(&plain, false);
    world.lease = true;
    assert_int_equal(make_seal_drop(), 0);
    assert_true(world.place);
    assert_int_equal(admin_drop_notes(&inst, NULL, true, &err), 0);
    assert_false(world.place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_run_is_cleared_up), cmocka_unit_test(what_is_foreign_stays),
            cmocka_unit_test(a_cut_clearing_up_is_cleared_up),
        cmocka_unit_test(somebody_was_faster), cmocka_unit_test(outcomes),
        cmocka_unit_test(what_is_ours_is_not_made_again),
        cmocka_unit_test(presence), cmocka_unit_test(many_tables), cmocka_unit_test(a_stop),
        cmocka_unit_test(a_lease_keeps_the_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
