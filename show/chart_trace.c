/* chart_trace.c - one slow request: when it waited, when each of its calls was under way, when rows came. */
#include "config.h"

#include "show/chart.h"

#include "findings/number.h"
#include "show/html_table.h"

enum { BAR = 10, MOST_ROWS = 64, WAITING = 7, SENT = 0, COMING = 1, REQUEST = 2, CLIENT = 5 };

static void put_part(struct xml *h, const struct scale *s, size_t colour, uint64_t from, uint64_t to,
                     const char *what)
{
    struct buf title = {0};
    if (to <= from)
        return;
    buf_printf(&title, "%s: ", what);
    number_put_duration(&title, (double)(to - from));
    double x = scale_at(s, (double)from);
    plot_rect(h, "fill", (struct plot_mark){colour, false}, x, (PLOT_ROW - BAR) / 2.0,
              scale_at(s, (double)to) - x, BAR, buf_text(&title));
    buf_release(&title);
}

static void open_row(struct xml *h, const struct scale *s, const char *name)
{
    plot_open_row(h, name, name);
    plot_put_grid(h, s, number_put_duration);
}

static void close_row(struct xml *h, uint64_t from, uint64_t to)
{
    struct buf figure = {0};
    number_put_duration(&figure, to > from ? (double)(to - from) : 0);
    plot_close_row(h, NULL, buf_text(&figure));
    buf_release(&figure);
}

static void put_call(struct xml *h, const struct scale *s, const struct result_trace_call *c)
{
    open_row(h, s, c->title);
    put_part(h, s, WAITING, c->asked, c->sent, "waited for a connection");
    put_part(h, s, SENT, c->sent, c->first_row ? c->first_row : c->done,
             c->first_row ? "until the first row" : "until the answer");
    if (c->first_row)
        put_part(h, s, COMING, c->first_row, c->done, "from the first row to the last");
    close_row(h, c->asked, c->done);
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
    static const char *const heads[] = {"call",           "what", "asked at", "waited", "first row after",
                                        "answered after", "rows", "trips",    NULL};
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

static void put_whole(struct xml *h, const struct scale *s, const struct result_trace *t)
{
    uint64_t answered = last_answer(t);
    open_row(h, s, "the whole request");
    put_part(h, s, WAITING, 0, t->started_ns, "behind schedule before it began");
    put_part(h, s, REQUEST, t->started_ns, answered, "from its start to the last answer");
    put_part(h, s, CLIENT, answered, t->response_ns, "after that, in the client");
    close_row(h, 0, t->response_ns);
}

static void put_legend(struct xml *h)
{
    static const struct { size_t colour; const char *what; } keys[] = {
        {WAITING, "waiting"}, {SENT, "sent, nothing back yet"}, {COMING, "rows coming in and decoded"},
        {REQUEST, "the request"},
        {CLIENT, "the client's own time after the last answer"}};
    plot_open_legend(h);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        plot_put_key(h, (struct plot_mark){keys[i].colour, false}, keys[i].what);
    xml_close(h);
}

void chart_put_trace(struct xml *h, const char *title, const struct result_entry *e)
{
    const struct result_trace *t = &e->slowest;
    struct buf text = {0};
    if (!t->response_ns || !t->ncalls)
        return;
    struct scale s = {.high = (double)t->response_ns, .to = PLOT_WIDTH};
    number_put_duration(&text, (double)t->response_ns);
    buf_printf(&text,
               ", the slowest of %llu requests that were followed (every %dst), since its intended start: %s",
               (unsigned long long)t->followed, TRACE_EVERY, title);
    plot_open_rows(h, buf_text(&text));
    put_whole(h, &s, t);
    for (uint32_t i = 0; i < t->ncalls && i < MOST_ROWS; i++)
        put_call(h, &s, &t->calls[i]);
    plot_put_rows_axis(h, &s, number_put_duration);
    put_legend(h);
    xml_close(h);
    put_table(h, title, t);
    buf_release(&text);
}
