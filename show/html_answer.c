/* html_answer.c - what the page opens with: for each run the answer in one line, whether all went well, whose
 * figures they are, and one chart; the sentences come after it. */
#include "config.h"

#include "show/html_answer.h"

#include <string.h>

#include "findings/expect.h"
#include "findings/power.h"
#include "findings/whose.h"
#include "show/headline.h"
#include "show/html_run.h"
#include "show/text.h"

/* ---- the line ---- */

static void put_run_link(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const char *run = r->entries.items[first]->run;
    if (first == 0 && end == r->entries.count)
        return;
    xml_text(h, " · ");
    xml_open(h, "a");
    xml_attribute(h, "href", "#run-%s", run);
    xml_text(h, run);
    xml_close(h);
}

static void put_candidate(struct xml *h, const struct results *r, const struct result_entry *e)
{
    struct buf name = {0}, server = {0};
    buf_printf(&name, "%s, %s", e->backend, e->strategy);
    html_put_buf(h, "span", NULL, &name);
    whose_put_server(&server, r, e->backend);
    if (server.len) {
        xml_text(h, " ");
        html_put(h, "span", "whose", buf_text(&server));
    }
    buf_release(&server);
}

static void put_line(struct xml *h, const struct results *r, size_t first, size_t end)
{
    static const char *const classes[] = {
        [HEADLINE_PLAIN] = "headline", [HEADLINE_GOOD] = "headline good", [HEADLINE_BAD] = "headline bad"};
    struct headline line;
    headline_make(&line, r, first, end);
    xml_open(h, "div");
    xml_attribute(h, "class", "%s", classes[line.tone]);
    xml_open(h, "p");
    xml_attribute(h, "class", "label");
    xml_text(h, line.tone == HEADLINE_GOOD ? "✓ " : line.tone == HEADLINE_BAD ? "✗ " : "");
    xml_text(h, line.label);
    put_run_link(h, r, first, end);
    xml_close(h);
    xml_open(h, "p");
    xml_attribute(h, "class", "answer");
    if (line.entry)
        put_candidate(h, r, line.entry);
    else
        html_put(h, "span", "sentence", buf_text(&line.what));
    if (line.figures.len) {
        xml_text(h, " ");
        html_put(h, "span", "figures", buf_text(&line.figures));
    }
    xml_close(h);
    xml_close(h);
    headline_release(&line);
}

/* ---- what the sentences are about, by their labels ---- */

enum topic { TOPIC_ANSWER, TOPIC_STATE, TOPIC_WHOSE };
struct kind { const char *label; enum topic topic; const char *class, *sign, *link; };   /* link: of a text without label leads there */

static const struct kind *kind_of(const char *text)
{
    static const struct kind kinds[] = {
        {"STOPPED:", TOPIC_WHOSE, NULL, NULL, NULL}, {"DIFFERS:", TOPIC_STATE, "warn", "!", NULL},
        {"Joined:", TOPIC_STATE, "soft", "·", NULL}, {"Expected:", TOPIC_STATE, NULL, NULL, "#expected"},
        {"Baseline:", TOPIC_STATE, NULL, NULL, NULL}, {"Verified:", TOPIC_STATE, NULL, NULL, "#backends"},
        {"FAILED:", TOPIC_STATE, "bad", "✗", NULL}, {"Left out:", TOPIC_STATE, "warn", "!", NULL},
        {TEXT_BUSY, TOPIC_STATE, "warn", "!", NULL}, {TEXT_STAND_INS, TOPIC_WHOSE, NULL, NULL, NULL},
        {TEXT_SAME, TOPIC_WHOSE, NULL, NULL, NULL},
        {"", TOPIC_ANSWER, NULL, NULL, NULL}};
    const struct kind *k = kinds;
    while (strncmp(text, k->label, strlen(k->label)) != 0)
        k++;
    return k;
}

/* Whether what depends on the figures is as it should be. */
static bool is_well(const struct results *r, const char *label)
{
    size_t wrong = 0;
    if (!strcmp(label, "Expected:"))
        return !expect_count(r, EXPECT_FAILED) && !expect_count(r, EXPECT_NOT_MEASURED);
    if (!strcmp(label, "Baseline:")) {
        for (size_t i = 0; i < r->comparisons.count; i++)
            wrong += r->comparisons.items[i].kind == COMPARISON_BASELINE &&
                     r->comparisons.items[i].verdict == VERDICT_SLOWER;
        return !wrong && !r->unjudged.count;
    }
    for (size_t i = 0; i < r->backends.count; i++)
        wrong += r->backends.items[i]->verified.mismatches > 0;
    for (size_t i = 0; i < r->backends.count; i++)
        if (r->backends.items[i]->verified.done)
            return !wrong;
    return false;
}

