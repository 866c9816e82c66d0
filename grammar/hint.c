/* hint.c - what people bring along from other languages, and what to write instead. */
#include "config.h"

#include "grammar/hint.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "data/gen.h"

struct words {                                        /* around the mistake, in the source's text */
    struct arena *arena;
    const char *found, *before;                       /* before: the word that ends just before it on the same
                                                         line; "" where there is none */
    const char *earlier;                              /* the word before `before` */
    const char *line;                                 /* the first word of its line */
    const char *item;                                 /* "expect", "sweep", "strategy" or a statement: the last
                                                         of its line before it; "" where there is none */
    char sign;                                        /* the byte before `before`, or before the mistake where
                                                         there is none; blanks do not count */
    char next;                                        /* the first byte behind it that is no blank */
    bool ends, first;                                 /* first: nothing stands before it on its line */
    bool thousands;                                   /* three digits stand behind it */
};

static const struct { const char *text, *where; } keywords[] = {
#define KEYWORD(token, text, where) {text, where},
#include "grammar/keywords.def"
#undef KEYWORD
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

static const char *kind_of(const char *word)          /* "declaration", …; NULL: it is no word of the
                                                         language */
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

/* A run may be written in one line. */
static const char *last_item(const char *text, uint32_t from, uint32_t to)
{
    static const char *const items[] = {"expect", "sweep",  "strategy", "get",   "insert",   "put",
                                        "update", "delete", "scan",     "range", "aggregate"};
    const char *found = "";
    for (uint32_t i = from, n; i < to; i += n ? n : 1) {
        for (n = 0; i + n < to && is_word_byte(text[i + n]);)
            n++;
        for (size_t k = 0; k < sizeof items / sizeof *items; k++)
            if (n == strlen(items[k]) && !memcmp(text + i, items[k], n))
                found = items[k];
    }
    return found;
}

static struct words look_around(struct arena *arena, const struct source *s, struct span at, bool ends)
{
    struct words w = {
        .arena = arena, .ends = ends, .found = arena_strndup(arena, s->text + at.from, at.to - at.from)};
    uint32_t to = at.from, from, next = at.to;
    while (to > 0 && (s->text[to - 1] == ' ' || s->text[to - 1] == '\t'))
        to--;
    for (from = to; from > 0 && is_word_byte(s->text[from - 1]);)
        from--;
    while (next < s->size && (s->text[next] == ' ' || s->text[next] == '\t'))
        next++;
    w.first = to == 0 || s->text[to - 1] == '\n';
    uint32_t sign = from, start = at.from, stop;
    while (sign > 0 && (s->text[sign - 1] == ' ' || s->text[sign - 1] == '\t'))
        sign--;
    w.sign = sign ? s->text[sign - 1] : 0;
    for (stop = sign; sign > 0 && is_word_byte(s->text[sign - 1]);)
        sign--;
    w.earlier = arena_strndup(arena, s->text + sign, stop - sign);
    while (start > 0 && s->text[start - 1] != '\n')
        start--;
    while (s->text[start] == ' ' || s->text[start] == '\t')
        start++;
    for (stop = start; is_word_byte(s->text[stop]);)
        stop++;
    w.line = arena_strndup(arena, s->text + start, stop - start);
    w.item = last_item(s->text, start, at.from);
    w.before = arena_strndup(arena, s->text + from, to - from);
    w.next = next < s->size ? s->text[next] : 0;
    w.thousands = next == at.to && strspn(s->text + next, "0123456789") == 3;
    return w;
}

static const char *of_sign(const struct words *w)
{
    if (!strcmp(w->found, ",") && isdigit((unsigned char)w->before[0]) && isdigit((unsigned char)w->next))
        return strlen(w->before) <= 3 && w->thousands
                   ? "digits are grouped by '_': 1_000_000"
                   : arena_printf(w->arena, "%s takes one value; sweep %s in [1, 8, 64] takes each in turn",
                                  w->earlier, w->earlier);
    if (!strcmp(w->found, ",") && w->ends)
        return "items need no separator";
    if (!strcmp(w->found, "-") && !strcmp(w->earlier, w->line) && isalpha((unsigned char)w->before[0]) &&
        kind_of(w->line))
        return "a name has letters, digits and '_'";
    if (!strcmp(w->earlier, "sweep") && isalpha((unsigned char)w->before[0]))
        return arena_printf(w->arena, "write sweep %s in [1, 8, 64]", w->before);
    if (!strcmp(w->found, "=") && kind_of(w->before))
        return arena_printf(w->arena, "write '%s' without '='", w->before);
    if (w->ends && isalpha((unsigned char)w->found[0]) && w->next == ':' && kind_of(w->found))
        return arena_printf(w->arena, "write '%s' without ':'", w->found);
    return NULL;
}

/* Words of other languages. */
enum manner {
    ANYWHERE,
    AS_FOUND,                                         /* only as the word that does not fit, not before one */
    AS_ITEM,                                          /* only where it begins a line or a value follows: it
                                                         may be a name too */
};
static const struct { const char *word, *hint; enum manner manner; } habits[] = {
    {"create", "write table NAME of ENTITY { … }"},
    {"select", "write get TABLE, or get TABLE { column, column }"},
    {"join", "get names several tables: get a, b"},
    {"into", "write insert TABLE: its generators make the row"},
    {"read", "write get TABLE", AS_FOUND},
    {"find", "write get TABLE", AS_FOUND},
    {"fetch", "write get TABLE", AS_FOUND},
    {"lookup", "write get TABLE", AS_FOUND},
    {"upsert", "write put TABLE: the whole row, there or not", AS_FOUND},
    {"replace", "write put TABLE: the whole row, there or not", AS_FOUND},
    {"merge", "write put TABLE: the whole row, there or not", AS_FOUND},
    {"save", "write put TABLE: the whole row, there or not", AS_FOUND},
    {"store", "write put TABLE: the whole row, there or not", AS_FOUND},
    {"write", "write put TABLE: the whole row, there or not", AS_FOUND},
    {"remove", "write delete TABLE", AS_FOUND},
    {"truncate", "write delete TABLE", AS_FOUND},
    {"modify", "write update TABLE set COLUMN = …", AS_FOUND},
    {"change", "write update TABLE set COLUMN = …", AS_FOUND},
    {"set", "write update TABLE set COLUMN = …", AS_FOUND},
    {"begin", "each call commits by itself", AS_FOUND},
    {"commit", "each call commits by itself", AS_FOUND},
    {"limit", "get takes first N and last N; range and scan take limit", AS_FOUND},
    {"order", "get takes first N and last N, by the sort columns; scan takes order", AS_FOUND},
    {"mod", "write %: row % 5", AS_FOUND},
    {"import", "write use \"FILE\", or use MODULE", AS_FOUND},
    {"include", "write use \"FILE\", or use MODULE", AS_FOUND},
    {"values", "insert takes no values: the table's generators make the row"},
    {"from", "the table follows at once: get TABLE, delete TABLE"},
    {"primary", "in a table, write key (column); an entity's column is its key"},
    {"foreign", "keys are shared by entities: table NAME of ENTITY"},
    {"references", "keys are shared by entities: table NAME of ENTITY"},
    {"constraint", "there are only key (…) and index (…)"},
    {"unique", "only keys are distinct"},
    {"not", "a column has no nulls unless it says so: null 5%"},
    {"default", "a fixed value is computed: name: TYPE = VALUE"},
    {"auto_increment", "write ~ sequence"},
    {"autoincrement", "write ~ sequence"},
    {"column", "write name: TYPE ~ GENERATOR"},
    {"threads", "write clients N", AS_ITEM},
    {"users", "write clients N", AS_ITEM},
    {"connections", "write clients N", AS_ITEM},
    {"concurrency", "write clients N", AS_ITEM},
    {"workers", "write clients N", AS_ITEM},
    {"duration", "write for 10s", AS_ITEM},
    {"time", "write for 10s", AS_ITEM},
    {"runtime", "write for 10s", AS_ITEM},
    {"seconds", "write for 10s", AS_ITEM},
    {"minutes", "write for 10m", AS_ITEM},
    {"qps", "write rate 100/s", AS_ITEM},
    {"rps", "write rate 100/s", AS_ITEM},
    {"tps", "write rate 100/s", AS_ITEM},
    {"throughput", "write rate 100/s", AS_ITEM},
    {"ramp", "write warmup 5s", AS_ITEM},
    {"rampup", "write warmup 5s", AS_ITEM},
    {"warm", "write warmup 5s", AS_ITEM},
    {"pause", "write think 10ms", AS_ITEM},
    {"sleep", "write think 10ms", AS_ITEM},
    {"rounds", "wklrun repeats measurements: --rounds N", AS_ITEM},
    {"repeat", "wklrun repeats measurements: --rounds N", AS_ITEM},
    {"seed", "wklrun takes it: --seed N", AS_ITEM},
    {"weight", "shares follow their queries: query a 80%, b", AS_ITEM},
    {"mix", "write query a 80%, b"},
    {"iterations", "write for 1000 requests", AS_ITEM},
    {"operations", "write for 1000 requests", AS_ITEM},
    {"stages", "there are no stages: sweep clients in [1, 8, 64], or a run for each", AS_ITEM},
    {"distribution", "write keys zipf(0.99)", AS_ITEM},
    {"assert", "write expect p99 < 10ms", AS_ITEM},
};

static bool has_word(const char *words, const char *word)     /* words: with a blank before and behind each */
{
    size_t n = strlen(word);
    for (const char *at = words; n && (at = strstr(at, word)); at++)
        if (at[-1] == ' ' && at[n] == ' ')
            return true;
    return false;
}

/* What people write behind `get`. */
static const char *of_get(const struct words *w)
{
    static const struct { const char *words, *hint; } rows[] = {
        {" latest newest top head oldest earliest ", "get takes first N and last N, by the sort columns"},
        {" by using with on for key of ", "get reads by its query's keys: query NAME(ENTITY) { get TABLE }"},
        {" from ", "columns follow the table, in braces: get TABLE { column, column }"},
        {" * ", "all columns are read where none are named: get TABLE"},
        {" and & + ", "separate several with commas"},
    };
    bool name = isalpha((unsigned char)w->before[0]);
    if (strcmp(w->item, "get") != 0)
        return NULL;
    if (!strcmp(w->found, "between"))
        return arena_printf(w->arena, "write %s >= … and %s <= …", w->before, w->before);
    if (!strcmp(w->found, "by") && !name)
        return "first N and last N go by the sort columns";
    if (!strcmp(w->found, "=") && name)
        return "a comparison is written ==; the query's own keys need no 'where'";
    if (isdigit((unsigned char)w->found[0]) && kind_of(w->before))
        return "the table comes first: get TABLE first N, or last N";
    if (!w->ends && (!strcmp(w->before, "first") || !strcmp(w->before, "last")))
        return arena_printf(w->arena, "say how many: %s 1", w->before);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (has_word(rows[i].words, w->found))
            return rows[i].hint;
    return NULL;
}

/* What people write behind `put`, `update`, `insert` and `delete`. */
static const char *of_write(const struct words *w)
{
    bool name = isalpha((unsigned char)w->before[0]), sets = strcmp(w->item, "delete") != 0;
    if (!has_word(" insert put update delete ", w->item))
        return NULL;
    if (!strcmp(w->found, "where"))
        return arena_printf(w->arena, "%s goes by the query's keys here, without 'where'", w->item);
    if (isdigit((unsigned char)w->found[0]) && !strcmp(w->before, w->item))
        return arena_printf(w->arena, "%s takes one row of each key: query NAME(ENTITY[%s]) has several", w->item,
                            w->found);
    if (sets && !strcmp(w->found, "(") && name)
        return arena_printf(w->arena, "columns are set by: %s TABLE set COLUMN = …", w->item);
    if (sets && !strcmp(w->found, "=") && name && (w->sign == '{' || w->sign == ',') && *w->earlier == 0)
        return arena_printf(w->arena, "columns are set by: %s TABLE set %s = …", w->item, w->before);
    if (!strcmp(w->earlier, "update") && isalpha((unsigned char)w->found[0]) && !kind_of(w->found))
        return arena_printf(w->arena, "columns are set by: update %s set %s = …", w->before, w->found);
    if (!strcmp(w->before, "set") && w->next == ':')
        return arena_printf(w->arena, "write set %s = …", w->found);
    return !strcmp(w->found, "=") && !strcmp(w->earlier, "and") ? "separate several with commas" : NULL;
}

static const char *behind_get(const struct words *w)
{
    bool names = isalpha((unsigned char)w->before[0]) && isalpha((unsigned char)w->found[0]);
    return names && w->ends && !strcmp(w->item, "get") && !kind_of(w->before)
               ? "a table is followed by { columns }, a comma and another table, where, first N or last N"
               : NULL;
}

/* The keys of a query are no parameters. */
static const char *of_keys(const struct words *w)
{
    bool within = !strcmp(w->line, "query") && !*w->item && !w->ends;
    return within && (w->next == ':' || (isalpha((unsigned char)w->before[0]) && w->sign == '('))
               ? "its keys are entities, or tables with a key of their own: query NAME(ENTITY) { … }"
               : NULL;
}

static bool begins_value(char c)
{
    return isdigit((unsigned char)c) || c == '[';
}

static const char *of_habit(const struct words *w)
{
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        enum manner manner = habits[i].manner;
        bool found = !strcasecmp(habits[i].word, w->found) &&
                     (manner != AS_ITEM || w->first || begins_value(w->next));
        bool before = !strcasecmp(habits[i].word, w->before) && w->ends &&
                      (manner == ANYWHERE || (manner == AS_ITEM && begins_value(w->found[0])));
        if (found || before)
            return habits[i].hint;
    }
    return NULL;
}

