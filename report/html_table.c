/* html_table.c - tables of the page. */
#include "config.h"

#include "report/html_table.h"

#include <string.h>

void html_open_table(struct html *h, const char *caption, const char *const *heads, const char *words)
{
    html_open_wide(h, caption);
    html_open(h, "table");
    html_put(h, "caption", NULL, caption);
    html_open(h, "thead");
    html_open(h, "tr");
    for (int i = 0; heads[i]; i++) {
        html_open(h, "th");
        html_attribute(h, "scope", "col");
        if (strchr(words, (int)('0' + i)))
            html_attribute(h, "class", "words");
        html_text(h, heads[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_open(h, "tbody");
}

void html_close_table(struct html *h)
{
    html_close(h);
    html_close(h);
    html_close(h);
}

void html_open_row(struct html *h, const char *class)
{
    html_open(h, "tr");
    if (class)
        html_attribute(h, "class", "%s", class);
}

void html_put_row_head(struct html *h, const char *text)
{
    html_open(h, "th");
    html_attribute(h, "scope", "row");
    html_text(h, text);
    html_close(h);
}

void html_put_buf(struct html *h, const char *element, const char *class, struct buf *b)
{
    html_put(h, element, class, buf_text(b));
    buf_release(b);
}

void html_put_cell(struct html *h, bool there, double v, void (*put)(struct buf *, double))
{
    struct buf b = {0};
    if (there)
        put(&b, v);
    else
        buf_puts(&b, "–");
    html_put_buf(h, "td", NULL, &b);
}

void html_put_metric(struct html *h, const struct result_entry *e, enum metric m, bool service, void (*put)(struct buf *, double))
{
    double v = 0;
    bool there = figures_metric(e, m, service, &v);
    html_put_cell(h, there, v, put);
}