/* ---- sentences ---- */

struct sentences {
    struct xml *html;
    const struct results *results;
    enum topic topic;
    bool list, open, within;                          /* open: an item; within: the list that goes on with
                                                         it */
    const struct kind *kind;
};

static void close_sentence(struct sentences *s)
{
    if (s->within)
        xml_close(s->html);
    if (s->open)
        xml_close(s->html);
    s->open = s->within = false;
}

static void open_sentence(struct sentences *s)
{
    const struct kind *k = s->kind;
    bool well = k->sign || k->topic != TOPIC_STATE || is_well(s->results, k->label);
    bool weak = well && !strcmp(k->label, "Baseline:") && power_is_weak(s->results);
    const char *class = k->class ? k->class : k->topic == TOPIC_STATE ? (weak ? "warn" : well ? "good" : "bad") : NULL;
    const char *sign = k->sign ? k->sign : weak ? "!" : well ? "✓" : "✗";
    if (!s->list) {
        xml_open(s->html, "ul");
        xml_attribute(s->html, "class", "%s", s->topic == TOPIC_STATE ? "states" : "sentences");
    }
    s->list = s->open = true;
    xml_open(s->html, "li");
    if (class)
        xml_attribute(s->html, "class", "%s", class);
    if (k->topic != TOPIC_STATE)
        return;
    html_put(s->html, "b", NULL, sign);
    xml_text(s->html, " ");
}

static void put_link(struct xml *h, const char *to, const char *text)
{
    xml_open(h, "a");
    xml_attribute(h, "href", "%s", to);
    html_put_prose(h, text);
    xml_close(h);
}

/* What goes on with an answer: a list within its item. */
static void put_line_within(struct sentences *s, const char *text)
{
    static const char item[] = "· ";
    if (!s->within)
        xml_open(s->html, "ul");
    s->within = true;
    html_put(s->html, "li", NULL, text + (strncmp(text, item, sizeof item - 1) ? 0 : sizeof item - 1));
}

static void put_sentence(void *to, const char *text, bool starts)
{
    struct sentences *s = to;
    if (starts || !s->kind) {
        close_sentence(s);
        s->kind = kind_of(text);
        if (s->kind->topic == s->topic)
            open_sentence(s);
    }
    size_t label = strcspn(text, ":") + 1;
    if (s->open && !starts)
        put_line_within(s, text);
    else if (s->open && s->topic == TOPIC_ANSWER && text[label - 1]) {
        struct buf b = {0};
        buf_add(&b, text, label);
        html_put_buf(s->html, "b", NULL, &b);
        html_put_prose(s->html, text + label);
    }
    else if (s->open && s->kind->link)
        put_link(s->html, s->kind->link, text + strlen(s->kind->label) + 1);
    else if (s->open)
        html_put_prose(s->html, text);
}

static void put_sentences(struct xml *h, const struct results *r, enum topic topic)
{
    struct sentences s = {.html = h, .results = r, .topic = topic};
    text_each_answer(r, put_sentence, &s);
    close_sentence(&s);
    if (s.list)
        xml_close(h);
}

/* Whose figures these are, where they are not the services'. */
static void put_banner(struct xml *h, const struct results *r)
{
    struct buf b = {0};
    whose_put_stand_ins(&b, r);
    whose_put_same(&b, r);
    if (b.len)
        html_put(h, "p", "banner", buf_text(&b));
    buf_release(&b);
}

/* That the rest is not all there is comes before it. */
static void put_stopped(struct xml *h, const struct results *r)
{
    struct buf b = {0};
    if (!r->stopped)
        return;
    buf_puts(&b, "✗ STOPPED: ");
    text_put_stopped(&b, r);
    html_put_buf(h, "p", "stopped", &b);
}

/* A comparison that lacks a backend says so before its answer. */
static bool lacks_one(const struct results *r)
{
    for (size_t i = 0; i < r->backends.count; i++)
        if (r->backends.items[i]->status == RESULT_FAILED)
            return true;
    return false;
}

void html_put_opening(struct xml *h, const struct results *r)
{
    xml_open(h, "section");
    xml_attribute(h, "class", "opening");
    xml_attribute(h, "aria-label", "the answer");
    put_stopped(h, r);
    if (lacks_one(r))
        put_sentences(h, r, TOPIC_STATE);
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i))
        put_line(h, r, i, text_run_end(r, i));
    if (!lacks_one(r))
        put_sentences(h, r, TOPIC_STATE);
    put_banner(h, r);
    xml_close(h);
    html_open_pair(h);
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i))
        html_put_first_chart(h, r, i, text_run_end(r, i));
    xml_close(h);
    put_sentences(h, r, TOPIC_ANSWER);
}
