/* runs.c - how queries are driven, and what is expected of them; backend blocks. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/bounds.h"
#include "base/secret.h"
#include "compiler/elab.h"
#include "compiler/front.h"
#include "data/data.h"

struct reader {                                       /* of one run */
    struct elab *e;
    struct ir_run *run;
    const struct node *node;
    const struct node *items[NODE_KINDS];             /* the one item of each kind */
    VEC(const struct node *) sweeps;
    struct map dists;                                 /* by key space: struct dist, of the keys that are
                                                         named */
    struct dist all;                                  /* of the others */
};

static const double SHARES_AGREE = 1e-6;

/* ---- the mix ---- */

static bool read_share(struct reader *r, const struct node *n, double *out)
{
    return !n || const_share(r->e, n, NULL, "a share", out);
}

static bool read_mix(struct reader *r, const struct node *n)
{
    size_t count = n->kids.count, bare = 0;
    struct ir_mix *mix = arena_array(r->e->arena, struct ir_mix, count);
    double given = 0;
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        const struct node *part = n->kids.items[i];
        struct declared *d = map_find(&r->e->queries, part->text);
        mix[i].query = map_find(&r->e->run_queries, part->text);
        if (!d) {
            elab_unknown(r->e, part->span, part->text, "E0601",
                         elab_nearest(r->e, &r->e->queries, part->text), "unknown query '%s'", part->text);
            ok = false;
            continue;
        }
        d->used = true;
        ok = mix[i].query && read_share(r, node_kid(part, 0), &mix[i].share) && ok;
        bare += !node_kid(part, 0);
        given += mix[i].share;
    }
    if (ok && (given > 1 + SHARES_AGREE || (!bare && given < 1 - SHARES_AGREE))) {
        elab_fault(r->e, n->span, "E0602", "one without a share takes the rest", "the shares add up to %g%%",
                   given * 100);
        ok = false;
    }
    for (size_t i = 0; i < count; i++)
        if (!node_kid(n->kids.items[i], 0))
            mix[i].share = (1 - given) / (double)bare;
    r->run->mix = mix;
    r->run->nmix = (uint32_t)count;
    return ok;
}

/* ---- strategies ---- */

static const struct { const char *text; enum strategy_kind kind; } strategies[] = {
    {"single", STRATEGY_SINGLE}, {"batch", STRATEGY_BATCH}, {"batch by family", STRATEGY_BATCH_FAMILY},
    {"binpacked", STRATEGY_BINPACKED}, {"binpacked by entity", STRATEGY_BINPACKED_ENTITY},
};
enum { STRATEGIES = sizeof strategies / sizeof *strategies };

static bool read_strategy(struct reader *r, const struct node *n, struct strategy *out)
{
    const struct node *by = node_kid(n, 0), *parallel = node_kid(n, 1);
    const char *text = by ? arena_printf(r->e->arena, "%s by %s", n->text, by->text) : n->text;
    struct nearest near = {0};
    uint64_t flights = parallel && parallel->kind == N_ALL ? 0 : 1;
    int at = 0;
    for (; at < STRATEGIES; at++) {
        if (!strcmp(strategies[at].text, text))
            break;
        nearest_try(&near, text, strategies[at].text);
    }
    if (at == STRATEGIES) {
        elab_fault(r->e, by ? by->span : n->span, "E0603",
                   near.name && near.distance <= 3
                       ? arena_printf(r->e->arena, "did you mean '%s'?", near.name)
                       : "there are single, batch, batch by family, binpacked, binpacked by entity",
                   "unknown strategy '%s'", text);
        return false;
    }
    if (parallel && parallel->kind != N_ALL &&
        !const_whole_upto(r->e, parallel, NULL, "parallel", 1, MOST_PARALLEL, &flights))
        return false;
    out->kind = strategies[at].kind;
    out->span = n->span;
    out->parallel = (uint32_t)flights;
    out->text = arena_printf(r->e->arena, "%s%s%s", n->text, by ? " by " : "", by ? by->text : "");
    if (flights > 1)
        out->text = arena_printf(r->e->arena, "%s parallel %u", out->text, out->parallel);
    else if (!flights)
        out->text = arena_printf(r->e->arena, "%s parallel all", out->text);
    return true;
}

