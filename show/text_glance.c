/* text_glance.c - p99 of each strategy on each backend at a glance. */
#include "config.h"

#include "findings/compare.h"
#include "findings/rank.h"
#include "findings/whose.h"
#include "show/text_block.h"

#include <string.h>

static const struct result_entry *find_entry(const struct text *t, size_t first, size_t end,
                                             const char *strategy, const char *backend)
{
    for (size_t i = first; i < end; i++)
        if (!strcmp(text_entry(t, i)->strategy, strategy) && !strcmp(text_entry(t, i)->backend, backend))
            return text_entry(t, i);
    return NULL;
}

static const struct result_entry *fastest_of(const struct block *k, size_t first, size_t end,
                                             const char *backend)
{
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = text_entry(k->text, i);
        if (!strcmp(e->backend, backend) && block_is_fastest(k->text, first, end, e))
            return e;
    }
    return NULL;
}

/* Of a ranked one among the strategies of its backend: it has the lowest p99, or is not shown to be slower than
 * what has. */
static char mark_of(struct block *k, size_t first, size_t end, const struct result_entry *e)
{
    const struct result_entry *fastest = k->alone ? NULL : fastest_of(k, first, end, e->backend);
    if (!fastest)
        return ' ';
    bool unsure = e != fastest && comparison_is_unsure(k->text->results, e, fastest);
    k->starred |= e == fastest;
    k->tilded |= unsure;
    return e == fastest ? '*' : unsure ? '~' : ' ';
}

/* The figure, and a mark that takes one column always, so that the digits stay aligned. */
static const char *glance_cell(struct block *k, size_t first, size_t end, const struct result_entry *e)
{
    struct buf b = {0};
    double p99 = 0;
    if (!e || !figures_metric(e, METRIC_P99, false, &p99)) {
        k->dashed = true;
        return "– ";
    }
    bool ranked = !rank_unranked(k->text->results, e);
    buf_puts(&b, ranked ? "" : "(");
    number_put_time(&b, p99, k->unit);
    buf_putc(&b, ranked ? mark_of(k, first, end, e) : ')');
    k->bracketed |= !ranked;
    return text_keep(k->text, &b);
}

static void add_glance_rows(struct block *k, struct grid *g, size_t first, size_t end,
                            const char *const *backends, unsigned n)
{
    struct text *t = k->text;
    struct buf title = {0};
    results_put_sweep(&title, text_entry(t, first)->sweep, text_entry(t, first)->nsweep);
    const char *point = title.len ? text_keep(t, &title) : NULL;
    if (point && !k->alone) {
        struct grid_row *row = grid_add(g, STYLE_BOLD);
        row->span = true;
        row->cells[0] = point;
    }
    for (size_t i = first; i < end; i++) {
        if (!block_is_first(t, first, i, false))
            continue;
        struct grid_row *row = grid_add(g, STYLE_PLAIN);
        row->cells[0] = point && k->alone
                            ? point
                            : arena_printf(&t->arena, "%s%s", point ? "  " : "", text_entry(t, i)->strategy);
        for (unsigned b = 0; b < n; b++)
            row->cells[b + 1] = glance_cell(k, first, end,
                                            find_entry(t, first, end, text_entry(t, i)->strategy,
                                                       backends[b]));
    }
}

enum { LONGEST = 24 };

/* A name as a column's heading, with room for the mark. */
static const char *shortened(struct text *t, const char *name)
{
    size_t n = 0, columns = 0;
    for (; name[n]; n++)
        if (((unsigned char)name[n] & 0xC0) != 0x80 && ++columns == LONGEST)
            break;
    return arena_printf(&t->arena, "%.*s%s", (int)n, name, name[n] ? "… " : " ");
}

