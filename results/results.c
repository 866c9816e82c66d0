/* results.c - keeps what the runner found; all strings and arrays in one arena, histograms on the heap. */
#include "config.h"

#include "results/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/printable.h"
#include "data/data.h"
#include "ir/dump.h"
#include "plan/plan.h"

static const double usual_noise = 0.02;

static const char *cpu_model(struct arena *a)
{
    const char *model = "unknown";
    char line[512];
    FILE *f = fopen("/proc/cpuinfo", "re");
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) || !colon)
            continue;
        colon[strcspn(colon, "\n")] = 0;
        model = arena_strdup(a, colon + 1 + strspn(colon + 1, " \t"));
        break;
    }
    if (f)
        fclose(f);
    return model;
}

static void note_host(struct arena *a, struct result_host *host)
{
    struct utsname u;
    long cores = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    host->cpu = cpu_model(a);
    host->kernel = uname(&u) ? "unknown" : arena_printf(a, "%s %s", u.sysname, u.release);
    host->cores = cores > 0 ? (uint32_t)cores : 0;
    host->memory_bytes = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

static const struct ir_param *keep_params(struct results *r, const struct ir_param *from, uint32_t n)
{
    struct ir_param *to = arena_array(&r->arena, struct ir_param, n ? n : 1);
    for (uint32_t i = 0; i < n; i++)
        to[i] = (struct ir_param){results_keep(r, from[i].name), results_keep(r, from[i].text)};
    return to;
}

struct results *results_new_empty(void)
{
    struct results *r = mem_alloc(sizeof *r);
    arena_init(&r->arena);
    r->noise = usual_noise;
    return r;
}

struct results *results_new(const struct ir *ir, uint64_t seed)
{
    struct results *r = results_new_empty();
    r->version = PACKAGE_VERSION;
    r->workload = results_keep(r, ir->name);
    r->title = results_keep(r, ir->title);
    r->seed = seed;
    r->params = keep_params(r, ir->params, ir->nparams);
    r->nparams = ir->nparams;
    note_host(&r->arena, &r->host);
    char text[32];
    time_t now = time(NULL);
    struct tm tm;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    r->started = results_keep(r, text);
    r->began_ns = clock_ns();
    return r;
}

static void round_free(struct result_round *round)
{
    hist_free(round->response);
    for (uint32_t i = 0; i < round->nslices; i++)
        mem_free(round->slices[i].response);
    mem_free(round->slices);
}

static void release_figures(struct result_entry *e)
{
    tally_release(&e->all);
    for (uint32_t k = 0; k < e->nrounds; k++)
        round_free(&e->rounds[k]);
    mem_free(e->rounds);
}

void results_free(struct results *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->entries.count; i++) {
        struct result_entry *e = r->entries.items[i];
        release_figures(e);
        for (uint32_t k = 0; k < e->nqueries; k++)
            release_figures(&e->queries[k]);
        mem_free(e->notes);
    }
    arena_release(&r->arena);
    mem_free(r);
}

/* A server's words go to terminals and into JSON. */
static const char *keep_printable(struct results *r, const char *text, const char *stays)
{
    if (!text)
        return NULL;
    char *kept = arena_strdup(&r->arena, text);
    printable_make(kept, stays);
    return kept;
}

const char *results_keep(struct results *r, const char *text) { return keep_printable(r, text, ""); }
const char *results_keep_lines(struct results *r, const char *text) { return keep_printable(r, text, "\n"); }

/* ---- backends ---- */

struct result_backend *results_add_backend(struct results *r, const char *name, const char *kind)
{
    struct result_backend *b = arena_new(&r->arena, struct result_backend);
    b->name = results_keep(r, name);
    b->kind = results_keep(r, kind);
    vec_push(&r->arena, &r->backends, b);
    return b;
}

struct result_backend *results_find_backend(const struct results *r, const char *name)
{
    for (size_t i = 0; i < r->backends.count; i++)
        if (!strcmp(r->backends.items[i]->name, name))
            return r->backends.items[i];
    return NULL;
}

void results_add_feature(struct results *r, struct result_backend *b, const char *name, const char *text,
                         bool lacks)
{
    struct result_feature f = {results_keep(r, name), results_keep(r, text), lacks};
    vec_push(&r->arena, &b->features, f);
}

void results_skip_backend(struct results *r, struct result_backend *b, const char *reason, const char *enable)
{
    b->status = RESULT_SKIPPED;
    b->reason = results_keep(r, reason);
    b->enable = results_keep(r, enable);
}

void results_fail_backend(struct results *r, struct result_backend *b, const char *reason)
{
    b->status = RESULT_FAILED;
    b->reason = results_keep(r, reason);
}

void results_leave_out(struct results *r, const char *what, const char *reason, const char *enable)
{
    struct result_left_out out = {results_keep(r, what), results_keep(r, reason), results_keep(r, enable)};
    vec_push(&r->arena, &r->left_out, out);
}

/* ---- entries ---- */