/* Each once. false: not all could be read. */
static bool list_strategies(struct reader *r, const struct node *n, const struct strategy **out,
                            uint32_t *count)
{
    struct strategy *list = arena_array(r->e->arena, struct strategy, n->kids.count);
    struct map seen = {0};
    bool ok = true;
    *out = list;
    for (size_t i = 0; i < n->kids.count; i++) {
        struct strategy *s = &list[*count];
        if (!read_strategy(r, n->kids.items[i], s))
            ok = false;
        else if (map_add(r->e->arena, &seen, s->text, s))
            elab_warn(r->e, n->kids.items[i]->span, "W0604", NULL, "strategy '%s' is listed twice", s->text);
        else
            ++*count;
    }
    return ok;
}

static bool read_strategies(struct reader *r, const struct node *n)
{
    return list_strategies(r, n, &r->run->strategies, &r->run->nstrategies);
}

/* --strategy: once for all runs and all points of their sweeps. */
static void read_given_strategies(struct elab *e)
{
    struct reader r = {.e = e};
    if (e->nsettings || !e->options->strategies)
        return;
    const struct node *n = elab_parse(e, "--strategy", e->options->strategies, TEXT_STRATEGIES);
    if (n)
        list_strategies(&r, n, &e->ir->strategies, &e->ir->nstrategies);
}

/* ---- key distributions ---- */

/* usual: what stands where the one argument is left out; 0: it must be given. */
static const struct dist_row { const char *name; enum dist_kind kind; int arguments; bool shares; const char *usage; double usual; } dists[] = {
    {"uniform", DIST_UNIFORM, 0, false, "uniform"},
    {"zipf", DIST_ZIPF, 1, false, "zipf(0.99)"},
    {"ycsb_zipf", DIST_YCSB_ZIPF, 1, false, "ycsb_zipf or ycsb_zipf(0.99)", 0.99},
    {"hot", DIST_HOT, 2, true, "hot(1%, 80%)"},
    {"latest", DIST_LATEST, 1, false, "latest(0.99)"},
    {"sequential", DIST_SEQUENTIAL, 0, false, "sequential"},
    {"normal", DIST_NORMAL, 2, true, "normal(50%, 10%)"},
    {"exponential", DIST_EXPONENTIAL, 1, true, "exponential(10%)"},
};
enum { DISTS = sizeof dists / sizeof *dists };

static const char *hint_for_dist(struct elab *e, const char *name, const char *near)
{
    static const struct { const char *name, *here; } words[] = {
        {"random", "uniform"}, {"gaussian", "normal(50%, 10%)"}, {"hotspot", "hot(1%, 80%)"},
        {"zipfian", "zipf(0.99)"}, {"pareto", "hot(20%, 80%)"}, {"skewed", "zipf(0.99)"},
        {"scan", "sequential"}, {"linear", "sequential"}, {"recent", "latest(0.99)"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].name, name))
            return arena_printf(e->arena, "here it is called %s", words[i].here);
    return near ? arena_printf(e->arena, "did you mean '%s'?", near)
                : "there are uniform zipf ycsb_zipf hot latest sequential normal exponential";
}

static const struct dist_row *find_dist(struct reader *r, const struct node *n)
{
    struct nearest near = {0};
    for (int i = 0; i < DISTS; i++) {
        if (!strcmp(dists[i].name, n->text))
            return &dists[i];
        nearest_try(&near, n->text, dists[i].name);
    }
    elab_fault(r->e, n->span, "E0605", hint_for_dist(r->e, n->text, near.name),
               "unknown key distribution '%s'", n->text);
    return NULL;
}

static bool read_dist(struct reader *r, const struct node *n, struct dist *out)
{
    const struct dist_row *row = find_dist(r, n);
    const struct node *args = node_kid(n, 1), *miss = node_kid(n, 2);
    double *const slots[] = {&out->a, &out->b};
    *out = (struct dist){0};
    if (!row)
        return false;
    out->kind = row->kind;
    out->a = row->usual;
    if (args->kids.count != (size_t)row->arguments && (args->kids.count || row->usual <= 0)) {
        elab_fault(r->e, n->span, "E0606", arena_printf(r->e->arena, "it is written %s", row->usage),
                   "wrong arguments of '%s'", n->text);
        return false;
    }
    for (size_t i = 0; i < args->kids.count; i++) {
        const struct node *a = args->kids.items[i];
        struct quantity q;
        if (row->shares ? !const_share(r->e, a, NULL, "a share of the keys", slots[i])
                        : !const_number(r->e, a, NULL, UNIT_NONE, "theta", &q))
            return false;
        if (!row->shares)
            *slots[i] = q.value;
    }
    if (miss && !const_share(r->e, miss, NULL, "miss", &out->miss))
        return false;
    const char *fault = dist_check(out);
    if (fault)
        elab_fault(r->e, n->span, "E0607", arena_printf(r->e->arena, "such as %s", row->usage), "%s", fault);
    return !fault;
}

