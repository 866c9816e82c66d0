/* html.c - the result as one page that needs nothing else: no script, no network, light and dark, for the screen and for paper. Here
 * are the writer and the page's frame; its sections stand in html_run.c and its neighbours, the charts in chart_*.c. */
#include "config.h"

#include "report/html.h"

#include <stdarg.h>

#include "base/bug.h"
#include "report/html_backends.h"
#include "report/html_run.h"
#include "report/html_style.h"
#include "report/report.h"
#include "report/text.h"

/* ---- the writer ---- */

static const xmlChar *xml(const char *s)
{
    return (const xmlChar *)s;
}

void html_open(struct html *h, const char *element)
{
    BUG_UNLESS(xmlTextWriterStartElement(h->writer, xml(element)) >= 0);
}

void html_attribute(struct html *h, const char *name, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = xmlTextWriterWriteVFormatAttribute(h->writer, xml(name), fmt, ap);
    va_end(ap);
    BUG_UNLESS(rc >= 0);
}

void html_open_wide(struct html *h, const char *label)
{
    html_open(h, "div");
    html_attribute(h, "class", "wide");
    html_attribute(h, "tabindex", "0");
    html_attribute(h, "role", "region");
    html_attribute(h, "aria-label", "%s", label);
}

void html_text(struct html *h, const char *text)
{
    BUG_UNLESS(xmlTextWriterWriteString(h->writer, xml(text)) >= 0);
}

void html_close(struct html *h)
{
    BUG_UNLESS(xmlTextWriterFullEndElement(h->writer) >= 0);
}

void html_close_void(struct html *h)
{
    BUG_UNLESS(xmlTextWriterEndElement(h->writer) >= 0);
}

void html_put(struct html *h, const char *element, const char *class, const char *text)
{
    html_open(h, element);
    if (class)
        html_attribute(h, "class", "%s", class);
    html_text(h, text);
    html_close(h);
}

/* ---- the page ---- */

/* An answer may come in several lines: all of it is one item. */
struct answers { struct html *html; bool open; };

static void put_answer(void *to, const char *text, bool starts)
{
    struct answers *a = to;
    if (starts && a->open)
        html_close(a->html);
    if (starts || !a->open)
        html_open(a->html, "li");
    else
        html_text(a->html, " ");
    html_text(a->html, text);
    a->open = true;
}

static void put_answers(struct html *h, const struct results *r)
{
    struct answers a = {h, false};
    html_open(h, "ul");
    text_each_answer(r, put_answer, &a);
    if (a.open)
        html_close(h);
    html_close(h);
}

static void put_head(struct html *h, const struct results *r)
{
    html_open(h, "head");
    html_open(h, "meta");
    html_attribute(h, "charset", "utf-8");
    html_close_void(h);
    html_open(h, "meta");
    html_attribute(h, "name", "viewport");
    html_attribute(h, "content", "width=device-width, initial-scale=1");
    html_close_void(h);
    html_put(h, "title", NULL, r->title ? r->title : r->workload);
    html_open(h, "style");
    BUG_UNLESS(xmlTextWriterWriteRaw(h->writer, xml(html_style_sheet)) >= 0);
    html_close(h);
    html_close(h);
}

static void put_facts(struct html *h, const struct results *r)
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
static void put_contents(struct html *h, const struct results *r)
{
    if (!r->entries.count || text_run_end(r, 0) == r->entries.count)
        return;
    html_open(h, "nav");
    html_attribute(h, "aria-label", "runs");
    html_text(h, "Runs: ");
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i)) {
        html_open(h, "a");
        html_attribute(h, "href", "#run-%s", r->entries.items[i]->run);
        html_text(h, r->entries.items[i]->run);
        html_close(h);
        html_text(h, " ");
    }
    html_close(h);
}

static void put_body(struct html *h, const struct results *r)
{
    html_open(h, "body");
    html_open(h, "main");
    html_put(h, "h1", NULL, r->title ? r->title : r->workload);
    put_facts(h, r);
    put_answers(h, r);
    put_contents(h, r);
    html_put_baseline(h, r);
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i))
        html_put_run(h, r, i, text_run_end(r, i));
    html_put_expectations(h, r);
    html_put_backends(h, r);
    html_close(h);
    html_close(h);
}

void report_put_html(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    xmlBufferPtr memory = xmlBufferCreate();
    BUG_UNLESS(memory);
    struct html h = {xmlNewTextWriterMemory(memory, 0)};
    BUG_UNLESS(h.writer);
    html_open(&h, "html");
    html_attribute(&h, "lang", "en");
    put_head(&h, r);
    put_body(&h, r);
    html_close(&h);
    xmlFreeTextWriter(h.writer);                      /* flushes */
    buf_puts(out, "<!DOCTYPE html>\n");
    buf_add(out, xmlBufferContent(memory), (size_t)xmlBufferLength(memory));
    buf_putc(out, '\n');
    xmlBufferFree(memory);
}
