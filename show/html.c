/* html.c - elements that the sections of the page share. */
#include "config.h"

#include "show/html.h"

#include <string.h>

#include "show/grid.h"

void html_open_wide(struct xml *h, const char *label)
{
    xml_open(h, "div");
    xml_attribute(h, "class", "wide");
    xml_attribute(h, "tabindex", "0");
    xml_attribute(h, "role", "region");
    xml_attribute(h, "aria-label", "%s", label);
}

void html_open_pair(struct xml *h)
{
    xml_open(h, "div");
    xml_attribute(h, "class", "pair");
}

/* The hyphen of an interval in parentheses, "(2.96-3.60)": the part behind it. */
static bool is_within_interval(const char *text, size_t i)
{
    static const char figures[] = "0123456789.,kMGT";
    size_t n = strspn(text + i + 1, figures);
    return text[i] == '-' && i && strchr(figures, text[i - 1]) && n && text[i + 1 + n] == ')';
}

/* A number stays with its unit, and an interval in one line. */
static void put_part(struct xml *h, const char *text, size_t n)
{
    static const char no_break_space[] = "\u00a0", word_joiner[] = "\u2060";
    struct buf part = {0};
    for (size_t i = 0; i < n; i++) {
        if (text_is_before_unit(text, i))
            buf_puts(&part, no_break_space);
        else
            buf_putc(&part, text[i]);
        if (is_within_interval(text, i))
            buf_puts(&part, word_joiner);
    }
    xml_text(h, buf_text(&part));
    buf_release(&part);
}

void html_put_prose(struct xml *h, const char *text)
{
    for (;;) {
        const char *from = strchr(text, '`'), *to = from ? strchr(from + 1, '`') : NULL;
        if (!to)
            break;
        put_part(h, text, (size_t)(from - text));
        xml_open(h, "code");
        put_part(h, from + 1, (size_t)(to - from) - 1);
        xml_close(h);
        text = to + 1;
    }
    put_part(h, text, strlen(text));
}

void html_put_section(struct xml *h, const char *id, const char *title)
{
    xml_open(h, "h2");
    xml_attribute(h, "id", "%s", id);
    xml_text(h, title);
    xml_close(h);
}

/* Neither may have elements within it. */
static bool is_plain(const char *element)
{
    return !strcmp(element, "title") || !strcmp(element, "pre");
}

void html_put(struct xml *h, const char *element, const char *class, const char *text)
{
    xml_open(h, element);
    if (class)
        xml_attribute(h, "class", "%s", class);
    if (is_plain(element))
        xml_text(h, text);
    else
        html_put_prose(h, text);
    xml_close(h);
}

void html_put_buf(struct xml *h, const char *element, const char *class, struct buf *b)
{
    html_put(h, element, class, buf_text(b));
    buf_release(b);
}
