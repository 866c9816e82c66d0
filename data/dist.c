/* dist.c - samplers of key distributions: constant time and memory to set up, whatever the number of keys. */
#include "config.h"

#include "data/dist.h"

#include <math.h>

#include "base/units.h"
#include "data/zipf.h"

/* YCSB's ScrambledZipfianGenerator draws from ten thousand million items by Gray's formula (Gray et al. 1994, "Quickly generating
 * billion-record synthetic databases") with theta 0.99, and scatters them over the keys by a hash, so that its head is shared by
 * few keys and its long tail by all: far flatter than zipf(0.99) over the keys. Figures from YCSB's source. */
static const double YCSB_ITEMS = 1e10, YCSB_ZETAN = 26.46902820178302, YCSB_THETA = 0.99;

static uint64_t hot_keys(const struct dist *d, uint64_t n)
{
    uint64_t hot = (uint64_t)ceil(d->a * (double)n);
    return hot < 1 ? 1 : hot > n ? n : hot;
}

void sampler_init(struct sampler *s, const struct dist *d, uint64_t n, uint64_t seed)
{
    *s = (struct sampler){.dist = *d, .n = n};
    perm_init(&s->scatter, n, rng_mix(seed, 0xd157));
    if (d->kind == DIST_ZIPF || d->kind == DIST_LATEST)
        zipf_init(&s->zipf, n, d->a);
    if (d->kind == DIST_HOT)
        s->hot = hot_keys(d, n);
    if (d->kind == DIST_YCSB_ZIPF) {
        double zeta2 = 1 + pow(0.5, YCSB_THETA);
        s->ycsb_alpha = 1 / (1 - YCSB_THETA);
        s->ycsb_eta = (1 - pow(2 / YCSB_ITEMS, 1 - YCSB_THETA)) / (1 - zeta2 / YCSB_ZETAN);
    }
}

static uint64_t draw_uniform(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    return rng_below(r, s->n);
}

static uint64_t draw_zipf(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    return perm_forward(&s->scatter, zipf_draw(&s->zipf, r) - 1);
}

static uint64_t draw_ycsb(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    double u = rng_unit(r), uz = u * YCSB_ZETAN;
    uint64_t item = uz < 1 ? 0 : uz < 1 + pow(0.5, YCSB_THETA) ? 1
                    : (uint64_t)(YCSB_ITEMS * pow(s->ycsb_eta * u - s->ycsb_eta + 1, s->ycsb_alpha));
    return rng_mix(s->scatter.keys[0], item) % s->n;
}

static uint64_t draw_hot(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    bool hot = s->hot == s->n || rng_unit(r) < s->dist.b;
    return perm_forward(&s->scatter, hot ? rng_below(r, s->hot) : s->hot + rng_below(r, s->n - s->hot));
}

static uint64_t draw_latest(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    return s->n - zipf_draw(&s->zipf, r);
}

static uint64_t draw_sequential(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)r;
    return step % s->n;
}

/* What falls outside of the keys is drawn again; a distribution that hardly hits them ends at the nearer end. */
static uint64_t draw_normal(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    double x = 0;
    for (int tries = 0; tries < 100; tries++) {
        double u = 1 - rng_unit(r), angle = rng_unit(r);
        x = s->dist.a + s->dist.b * sqrt(-2 * log(u)) * cos(2 * M_PI * angle);
        if (x >= 0 && x < 1)
            return (uint64_t)(x * (double)s->n);
    }
    return x < 0 ? 0 : s->n - 1;
}

static uint64_t draw_exponential(const struct sampler *s, struct rng *r, uint64_t step)
{
    (void)step;
    double scale = s->dist.a / -log(0.05);            /* 95 % lie below a */
    for (int tries = 0; tries < 100; tries++) {
        double x = -log1p(-rng_unit(r)) * scale;
        if (x < 1)
            return (uint64_t)(x * (double)s->n);
    }
    return s->n - 1;
}

/* ---- the share of the hottest keys ---- */

static double hottest_uniform(const struct dist *d, uint64_t n, double f)
{
    (void)d;
    (void)n;
    return f;
}