static bool read_keys(struct reader *r, const struct node *n)
{
    bool ok = true;
    for (size_t i = 0; i < n->kids.count; i++) {
        const struct node *kid = n->kids.items[i], *name = node_kid(kid, 0);
        struct dist *d = arena_new(r->e->arena, struct dist);
        if (!read_dist(r, kid, d)) {
            ok = false;
        } else if (!name) {
            r->all = *d;
        } else if (!map_find(&r->e->keyspaces, name->text)) {
            elab_unknown(r->e, name->span, name->text, "E0208",
                         elab_nearest(r->e, &r->e->keyspaces, name->text), "unknown entity '%s'", name->text);
            ok = false;
        } else {
            map_add(r->e->arena, &r->dists, name->text, d);
        }
    }
    return ok;
}

/* Keys that no table has are those from count on: there must be as many of them. */
static void check_misses(struct reader *r, const struct keyspace *space, const struct dist *d)
{
    bool parts = space->table != NULL;
    uint64_t most = parts ? UINT64_MAX : data_key_space(space);
    if (d->miss > 0 && !parts && space->key.source == COLUMN_COMPUTED)
        elab_distinct(
            r->e, r->items[N_KEYS]->span, space, 2 * space->count, "E0618",
            "requests that miss use the keys of as many rows after the last: these must be different too");
    if (d->miss > 0 && space->count && most / 2 < space->count)
        elab_fault(r->e, r->items[N_KEYS]->span, "E0618", "give the key a wider type, or fewer keys",
                   "'%s' has %llu keys of %llu that can be made: too few are left for requests that miss", space->name,
                   (unsigned long long)space->count, (unsigned long long)most);
}

/* One for each key space that the queries ask for. */
static void settle_keys(struct reader *r)
{
    VEC(struct ir_keys) keys = {0};
    struct map seen = {0};
    bool broken = false;                              /* a query of which nobody knows what it asks for */
    for (uint32_t m = 0; m < r->run->nmix; m++) {
        struct declared *d = map_find(&r->e->queries, r->run->mix[m].query ? r->run->mix[m].query->name : "");
        broken |= !d || d->node->broken;
        for (uint32_t k = 0; r->run->mix[m].query && k < ir_drawn_keys(r->run->mix[m].query); k++) {
            const struct keyspace *space = r->run->mix[m].query->keys[k].keyspace;
            if (!space || map_add(r->e->arena, &seen, space->name, (void *)space))
                continue;
            const struct dist *own = map_find(&r->dists, space->name);
            vec_push(r->e->arena, &keys, ((struct ir_keys){space, own ? *own : r->all}));
            check_misses(r, space, own ? own : &r->all);
        }
    }
    for (size_t i = 0; i < r->dists.capacity; i++)
        if (r->dists.slots[i].key && !map_find(&seen, r->dists.slots[i].key) && !broken)
            elab_warn(r->e, r->items[N_KEYS]->span, "W0608", NULL,
                      "no query of run '%s' asks for keys of '%s'", r->run->name, r->dists.slots[i].key);
    r->run->keys = keys.items;
    r->run->nkeys = (uint32_t)keys.count;
}

/* ---- how much, how long ---- */

static bool read_duration(struct reader *r, const struct node *n, const char *what, uint64_t *ns)
{
    struct quantity q;
    if (!const_number(r->e, node_kid(n, 0), NULL, UNIT_DURATION, what, &q))
        return false;
    if (q.value >= 0 && q.value <= MOST_SECONDS) {
        *ns = (uint64_t)nearbyint(q.value * 1e9);
        return true;
    }
    elab_fault(r->e, n->span, "E0609", NULL,
               q.value < 0 ? "%s cannot be negative" : "%s cannot be longer than 95 years", what);
    return false;
}

