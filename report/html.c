/* html.c - the result as one page that needs nothing else: no script, no network, light and dark, for the screen and for paper. Here
 * is the page's frame; its sections stand in html_run.c and its neighbours, the charts in chart_*.c. */
#include "config.h"

#include "report/html.h"

#include <string.h>

#include "report/html_backends.h"
#include "report/html_run.h"
#include "report/html_style.h"
#include "report/report.h"
#include "report/text.h"
#include "report/whose.h"

/* ---- elements of a page ---- */

void html_open_wide(struct xml *h, const char *label)
{
    xml_open(h, "div");
    xml_attribute(h, "class", "wide");
    xml_attribute(h, "tabindex", "0");
    xml_attribute(h, "role", "region");
    xml_attribute(h, "aria-label", "%s", label);
}

void html_put(struct xml *h, const char *element, const char *class, const char *text)
{
    xml_open(h, element);
    if (class)
        xml_attribute(h, "class", "%s", class);
    xml_text(h, text);
    xml_close(h);
}

/* ---- the page ---- */

/* An answer may come in several lines: all of it is one item. */
struct answers { struct xml *html; bool open; };

static void put_answer(void *to, const char *text, bool starts)
{
    struct answers *a = to;
    if (!strncmp(text, TEXT_STAND_INS, strlen(TEXT_STAND_INS)) || !strncmp(text, TEXT_SAME, strlen(TEXT_SAME)))
        return;                                       /* the banner says it */
    if (starts && a->open)
        xml_close(a->html);
    if (starts || !a->open)
        xml_open(a->html, "li");
    else
        xml_text(a->html, " ");
    xml_text(a->html, text);
    a->open = true;
}

/* Before anything else: whose figures these are, where they are not the services'. */
static void put_banner(struct xml *h, const struct results *r)
{
    struct buf b = {0};
    whose_put_stand_ins(&b, r);
    whose_put_same(&b, r);
    if (b.len)
        html_put(h, "p", "banner", buf_text(&b));
    buf_release(&b);
}

static void put_answers(struct xml *h, const struct results *r)
{
    struct answers a = {h, false};
    xml_open(h, "ul");
    text_each_answer(r, put_answer, &a);
    if (a.open)
        xml_close(h);
    xml_close(h);
}

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
    buf_printf(&b, "%s, seed %llu, %s; wkl %s; %s, %u cores, %s", r->workload, (unsigned long long)r->seed, r->started, r->version,
               r->host.cpu, r->host.cores, r->host.kernel);
    for (uint32_t i = 0; i < r->nparams; i++)
        buf_printf(&b, "%s%s %s", i ? ", " : "; ", r->params[i].name, r->params[i].text);
    html_put(h, "p", "soft", buf_text(&b));
    buf_release(&b);
}

/* Where there are several runs, a way to each. */
static void put_contents(struct xml *h, const struct results *r)
{
    if (!r->entries.count || text_run_end(r, 0) == r->entries.count)
        return;
    xml_open(h, "nav");
    xml_attribute(h, "aria-label", "runs");
    xml_text(h, "Runs: ");
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i)) {
        xml_open(h, "a");
        xml_attribute(h, "href", "#run-%s", r->entries.items[i]->run);
        xml_text(h, r->entries.items[i]->run);
        xml_close(h);
        xml_text(h, " ");
    }
    xml_close(h);
}

static void put_body(struct xml *h, const struct results *r)
{
    xml_open(h, "body");
    xml_open(h, "main");
    html_put(h, "h1", NULL, r->title ? r->title : r->workload);
    put_facts(h, r);
    put_banner(h, r);
    put_answers(h, r);
    put_contents(h, r);
    html_put_baseline(h, r);
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i))
        html_put_run(h, r, i, text_run_end(r, i));
    html_put_expectations(h, r);
    html_put_backends(h, r);
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
