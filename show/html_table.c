/* html_table.c - tables of the page. */
#include "config.h"

#include "show/html_table.h"

#include <string.h>

#include "findings/whose.h"

void html_open_table(struct xml *h, const char *caption, const char *const *heads, const char *words)
{
    html_open_wide(h, caption);
    xml_open(h, "table");
    xml_open(h, "caption");
    html_put(h, "span", NULL, caption);               /* stays in sight where the table scrolls below it */
    xml_close(h);
    xml_open(h, "thead");
    xml_open(h, "tr");
    for (int i = 0; heads[i]; i++) {
        xml_open(h, "th");
        xml_attribute(h, "scope", "col");
        if (!words || strchr(words, (int)('0' + i)))
            xml_attribute(h, "class", "words");
        xml_text(h, heads[i]);
        xml_close(h);
    }
    xml_close(h);
    xml_close(h);
    xml_open(h, "tbody");
}

void html_close_table(struct xml *h)
{
    xml_close(h);
    xml_close(h);
    xml_close(h);
}

void html_open_row(struct xml *h, const char *class)
{
    xml_open(h, "tr");
    if (class)
        xml_attribute(h, "class", "%s", class);
}

void html_put_row_head(struct xml *h, const char *text)
{
    xml_open(h, "th");
    xml_attribute(h, "scope", "row");
    xml_text(h, text);
    xml_close(h);
}

static void put_backend(struct xml *h, const struct results *r, const char *backend)
{
    struct buf server = {0};
    whose_put_server(&server, r, backend);
    xml_text(h, backend);
    if (server.len) {
        xml_text(h, " ");
        html_put(h, "span", "whose", buf_text(&server));
    }
    xml_close(h);
    buf_release(&server);
}

void html_put_group(struct xml *h, const struct results *r, const char *backend, size_t columns, bool starts)
{
    if (!starts) {
        xml_close(h);
        xml_open(h, "tbody");
    }
    html_open_row(h, "group");
    xml_open(h, "th");
    xml_attribute(h, "scope", "rowgroup");
    xml_attribute(h, "colspan", "%zu", columns);
    put_backend(h, r, backend);
    xml_close(h);
}

void html_put_backend_head(struct xml *h, const struct results *r, const char *backend)
{
    xml_open(h, "th");
    xml_attribute(h, "scope", "row");
    put_backend(h, r, backend);
}

void html_put_cell(struct xml *h, bool there, double v, void (*put)(struct buf *, double))
{
    struct buf b = {0};
    if (there)
        put(&b, v);
    else
        buf_puts(&b, "–");
    html_put_buf(h, "td", NULL, &b);
}

void html_put_metric(struct xml *h, const struct result_entry *e, enum metric m, bool service,
                     void (*put)(struct buf *, double))
{
    double v = 0;
    bool there = figures_metric(e, m, service, &v);
    html_put_cell(h, there, v, put);
}