static bool read_for(struct reader *r, const struct node *n)
{
    struct constant c = const_eval(r->e, node_kid(n, 0), NULL);
    if (node_kid(n, 1) || (c.kind == CONST_NUMBER && c.q.unit == UNIT_NONE)) {
        if (!node_kid(n, 1))
            elab_warn(r->e, n->span, "W0610", "write `for 1000 requests`, or a duration such as `for 10s`",
                      "taken as a number of requests");
        return const_whole_upto(r->e, node_kid(n, 0), NULL, "the number of requests", 1, MOST_REQUESTS,
                                &r->run->for_requests);
    }
    if (!read_duration(r, n, "for", &r->run->for_ns))
        return false;
    if (r->run->for_ns)
        return true;
    elab_fault(r->e, n->span, "E0609", NULL, "a run takes some time");
    return false;
}

static bool read_clients(struct reader *r, const struct node *n)
{
    uint64_t clients;
    if (!const_whole_upto(r->e, node_kid(n, 0), NULL, "clients", 1, MOST_CLIENTS, &clients))
        return false;
    r->run->clients = (uint32_t)clients;
    return true;
}

static bool read_think(struct reader *r, const struct node *n)
{
    static const uint64_t most = 3600000000000ull;
    if (!read_duration(r, n, "think", &r->run->think_ns))
        return false;
    if (r->run->think_ns <= most)
        return true;
    elab_fault(r->e, n->span, "E0609", NULL, "think cannot be longer than an hour");
    return false;
}

static bool read_rate(struct reader *r, const struct node *n)
{
    struct quantity q;
    if (!const_number(r->e, node_kid(n, 0), NULL, UNIT_RATE, "rate", &q))
        return false;
    r->run->rate = q.value;
    if (q.value > 0 && q.value <= MOST_RATE)
        return true;
    elab_fault(r->e, n->span, "E0609", "such as 2k/s",
               q.value > 0 ? "a rate is at most 1G/s" : "a rate is more than 0");
    return false;
}

/* ---- expectations ---- */

static const struct { enum metric first, last; enum unit unit; const char *like; } metric_units[] = {
    {METRIC_P50, METRIC_MEAN, UNIT_DURATION, "79ms"}, {METRIC_CV, METRIC_CV, UNIT_NONE, "20%"},
    {METRIC_THROUGHPUT, METRIC_THROUGHPUT, UNIT_RATE, "2k/s"},
    {METRIC_ERRORS, METRIC_STALE, UNIT_NONE, "0"}, {METRIC_STALENESS_P50, METRIC_STALENESS_MAX, UNIT_DURATION, "50ms"},
};

static const enum metric LAST_LATENCY = METRIC_CV;    /* those up to it are of latencies */

static bool is_metric(const char *name)
{
    for (int m = 0; m < METRIC_COUNT; m++)
        if (!strcmp(metric_name((enum metric)m), name))
            return true;
    return false;
}

static bool is_asked(const struct ir_run *run, const char *query)
{
    for (uint32_t i = 0; i < run->nmix; i++)
        if (run->mix[i].query && !strcmp(run->mix[i].query->name, query))
            return true;
    return false;
}

/* "find.p99": of a query of the mix; "p99.9" and "service.p99" are names of metrics. What follows is moved to
 * what stands behind. */
static bool take_query(struct reader *r, const struct node *n, const char **name, struct ir_expect *x)
{
    const char *dot = strchr(*name, '.');
    if (!dot || is_metric(*name) || !strncmp(*name, "service.", 8) || !strncmp(*name, "staleness.", 10))
        return true;
    const char *query = arena_strndup(r->e->arena, *name, (size_t)(dot - *name));
    if (!map_find(&r->e->queries, query)) {
        struct nearest near = {0};
        nearest_try(&near, query, "service");
        const char *hint = elab_nearest(r->e, &r->e->queries, query);
        elab_unknown(r->e, n->span, query, "E0601", near.name ? "did you mean 'service'?" : hint,
                     "unknown query '%s'", query);
        return false;
    }
    if (r->run && !is_asked(r->run, query)) {
        elab_fault(r->e, n->span, "E0620",
                   arena_printf(r->e->arena, "add it to the run's `query`, or expect it in another run"),
                   "this run does not ask the query '%s'", query);
        return false;
    }
    x->query = query;
    *name = dot + 1;
    return true;
}