static const char *digest_data(struct results *r, const struct ir *ir)
{
    struct buf all = {0};
    char digest[DIGEST_CHARS + 1];
    for (uint32_t i = 0; i < ir->ntables; i++) {
        data_digest(&(struct data){r->seed}, &ir->tables[i], digest);
        buf_puts(&all, digest);
    }
    text_digest(&all, digest);
    buf_release(&all);
    return results_keep(r, digest);
}

static const char *digest_requests(struct results *r, const struct ir_run *run)
{
    struct buf all = {0};
    char digest[DIGEST_CHARS + 1];
    ir_dump_requests(run, &all);
    text_digest(&all, digest);
    buf_release(&all);
    return results_keep(r, digest);
}

void results_settle_queries(struct result_entry *e)
{
    for (uint32_t i = 0; i < e->nqueries; i++) {
        struct result_entry *q = &e->queries[i];
        q->results = e->results;
        q->whole = e;
        q->run = e->run;
        q->strategy = e->strategy;
        q->backend = e->backend;
        q->sweep = e->sweep;
        q->nsweep = e->nsweep;
    }
}

void results_part(struct results *r, struct result_entry *e, uint32_t n)
{
    e->queries = arena_array(&r->arena, struct result_entry, n);
    e->nqueries = n;
    results_settle_queries(e);
}

struct result_entry *results_new_entry(struct results *r, const struct ir_point *point, const char *strategy,
                                       const char *backend)
{
    const struct ir_run *run = point->run;
    struct result_entry *e = arena_new(&r->arena, struct result_entry);
    e->results = r;
    e->run = results_keep(r, run->name);
    e->query = run->nmix == 1 ? results_keep(r, run->mix[0].query->name) : "mix";
    e->strategy = results_keep(r, strategy);
    e->backend = results_keep(r, backend);
    e->sweep = keep_params(r, point->settings, point->nsettings);
    e->nsweep = point->nsettings;
    e->clients = run->clients;
    e->rate = run->rate;
    if (run->nmix > 1)
        results_part(r, e, run->nmix);
    for (uint32_t i = 0; i < e->nqueries; i++) {
        e->queries[i].query = results_keep(r, run->mix[i].query->name);
        e->queries[i].share = run->mix[i].share;
    }
    return e;
}

struct result_entry *results_add_entry(struct results *r, const struct ir_point *point, const char *strategy,
                                       const char *backend)
{
    struct result_entry *e = results_new_entry(r, point, strategy, backend);
    if (point->ir) {
        e->data_digest = digest_data(r, point->ir);
        e->request_digest = digest_requests(r, point->run);
    }
    vec_push(&r->arena, &r->entries, e);
    return e;
}

const struct result_entry *results_query(const struct result_entry *e, const char *query)
{
    if (!query || (!e->nqueries && !strcmp(e->query, query)))
        return e;
    for (uint32_t i = 0; i < e->nqueries; i++)
        if (!strcmp(e->queries[i].query, query))
            return &e->queries[i];
    return NULL;
}

/* The last slice ends with the round, or with its last answer where that came later. */
static void keep_slices(struct result_round *round, const struct series *s)
{
    double length = (double)s->length / 1e9;
    round->nslices = s->at + 1;
    round->slices = mem_alloc(round->nslices * sizeof *round->slices);
    for (uint32_t i = 0; i < round->nslices; i++) {
        const struct slice *from = &s->slices[i];
        double begin = i * length, rest = round->seconds - begin;
        round->slices[i] = (struct result_slice){.from = begin, .seconds = rest > 0 &&
                                                 rest < length ? rest : length, .errors = from->errors,
                                                 .retries = from->retries, .throttles = from->throttles,
                                                 .response = packed_new(from->response)};
    }
}

void results_add_round(struct results *r, struct result_entry *e, const struct tally *t)
{
    e->rounds = mem_grow(e->rounds, (e->nrounds + 1) * sizeof *e->rounds);
    struct result_round *round = e->rounds + e->nrounds++;
    *round = (struct result_round){.requests = t->requests, .errors = t->errors, .seconds = t->seconds};
    hist_merge_some(&round->response, t->response);
    if (t->series) {
        round->began = t->series->from > r->began_ns ? (double)(t->series->from - r->began_ns) / 1e9 : 0;
        keep_slices(round, t->series);
    }
    struct tally whole = *t;                          /* its queries are added to entries of their own */
    whole.nqueries = 0;
    tally_add(&e->all, &whole);
    e->all.seconds += t->seconds;
    e->all.wall += t->wall > 0 ? t->wall : t->seconds;
    for (int i = 0; i < FAULT_COUNT; i++)             /* a new message is still the runner's: copy it */
        if (e->all.classes[i].first && e->all.classes[i].first == t->classes[i].first)
            e->all.classes[i].first = results_keep(r, t->classes[i].first);
    for (uint32_t i = 0; i < t->nqueries && i < e->nqueries; i++)
        results_add_round(r, &e->queries[i], &t->queries[i]);
}