static bool is_generator(const char *word)
{
    for (int kind = 0; kind < GEN_COUNT; kind++)
        if (!strcmp(gen_kind_name((enum gen_kind)kind), word))
            return true;
    return false;
}

/* Values without what stands before or around them. */
static const char *of_generator(const struct words *w)
{
    if (is_generator(w->found) && w->sign != '~')
        return arena_printf(
            w->arena, w->next == '(' ? "a generator follows '~': ~ %s(…)" : "a generator follows '~': ~ %s",
            w->found);
    if (is_generator(w->before) && w->sign == '~')
        return arena_printf(w->arena, "its arguments go in parentheses: %s(…)", w->before);
    return NULL;
}

static const char *of_path(const struct words *w)
{
    return !strcmp(w->line, "use") && !strcmp(w->found, "/") ? "a path needs quotes: use \"FOLDER/FILE.wkl\""
                                                             : NULL;
}

/* Brackets of the other kind. */
static const char *of_bracket(const struct words *w)
{
    static const struct { const char *found, *earlier, *hint; } rows[] = {
        {"(", "table", "the body of a table goes in braces: table NAME of ENTITY { … }"}, {"(", "entity", "its body goes in braces"},
        {"(", "run", "its body goes in braces"}, {"{", "query", "its keys come first: query NAME(ENTITY) { … }, or () for none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].found, w->found) && !strcmp(rows[i].earlier, w->earlier))
            return rows[i].hint;
    if (!strcmp(w->found, "(") && !strcmp(w->before, "mod"))
        return "write %: row % 5";
    if (!strcmp(w->found, "(") && w->sign == '=')
        return is_generator(w->before) ? arena_printf(w->arena, "a generator follows '~': ~ %s(…)", w->before)
                                       : "there are no functions; a generator follows '~': ~ uniform(a..b)";
    if (!strcmp(w->found, "(") && w->ends && (!strcmp(w->earlier, "get") || w->sign == ','))
        return arena_printf(w->arena, "columns go in braces: %s { … }", w->before);
    return NULL;
}

/* "p99 under 79ms and errors == 0" */
static const char *of_expectation(const struct words *w)
{
    static const struct { const char *word, *sign;
    } signs[] = {
        {"under", "<"},   {"below", "<"},    {"less", "<"}, {"lt", "<"},      {"over", ">"},
        {"above", ">"},   {"more", ">"},     {"gt", ">"},   {"le", "<="},     {"ge", ">="},
        {"atmost", "<="}, {"atleast", ">="}, {"is", "=="},  {"equals", "=="}, {"eq", "=="},
    };
    if (strcmp(w->item, "expect") != 0)
        return NULL;
    if (!strcmp(w->found, "and") || !strcmp(w->found, "&&") || !strcmp(w->found, "&"))
        return "separate several with commas";
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (!strcmp(w->found, signs[i].word))
            return arena_printf(w->arena, "a condition is a comparison: expect %s %s …", w->before,
                                signs[i].sign);
    return NULL;
}


static const char *of_value(const struct words *w)
{
    if (w->sign == '~' && !*w->before && isdigit((unsigned char)w->found[0]) && strchr(w->found, '%'))
        return arena_printf(w->arena, "a share is of a value: ~ choice(true %s, false)", w->found);
    if (w->sign == '~' && !*w->before && (w->found[0] == '"' || isdigit((unsigned char)w->found[0])))
        return "'~' draws from a generator; a fixed or computed value follows '='";
    if (w->sign == ':' && !*w->before && isdigit((unsigned char)w->found[0]) && kind_of(w->line))
        return arena_printf(w->arena, "write '%s' without ':'", w->line);
    if (!strcmp(w->found, "=") && isalpha((unsigned char)w->before[0]) && !kind_of(w->before))
        return "a comparison is written ==";
    if (w->next == ':' && !strcmp(w->before, "expect"))
        return arena_printf(w->arena, "a condition is a comparison: expect %s < …", w->found);
    if ((!strcmp(w->found, "+") || !strcmp(w->found, "-") || !strcmp(w->found, "*")) && w->next == '=')
        return arena_printf(w->arena, "write %s = %s %s …", w->before, w->before, w->found);
    if (!strcmp(w->found, "+") && w->next == '+')
        return arena_printf(w->arena, "write %s = %s + 1", w->before, w->before);
    if (!strcmp(w->before, "param") && w->next == ':')
        return arena_printf(w->arena, "write param %s = …", w->found);
    if (!strcmp(w->found, "*") && w->sign == '(')
        return "write count without (*)";
    if (!strcmp(w->found, "..") && !strcmp(w->item, "sweep"))
        return "a sweep goes through a list: [1, 8, 64]";
    if (!strcmp(w->earlier, "keys") && isdigit((unsigned char)w->found[0]) &&
        isalpha((unsigned char)w->before[0]))
        return arena_printf(w->arena, "its arguments go in parentheses: %s(%s)", w->before, w->found);
    if (!strcmp(w->found, "on") && !strcmp(w->earlier, "query"))
        return "wklrun chooses the backends: -b sqlite";
    if (!strcmp(w->line, "entity") && (!strcmp(w->found, "rows") || !strcmp(w->found, "size")))
        return "write count 1k";
    if (w->ends && !strcmp(w->item, "strategy") && isalpha((unsigned char)w->found[0]))
        return "separate several with commas";
    return of_expectation(w);
}

/* "clients 8 threads", "rate 100 requests per second"; "8 clients for 10s". */
static const char *of_numbered_item(const struct words *w)
{
    static const struct { const char *item, *hint; } items[] = {
        {"clients", "write clients %s"}, {"rate", "write rate %s/s"}, {"count", "write count %s"},
        {"for", "write for %s requests, or for %ss"}, {"per_key", "write per_key %s"},
        {"first", "write first %s"}, {"last", "write last %s"},
    };
    bool number = isdigit((unsigned char)w->before[0]);
    bool per_time = !strcmp(w->earlier, "rate") && !strcmp(w->found, "requests");
    for (size_t i = 0; i < sizeof items / sizeof *items && number; i++)
        if (!strcmp(items[i].item, w->earlier) && isalpha((unsigned char)w->found[0]) &&
            (!kind_of(w->found) || per_time))
            return arena_printf(w->arena, items[i].hint, w->before, w->before);
    if (!strcmp(w->earlier, "clients") && isdigit((unsigned char)w->found[0]) && kind_of(w->before))
        return "its number follows the word: clients 8";
    return NULL;
}

static const char *of_number(const struct words *w)
{
    static const struct { const char *word, *unit; } units[] = {
        {"second", "s"}, {"sec", "s"}, {"secs", "s"}, {"minute", "m"}, {"min", "m"}, {"hour", "h"}, {"day", "d"}, {"millisecond", "ms"},
        {"percent", "%"}, {"million", "M"}, {"thousand", "k"}, {"k", "k"}, {"K", "k"}, {"ms", "ms"}, {"us", "us"}, {"s", "s"}, {"m", "m"}, {"h", "h"},
        {"d", "d"}, {"%", "%"}, {"B", "B"}, {"KB", "KB"}, {"KiB", "KiB"}, {"MB", "MB"}, {"MiB", "MiB"}, {"M", "M"}, {"G", "G"},
    };
    size_t n = strlen(w->found);
    for (size_t i = 0; i < sizeof units / sizeof *units && isdigit((unsigned char)w->before[0]); i++) {
        size_t length = strlen(units[i].word);
        if (!strncmp(units[i].word, w->found, length) &&
            (n == length || (length > 2 && n == length + 1 && w->found[length] == 's')))
            return arena_printf(w->arena, "a unit follows its number without a space: %s%s", w->before,
                                units[i].unit);
    }
    const char *item = of_numbered_item(w);
    if (item)
        return item;
    if (isalpha((unsigned char)w->found[0]) && !kind_of(w->found) && isdigit((unsigned char)w->before[0]))
        return "a unit follows its number without a space: 10s, 5M";
    return NULL;
}

static const char *of_dots(const struct words *w)
{
    const char *dot = strchr(w->found, '.');
    if (!dot || !isalpha((unsigned char)w->found[0]))
        return NULL;
    const char *kind = kind_of(w->before);
    if (!strcmp(w->before, "use"))
        return arena_printf(w->arena, "a path needs quotes: use \"%s\"", w->found);
    if (kind && !strcmp(kind, "statement"))
        return arena_printf(w->arena, "columns go in braces: %.*s { %s }", (int)(dot - w->found), w->found,
                            dot + 1);
    return "texts with dots need quotes";
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
    bool type = w->sign == ':', query = !strcmp(w->earlier, "query");
    if (!w->ends || !isalpha((unsigned char)w->before[0]) || kind_of(w->before) || type || query)
        return NULL;
    for (int i = 0; i < KEYWORDS; i++)
        nearest_try(&near, w->before, keywords[i].text);
    return near.name ? arena_printf(w->arena, "did you mean '%s' before it?", near.name)
                     : arena_printf(w->arena, "no item starts with '%s'", w->before);
}

bool hint_knows(const char *word)
{
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (habits[i].manner == AS_FOUND && !strcasecmp(habits[i].word, word))
            return true;
    return false;
}

const char *hint_for(struct arena *arena, const struct source *s, struct span at, bool ends)
{
    static const char *(*const rules[])(const struct words *) = {
        of_sign,  of_get,     of_write,   of_habit,     of_number, of_dots,    of_keys,       of_path,
        of_brace, of_bracket, of_generator, of_value,  behind_get, of_word_before};
    struct words w = look_around(arena, s, at, ends);
    const char *hint = NULL;
    for (size_t i = 0; !hint && i < sizeof rules / sizeof *rules; i++)
        hint = rules[i](&w);
    return hint;
}