/* Latencies are all that has a service time, and costs are the whole's. */
static bool has_figure(struct reader *r, const struct node *n, const struct ir_expect *x)
{
    const char *name = metric_name(x->metric);
    if (x->service && x->metric > LAST_LATENCY)
        elab_fault(
            r->e, n->span, "E0617",
            arena_printf(r->e->arena, "write %s%s%s", x->query ? x->query : "", x->query ? "." : "", name),
            "'%s' has no service time: only latencies have", name);
    else if (x->query && x->metric == METRIC_COST_PER_MILLION)
        elab_fault(r->e, n->span, "E0621", arena_printf(r->e->arena, "write %s", name),
                   "'%s' is known of the whole run only, not of a query", name);
    else
        return true;
    return false;
}

/* What others call a metric: the whole name, or the part before or behind its '_' (latency_p99). */
static const char *hint_for_metric(struct elab *e, const char *name)
{
    static const struct { const char *word, *here; } words[] = {
        {"tps", "throughput"}, {"qps", "throughput"}, {"rps", "throughput"}, {"avg", "mean"},
        {"average", "mean"}, {"median", "p50"}, {"p999", "p99.9"}, {"cost", "cost_per_million"},
        {"price", "cost_per_million"}, {"failures", "errors"},
    };
    const char *end = strchr(name, '_'), *tail = strrchr(name, '_');
    const char *parts[] = {name, end ? arena_printf(e->arena, "%.*s", (int)(end - name), name) : name,
                           tail ? tail + 1 : name};
    struct nearest near = {0};
    for (int m = 0; m < METRIC_COUNT; m++)
        nearest_try(&near, name, metric_name((enum metric)m));
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (!strcmp(parts[p], words[i].word))
                return arena_printf(e->arena, "here it is called %s", words[i].here);
        for (int m = 0; p && m < METRIC_COUNT; m++)
            if (!strcmp(parts[p], metric_name((enum metric)m)))
                return arena_printf(e->arena, "did you mean '%s'?", metric_name((enum metric)m));
    }
    if (!strcmp(parts[1], "latency") || !strcmp(parts[1], "response"))
        return "a latency is named by its percentile, such as p99, or mean or max";
    return near.name ? arena_printf(e->arena, "did you mean '%s'?", near.name)
                     : "there are p50 p90 p95 p99 p99.9 max mean cv throughput errors error_rate rows "
                       "cost_per_million stale staleness.p99";
}

static bool find_metric(struct reader *r, const struct node *n, struct ir_expect *x)
{
    const char *name = n->text;
    if (!take_query(r, n, &name, x))
        return false;
    x->service = !strncmp(name, "service.", 8);
    name += x->service ? 8 : 0;
    for (int m = 0; m < METRIC_COUNT; m++) {
        x->metric = (enum metric)m;
        if (!strcmp(metric_name(x->metric), name))
            return has_figure(r, n, x);
    }
    elab_fault(r->e, n->span, "E0611", hint_for_metric(r->e, name), "unknown metric '%s'", n->text);
    return false;
}

static bool read_expectation(struct reader *r, const struct node *n, struct ir_expect *x)
{
    const struct node *on = node_kid(n, 0);
    struct quantity q;
    size_t u = 0;
    if (!find_metric(r, n, x))
        return false;
    while (x->metric > metric_units[u].last)
        u++;
    if (!const_number(r->e, node_kid(n, 2), NULL, metric_units[u].unit,
                      arena_printf(r->e->arena, "%s", n->text), &q))
        return false;
    while (strcmp(compare_name(x->compare), node_kid(n, 1)->text))
        x->compare++;
    x->value = q.unit == UNIT_DURATION ? q.value * 1e9 : q.value;
    x->backend = on ? on->text : NULL;
    x->on = on ? on->span : (struct span){0};
    struct buf b = {0};
    quantity_put(&b, &q);
    x->text = arena_printf(r->e->arena, "%s%s%s%s %s %s", on ? "on " : "", on ? on->text : "", on ? ": " : "",
                           n->text, compare_name(x->compare), buf_text(&b));
    buf_release(&b);
    return true;
}

static bool read_expectations(struct reader *r, const struct node *n)
{
    struct ir_expect *list = arena_array(r->e->arena, struct ir_expect, n->kids.count);
    bool ok = true;
    for (size_t i = 0; i < n->kids.count; i++)
        ok = read_expectation(r, n->kids.items[i], &list[i]) && ok;
    r->run->expects = list;
    r->run->nexpects = (uint32_t)n->kids.count;
    return ok;
}

