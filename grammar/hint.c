/* hint.c - what people bring along from other languages, and what to write instead. */
#include "config.h"

#include "grammar/hint.h"

#include <ctype.h>
#include <string.h>

struct words {                                        /* around the mistake, in the source's text */
    struct arena *arena;
    const char *found, *before;                       /* before: the word that ends just before it on the same line; "" where there is none */
    char next;                                        /* the first byte behind it that is no blank */
    bool ends, first;                                 /* first: nothing stands before it on its line */
};

static const struct { const char *text, *where; } keywords[] = {
#define KEYWORD(token, text, where) {text, where},
#include "grammar/keywords.def"
#undef KEYWORD
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

static const char *kind_of(const char *word)          /* "declaration", …; NULL: it is no word of the language */
{
    for (int i = 0; i < KEYWORDS; i++)
        if (!strcmp(keywords[i].text, word))
            return keywords[i].where;
    return NULL;
}

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '%';
}

static struct words look_around(struct arena *arena, const struct source *s, struct span at, bool ends)
{
    struct words w = {.arena = arena, .ends = ends, .found = arena_strndup(arena, s->text + at.from, at.to - at.from)};
    uint32_t to = at.from, from, next = at.to;
    while (to > 0 && (s->text[to - 1] == ' ' || s->text[to - 1] == '\t'))
        to--;
    for (from = to; from > 0 && is_word_byte(s->text[from - 1]);)
        from--;
    while (next < s->size && (s->text[next] == ' ' || s->text[next] == '\t'))
        next++;
    w.first = to == 0 || s->text[to - 1] == '\n';
    w.before = arena_strndup(arena, s->text + from, to - from);
    w.next = next < s->size ? s->text[next] : 0;
    return w;
}

static const char *of_sign(const struct words *w)
{
    if (!strcmp(w->found, ",") && w->ends)
        return "items need no separator";
    if (!strcmp(w->found, "=") && kind_of(w->before))
        return arena_printf(w->arena, "write '%s' without '='", w->before);
    if (w->ends && isalpha((unsigned char)w->found[0]) && w->next == ':' && kind_of(w->found))
        return arena_printf(w->arena, "write '%s' without ':'", w->found);
    return NULL;
}

static const char *of_number(const struct words *w)
{
    if (isalpha((unsigned char)w->found[0]) && !kind_of(w->found) && isdigit((unsigned char)w->before[0]))
        return "a unit follows its number without a blank: 10s, 5M";
    return NULL;
}

static const char *of_dots(const struct words *w)
{
    const char *dot = strchr(w->found, '.');
    if (!dot || !isalpha((unsigned char)w->found[0]))
        return NULL;
    const char *kind = kind_of(w->before);
    if (kind && !strcmp(kind, "statement"))
        return arena_printf(w->arena, "columns stand in braces: %.*s { %s }", (int)(dot - w->found), w->found, dot + 1);
    return "texts with dots stand in quotes";
}

static const char *of_brace(const struct words *w)
{
    const char *kind = kind_of(w->found);
    return w->ends && w->first && kind && !strcmp(kind, "declaration") ? "is a '}' missing before it?" : NULL;
}

/* What was taken for a name was meant to be a word of the language. */
static const char *of_word_before(const struct words *w)
{
    struct nearest near = {0};
    if (!w->ends || !isalpha((unsigned char)w->before[0]) || kind_of(w->before))
        return NULL;
    for (int i = 0; i < KEYWORDS; i++)
        nearest_try(&near, w->before, keywords[i].text);
    return near.name ? arena_printf(w->arena, "did you mean '%s' before it?", near.name)
                     : arena_printf(w->arena, "no item starts with '%s'", w->before);
}

const char *hint_for(struct arena *arena, const struct source *s, struct span at, bool ends)
{
    static const char *(*const rules[])(const struct words *) = {of_sign, of_number, of_dots, of_brace, of_word_before};
    struct words w = look_around(arena, s, at, ends);
    const char *hint = NULL;
    for (size_t i = 0; !hint && i < sizeof rules / sizeof *rules; i++)
        hint = rules[i](&w);
    return hint;
}
