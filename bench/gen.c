/* bench/gen.c - what a draw, a key and a row cost, in nanoseconds and as a ratio to a bare rng_next: ratios
 * compare between machines and moments, nanoseconds hardly. Not run by `make check`; run it with `make
 * bench-gen`. With the argument "rows" it says only what rows cost. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "data/dist.h"
#include "data/gen.h"
#include "data/rows.h"

enum { DRAWS = 2000000, MOST_COLUMNS = 8 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);     /* others' work on the machine does not count */
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double bare;                                   /* seconds of DRAWS times rng_next */
static volatile uint64_t sink;

static void say(const char *what, double took)
{
    printf("%-44s %8.2f ns %8.2f x rng_next\n", what, took / DRAWS * 1e9, took / bare);
}

static void bench_rng(void)
{
    struct rng r;
    uint64_t sum = 0;
    rng_init(&r, 1);
    double from = seconds();
    for (int i = 0; i < DRAWS; i++)
        sum += rng_next(&r);
    sink = sum;
    bare = seconds() - from;
    say("rng_next", bare);
}

static void bench_perm(uint64_t n)
{
    struct perm p;
    uint64_t sum = 0;
    char name[64];
    perm_init(&p, n, 1);
    double from = seconds();
    for (uint64_t i = 0; i < DRAWS; i++)
        sum += perm_forward(&p, i % n);
    sink = sum;
    snprintf(name, sizeof name, "perm_forward, n = %llu", (unsigned long long)n);
    say(name, seconds() - from);
}

static void bench_dist(struct dist d)
{
    struct sampler s;
    struct rng r;
    struct buf name = {0};
    uint64_t sum = 0;
    sampler_init(&s, &d, 1000000, 1);
    rng_init(&r, 1);
    double from = seconds();
    for (uint64_t i = 0; i < DRAWS; i++)
        sum += sampler_draw(&s, &r, i);
    double took = seconds() - from;
    sink = sum;
    buf_puts(&name, "key of 10^6 by ");
    dist_put(&name, &d);
    say(buf_text(&name), took);
    buf_release(&name);
}

static void bench_zipf(void)
{
    struct zipf z;
    struct rng r;
    uint64_t sum = 0;
    zipf_init(&z, 1000000, 0.99);
    rng_init(&r, 1);
    double from = seconds();
    for (int i = 0; i < DRAWS; i++)
        sum += zipf_try(&z, rng_unit(&r));
    sink = sum;
    say("rank by zipf(0.99), not scattered", seconds() - from);
}

static void bench_gen(const char *name, struct gen g, struct type t)
{
    struct scratch s = {0};
    uint64_t sum = 0;
    gen_prepare(&g);
    double from = seconds();
    for (uint64_t i = 0; i < DRAWS; i++) {
        s.used = 0;
        sum += (uint64_t)gen_draw(&g, t, rng_mix(1, i), i, &s).u.i;
    }
    sink = sum;
    say(name, seconds() - from);
    scratch_release(&s);
}

static void bench_text(const char *name, struct gen g, struct type t)
{
    struct scratch s = {0};
    struct buf b = {0};
    double from = seconds();
    for (uint64_t i = 0; i < DRAWS; i++) {
        s.used = 0;
        buf_clear(&b);
        struct value v = gen_draw(&g, t, rng_mix(1, i), i, &s);
        value_put(&b, t, &v);
    }
    say(name, seconds() - from);
    buf_release(&b);
    scratch_release(&s);
}

static double row_by_row(const struct data *data, const struct table *t)
{
    struct value v[MOST_COLUMNS];
    struct scratch s = {0};
    uint64_t sum = 0;
    double from = seconds();
    for (uint64_t i = 0; i < DRAWS; i++) {
        data_row(data, t, i % t->rows, v, &s);
        sum += (uint64_t)v[1].u.i;
    }
    sink = sum;
    scratch_release(&s);
    return seconds() - from;
}

/* As loading makes them: many at a time, and handed on to nobody. */
static double in_batches(const struct data *data, const struct table *t)
{
    struct value v[ROWS_BATCH_MOST * MOST_COLUMNS];
    struct scratch s = {0};
    struct rows *rows = rows_new(data, t);
    uint64_t sum = 0;
    uint32_t batch = rows_batch(t);
    double from = seconds();
    for (uint64_t i = 0; i < DRAWS; i += batch) {
        rows_make(rows, i % (t->rows - batch), batch, v, &s);
        for (uint32_t k = 0; k < batch; k++)
            sum += (uint64_t)v[k * t->ncolumns + 1].u.i;
    }
    sink = sum;
    rows_free(rows);
    scratch_release(&s);
    return seconds() - from;
}

