/* judge.c - what histories prove: by hand; against the definition, read by read; and of stores that are
 * simulated, sound and faulty. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "data/rng.h"
#include "proof/judge.h"
#include "data/version.h"

static bool loaded(void *arg, const struct event *key)
{
    (void)arg, (void)key;
    return true;
}

static bool never_loaded(void *arg, const struct event *key)
{
    (void)arg, (void)key;
    return false;
}

static void keep(void *arg, const struct finding *f)
{
    *(struct finding *)arg = *f;
}

/* ---- by hand ---- */

#define WRITE(VERSION, SENT, ANSWERED) {1, VERSION, SENT, ANSWERED, 1, EVENT_WRITE, CALL_OK, false}
#define UNKNOWN(VERSION, SENT) {1, VERSION, SENT, 0, 1, EVENT_WRITE, CALL_UNKNOWN, true}
#define FAILED(VERSION, SENT, ANSWERED) {1, VERSION, SENT, ANSWERED, 1, EVENT_WRITE, CALL_FAILED, false}
#define DELAYED(VERSION, SENT, ANSWERED) {1, VERSION, SENT, ANSWERED, 1, EVENT_WRITE, CALL_OK, true}
#define READ(VERSION, SENT, ANSWERED) {1, VERSION, SENT, ANSWERED, 2, EVENT_READ, CALL_OK, false}
#define OWN_READ(VERSION, SENT, ANSWERED) {1, VERSION, SENT, ANSWERED, 1, EVENT_READ, CALL_OK, false}
#define AT_REST(VERSION) {1, VERSION, 1000, 1001, 0, EVENT_AT_REST, CALL_OK, false}
#define ADDS(SENT, ANSWERED) {1, 1, SENT, ANSWERED, 1, EVENT_WRITE, CALL_OK, false, .counts = true}
#define TAKES(SENT, ANSWERED) {1, (uint64_t)-1, SENT, ANSWERED, 1, EVENT_WRITE, CALL_OK, false, .counts = true}
#define MAY_ADD(SENT) {1, 1, SENT, 0, 1, EVENT_WRITE, CALL_UNKNOWN, true, .counts = true}
#define ADDS_NOT(SENT, ANSWERED) {1, 1, SENT, ANSWERED, 1, EVENT_WRITE, CALL_FAILED, false, .counts = true}
#define SUM(N, SENT, ANSWERED) {1, (uint64_t)(N), SENT, ANSWERED, 2, EVENT_READ, CALL_OK, false, .counts = true}
#define OWN_SUM(N, SENT, ANSWERED) {1, (uint64_t)(N), SENT, ANSWERED, 1, EVENT_READ, CALL_OK, false, .counts = true}
#define SUM_AT_REST(N) {1, (uint64_t)(N), 1000, 1001, 0, EVENT_AT_REST, CALL_OK, false, .counts = true}
enum { NOTHING = -1, MOST = 6 };