void elab_fails(struct elab *e)
{
    struct reader r = {.e = e};
    size_t n = e->nsettings ? 0 : e->options->nfails; /* reported once, not for each point of a sweep */
    struct ir_expect *list = arena_array(e->arena, struct ir_expect, n);
    e->ir->fails = list;
    for (size_t i = 0; i < n; i++) {
        const struct node *node = elab_parse(e, "--fail-if", e->options->fails[i], TEXT_EXPECTATION);
        if (node && read_expectation(&r, node, &list[e->ir->nfails]))
            e->ir->nfails++;
    }
}

/* ---- sweeps ---- */

static const char *const run_settings[] = {"clients", "rate"};

static bool is_run_setting(const char *name)
{
    for (size_t i = 0; i < sizeof run_settings / sizeof *run_settings; i++)
        if (!strcmp(run_settings[i], name))
            return true;
    return false;
}

static bool is_swept_twice(struct reader *r, size_t at)
{
    const struct node *n = r->sweeps.items[at];
    for (size_t i = 0; i < at; i++)
        if (!strcmp(r->sweeps.items[i]->text, n->text))
            return elab_fault(r->e, n->span, "E0412", "put all values into one list", "'%s' is swept twice",
                              n->text);
    return false;
}

static bool sweep_values(struct reader *r, const struct node *n, struct constant *out)
{
    struct declared *d = map_find(&r->e->params, n->text);
    *out = const_eval(r->e, node_kid(n, 0), NULL);
    if (d)
        d->used = true;
    if (!d && !is_run_setting(n->text)) {
        elab_unknown(r->e, n->span, n->text, "E0612", elab_nearest(r->e, &r->e->params, n->text),
                     "'%s' is not a param, and no setting of a run", n->text);
        return false;
    }
    if (out->kind == CONST_LIST && out->nitems)
        return true;
    if (out->kind != CONST_NONE)
        elab_fault(r->e, node_kid(n, 0)->span, "E0613", "such as [1, 8, 64]",
                   "a sweep needs a list with items");
    return false;
}

/* The values of one point: a number in a mixed base, the last sweep the fastest. */
static const struct ir_param *settings_of(struct reader *r, const struct constant *values, uint32_t point)
{
    struct ir_param *s = arena_array(r->e->arena, struct ir_param, r->sweeps.count);
    for (size_t i = r->sweeps.count; i-- > 0;) {
        s[i].name = r->sweeps.items[i]->text;
        s[i].text = const_literal(r->e, &values[i].items[point % values[i].nitems]);
        point /= values[i].nitems;
    }
    return s;
}

static const struct ir_run *find_run(const struct ir *ir, const char *name)
{
    for (uint32_t i = 0; ir && i < ir->nruns; i++)
        if (!strcmp(ir->runs[i].name, name))
            return &ir->runs[i];
    return NULL;
}

static bool make_points(struct reader *r)
{
    enum { MOST = 10000 };
    size_t n = r->sweeps.count;
    struct constant *values = arena_array(r->e->arena, struct constant, n);
    uint64_t count = 1;
    for (size_t i = 0; i < n; i++) {
        if (is_swept_twice(r, i) || !sweep_values(r, r->sweeps.items[i], &values[i]))
            return false;
        count *= values[i].nitems;
        if (count > MOST) {
            elab_fault(r->e, r->sweeps.items[i]->span, "E0614", NULL,
                       "the sweeps multiply to more than %d points", MOST);
            return false;
        }
    }
    struct ir_point *points = arena_array(r->e->arena, struct ir_point, count);
    for (uint32_t p = 0; p < count; p++) {
        const struct ir_param *settings = n ? settings_of(r, values, p) : NULL;
        points[p] = (struct ir_point){.settings = settings, .nsettings = (uint32_t)n, .ir = r->e->ir};
        if (n) {
            points[p].ir = elab_again(r->e, settings, (uint32_t)n);
            points[p].run = find_run(points[p].ir, r->run->name);
            if (!points[p].run)
                return false;
        }
    }
    r->run->points = points;
    r->run->npoints = (uint32_t)count;
    return true;
}

/* ---- a run ---- */