static void bench_rows(const char *name, const struct column *given, uint32_t n, bool own, struct type key)
{
    const struct data data = {42};
    const struct keyspace ks = {
        .name = "card", .key = {"k", key, COLUMN_KEY, {GEN_HEX}}, .count = 1000000, .salt = 1, .own = own};
    struct column columns[MOST_COLUMNS];
    struct table t = {.name = "t", .keyspace = &ks, .columns = columns, .ncolumns = n, .nkeys = 1,
                      .rows = 600000, .salt = 2};
    char text[80];
    memcpy(columns, given, n * sizeof *given);
    data_prepare(columns, n);
    snprintf(text, sizeof text, "row: %s", name);
    say(text, row_by_row(&data, &t));
    snprintf(text, sizeof text, "row in a batch: %s", name);
    double took = in_batches(&data, &t);
    say(text, took);
    printf("%-44s %8.2f M rows/s\n", "", DRAWS / took / 1e6);
}

static void bench_all_rows(void)
{
    const struct gen uniform = {GEN_UNIFORM, .lo = 0, .hi = 1000000, .dhi = 1};
    const struct type hash = {TYPE_CHAR, 64}, bigint = {TYPE_BIGINT};
    const struct column simple[] = {
        {"id", bigint, COLUMN_KEY},
        {"a", {TYPE_INT}, COLUMN_RANDOM, uniform},
        {"b", {TYPE_BIGINT}, COLUMN_RANDOM, uniform},
        {"c", {TYPE_DECIMAL, 9, 6}, COLUMN_RANDOM, uniform},
        {"d", {TYPE_TIMESTAMP}, COLUMN_RANDOM, uniform},
        {"e", {TYPE_DOUBLE}, COLUMN_RANDOM, uniform},
    };
    const struct column fraud[] = {
        {"hash_key", hash, COLUMN_KEY},
        {"fraud_count", {TYPE_INT}, COLUMN_RANDOM, {GEN_ZIPF, 1.1, .lo = 0, .hi = 10000}},
        {"fraud_rate", {TYPE_DECIMAL, 9, 6}, COLUMN_RANDOM, uniform},
        {"updated_at", {TYPE_TIMESTAMP}, COLUMN_RANDOM, uniform},
    };
    bench_rows("5 uniform columns", simple + 1, 5, true, bigint);
    bench_rows("bigint key, 5 uniform columns", simple, 6, false, bigint);
    bench_rows("fraud_rates", fraud, 4, false, hash);
}

int main(int argc, char **argv)
{
    bench_rng();
    if (argc > 1 && strcmp(argv[1], "rows") == 0) {
        bench_all_rows();
        return 0;
    }
    bench_perm(1 << 20);
    bench_perm((1 << 20) + 1);
    bench_zipf();
    bench_dist((struct dist){DIST_UNIFORM});
    bench_dist((struct dist){DIST_ZIPF, 0.99});
    bench_dist((struct dist){DIST_YCSB_ZIPF, 0.99});
    bench_dist((struct dist){DIST_HOT, 0.01, 0.8});
    bench_dist((struct dist){DIST_NORMAL, 0.5, 0.1});
    bench_dist((struct dist){DIST_EXPONENTIAL, 0.9});
    bench_gen("int ~ uniform", (struct gen){GEN_UNIFORM, .lo = 0, .hi = 1000}, (struct type){TYPE_INT});
    bench_gen("double ~ normal", (struct gen){GEN_NORMAL, 12, 4}, (struct type){TYPE_DOUBLE});
    bench_gen("bigint ~ exponential", (struct gen){GEN_EXPONENTIAL, 86400}, (struct type){TYPE_BIGINT});
    bench_gen("int ~ zipf(1.1, 0..10000)", (struct gen){GEN_ZIPF, 1.1, .lo = 0, .hi = 10000},
              (struct type){TYPE_INT});
    bench_gen("int ~ pareto(1.16, 1..10000)", (struct gen){GEN_PARETO, 1.16, .lo = 1, .hi = 10000},
              (struct type){TYPE_INT});
    bench_gen("char(16) ~ hex", (struct gen){GEN_HEX}, (struct type){TYPE_CHAR, 16});
    bench_gen("char(64) ~ hex", (struct gen){GEN_HEX}, (struct type){TYPE_CHAR, 64});
    bench_gen("string ~ text(100)", (struct gen){GEN_TEXT, .lo = 100, .hi = 100}, (struct type){TYPE_STRING});
    bench_gen("string ~ words(10)", (struct gen){GEN_WORDS, .lo = 10, .hi = 10}, (struct type){TYPE_STRING});
    bench_gen("uuid", (struct gen){GEN_UUID}, (struct type){TYPE_UUID});
    bench_text("text form of double ~ normal", (struct gen){GEN_NORMAL, 12, 4}, (struct type){TYPE_DOUBLE});
    bench_text("text form of decimal(9, 6) ~ uniform", (struct gen){GEN_UNIFORM, .lo = 0, .hi =
        1000000}, (struct type){TYPE_DECIMAL, 9, 6});
    bench_text("text form of timestamp ~ uniform", (struct gen){GEN_UNIFORM, .lo = 0, .hi =
        1767225600000000}, (struct type){TYPE_TIMESTAMP});
    bench_all_rows();
    return 0;
}
