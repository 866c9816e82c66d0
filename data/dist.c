#include "config.h"

#include "data/dist.h"

#include <math.h>

#include "base/bug.h"
#include "data/gen.h"
#include "data/portable_math.h"

/* What YCSB's scrambled zipfian draws from, whatever the number of records, before it hashes the rank onto
 * them. */
#define YCSB_ITEMS 1e10

enum { NORMAL_TRIES = 64 };                           /* then the mean is far outside, and the nearest edge is
                                                         the answer */

/* ---- set-up ---- */

/* The number of hot keys: share * n rounded up, but not because 0.07 * 100 is 7.000000000000001. */
static uint64_t hot_keys(double share, uint64_t n)
{
    double exact = share * (double)n, whole = floor(exact + 0.5);
    if (fabs(exact - whole) > 1e-12 * (double)n)
        whole = ceil(exact);
    return whole <= 0 ? 0 : whole >= (double)n ? n : (uint64_t)whole;
}

/* Gray et al., "Quickly generating billion-record synthetic databases" (SIGMOD 1994), as YCSB has it. */
static void ycsb_init(struct sampler *s, double theta)
{
    double zeta2 = 1 + pm_pow(2, -theta);
    s->ycsb_zetan = zipf_zeta(YCSB_ITEMS, theta);
    s->ycsb_alpha = 1 / (1 - theta);
    s->ycsb_eta = (1 - pm_pow(2 / YCSB_ITEMS, 1 - theta)) / (1 - zeta2 / s->ycsb_zetan);
    s->ycsb_half = zeta2;
}

const char *dist_check(const struct dist *d)
{
    if (!(d->miss >= 0 && d->miss <= 1))
        return "the share of misses must lie between 0 and 100%";
    switch (d->kind) {
    case DIST_ZIPF:
    case DIST_LATEST: return d->a >= 0 && d->a <= 100 ? NULL : "theta must lie between 0 and 100";
    case DIST_YCSB_ZIPF:
        return d->a > 0 && d->a < 1 ? NULL : "theta of ycsb_zipf must lie between 0 and 1, both excluded";
    case DIST_HOT:
        return d->a > 0 && d->a <= 1 && d->b >= 0
            && d->b <= 1 ? NULL : "the shares of hot must lie between 0 and 100%, that of the keys above 0";
    case DIST_NORMAL: return d->a >= 0 && d->a <= 1 &&
            d->b > 0 ? NULL : "the mean must lie between 0 and 100%, the deviation above 0";
    case DIST_EXPONENTIAL:
        return d->a > 0 && d->a <= 1 ? NULL
                                     : "the share of keys that get 95% must lie above 0 and not above 100%";
    default: return NULL;
    }
}

void sampler_init(struct sampler *s, const struct dist *d, uint64_t n, uint64_t seed)
{
    BUG_UNLESS(n >= 1 && dist_check(d) == NULL);
    *s = (struct sampler){.dist = *d, .n = n};
    perm_init(&s->scatter, n, seed);
    if (d->kind == DIST_ZIPF || d->kind == DIST_LATEST)
        zipf_init(&s->zipf, n, d->a);
    else if (d->kind == DIST_YCSB_ZIPF)
        ycsb_init(s, d->a);
    else if (d->kind == DIST_HOT)
        s->hot = hot_keys(d->a, n);
}

/* ---- draws: each gives an ordinal 0 … n-1 ---- */

static uint64_t draw_rank(const struct sampler *s, struct rng *r)
{
    uint64_t rank;
    do
        rank = zipf_try(&s->zipf, rng_unit(r));
    while (rank == 0);
    return rank - 1;
}

static uint64_t draw_uniform(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    return rng_below(r, s->n);
}

static uint64_t draw_zipf(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    return perm_forward(&s->scatter, draw_rank(s, r));
}

static uint64_t fnv_of(uint64_t v)                    /* YCSB's hash: FNV-1a over the eight bytes, made
                                                         positive as Java does */
{
    uint64_t h = 0xcbf29ce484222325u;
    for (int i = 0; i < 8; i++, v >>= 8)
        h = (h ^ (v & 0xff)) * 1099511628211u;
    return h >> 63 ? 0 - h : h;
}

static uint64_t draw_ycsb(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    double u = rng_unit(r), at = u * s->ycsb_zetan;
    uint64_t rank;
    if (at < 1)
        rank = 0;
    else if (at < s->ycsb_half)
        rank = 1;
    else
        rank = (uint64_t)(YCSB_ITEMS * pm_pow(s->ycsb_eta * u - s->ycsb_eta + 1, s->ycsb_alpha));
    return perm_forward(&s->scatter, fnv_of(rank) % s->n);
}

static uint64_t draw_hot(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    bool hot = rng_unit(r) < s->dist.b;
    uint64_t cold = s->n - s->hot;
    if (cold == 0 || hot)
        return perm_forward(&s->scatter, rng_below(r, s->hot));
    return perm_forward(&s->scatter, s->hot + rng_below(r, cold));
}

static uint64_t draw_latest(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    return s->n - 1 - draw_rank(s, r);
}

static uint64_t draw_sequential(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)r;
    return step % s->n;
}

static uint64_t place_of(const struct sampler *s, double share)
{
    double at = share * (double)s->n;
    return at <= 0 ? 0 : at >= (double)s->n ? s->n - 1 : (uint64_t)at;
}

