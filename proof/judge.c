/* judge.c - all events are sorted by key, and each key is judged by itself in about n log n. */
#include "config.h"

#include "proof/judge.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/version.h"
#include "proof/counts.h"

struct trial {                                        /* of one key */
    const struct judge *judge;
    struct judged *out;
    const struct event **by_version;                  /* its writes */
    const struct event **acknowledged;                /* of these, by when they were sent */
    const struct event **first;                       /* of acknowledged[i] and all after it: the first that
                                                         was */
    uint32_t nwrites, nacknowledged;
    const struct event **reads;
    uint32_t nreads;
    bool there;                                       /* its row, before the first write */
};

const char *charge_name(enum charge c)
{
    static const char *const names[CHARGES] = {
        [CHARGE_LOST] = "lost write", [CHARGE_STALE] = "stale read",
        [CHARGE_ABORTED] = "read of a failed write", [CHARGE_UNWRITTEN] = "read of what nobody wrote",
        [CHARGE_EARLY] = "read of a later write", [CHARGE_DOUBLED] = "counted twice",
    };
    return names[c];
}

/* ---- one key's events ---- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int order_of_versions(const void *a, const void *b)
{
    return compare((*(const struct event *const *)a)->version, (*(const struct event *const *)b)->version);
}

static int order_of_sending(const void *a, const void *b)
{
    return compare((*(const struct event *const *)a)->sent, (*(const struct event *const *)b)->sent);
}

/* Until when a write may take effect. What stood before the first write ended before all of them. */
static uint64_t end_of(const struct event *write)
{
    if (!write)
        return 0;
    return write->outcome == CALL_OK && !write->doubtful ? write->answered : UINT64_MAX;
}