/* Below a name: what answered instead of the service, or as which other. */
static const char *below_name(struct text *t, const char *backend)
{
    const char *same = whose_same_as(t->results, backend);
    struct buf server = {0};
    whose_put_server(&server, t->results, backend);
    const char *text = same         ? shortened(t, arena_printf(&t->arena, "= %s", same))
                       : !server.len ? NULL
                       : !t->details ? "stand-in "
                                     : shortened(t, arena_strndup(&t->arena, buf_text(&server),
                                                                  strcspn(buf_text(&server), ",")));
    buf_release(&server);
    return text;
}

static void add_below_names(struct block *k, struct grid *g, const char *const *backends, unsigned n)
{
    const char *cells[GRID_COLUMNS] = {k->text->details ? "stand-in" : ""};
    bool any = false;
    for (unsigned b = 0; b < n; b++) {
        const char *below = below_name(k->text, backends[b]);
        any |= below != NULL;
        cells[b + 1] = below ? below : k->text->details ? "– " : "";
    }
    if (any)
        memcpy(grid_add(g, STYLE_DIM)->cells, cells, sizeof cells);
}

static void put_glance_part(struct block *k, const char *const *backends, unsigned n)
{
    struct text *t = k->text;
    struct grid g = {.arena = &t->arena, .columns = n + 1};
    struct grid_row *head = grid_add(&g, STYLE_DIM);
    head->cells[0] = arena_printf(&t->arena, "%s%sp99 in %s",
                                  k->alone ? text_entry(t, k->first)->strategy : "", k->alone ? "; " : "",
                                  k->unit.name);
    for (unsigned b = 0; b < n; b++) {
        head->cells[b + 1] = shortened(t, backends[b]);
        g.gaps[b + 1] = t->details ? 2 : 1;
    }
    add_below_names(k, &g, backends, n);
    for (size_t i = k->first; i < k->end;) {
        size_t end = figures_point_end(t->results, i);
        add_glance_rows(k, &g, i, end, backends, n);
        i = end;
    }
    grid_put(&g, &t->paper);
}

/* How many of these backends fit beside the longest strategy. */
static unsigned backends_that_fit(const struct block *k, const char *const *backends, size_t n)
{
    enum { LEAST = 6 };                               /* a figure takes so much */
    size_t used = 0, longest = 0;
    for (size_t i = k->first; i < k->end; i++) {
        size_t len = text_columns(text_entry(k->text, i)->strategy);
        longest = len > longest ? len : longest;
    }
    used = longest;
    unsigned fit = 0;
    for (; fit < n && fit < GRID_COLUMNS - 1; fit++) {
        const char *below = below_name(k->text, backends[fit]);
        size_t len = text_columns(backends[fit]), other = below ? text_columns(below) - 1 : LEAST;
        len = other > len ? other : len;
        used += (k->text->details ? 3 : 2) + (len > LONGEST ? LONGEST : len);
        if (used > k->text->paper.width && fit)
            break;
    }
    return fit;
}

void block_put_glance(struct block *k)
{
    struct text *t = k->text;
    size_t n = 0, total = block_count(k, true);
    const char **backends = arena_array(&t->arena, const char *, total);
    for (size_t i = k->first; i < k->end; i++)
        if (block_is_first(t, k->first, i, true))
            backends[n++] = text_entry(t, i)->backend;
    for (size_t at = 0; at < n;) {
        unsigned fit = backends_that_fit(k, backends + at, n - at);
        buf_putc(t->paper.out, '\n');
        put_glance_part(k, backends + at, fit);
        at += fit;
    }
    const struct { bool used; const char *says;
    } marks[] = {{k->starred, "* lowest p99 on its backend"},
                 {k->tilded, "~ not shown to be slower than that"},
                 {k->bracketed, "( ) not ranked: see below"},
                 {k->dashed, "– not measured"}};
    struct buf legend = {0};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].used)
            buf_printf(&legend, "%s%s", legend.len ? "   " : "", marks[i].says);
    if (legend.len)
        paper_put_wrapped(&t->paper, 0, STYLE_DIM, "", buf_text(&legend));
    buf_release(&legend);
}