static const struct { enum node_kind kind; bool (*read)(struct reader *, const struct node *); const char *name; } items[] = {
    {N_MIX, read_mix, "query"},              {N_STRATEGIES, read_strategies, "strategy"},
    {N_KEYS, read_keys, "keys"},             {N_CLIENTS, read_clients, "clients"},
    {N_RATE, read_rate, "rate"},             {N_FOR, read_for, "for"},
    {N_EXPECT, read_expectations, "expect"}, {N_WARMUP, NULL, "warmup"},
    {N_THINK, read_think, "think"},
};
enum { ITEMS = sizeof items / sizeof *items };

static void survey(struct reader *r)
{
    for (size_t i = 0; i < r->node->kids.count; i++) {
        const struct node *n = r->node->kids.items[i];
        if (n->kind == N_SWEEP) {
            vec_push(r->e->arena, &r->sweeps, n);
            continue;
        }
        if (r->items[n->kind]) {
            const char *name = "";
            for (int k = 0; k < ITEMS; k++)
                name = items[k].kind == n->kind ? items[k].name : name;
            struct diag *d = elab_fault(r->e, n->span, "E0412",
                                        "list several values after one keyword, separated by commas",
                                        "run '%s' has a second '%s'", r->run->name, name);
            if (d) {
                d->span2 = r->items[n->kind]->span;
                d->label2 = "first here";
            }
        }
        r->items[n->kind] = n;
    }
}

static bool read_items(struct reader *r)
{
    bool ok = true;
    for (int k = 0; k < ITEMS; k++)
        if (r->items[items[k].kind] && items[k].read)
            ok = items[k].read(r, r->items[items[k].kind]) && ok;
    if (r->items[N_WARMUP])
        ok = read_duration(r, r->items[N_WARMUP], "warmup", &r->run->warmup_ns) && ok;
    return ok;
}

/* A sweep's point over a run's own setting. */
static void override(struct reader *r)
{
    for (uint32_t i = 0; i < r->e->nsettings; i++) {
        const struct ir_param *s = &r->e->settings[i];
        if (!is_run_setting(s->name) || map_find(&r->e->params, s->name))
            continue;
        struct constant c = const_from_text(r->e, arena_printf(r->e->arena, "sweep %s", s->name), s->text);
        uint64_t clients;
        if (!strcmp(s->name, "clients") && c.kind == CONST_NUMBER &&
            quantity_whole(&c.q, 1, MOST_CLIENTS, &clients))
            r->run->clients = (uint32_t)clients;
        else if (!strcmp(s->name, "rate") && c.kind == CONST_NUMBER && c.q.unit == UNIT_RATE &&
                 c.q.value > 0 && c.q.value <= MOST_RATE)
            r->run->rate = c.q.value;
        else if (c.kind != CONST_NONE)
            elab_fault(r->e, r->node->span, "E0615", NULL, "'%s' cannot be %s", s->name, s->text);
    }
}

/* Of its own: the points of another run's sweep set it as well. */
static bool has_rate(const struct reader *r)
{
    for (size_t i = 0; i < r->sweeps.count; i++)
        if (!strcmp(r->sweeps.items[i]->text, "rate"))
            return true;
    return r->items[N_RATE] != NULL;
}

static const struct strategy single = {STRATEGY_SINGLE, 1, "single"};

static void read_run(struct elab *e, const struct node *n, struct ir_run *run)
{
    struct reader r = {.e = e, .run = run, .node = n, .all = {.kind = DIST_UNIFORM}};
    *run = (struct ir_run){.name = n->text, .span = n->span, .strategies = &single, .nstrategies = 0};
    survey(&r);
    if (!r.items[N_MIX] && !n->broken)
        elab_fault(e, n->span, "E0616", "such as `query NAME`", "run '%s' has no query", n->text);
    if (!read_items(&r) || !r.items[N_MIX])
        return;
    if (!run->nstrategies) {
        run->strategies = &single;
        run->nstrategies = 1;
    }
    if (!run->for_ns && !run->for_requests)
        run->for_ns = 10000000000ull;
    if (e->ir->nstrategies) {
        run->strategies = e->ir->strategies;
        run->nstrategies = e->ir->nstrategies;
    }
    settle_keys(&r);
    override(&r);
    if (run->think_ns && has_rate(&r))
        elab_fault(e, r.items[N_THINK]->span, "E0619", "leave out `think` or `rate`",
                   "with a rate, arrivals do not depend on think time");
    if (e->nsettings) {                               /* itself a point: its own sweep is not taken again */
        struct ir_point *self = arena_new(e->arena, struct ir_point);
        *self = (struct ir_point){.settings = e->settings, .nsettings = e->nsettings, .ir = e->ir, .run = run};
        run->points = self;
        run->npoints = 1;
    } else if (make_points(&r) && !r.sweeps.count) {
        ((struct ir_point *)run->points)->run = run;
    }
}