static double hottest_zipf(const struct dist *d, uint64_t n, double f)
{
    uint64_t k = (uint64_t)((double)n * f + 0.5);
    return k ? zipf_zeta(k, d->a) / zipf_zeta(n, d->a) : 0;
}

static double hottest_ycsb(const struct dist *d, uint64_t n, double f)
{
    (void)d;
    double k = (double)n * f, head = k < 1 ? 0 : zipf_zeta((uint64_t)(k + 0.5), YCSB_THETA) / YCSB_ZETAN;
    head = head > 1 ? 1 : head;
    return head + (1 - head) * f;                     /* the tail lies over all keys alike */
}

static double hottest_hot(const struct dist *d, uint64_t n, double f)
{
    double a = (double)hot_keys(d, n) / (double)n, b = a >= 1 ? 1 : d->b;
    if (b < a) {                                      /* the "hot" keys are the cold ones */
        a = 1 - a;
        b = 1 - b;
    }
    return f <= a ? b * f / a : b + (1 - b) * (a < 1 ? (f - a) / (1 - a) : 0);
}

static double below(double mean, double sd, double x)
{
    return 0.5 * erfc((mean - x) / (sd * M_SQRT2));
}

/* The keys around the mean, as far as they are keys. */
static double hottest_normal(const struct dist *d, uint64_t n, double f)
{
    (void)n;
    double from = d->a - f / 2, to = d->a + f / 2;
    if (d->b <= 0)
        return 1;
    if (from < 0) { to -= from; from = 0; }
    if (to > 1) { from -= to - 1; to = 1; }
    return (below(d->a, d->b, to) - below(d->a, d->b, from)) / (below(d->a, d->b, 1) - below(d->a, d->b, 0));
}

static double hottest_exponential(const struct dist *d, uint64_t n, double f)
{
    (void)n;
    double rate = -log(0.05) / d->a;
    return expm1(-rate * f) / expm1(-rate);
}

/* ---- the table of distributions ---- */

static const struct kind_row {
    const char *name;
    int parameters;
    bool shares;                                      /* its parameters are written with % */
    uint64_t (*draw)(const struct sampler *, struct rng *, uint64_t step);
    double (*hottest)(const struct dist *, uint64_t n, double fraction);
} rows[DIST_COUNT] = {
    [DIST_UNIFORM] = {"uniform", 0, false, draw_uniform, hottest_uniform},
    [DIST_ZIPF] = {"zipf", 1, false, draw_zipf, hottest_zipf},
    [DIST_YCSB_ZIPF] = {"ycsb_zipf", 0, false, draw_ycsb, hottest_ycsb},
    [DIST_HOT] = {"hot", 2, true, draw_hot, hottest_hot},
    [DIST_LATEST] = {"latest", 1, false, draw_latest, hottest_zipf},
    [DIST_SEQUENTIAL] = {"sequential", 0, false, draw_sequential, hottest_uniform},
    [DIST_NORMAL] = {"normal", 2, true, draw_normal, hottest_normal},
    [DIST_EXPONENTIAL] = {"exponential", 1, true, draw_exponential, hottest_exponential},
};

uint64_t sampler_draw(const struct sampler *s, struct rng *r, uint64_t step)
{
    if (s->dist.miss > 0 && rng_unit(r) < s->dist.miss)
        return s->n + rng_below(r, s->n);
    return rows[s->dist.kind].draw(s, r, step);
}

double dist_hottest(const struct dist *d, uint64_t n, double fraction)
{
    return n ? rows[d->kind].hottest(d, n, fraction) : 0;
}

void dist_put(struct buf *b, const struct dist *d)
{
    const struct kind_row *row = &rows[d->kind];
    const struct quantity p[2] = {{.value = d->a, .percent = row->shares}, {.value = d->b, .percent = row->shares}};
    buf_puts(b, row->name);
    for (int i = 0; i < row->parameters; i++) {
        buf_puts(b, i ? ", " : "(");
        quantity_put(b, &p[i]);
    }
    buf_puts(b, row->parameters ? ")" : "");
    if (d->miss > 0) {
        buf_puts(b, " miss ");
        quantity_put(b, &(struct quantity){.value = d->miss, .percent = true});
    }
}