static uint64_t draw_normal(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    double at = 0;
    for (int i = 0; i < NORMAL_TRIES; i++) {
        struct bits bits = {rng_next(r)};
        at = s->dist.a + s->dist.b * gen_normal(&bits);
        if (at >= 0 && at < 1)
            break;
    }
    return place_of(s, at);
}

/* 95 % of the draws fall into the first `a` of the keys; what falls behind the last key is drawn again. */
static uint64_t draw_exponential(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    double mean = s->dist.a / -pm_log(0.05), at;
    do
        at = -mean * pm_log(1 - rng_unit(r));
    while (at >= 1);
    return perm_forward(&s->scatter, place_of(s, at));
}

static const struct {
    const char *name;
    uint64_t (*draw)(const struct sampler *, struct rng *, uint64_t step);
    int args;
    bool percent;
} kinds[DIST_COUNT] = {
    [DIST_UNIFORM] = {"uniform", draw_uniform, 0, false},
    [DIST_ZIPF] = {"zipf", draw_zipf, 1, false},
    [DIST_YCSB_ZIPF] = {"ycsb_zipf", draw_ycsb, 1, false},
    [DIST_HOT] = {"hot", draw_hot, 2, true},
    [DIST_LATEST] = {"latest", draw_latest, 1, false},
    [DIST_SEQUENTIAL] = {"sequential", draw_sequential, 0, false},
    [DIST_NORMAL] = {"normal", draw_normal, 2, true},
    [DIST_EXPONENTIAL] = {"exponential", draw_exponential, 1, true},
};

uint64_t sampler_draw(const struct sampler *s, struct rng *r, uint64_t step)
{
    if (s->dist.miss > 0 && rng_unit(r) < s->dist.miss)
        return s->n + rng_below(r, s->n);
    return kinds[s->dist.kind].draw(s, r, step);
}

/* ---- what a distribution looks like ---- */

static double below(double z)                         /* the normal distribution's function */
{
    return erfc(-z * 0.70710678118654752) / 2;
}

/* The densest stretch of width f of a normal distribution cut to 0 … 1. */
static double normal_hottest(const struct dist *d, double f)
{
    double from = fmin(fmax(d->a - f / 2, 0), 1 - f), lo = -d->a / d->b, hi = (1 - d->a) / d->b;
    return (below((from + f - d->a) / d->b) - below((from - d->a) / d->b)) / (below(hi) - below(lo));
}

static double hot_hottest(const struct dist *d, uint64_t n, double f)
{
    double hot = (double)hot_keys(d->a, n) / (double)n, got = d->b;
    if (hot >= 1)
        return f;
    if (got / hot < (1 - got) / (1 - hot)) {          /* the others are hotter */
        hot = 1 - hot;
        got = 1 - got;
    }
    return f <= hot ? got * f / hot : got + (1 - got) * (f - hot) / (1 - hot);
}

/* The first ranks have a key each; all others lie evenly over the keys. How often the first ones come follows
 * from Gray's approximation turned round: what is drawn, not the Zipf law that it stands for. */
static double ycsb_hottest(const struct dist *d, uint64_t n, double f)
{
    struct sampler s = {0};
    ycsb_init(&s, d->a);
    double ranks = f * (double)n, share = (pm_pow(ranks / YCSB_ITEMS, 1 - d->a) - 1) / s.ycsb_eta + 1;
    if (ranks < 3 || share < 0)
        share = zipf_zeta(ranks, d->a) / s.ycsb_zetan;
    return fmin(1, share + (1 - share) * f);
}

double dist_hottest(const struct dist *d, uint64_t n, double fraction)
{
    double f = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    if (n == 0 || f == 0 || f == 1)
        return f;
    switch (d->kind) {
    case DIST_ZIPF:
    case DIST_LATEST: return zipf_zeta(f * (double)n, d->a) / zipf_zeta((double)n, d->a);
    case DIST_YCSB_ZIPF: return ycsb_hottest(d, n, f);
    case DIST_HOT: return hot_hottest(d, n, f);
    case DIST_NORMAL: return normal_hottest(d, f);
    case DIST_EXPONENTIAL: return (1 - pow(0.05, f / d->a)) / (1 - pow(0.05, 1 / d->a));
    default: return f;
    }
}

static void put_share(struct buf *b, double share, bool percent)
{
    const struct value v = {.u.d = percent ? share * 100 : share};
    struct type t = {.kind = percent ? TYPE_FLOAT : TYPE_DOUBLE};   /* 0.07 * 100 is 7.000000000000001 as a
                                                                       double */
    value_put(b, t, &v);
    if (percent)
        buf_putc(b, '%');
}

void dist_put(struct buf *b, const struct dist *d)
{
    buf_puts(b, kinds[d->kind].name);
    if (kinds[d->kind].args) {
        buf_putc(b, '(');
        put_share(b, d->a, kinds[d->kind].percent);
        if (kinds[d->kind].args > 1) {
            buf_puts(b, ", ");
            put_share(b, d->b, kinds[d->kind].percent);
        }
        buf_putc(b, ')');
    }
    if (d->miss > 0) {
        buf_puts(b, " miss ");
        put_share(b, d->miss, true);
    }
}
