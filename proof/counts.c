/* counts.c - sums over the writes of a key, by when they were sent and by when they were acknowledged. */
#include "config.h"

#include "proof/counts.h"

#include <stdlib.h>

#include "base/mem.h"

/* Writes up to a moment: what they add in all, and what those that add and those that take away do. */
struct sums { uint64_t moment; int64_t all, below, above; };

struct counted {
    struct sums *sent;                                /* of those that may have been carried out, by sending */
    struct sums *acknowledged;                        /* by acknowledgement */
    uint32_t nsent, nacknowledged;
    const struct event *const *writes;
    uint32_t n;
};

static int64_t added(const struct event *e)
{
    return (int64_t)e->version;
}

static int by_moment(const void *a, const void *b)
{
    const struct sums *x = a, *y = b;
    return (x->moment > y->moment) - (x->moment < y->moment);
}

static void put(struct sums *s, uint64_t moment, int64_t by)
{
    *s = (struct sums){moment, by, by < 0 ? by : 0, by > 0 ? by : 0};
}

/* Each becomes the sum of all up to it. */
static void sum_up(struct sums *s, uint32_t n)
{
    qsort(s, n, sizeof *s, by_moment);
    for (uint32_t i = 1; i < n; i++) {
        s[i].all += s[i - 1].all;
        s[i].below += s[i - 1].below;
        s[i].above += s[i - 1].above;
    }
}

struct counted *counted_new(const struct event *const *writes, uint32_t n)
{
    struct counted *c = mem_alloc(sizeof *c);
    *c = (struct counted){.writes = writes, .n = n};
    c->sent = mem_alloc((n + 1) * sizeof *c->sent);
    c->acknowledged = mem_alloc((n + 1) * sizeof *c->acknowledged);
    for (uint32_t i = 0; i < n; i++) {
        if (writes[i]->outcome != CALL_FAILED)
            put(&c->sent[c->nsent++], writes[i]->sent, added(writes[i]));
        if (writes[i]->outcome == CALL_OK)
            put(&c->acknowledged[c->nacknowledged++], writes[i]->answered, added(writes[i]));
    }
    sum_up(c->sent, c->nsent);
    sum_up(c->acknowledged, c->nacknowledged);
    return c;
}

void counted_free(struct counted *c)
{
    mem_free(c->sent);
    mem_free(c->acknowledged);
    mem_free(c);
}

/* Of those whose moment is before this one. */
static struct sums before(const struct sums *s, uint32_t n, uint64_t moment)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (s[mid].moment < moment)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? s[low - 1] : (struct sums){0};
}

/* What must have been added is what was acknowledged before the read began; what may have been besides can only
 * move the sum by its own sign. */
static void bounds(const struct counted *c, const struct event *read, int64_t *least, int64_t *most)
{
    bool at_rest = read->kind == EVENT_AT_REST;
    struct sums must = before(c->acknowledged, c->nacknowledged, at_rest ? UINT64_MAX : read->sent),
                may = before(c->sent, c->nsent, at_rest ? UINT64_MAX : read->answered);
    *least = must.all + (may.below - must.below);
    *most = must.all + (may.above - must.above);
}

/* What its own client had acknowledged must be there in a session. */
static bool misses_own(const struct counted *c, const struct event *read)
{
    int64_t least = 0, most = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        const struct event *w = c->writes[i];
        bool own = w->client == read->client && w->outcome == CALL_OK && w->answered < read->sent;
        if (w->outcome == CALL_FAILED || w->sent >= read->answered)
            continue;
        least += own || added(w) < 0 ? added(w) : 0;
        most += own || added(w) > 0 ? added(w) : 0;
    }
    return added(read) < least || added(read) > most;
}

/* The acknowledged write that is missing, as far as one can be named: the last before the read began. */
static const struct event *last_before(const struct counted *c, const struct event *read)
{
    const struct event *last = NULL;
    for (uint32_t i = 0; i < c->n; i++) {
        const struct event *w = c->writes[i];
        if (w->outcome == CALL_OK && (read->kind == EVENT_AT_REST || w->answered < read->sent) &&
            (!last || w->answered > last->answered))
            last = w;
    }
    return last;
}

bool counted_judge(const struct counted *c, const struct event *read, struct finding *f)
{
    bool at_rest = read->kind == EVENT_AT_REST;
    *f = (struct finding){.read = read};
    bounds(c, read, &f->least, &f->most);
    if (added(read) >= f->least && added(read) <= f->most)
        return false;
    /* too little was added, or too little taken away: as before a write that had been acknowledged */
    bool lacks = added(read) < f->least ? f->least > 0 : f->most < 0;
    if (!lacks) {
        f->charge = CHARGE_DOUBLED;
        return true;
    }
    f->charge = at_rest ? CHARGE_LOST : CHARGE_STALE;
    f->by = last_before(c, read);
    f->age = at_rest || !f->by ? 0 : read->sent - f->by->answered;
    f->own = !at_rest && misses_own(c, read);
    return true;
}
