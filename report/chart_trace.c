/* chart_trace.c - one slow request: when it waited, when each of its calls was under way, when rows came. */
#include "config.h"

#include "report/chart.h"

#include <math.h>

#include "report/html_table.h"
#include "report/number.h"

enum { ROW = 18, LEFT = 250, RIGHT = 20, TOP = 6, BOTTOM = 44, BAR = 10, MOST_ROWS = 64 };

static void put_part(struct xml *h, const struct scale *s, const char *class, double y, uint64_t from, uint64_t to, const char *what)
{
    struct buf title = {0};
    if (to <= from)
        return;
    buf_printf(&title, "%s: ", what);
    number_put_duration(&title, (double)(to - from));
    double x = scale_at(s, (double)from);
    plot_rect(h, class, x, y - BAR / 2.0, scale_at(s, (double)to) - x, BAR, buf_text(&title));
    buf_release(&title);
}

static void put_call(struct xml *h, const struct scale *s, const struct result_trace_call *c, double y)
{
    plot_label(h, LEFT - 10, y + 4, "end", c->title);
    put_part(h, s, "fill s7", y, c->asked, c->sent, "waited for a connection");
    put_part(h, s, "fill s0", y, c->sent, c->first_row ? c->first_row : c->done, c->first_row ? "until the first row" : "until the answer");
    if (c->first_row)
        put_part(h, s, "fill s1", y, c->first_row, c->done, "from the first row to the last");
}

static void put_row(struct xml *h, const struct result_trace_call *c, uint32_t i)
{
    html_open_row(h, NULL);
    html_put_cell(h, true, i + 1, number_put_count);
    html_put_row_head(h, c->title);
    html_put_cell(h, true, (double)c->asked, number_put_duration);
    html_put_cell(h, true, (double)(c->sent - c->asked), number_put_duration);
    html_put_cell(h, c->first_row, (double)(c->first_row - c->sent), number_put_duration);
    html_put_cell(h, true, (double)(c->done - c->sent), number_put_duration);
    html_put_cell(h, true, c->rows, number_put_count);
    html_put_cell(h, true, c->trips, number_put_count);
    xml_close(h);
}

static void put_table(struct xml *h, const char *title, const struct result_trace *t)
{
    static const char *const heads[] = {"call", "what", "asked at", "waited", "first row after", "answered after", "rows", "trips", NULL};
    xml_open(h, "details");
    html_put(h, "summary", NULL, "The same as a table, by calls");
    html_open_table(h, title, heads, "1");
    for (uint32_t i = 0; i < t->ncalls; i++)
        put_row(h, &t->calls[i], i);
    html_close_table(h);
    xml_close(h);
}

static uint64_t last_answer(const struct result_trace *t)
{
    uint64_t last = t->started_ns;
    for (uint32_t i = 0; i < t->ncalls; i++)
        last = t->calls[i].done > last ? t->calls[i].done : last;
    return last < t->response_ns && !t->left_out ? last : t->response_ns;
}

void chart_put_trace(struct xml *h, const char *title, const struct result_entry *e)
{
    const struct result_trace *t = &e->slowest;
    struct buf text = {0};
    if (!t->response_ns || !t->ncalls)
        return;
    int rows = t->ncalls < MOST_ROWS ? (int)t->ncalls : MOST_ROWS, height = TOP + (rows + 1) * ROW + BOTTOM;
    struct scale s = {.high = (double)t->response_ns, .from = LEFT, .to = PLOT_WIDTH - RIGHT};
    number_put_duration(&text, (double)t->response_ns);
    buf_printf(&text, ", the slowest of %llu requests that were followed (every %dst): %s", (unsigned long long)t->followed, TRACE_EVERY, title);
    plot_open(h, buf_text(&text), "the table to be opened below", height);
    plot_axis_bottom(h, &s, TOP, height - BOTTOM, number_put_duration);
    plot_label(h, LEFT - 10, TOP + ROW / 2.0 + 4, "end", "the whole request");
    put_part(h, &s, "fill s7", TOP + ROW / 2.0, 0, t->started_ns, "behind schedule before it began");
    uint64_t answered = last_answer(t);
    put_part(h, &s, "fill s2", TOP + ROW / 2.0, t->started_ns, answered, "from its start to the last answer");
    put_part(h, &s, "fill s6", TOP + ROW / 2.0, answered, t->response_ns, "after that, in the client");
    for (int i = 0; i < rows; i++)
        put_call(h, &s, &t->calls[i], TOP + (i + 1.5) * ROW);
    plot_label(h, (LEFT + PLOT_WIDTH - RIGHT) / 2.0, height - 6, "middle", "since its intended start");
    plot_close(h);
    plot_open_legend(h);
    plot_put_key(h, 7, "waiting");
    plot_put_key(h, 0, "sent, nothing back yet");
    plot_put_key(h, 1, "rows coming in and decoded");
    plot_put_key(h, 2, "the request");
    plot_put_key(h, 6, "the client's own time after the last answer");
    xml_close(h);
    xml_close(h);
    put_table(h, title, t);
    buf_release(&text);
}