struct history_case {
    const char *what;
    struct event events[MOST];
    int charge;
    uint64_t age;
    bool own, absent;
};
static const struct history_case cases[] = {
    {"what was loaded", {READ(0, 5, 6), AT_REST(0)}, NOTHING, 0, false, false},
    {"a write and its read", {WRITE(7, 10, 20), READ(7, 30, 40), AT_REST(7)}, NOTHING, 0, false, false},
    {"old while the write is under way",
     {WRITE(7, 10, 20), READ(0, 15, 40), AT_REST(7)}, NOTHING, 0, false, false},
    {"new while the write is under way",
     {WRITE(7, 10, 90), READ(7, 15, 20), AT_REST(7)}, NOTHING, 0, false, false},
    {"a lost write", {WRITE(7, 10, 20), AT_REST(0)}, CHARGE_LOST, 0, false, false},
    {"a lost second write", {WRITE(7, 10, 20), WRITE(8, 30, 40), AT_REST(7)}, CHARGE_LOST, 0, false, false},
    {"a second look finds it", {WRITE(7, 10, 20), AT_REST(0), AT_REST(7)}, NOTHING, 0, false, false},
    {"two at once, either way", {WRITE(7, 10, 20), WRITE(8, 15, 40), AT_REST(7)}, NOTHING, 0, false, false},
    {"stale by 30", {WRITE(7, 10, 20), READ(0, 50, 60)}, CHARGE_STALE, 30, false, false},
    {"stale to its own writer", {WRITE(7, 10, 20), OWN_READ(0, 50, 60)}, CHARGE_STALE, 30, true, false},
    {"stale to one that had read it",
     {WRITE(7, 10, 20), READ(7, 21, 22), READ(0, 50, 60)}, CHARGE_STALE, 30, true, false},
    {"of two that supersede, the first acknowledged",
     {WRITE(7, 10, 40), WRITE(8, 11, 20), READ(0, 50, 60)}, CHARGE_STALE, 30, false, false},
    {"an unknown write may stand", {UNKNOWN(7, 10), AT_REST(7)}, NOTHING, 0, false, false},
    {"an unknown write may not", {UNKNOWN(7, 10), AT_REST(0)}, NOTHING, 0, false, false},
    {"an unknown write may land after a newer one",
     {UNKNOWN(7, 10), WRITE(8, 20, 30), AT_REST(7)}, NOTHING, 0, false, false},
    {"a delayed first try too", {DELAYED(7, 10, 15), WRITE(8, 20, 30), AT_REST(7)}, NOTHING, 0, false, false},
    {"but what it superseded is gone", {DELAYED(7, 10, 15), AT_REST(0)}, CHARGE_LOST, 0, false, false},
    {"a failed write", {FAILED(7, 10, 15), AT_REST(0)}, NOTHING, 0, false, false},
    {"a failed write that stands", {FAILED(7, 10, 15), AT_REST(7)}, CHARGE_ABORTED, 0, false, false},
    {"a failed write that is read", {FAILED(7, 10, 15), READ(7, 20, 25)}, CHARGE_ABORTED, 0, false, false},
    {"what nobody wrote", {WRITE(7, 10, 20), READ(9, 30, 40)}, CHARGE_UNWRITTEN, 0, false, false},
    {"before it was sent", {READ(7, 1, 5), WRITE(7, 10, 20)}, CHARGE_EARLY, 0, false, false},
    {"a deletion", {WRITE(VERSION_ABSENT, 10, 20), AT_REST(VERSION_ABSENT)}, NOTHING, 0, false, false},
    {"a row that came back", {WRITE(VERSION_ABSENT, 10, 20), AT_REST(0)}, CHARGE_LOST, 0, false, false},
    {"a row that is gone", {WRITE(7, 10, 20), AT_REST(VERSION_ABSENT)}, CHARGE_UNWRITTEN, 0, false, false},
    {"deleted, put back, deleted",
     {WRITE(VERSION_ABSENT, 10, 20), WRITE(7, 30, 40), WRITE(VERSION_ABSENT, 50, 60),
      AT_REST(VERSION_ABSENT)}, NOTHING, 0, false, false},
    {"deleted, put back",
     {WRITE(VERSION_ABSENT, 10, 20), WRITE(7, 30, 40), AT_REST(VERSION_ABSENT)}, CHARGE_LOST, 0, false,
     false},
    {"not there at first",
     {READ(VERSION_ABSENT, 1, 2), WRITE(7, 10, 20), AT_REST(7)}, NOTHING, 0, false, true},
    {"two are added", {ADDS(10, 20), ADDS(12, 22), SUM(2, 30, 40), SUM_AT_REST(2)}, NOTHING, 0, false, false},
    {"one may be added meanwhile",
     {ADDS(10, 20), ADDS(12, 60), SUM(1, 30, 40), SUM(2, 30, 40)}, NOTHING, 0, false, false},
    {"one of two is lost", {ADDS(10, 20), ADDS(12, 22), SUM_AT_REST(1)}, CHARGE_LOST, 0, false, false},
    {"a second look finds both", {ADDS(10, 20), ADDS(12, 22), SUM_AT_REST(1), SUM_AT_REST(2)}, NOTHING, 0, false, false},
    {"one was added twice", {ADDS(10, 20), SUM_AT_REST(2)}, CHARGE_DOUBLED, 0, false, false},
    {"before it was added", {SUM(1, 1, 5), ADDS(10, 20)}, CHARGE_DOUBLED, 0, false, false},
    {"an old sum", {ADDS(10, 20), ADDS(12, 22), SUM(1, 50, 60)}, CHARGE_STALE, 28, false, false},
    {"an old sum to its own writer", {ADDS(10, 20), OWN_SUM(0, 50, 60)}, CHARGE_STALE, 30, true, false},
    {"an unknown one may stand or not", {MAY_ADD(10), SUM_AT_REST(1), SUM(0, 90, 99)}, NOTHING, 0, false, false},
    {"but no second time", {MAY_ADD(10), SUM_AT_REST(2)}, CHARGE_DOUBLED, 0, false, false},
    {"a failed one that stands", {ADDS_NOT(10, 20), SUM_AT_REST(1)}, CHARGE_DOUBLED, 0, false, false},
    {"one adds, one takes away",
     {ADDS(10, 40), TAKES(11, 41), SUM(-1, 20, 30), SUM(1, 20, 30), SUM(0, 20, 30), SUM_AT_REST(0)}, NOTHING, 0,
     false, false},
    {"what was taken away is back", {TAKES(10, 20), SUM_AT_REST(0)}, CHARGE_LOST, 0, false, false},
    {"taken away twice", {TAKES(10, 20), SUM_AT_REST(-2)}, CHARGE_DOUBLED, 0, false, false},
    {"an insert that is lost", {WRITE(7, 10, 20), AT_REST(VERSION_ABSENT)}, CHARGE_LOST, 0, false, true},
};