void elab_runs(struct elab *e)
{
    uint32_t n = 0;
    read_given_strategies(e);
    for (size_t i = 0; i < e->root->kids.count; i++)
        n += e->root->kids.items[i]->kind == N_RUN;
    struct ir_run *runs = arena_array(e->arena, struct ir_run, n);
    e->ir->runs = runs;
    for (size_t i = 0; i < e->root->kids.count; i++)
        if (e->root->kids.items[i]->kind == N_RUN)
            read_run(e, e->root->kids.items[i], &runs[e->ir->nruns++]);
}

/* ---- backend blocks: which settings there are is the backends' matter ---- */

/* What nobody should read in a file: the value of a setting that is a secret, or an address that holds one.
 * Misspelt settings are reported as such. */
static bool is_secret(const char *name, const char *text)
{
    /* An address may have no password in it; an access key is a name, which stands in every request. */
    bool may_be_shown = !strcmp(name, "uri") || !strcmp(name, "access_key");
    size_t at = 0, from, to;
    return (!may_be_shown && secret_name(name, strlen(name))) ||
           secret_in_address(text, strlen(text), &at, &from, &to);
}

static bool names_param(struct elab *e, const struct node *v)
{
    if (v && v->kind == N_NAME && map_find(&e->params, v->text))
        return true;
    for (uint32_t i = 0; v && i < v->kids.count; i++)
        if (names_param(e, v->kids.items[i]))
            return true;
    return false;
}

/* Reports print the value of every param, and a sweep's points are named by theirs. */
static void check_secret(struct elab *e, const struct node *n, const char *text)
{
    static const char hint[] = "write env(\"NAME\"), file(\"path\") or command(\"…\")";
    const struct node *v = node_kid(n, 0);
    if (!is_secret(n->text, text))
        return;
    if (names_param(e, v))                            /* not elab_fault: that names a sweep's point by its
                                                         values */
        diag_add(e->diags, SEVERITY_ERROR, "E0721", v->span, hint,
                 "'%s' cannot come from a param: reports print params", n->text);
    else
        elab_warn(e, n->span, "W0707", hint, "'%s' is in the file in plain text", n->text);
}

static void read_setting(struct elab *e, const struct node *n, struct ir_setting *out)
{
    const struct node *v = node_kid(n, 0);
    struct constant c;
    *out = (struct ir_setting){.name = n->text, .span = n->span};
    if (v->kind == N_CALL) {
        for (enum ir_setting_source source = SETTING_ENV; source < SETTING_SOURCES; source++)
            if (!strcmp(v->text, setting_source_name(source)))
                out->source = source;
        if (out->source == SETTING_LITERAL)
            elab_fault(e, v->span, "E0706", "there are env(\"NAME\"), file(\"path\") and command(\"…\")",
                       "unknown function '%s'", v->text);
        c = const_eval(e, node_kid(v, 0), NULL);
    } else {
        c = const_eval(e, v, NULL);
        check_secret(e, n, const_text(e, &c));
    }
    out->text = const_text(e, &c);
}

void elab_backends(struct elab *e)
{
    VEC(struct ir_backend) list = {0};
    struct map seen = {0};
    for (size_t i = 0; i < e->root->kids.count; i++) {
        const struct node *n = e->root->kids.items[i];
        if (n->kind != N_BACKEND)
            continue;
        const struct node *as = node_kid(n, 0);
        struct ir_backend b = {.kind = n->text, .name = as ? as->text : n->text, .span = n->span,
                               .nsettings = (uint32_t)n->kids.count - 1};
        struct ir_setting *settings = arena_array(e->arena, struct ir_setting, b.nsettings);
        for (uint32_t k = 0; k < b.nsettings; k++)
            read_setting(e, n->kids.items[k + 1], &settings[k]);
        b.settings = settings;
        if (as && map_add(e->arena, &seen, b.name, (void *)n))
            elab_fault(e, as->span, "E0202", NULL, "backend '%s' is declared twice", b.name);
        vec_push(e->arena, &list, b);
    }
    e->ir->backends = list.items;
    e->ir->nbackends = (uint32_t)list.count;
}
