/* html_page.c - the result as one page that needs nothing else: no script, no network, light and dark, for
 * the screen and for paper. Here is the page's frame; it opens with html_answer.c, its sections stand in
 * html_run.c and its neighbours, the charts in chart_*.c. */
#include "config.h"

#include <string.h>

#include "show/html.h"
#include "show/html_answer.h"
#include "show/html_backends.h"
#include "show/html_run.h"
#include "show/html_style.h"
#include "show/report.h"
#include "show/text.h"

static void put_head(struct xml *h, const struct results *r)
{
    xml_open(h, "head");
    xml_open(h, "meta");
    xml_attribute(h, "charset", "utf-8");
    xml_close_void(h);
    xml_open(h, "meta");
    xml_attribute(h, "name", "viewport");
    xml_attribute(h, "content", "width=device-width, initial-scale=1");
    xml_close_void(h);
    html_put(h, "title", NULL, r->title ? r->title : r->workload);
    xml_open(h, "style");
    xml_raw(h, html_style_sheet);
    xml_close(h);
    xml_close(h);
}

static void put_facts(struct xml *h, const struct results *r)
{
    struct buf b = {0};
    buf_printf(&b, "%s, seed %llu, %s; wkl %s; %s, %u cores, %s", r->workload, (unsigned long long)r->seed,
               r->started, r->version, r->host.cpu, r->host.cores, r->host.kernel);
    for (uint32_t i = 0; i < r->nparams; i++)
        buf_printf(&b, "%s%s %s", i ? ", " : "; ", r->params[i].name, r->params[i].text);
    html_put(h, "p", "facts", buf_text(&b));
    buf_release(&b);
}

static void put_title(struct xml *h, const struct results *r)
{
    struct buf day = {0};
    xml_open(h, "h1");
    xml_text(h, r->title ? r->title : r->workload);
    xml_text(h, " ");
    buf_add(&day, r->started, strcspn(r->started, "T"));
    html_put_buf(h, "small", NULL, &day);
    xml_close(h);
}

static void put_body(struct xml *h, const struct results *r)
{
    xml_open(h, "body");
    xml_open(h, "main");
    put_title(h, r);
    html_put_opening(h, r);
    html_put_baseline(h, r);
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i))
        html_put_run(h, r, i, text_run_end(r, i));
    html_put_expectations(h, r);
    html_put_backends(h, r);
    put_facts(h, r);
    xml_close(h);
    xml_close(h);
}

void report_put_html(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    struct xml h;
    xml_begin(&h, XML_PLAIN);
    xml_open(&h, "html");
    xml_attribute(&h, "lang", "en");
    put_head(&h, r);
    put_body(&h, r);
    xml_close(&h);
    buf_puts(out, "<!DOCTYPE html>\n");
    xml_end(&h, out);
}