void results_add_trace(struct results *r, struct result_entry *e, const struct trace *t)
{
    struct result_trace *to = &e->slowest;
    uint64_t followed = to->followed + t->followed;
    if (t->response > to->response_ns) {
        *to = (struct result_trace){.response_ns = t->response, .started_ns = t->started, .client = t->client, .number = t->number,
                                    .ncalls = t->ncalls, .left_out = t->left_out};
        to->calls = arena_array(&r->arena, struct result_trace_call, t->ncalls ? t->ncalls : 1);
        for (uint32_t i = 0; i < t->ncalls; i++) {
            const struct trace_call *c = &t->calls[i];
            to->calls[i] = (struct result_trace_call){results_keep(r, c->request->title), c->asked, c->sent,
                                                      c->first_row, c->done, c->trips, c->rows};
        }
    }
    to->followed = followed;
}

void results_add_note(struct results *r, struct result_entry *e, const char *note)
{
    for (uint32_t i = 0; i < e->nnotes; i++)
        if (!strcmp(e->notes[i], note))
            return;
    e->notes = mem_grow(e->notes, (e->nnotes + 1) * sizeof *e->notes);
    e->notes[e->nnotes++] = results_keep(r, note);
}

void results_set_cost(struct results *r, struct result_entry *e, const struct cost *c)
{
    e->cost = *c;
    e->cost.service = results_keep(r, c->service);
    e->cost.billing = results_keep(r, c->billing);
    for (uint32_t i = 0; i < c->nnotes; i++)
        e->cost.notes[i] = results_keep(r, c->notes[i]);
    for (uint32_t i = 0; i < c->nlines; i++) {
        struct price *p = &e->cost.lines[i].price;
        const char **texts[] = {&p->service, &p->region, &p->item, &p->date, &p->source};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            *texts[t] = results_keep(r, *texts[t]);
    }
}

static void add_verified(struct result_verified *v, uint64_t requests, uint64_t rows, uint64_t mismatches,
                         const char *first)
{
    v->done = true;
    v->requests += requests;
    v->rows += rows;
    v->mismatches += mismatches;
    if (!v->first)
        v->first = first;
}

void results_add_verified(struct results *r, struct result_entry *e, uint64_t requests, uint64_t rows,
                          uint64_t mismatches, const char *first)
{
    struct result_backend *b = results_find_backend(r, e->backend);
    first = results_keep(r, first);
    add_verified(&e->verified, requests, rows, mismatches, first);
    if (b)
        add_verified(&b->verified, requests, rows, mismatches, first);
}

void results_add_at_rest(struct results *r, struct result_entry *e, uint64_t rows)
{
    struct result_backend *b = results_find_backend(r, e->backend);
    e->verified.at_rest += rows;
    if (b)
        b->verified.at_rest += rows;
}

bool results_has_at_rest(const struct results *r)
{
    for (size_t i = 0; i < r->backends.count; i++)
        if (r->backends.items[i]->verified.at_rest)
            return true;
    return false;
}

bool results_measured(const struct results *r)
{
    for (size_t i = 0; i < r->entries.count; i++)
        if (r->entries.items[i]->all.requests)
            return true;
    return false;
}

/* ---- the order to show ---- */

/* Of things that are named, the place of the first of that name: what was added first is shown first. */
static size_t first_place(const struct results *r, size_t i,
                          bool (*alike)(const struct result_entry *, const struct result_entry *))
{
    for (size_t k = 0; k < i; k++)
        if (alike(r->entries.items[k], r->entries.items[i]))
            return k;
    return i;
}

static bool same_run(const struct result_entry *a, const struct result_entry *b) { return !strcmp(a->run,
    b->run); }
static bool same_backend(const struct result_entry *a,
                         const struct result_entry *b) { return !strcmp(a->backend, b->backend); }
static bool same_strategy(const struct result_entry *a,
                          const struct result_entry *b) { return !strcmp(a->strategy, b->strategy); }
static bool same_sweep(const struct result_entry *a, const struct result_entry *b)
{
    return ir_params_same(a->sweep, a->nsweep, b->sweep, b->nsweep);
}

struct place { size_t by[4]; struct result_entry *entry; };

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    for (int i = 0; i < 4; i++)
        if (x->by[i] != y->by[i])
            return x->by[i] < y->by[i] ? -1 : 1;
    return 0;
}

void results_sort(struct results *r)
{
    size_t n = r->entries.count;
    struct place *places = mem_alloc((n ? n : 1) * sizeof *places);
    for (size_t i = 0; i < n; i++)
        places[i] = (struct place){{first_place(r, i, same_run), first_place(r, i, same_sweep),
                                    first_place(r, i, same_backend), first_place(r, i, same_strategy)},
                                   r->entries.items[i]};
    qsort(places, n, sizeof *places, by_place);
    for (size_t i = 0; i < n; i++)
        r->entries.items[i] = places[i].entry;
    mem_free(places);
}

void results_put_sweep(struct buf *b, const struct ir_param *settings, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buf_printf(b, "%s%s %s", i ? ", " : "", settings[i].name, settings[i].text);
}