static void by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct history h, *const all[] = {&h};
        struct finding f = {0};
        struct judge judge = {.there = cases[i].absent ? never_loaded : loaded, .found = keep, .arg = &f};
        history_init(&h, 64);
        for (int k = 0; k < MOST && cases[i].events[k].key; k++)
            history_add(&h, &cases[i].events[k]);
        struct judged j = judge_histories(all, 1, &judge);
        uint64_t n = 0;
        for (int c = 0; c < CHARGES; c++) {
            n += j.charges[c];
            if (j.charges[c] != (uint64_t)(c == cases[i].charge))
                fail_msg("%s: %llu of '%s'", cases[i].what, (unsigned long long)j.charges[c], charge_name(c));
        }
        if (n && (f.age != cases[i].age || f.own != cases[i].own))
            fail_msg("%s: age %llu, own %d", cases[i].what, (unsigned long long)f.age, f.own);
        history_release(&h);
    }
}

/* ---- against the definition ---- */

enum { KEYS = 3, EVENTS = 120 };

static uint64_t end_of(const struct event *w)
{
    return w->outcome == CALL_OK && !w->doubtful ? w->answered : UINT64_MAX;
}

static bool superseded(const struct event *all, uint64_t key, uint64_t end, const struct event *read)
{
    for (int i = 0; i < EVENTS; i++) {
        const struct event *w = &all[i];
        if (w->kind == EVENT_WRITE && w->key == key && w->outcome == CALL_OK && w->sent > end &&
            (read->kind == EVENT_AT_REST || w->answered < read->sent))
            return true;
    }
    return false;
}

/* Whether some write of this version, or the load, can stand there for this read. */
static bool explained(const struct event *all, const struct event *read)
{
    if (read->version == VERSION_LOADED && !superseded(all, read->key, 0, read))
        return true;
    for (int i = 0; i < EVENTS; i++) {
        const struct event *w = &all[i];
        if (w->kind == EVENT_WRITE && w->key == read->key && w->version == read->version &&
            w->outcome != CALL_FAILED && (read->kind == EVENT_AT_REST || w->sent <= read->answered) &&
            !superseded(all, read->key, end_of(w), read))
            return true;
    }
    return false;
}

/* Whether somebody wrote what a read at rest found, and another one found what can stand there. */
static bool excused(const struct event *all, const struct event *read)
{
    bool written = read->version == VERSION_LOADED, fresh = false;
    for (int i = 0; i < EVENTS; i++) {
        const struct event *e = &all[i];
        written |= e->kind == EVENT_WRITE && e->key == read->key && e->version == read->version &&
                   e->outcome != CALL_FAILED;
        fresh |= e->kind == EVENT_AT_REST && e->key == read->key && explained(all, e);
    }
    return read->kind == EVENT_AT_REST && written && fresh;
}

static struct event draw_event(struct rng *r, uint64_t nth)
{
    struct event e = {
        .key = 1 + rng_below(r, KEYS), .sent = 1 + rng_below(r, 300), .client = (uint32_t)rng_below(r, 3)};
    e.answered = e.sent + rng_below(r, 60);
    e.kind = rng_below(r, 8) ? (rng_below(r, 2) ? EVENT_WRITE : EVENT_READ) : EVENT_AT_REST;
    e.outcome = rng_below(r, 5) ? CALL_OK : rng_below(r, 2) ? CALL_FAILED : CALL_UNKNOWN;
    e.doubtful = e.kind == EVENT_WRITE && (e.outcome == CALL_UNKNOWN || rng_below(r, 8) == 0);
    e.version = e.kind == EVENT_WRITE ? (rng_below(r, 5) ? nth + 1 : VERSION_ABSENT)
                : rng_below(r, 6)     ? rng_below(r, EVENTS)
                                      : VERSION_ABSENT;
    return e;
}

