/* text_line.c - an answer: a label, and sentences beside it; with a tick on paper where it is good, a cross
 * where it is bad. */
#include "config.h"

#include "show/text.h"

#include <string.h>

enum { ANSWER_INDENT = 16 };

void text_put_line(struct text *t, enum style style, const char *label, const char *text)
{
    bool signs = t->paper.width < TEXT_ENDLESS;
    const char *sign = !signs ? "" : style == STYLE_GOOD ? "✓ " : style == STYLE_BAD ? "✗ " : "";
    paper_put_wrapped(&t->paper, ANSWER_INDENT, style, label, arena_printf(&t->arena, "%s%s", sign, text));
}

/* The run is named where there are several. */
static const char *of_run(const struct text *t, const char *run)
{
    for (size_t i = 0; i < t->results->entries.count; i++)
        if (strcmp(t->results->entries.items[i]->run, run) != 0)
            return arena_printf(&((struct text *)t)->arena, "%s: ", run);
    return "";
}

void text_put_answer_of(struct text *t, const char *run, const char *label, const struct buf *b)
{
    text_put_line(t, label ? STYLE_PLAIN : STYLE_BAD, label ? label : "Not ranked:",
                  arena_printf(&t->arena, "%s%s", of_run(t, run), buf_text(b)));
}
