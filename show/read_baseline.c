/* read_baseline.c - the tables of `baseline` and of the comparisons with it. */
#include "config.h"

#include "show/read_baseline.h"

#include <math.h>
#include <string.h>

#include "findings/compare.h"
#include "findings/figures.h"

#define END {0}

bool read_metric(struct reading *r, const struct place *at, enum metric *to)
{
    const char *text = fields_text(r, at);
    for (int m = 0; text && m < METRIC_COUNT; m++)
        if (!strcmp(metric_name((enum metric)m), text)) {
            *to = (enum metric)m;
            return true;
        }
    return text && fields_fail(r, at, "there is no metric '%.60s'", text);
}

/* ---- the baseline ---- */

static bool add_note(struct reading *r, const struct place *at, void *owner)
{
    struct results *to = owner;
    const char *text = fields_text(r, at);
    vec_push(&to->arena, &to->baseline_notes, results_keep(to, text));
    return text;
}

static bool read_notes(struct reading *r, const struct place *at, void *to)
{
    return fields_each(r, at, add_note, to);
}

static bool read_unjudged_sweep(struct reading *r, const struct place *at, void *owner)
{
    struct result_unjudged *u = owner;
    return fields_params(r, at, &u->sweep, &u->nsweep);
}

static bool add_unjudged(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"run", FIELD_TEXT, true, offsetof(struct result_unjudged, run)},
        {"backend", FIELD_TEXT, true, offsetof(struct result_unjudged, backend)},
        {"strategy", FIELD_TEXT, true, offsetof(struct result_unjudged, strategy)},
        {"sweep", FIELD_PART, true, .part = read_unjudged_sweep},
        {"why", FIELD_TEXT, .at = offsetof(struct result_unjudged, why)},
        END,
    };
    struct results *to = owner;
    struct result_unjudged u = {0};
    if (!fields_read(r, at, fields, &u))
        return false;
    if (!u.run != !u.backend || !u.run != !u.strategy)
        return fields_fail(r, at, "run, backend and strategy are all there, or none is");
    vec_push(&to->arena, &to->unjudged, u);
    return true;
}

static bool read_unjudged(struct reading *r, const struct place *at, void *to)
{
    return fields_each(r, at, add_unjudged, to);
}

bool read_baseline(struct reading *r, const struct place *at, void *results)
{
    static const struct field fields[] = {
        {"name", FIELD_TEXT, .at = offsetof(struct results, baseline_name)},
        {"started", FIELD_TEXT, .at = offsetof(struct results, baseline_started)},
        {"notes", FIELD_PART, .part = read_notes},
        {"unjudged", FIELD_PART, true, .part = read_unjudged},
        END,
    };
    return fields_read(r, at, fields, results);
}

/* ---- what was compared with it ---- */

struct compared { struct comparison c; struct result_entry like; bool known; };      /* like: what names the entry */

static bool read_compared_sweep(struct reading *r, const struct place *at, void *owner)
{
    struct compared *x = owner;
    return fields_params(r, at, &x->like.sweep, &x->like.nsweep);
}

static bool read_compared_metric(struct reading *r, const struct place *at, void *owner)
{
    return read_metric(r, at, &((struct compared *)owner)->c.metric);
}

/* A change: a ratio less one, so that it is above -1. */
static bool take_change(struct reading *r, const struct place *at, const cJSON *value, double *to)
{
    *to = cJSON_IsNumber(value) ? value->valuedouble : -1;
    return (*to > -1 && isfinite(*to)) || fields_fail(r, at, "a number above -1 is expected");
}

static bool read_change(struct reading *r, const struct place *at, void *owner)
{
    struct compared *x = owner;
    x->known = true;
    return take_change(r, at, at->value, &x->c.difference.change);
}

static bool read_ci95(struct reading *r, const struct place *at, void *owner)
{
    struct stats_difference *d = &((struct compared *)owner)->c.difference;
    if (!cJSON_IsArray(at->value) || cJSON_GetArraySize(at->value) != 2)
        return fields_fail(r, at, "two numbers are expected");
    return take_change(r, at, cJSON_GetArrayItem(at->value, 0), &d->low) &&
           take_change(r, at, cJSON_GetArrayItem(at->value, 1), &d->high) &&
           (d->low <= d->high || fields_fail(r, at, "the lower number comes first"));
}

static const struct field compared_fields[] = {
    {"run", FIELD_TEXT, .at = offsetof(struct compared, like.run)},
    {"sweep", FIELD_PART, .part = read_compared_sweep},
    {"backend", FIELD_TEXT, .at = offsetof(struct compared, like.backend)},
    {"strategy", FIELD_TEXT, .at = offsetof(struct compared, like.strategy)},
    {"metric", FIELD_PART, .part = read_compared_metric},
    {"against_value", FIELD_NUMBER, .at = offsetof(struct compared, c.other)},
    {"change", FIELD_PART, true, .part = read_change},
    {"ci95", FIELD_PART, true, .part = read_ci95},
    {"p", FIELD_NUMBER, true, offsetof(struct compared, c.difference.p)},
    {"error", FIELD_NUMBER, true, offsetof(struct compared, c.difference.error)},
    {"freedom", FIELD_WHOLE32, true, offsetof(struct compared, c.difference.freedom)},
    {"paired", FIELD_FLAG, .at = offsetof(struct compared, c.difference.paired)},
    {"rounds", FIELD_WHOLE32, .at = offsetof(struct compared, c.difference.rounds)},
    {"agree", FIELD_WHOLE32, .at = offsetof(struct compared, c.difference.agree)},
    END,
};

static const struct result_entry *find_like(const struct results *r, const struct result_entry *like)
{
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (figures_same_point(e, like) && !strcmp(e->backend, like->backend) && !strcmp(e->strategy, like->strategy))
            return e;
    }
    return NULL;
}

static bool add_comparison(struct reading *r, const struct place *at, void *owner)
{
    struct results *to = owner;
    struct compared x = {.c = {.kind = COMPARISON_BASELINE}};
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(at->value, "kind");
    if (!cJSON_IsString(kind) || strcmp(cJSON_GetStringValue(kind), comparison_kind_name(COMPARISON_BASELINE)) != 0)
        return true;                                  /* made again, of the entries */
    if (!fields_read(r, at, compared_fields, &x))
        return false;
    x.c.entry = x.c.against = find_like(to, &x.like);
    if (!x.c.entry)
        return fields_fail(r, at, "among the results is none of this run, backend and strategy");
    figures_metric(x.c.entry, x.c.metric, false, &x.c.value);
    x.c.verdict = x.known ? VERDICT_NONE_FOUND : VERDICT_UNKNOWN;
    vec_push(&to->arena, &to->kept, x.c);
    return true;
}

bool read_comparisons(struct reading *r, const struct place *at, void *results)
{
    return fields_each(r, at, add_comparison, results);
}