static void as_defined(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 2);
    uint64_t charged = 0, cleared = 0;
    for (int round = 0; round < 3000; round++) {
        struct event events[EVENTS];
        struct history halves[2], *const all[] = {&halves[0], &halves[1]};
        struct finding f;
        const struct judge judge = {.there = loaded, .found = keep, .arg = &f};
        uint64_t expected = 0, found = 0, reads = 0;
        history_init(&halves[0], 4 * EVENTS);
        history_init(&halves[1], 4 * EVENTS);
        for (int i = 0; i < EVENTS; i++) {
            events[i] = draw_event(&r, (uint64_t)i);
            history_add(all[i % 2], &events[i]);
        }
        for (int i = 0; i < EVENTS; i++)
            if (events[i].kind != EVENT_WRITE) {
                reads++;
                expected += !explained(events, &events[i]) && !excused(events, &events[i]);
            }
        struct judged j = judge_histories(all, 2, &judge);
        for (int c = 0; c < CHARGES; c++)
            found += j.charges[c];
        assert_int_equal(found, expected);
        assert_int_equal(j.reads, reads);
        charged += found;
        cleared += reads - found;
        history_release(&halves[0]);
        history_release(&halves[1]);
    }
    assert_true(charged > 1000 && cleared > 1000);
}

/* ---- simulated stores ---- */

enum { CLIENTS = 5, OPS = 60, EFFECTS = CLIENTS * OPS * 2 };

struct effect_at { uint64_t at, key, version; };      /* a write takes effect */
struct store {
    struct effect_at effects[EFFECTS];
    uint32_t n;
    struct event events[CLIENTS * OPS];
    uint32_t nevents;
};

static void take_effect(struct store *s, uint64_t at, uint64_t key, uint64_t version)
{
    s->effects[s->n++] = (struct effect_at){at, key, version};
}

/* A client's write: acknowledged, refused, or without an answer; a try that got no answer may take effect at
 * any later time. */
static void simulate_write(struct store *s, struct rng *r, struct event *e)
{
    uint64_t kind = rng_below(r, 10);
    e->outcome = kind < 7 ? CALL_OK : kind < 8 ? CALL_FAILED : CALL_UNKNOWN;
    e->doubtful = e->outcome == CALL_UNKNOWN || kind == 0;
    if (e->outcome == CALL_OK)
        take_effect(s, e->sent + rng_below(r, e->answered - e->sent + 1), e->key, e->version);
    if (e->doubtful && rng_below(r, 2))
        take_effect(s, e->sent + rng_below(r, 500), e->key, e->version);
}

