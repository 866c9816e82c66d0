/* html_backends.c - backends: loaded, verified or left out; features side by side. */
#include "config.h"

#include "show/html_backends.h"

#include <math.h>

#include "findings/number.h"
#include "findings/whose.h"
#include "show/html_table.h"

static const char *why(const struct result_backend *b)
{
    return b->reason ? b->reason : b->verified.first;
}

/* What is empty for all has no column: the others have the room. */
static bool has_whys(const struct results *r)
{
    for (size_t i = 0; i < r->backends.count; i++)
        if (why(r->backends.items[i]) || r->backends.items[i]->enable)
            return true;
    return false;
}

static void put_backend(struct xml *h, const struct results *r, const struct result_backend *b)
{
    static const char *const statuses[] = {
        [RESULT_OK] = "ok", [RESULT_SKIPPED] = "left out", [RESULT_FAILED] = "FAILED"};
    struct buf words = {0};
    html_open_row(h, b->status == RESULT_FAILED || b->verified.mismatches ? "bad" : NULL);
    html_put_backend_head(h, r, b->name);
    html_put(h, "td", "words", b->place && b->server ? b->server : b->version ? b->version : "–");
    html_put(h, "td", "words", b->where ? b->where : "–");
    html_put(h, "td", NULL, statuses[b->status]);
    html_put_cell(h, b->loaded || b->reused, (double)b->load_rows, number_put_count);
    html_put_cell(h, b->loaded && b->load_seconds > 0, (double)b->load_rows / fmax(b->load_seconds, 1e-9),
                  number_put);
    html_put_cell(h, b->verified.done, (double)b->verified.requests, number_put_count);
    html_put_cell(h, b->verified.done, (double)b->verified.rows, number_put_count);
    if (results_has_at_rest(r))
        html_put_cell(h, b->verified.done, (double)b->verified.at_rest, number_put_count);
    html_put_cell(h, b->verified.done, (double)b->verified.mismatches, number_put_count);
    buf_printf(&words, "%s%s%s", why(b) ? why(b) : "", b->enable ? "; to have it: " : "", b->enable ? b->enable : "");
    if (has_whys(r))
        html_put_buf(h, "td", "words", &words);
    buf_release(&words);
    xml_close(h);
}

/* Backends are the columns: what one cannot do is beside what another can. */
static void put_features(struct xml *h, const struct results *r)
{
    const struct result_backend *one = r->backends.items[0];
    struct arena arena;
    if (!one->features.count)
        return;
    arena_init(&arena);
    const char **heads = arena_array(&arena, const char *, r->backends.count + 2);
    heads[0] = "form";
    for (size_t i = 0; i < r->backends.count; i++)
        heads[i + 1] = r->backends.items[i]->name;
    html_open_table(h, "What each backend can do, and its limits", heads, "0123456789");
    for (size_t f = 0; f < one->features.count; f++) {
        html_open_row(h, NULL);
        html_put_row_head(h, one->features.items[f].name);
        for (size_t i = 0; i < r->backends.count; i++) {
            const struct result_backend *b = r->backends.items[i];
            const struct result_feature *feature = f < b->features.count ? &b->features.items[f] : NULL;
            struct buf words = {0};
            if (feature)
                buf_printf(&words, "%s%s", feature->lacks ? "no: " : "", feature->text);
            html_put_buf(h, "td", feature && feature->lacks ? "words warn" : "words", &words);
        }
        xml_close(h);
    }
    html_close_table(h);
    arena_release(&arena);
}

static void put_left_out(struct xml *h, const struct results *r)
{
    static const char *const heads[] = {"left out", "why", "to have it", NULL};
    if (!r->left_out.count)
        return;
    html_open_table(h, "What else was left out", heads, "012");
    for (size_t i = 0; i < r->left_out.count; i++) {
        const struct result_left_out *out = &r->left_out.items[i];
        html_open_row(h, NULL);
        html_put_row_head(h, out->what);
        html_put(h, "td", "words", out->reason ? out->reason : "");
        html_put(h, "td", "words", out->enable ? out->enable : "–");
        xml_close(h);
    }
    html_close_table(h);
}

void html_put_backends(struct xml *h, const struct results *r)
{
    const char *heads[12] = {"backend",     "version", "where",            "status",
                             "rows loaded", "rows/s",  "requests checked", "rows checked"};
    bool at_rest = results_has_at_rest(r);
    size_t n = 8;
    if (at_rest)
        heads[n++] = "written rows, at rest";
    heads[n++] = "mismatches";
    heads[n] = has_whys(r) ? "why" : NULL;
    if (r->backends.count) {
        html_put_section(h, "backends", "The backends");
        html_open_table(h, "Loaded, verified, or left out", heads,
                        at_rest ? "012:" : "0129");
        for (size_t i = 0; i < r->backends.count; i++)
            put_backend(h, r, r->backends.items[i]);
        html_close_table(h);
        put_features(h, r);
    }
    put_left_out(h, r);
}