/* The first of the acknowledged that was sent after a moment. */
static uint32_t first_after(const struct trial *t, uint64_t moment)
{
    uint32_t low = 0, high = t->nacknowledged;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (t->acknowledged[mid]->sent > moment)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* The acknowledged write that superseded what `write` wrote before any other did; NULL: none. */
static const struct event *superseder(const struct trial *t, const struct event *write)
{
    uint32_t i = first_after(t, end_of(write));
    return i < t->nacknowledged ? t->first[i] : NULL;
}

static void arrange(struct trial *t)
{
    qsort(t->by_version, t->nwrites, sizeof *t->by_version, order_of_versions);
    t->nacknowledged = 0;
    for (uint32_t i = 0; i < t->nwrites; i++)
        if (t->by_version[i]->outcome == CALL_OK)
            t->acknowledged[t->nacknowledged++] = t->by_version[i];
    qsort(t->acknowledged, t->nacknowledged, sizeof *t->acknowledged, order_of_sending);
    const struct event *first = NULL;
    for (uint32_t i = t->nacknowledged; i-- > 0;) {
        const struct event *w = t->acknowledged[i];
        if (!first || w->answered < first->answered)
            first = w;
        t->first[i] = first;
    }
}

/* ---- a read ---- */

/* Its writer's, or the loader's: what explains a read best is the one that was superseded last. */
struct source {
    const struct event *write, *by;
    bool known, failed, early;                        /* known: one may have been in effect; else why none
                                                         was */
};

static void consider(const struct trial *t, struct source *s, const struct event *write,
                     const struct event *read)
{
    bool at_rest = read->kind == EVENT_AT_REST;
    if (write && write->outcome == CALL_FAILED) {
        s->failed = true;
    } else if (write && !at_rest && write->sent > read->answered) {
        s->early = true;
    } else {
        const struct event *by = superseder(t, write);
        if (!s->known || (s->by && (!by || by->answered > s->by->answered))) {
            s->write = write;
            s->by = by;
        }
        s->known = true;
    }
    if (!s->known)
        s->write = write;
}

static struct source source_of(const struct trial *t, const struct event *read)
{
    struct source s = {0};
    uint32_t low = 0, high = t->nwrites;
    while (low < high) {                              /* the first write of that version */
        uint32_t mid = low + (high - low) / 2;
        if (t->by_version[mid]->version < read->version)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < t->nwrites && t->by_version[low]->version == read->version; low++)
        consider(t, &s, t->by_version[low], read);
    if (read->version == (t->there ? VERSION_LOADED : VERSION_ABSENT))
        consider(t, &s, NULL, read);
    return s;
}

/* Whether the reader itself had written, or read, something that began after the version it now found had
 * ended. */
static bool is_own(const struct trial *t, const struct event *read, const struct event *write)
{
    uint64_t end = end_of(write);
    for (uint32_t i = first_after(t, end); i < t->nacknowledged; i++) {
        const struct event *w = t->acknowledged[i];
        if (w->client == read->client && w->answered < read->sent)
            return true;
    }
    for (uint32_t i = 0; i < t->nreads; i++) {
        const struct event *r = t->reads[i];
        if (r->client != read->client || r->kind != EVENT_READ || r->answered >= read->sent ||
            r->version == read->version)
            continue;
        struct source s = source_of(t, r);
        if (s.known && s.write && s.write->sent > end)
            return true;
    }
    return false;
}

static void report(const struct trial *t, struct finding f)
{
    t->out->charges[f.charge]++;
    t->out->own += f.own;
    t->judge->found(t->judge->arg, &f);
}

/* Whether another look at rest found what nothing superseded. */
static bool seen_at_rest(const struct trial *t)
{
    for (uint32_t i = 0; i < t->nreads; i++) {
        struct source s = {0};
        if (t->reads[i]->kind == EVENT_AT_REST)
            s = source_of(t, t->reads[i]);
        if (s.known && !s.by)
            return true;
    }
    return false;
}

static void judge_read(const struct trial *t, const struct event *read)
{
    struct source s = source_of(t, read);
    struct finding f = {.read = read, .write = s.write, .by = s.by};
    if (!s.known) {
        f.charge = s.failed ? CHARGE_ABORTED : s.early ? CHARGE_EARLY : CHARGE_UNWRITTEN;
        report(t, f);
    } else if (s.by && read->kind == EVENT_AT_REST) {
        f.charge = CHARGE_LOST;
        if (!seen_at_rest(t))
            report(t, f);
    } else if (s.by && s.by->answered < read->sent) {
        f.charge = CHARGE_STALE;
        f.age = read->sent - s.by->answered;
        f.own = is_own(t, read, s.write);
        report(t, f);
    }
}

/* Of several looks at rest one that is right is enough. */
static bool counted_at_rest(const struct trial *t, const struct counted *c)
{
    struct finding f;
    for (uint32_t i = 0; i < t->nreads; i++)
        if (t->reads[i]->kind == EVENT_AT_REST && !counted_judge(c, t->reads[i], &f))
            return true;
    return false;
}

static void judge_counts(const struct trial *t)
{
    struct counted *c = counted_new(t->by_version, t->nwrites);
    struct finding f;
    for (uint32_t i = 0; i < t->nreads; i++)
        if (counted_judge(c, t->reads[i], &f) &&
            !(t->reads[i]->kind == EVENT_AT_REST && counted_at_rest(t, c)))
            report(t, f);
    counted_free(c);
}

/* ---- all keys ---- */

static int order_of_keys(const void *a, const void *b)
{
    return compare(((const struct event *)a)->key, ((const struct event *)b)->key);
}

static void judge_key(struct trial *t, const struct event *events, uint32_t n)
{
    t->nwrites = t->nreads = 0;
    for (uint32_t i = 0; i < n; i++)
        if (events[i].kind == EVENT_WRITE)
            t->by_version[t->nwrites++] = &events[i];
        else
            t->reads[t->nreads++] = &events[i];
    for (uint32_t i = 0; i < t->nwrites; i++)
        t->out->unknown += t->by_version[i]->outcome == CALL_UNKNOWN;
    for (uint32_t i = 0; t->judge->read && i < t->nreads; i++)
        if (t->reads[i]->kind == EVENT_READ)
            t->judge->read(t->judge->arg, t->reads[i]);
    if (events[0].counts) {
        judge_counts(t);
    } else {
        t->there = t->judge->there(t->judge->arg, &events[0]);
        arrange(t);
        for (uint32_t i = 0; i < t->nreads; i++)
            judge_read(t, t->reads[i]);
    }
    t->out->keys++;
    t->out->writes += t->nwrites;
    t->out->reads += t->nreads;
}

/* What all of them watched to the end, in one array; *most: the events of the busiest key. */
static struct event *gather(struct history *const *all, uint32_t n, size_t *count, uint32_t *most)
{
    struct history narrowest = {0};
    size_t room = 1;
    for (uint32_t i = 0; i < n; i++) {
        narrowest.level = all[i]->level > narrowest.level ? all[i]->level : narrowest.level;
        room += all[i]->n;
    }
    struct event *events = mem_alloc(room * sizeof *events);
    *count = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < all[i]->n; k++)
            if (history_watches(&narrowest, all[i]->events[k].key))
                events[(*count)++] = all[i]->events[k];
    qsort(events, *count, sizeof *events, order_of_keys);
    *most = 0;
    for (size_t i = 0, from = 0; i < *count; i++) {
        from = events[i].key == events[from].key ? from : i;
        *most = i - from + 1 > *most ? (uint32_t)(i - from + 1) : *most;
    }
    return events;
}

struct judged judge_histories(struct history *const *all, uint32_t n, const struct judge *judge)
{
    struct judged out = {0};
    size_t count;
    uint32_t most;
    struct event *events = gather(all, n, &count, &most);
    const struct event **room = mem_alloc((4 * (size_t)most + 1) * sizeof *room);
    struct trial t = {.judge = judge, .out = &out, .by_version = room, .acknowledged = room + most,
                      .first = room + 2 * (size_t)most, .reads = room + 3 * (size_t)most};
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && events[to].key == events[from].key; to++)
            ;
        judge_key(&t, &events[from], (uint32_t)(to - from));
    }
    mem_free(room);
    mem_free(events);
    return out;
}
