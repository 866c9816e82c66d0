#include "config.h"

#include "show/histogram_fields.h"

#include <string.h>

#include "base/mem.h"
#include "show/hdr.h"
#include "show/json_read.h"

struct histogram {
    uint64_t min, max, out_of_range;
    double sum;
    const char *hdr;
    struct hist **hist;                               /* where it goes once it was read: one of these two */
    struct packed **packed;
};

/* ---- written ---- */

static void visit(const struct packed *p, field_visit *one, void *to)
{
    struct buf b = {0};
    if (!p || !p->count)
        return;
    hdr_put_base64(p, &b);
    struct histogram h = {(uint64_t)p->min, (uint64_t)p->max, p->clamped, p->sum, buf_text(&b), NULL, NULL};
    one(to, NULL, &h);
    buf_release(&b);
}

void each_packed(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    visit(*(struct packed *const *)((const char *)o->object + f->at), one, to);
}

void each_hist(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct hist *h = *(struct hist *const *)((const char *)o->object + f->at);
    struct packed *p = h ? packed_new(h) : NULL;
    visit(p, one, to);
    mem_free(p);
}

/* ---- read ---- */

void *add_packed(struct reading *r, const struct path *at, void *owner, const struct field *f)
{
    (void)at;
    struct histogram *h = arena_new(&r->results->arena, struct histogram);
    h->packed = (struct packed **)((char *)owner + f->at);
    return h;
}

void *add_hist(struct reading *r, const struct path *at, void *owner, const struct field *f)
{
    (void)at;
    struct histogram *h = arena_new(&r->results->arena, struct histogram);
    h->hist = (struct hist **)((char *)owner + f->at);
    return h;
}

/* What is exact goes in the place of what the slots say, where both can be true of the same values. */
static bool take_exact(struct packed *p, const struct histogram *h)
{
    if (!p->count || h->min > h->max || h->max > (uint64_t)HIST_HIGHEST || h->out_of_range > p->count ||
        hist_slot((int64_t)h->min) != p->slots[0].slot ||
        hist_slot((int64_t)h->max) != p->slots[p->nslots - 1].slot)
        return false;
    p->min = (int64_t)h->min;
    p->max = (int64_t)h->max;
    p->clamped = h->out_of_range;
    p->sum = h->sum;
    return true;
}

static bool finish(struct reading *r, const struct path *at, void *object)
{
    struct histogram *h = object;
    struct error err = {0};
    struct packed *p = hdr_read_base64(h->hdr, &err);
    if (!p)
        return json_fail_key(r, at, "hdr", err.text);
    if (!take_exact(p, h)) {
        mem_free(p);
        return json_fail(r, at, "its ends are not those of its slots");
    }
    if (h->packed) {
        *h->packed = p;
        return true;
    }
    *h->hist = hist_new();
    packed_add(*h->hist, p);
    mem_free(p);
    return true;
}

#define AT(member) .at = offsetof(struct histogram, member)

static const struct field fields[] = {
    {"min_ns", FIELD_WHOLE, AT(min), .about = "exact, as are the greatest and the sum"},
    {"max_ns", FIELD_WHOLE, AT(max)},
    {"sum_ns", FIELD_EXACT, AT(sum)},
    {"out_of_range", FIELD_WHOLE, AT(out_of_range), .absent = ABSENT_IN_OLDER,
     .about = "of the values: negative or above 73 minutes"},
    {"hdr", FIELD_TEXT, AT(hdr), .pattern = "^[A-Za-z0-9+/]+=?=?$",
     .about = "HdrHistogram, V2, compressed, in base64; nanoseconds, 3 significant digits"},
    {0},
};

const struct object histogram_object = {
    "histogram", fields, .about = "all durations, from which every percentile can be had again", .finish = finish,
};