static int order_of_effects(const void *a, const void *b)
{
    const struct effect_at *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static uint64_t version_at(const struct store *s, uint64_t key, uint64_t at)
{
    uint64_t v = VERSION_LOADED;
    for (uint32_t i = 0; i < s->n && s->effects[i].at <= at; i++)
        if (s->effects[i].key == key)
            v = s->effects[i].version;
    return v;
}

/* Each client does one thing after another; reads find what was in effect at a moment between their sending
 * and their answer. `late`: what was so long before that moment. */
static void simulate(struct store *s, struct rng *r, uint64_t late)
{
    s->n = s->nevents = 0;
    for (uint32_t c = 0; c < CLIENTS; c++) {
        uint64_t now = 600 + rng_below(r, 20);
        for (uint32_t i = 0; i < OPS; i++) {
            struct event *e = &s->events[s->nevents++];
            *e = (struct event){.key = 1 + rng_below(r, KEYS), .version = c * OPS + i + 1, .client = c,
                                .sent = now, .answered = now + rng_below(r, 15),
                                .kind = rng_below(r, 2) ? EVENT_WRITE : EVENT_READ};
            if (e->kind == EVENT_WRITE && rng_below(r, 6) == 0)
                e->version = VERSION_ABSENT;
            now = e->answered + 1 + rng_below(r, 10);
            if (e->kind == EVENT_WRITE)
                simulate_write(s, r, e);
        }
    }
    qsort(s->effects, s->n, sizeof *s->effects, order_of_effects);
    for (uint32_t i = 0; i < s->nevents; i++) {
        struct event *e = &s->events[i];
        if (e->kind == EVENT_READ)
            e->version = version_at(s, e->key, e->sent + rng_below(r, e->answered - e->sent + 1) - late);
    }
}

static struct judged judge_store(const struct store *s)
{
    struct history h, *const all[] = {&h};
    struct finding f;
    const struct judge judge = {.there = loaded, .found = keep, .arg = &f};
    history_init(&h, 4 * CLIENTS * OPS);
    for (uint32_t i = 0; i < s->nevents; i++)
        history_add(&h, &s->events[i]);
    for (uint64_t key = 1; key <= KEYS; key++) {
        uint64_t version = version_at(s, key, UINT64_MAX);
        history_add(&h, &(struct event){.key = key, .version = version, .kind = EVENT_AT_REST});
    }
    struct judged j = judge_histories(all, 1, &judge);
    history_release(&h);
    return j;
}

static uint64_t charges(const struct judged *j)
{
    uint64_t n = 0;
    for (int c = 0; c < CHARGES; c++)
        n += j->charges[c];
    return n;
}

static void a_sound_store_is_cleared(void **state)
{
    (void)state;
    static struct store s;
    struct rng r;
    rng_init(&r, 3);
    for (int round = 0; round < 2000; round++) {
        simulate(&s, &r, 0);
        struct judged j = judge_store(&s);
        if (charges(&j))
            fail_msg("round %d: lost %llu, stale %llu, aborted %llu, unwritten %llu, early %llu", round,
                     (unsigned long long)j.charges[CHARGE_LOST], (unsigned long long)j.charges[CHARGE_STALE],
                     (unsigned long long)j.charges[CHARGE_ABORTED],
                     (unsigned long long)j.charges[CHARGE_UNWRITTEN],
                     (unsigned long long)j.charges[CHARGE_EARLY]);
        assert_true(j.keys == KEYS && j.unknown > 0);
    }
}

/* Old values are served, writes forgotten after their acknowledgement, refused ones kept, deleted rows come
 * back: each is found in nearly every round, where there are so many writes. */
static void a_faulty_store_is_found(void **state)
{
    (void)state;
    static struct store s;
    struct rng r;
    rng_init(&r, 4);
    int stale = 0, lost = 0, aborted = 0;
    enum { ROUNDS = 200 };
    for (int round = 0; round < ROUNDS; round++) {
        simulate(&s, &r, 50);
        stale += judge_store(&s).charges[CHARGE_STALE] > 0;
        simulate(&s, &r, 0);
        for (uint32_t i = 0; i < s.n; i++)            /* nothing that was written from then on is kept */
            s.effects[i].at += s.effects[i].at > 700 ? UINT64_MAX / 2 : 0;
        for (uint32_t i = s.n; i-- > 0 && s.effects[i].at > UINT64_MAX / 2;)
            s.n--;
        lost += judge_store(&s).charges[CHARGE_LOST] > 0;
        simulate(&s, &r, 0);
        for (uint32_t i = 0; i < s.nevents; i++)
            if (s.events[i].kind == EVENT_WRITE && s.events[i].outcome == CALL_UNKNOWN &&
                s.events[i].version != VERSION_ABSENT)
                s.events[i].outcome = CALL_FAILED;
        aborted += judge_store(&s).charges[CHARGE_ABORTED] > 0;
    }
    assert_true(stale > ROUNDS * 9 / 10 && lost > ROUNDS * 9 / 10 && aborted > ROUNDS / 2);
}

/* ---- a history that is full ---- */

static void bounded(void **state)
{
    (void)state;
    struct history h;
    history_init(&h, 1000);
    struct event e = {.kind = EVENT_READ};
    uint64_t writes = 0, watched = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        e.key = history_key(7, i);
        history_add(&h, &e);
    }
    assert_true(h.level == 0 && h.n == 750 && h.left_out == 1250);
    e.kind = EVENT_WRITE;
    for (uint64_t i = 0; i < 5000; i++) {
        e.key = history_key(7, i);
        history_add(&h, &e);
    }
    assert_true(h.level > 0 && h.n <= 1000);
    for (uint32_t i = 0; i < h.n; i++)
        writes += h.events[i].kind == EVENT_WRITE;
    for (uint64_t i = 0; i < 5000; i++)
        watched += history_watches(&h, history_key(7, i));
    assert_int_equal(writes, watched);                /* of a key that is watched all writes are there */
    assert_true(writes > 100);
    history_release(&h);
}

/* About as many witnesses as were wished, the same for every table of one key space. */
static void witnesses(void **state)
{
    (void)state;
    uint32_t n = 0;
    for (uint64_t i = 0; i < 1000000; i++)
        n += history_is_witness(history_key(11, i), 1000000, 4096);
    assert_in_range(n, 3800, 4400);
    assert_true(history_is_witness(UINT64_MAX, 100, 4096));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand), cmocka_unit_test(as_defined), cmocka_unit_test(a_sound_store_is_cleared),
        cmocka_unit_test(a_faulty_store_is_found), cmocka_unit_test(bounded), cmocka_unit_test(witnesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
