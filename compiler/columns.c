/* columns.c - where a column's values come from: generators by one table, their ranges against the column's
 * type. */
#include "config.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "compiler/elab.h"

/* Kinds of type, as sets. */
enum { INTS = 1, REALS = 2, DECIMALS = 4, TIMES = 8, CHARS = 16, STRINGS = 32, BYTES = 64, UUIDS = 128,
      JSONS = 256, BOOLS = 512,
       NUMBERS = INTS | REALS | DECIMALS, TEXTS = CHARS | STRINGS | JSONS, ANY = 1023 };

static const unsigned set_of[TYPE_COUNT] = {
    [TYPE_BOOL] = BOOLS,   [TYPE_INT] = INTS,         [TYPE_BIGINT] = INTS, [TYPE_FLOAT] = REALS,
    [TYPE_DOUBLE] = REALS, [TYPE_DECIMAL] = DECIMALS, [TYPE_CHAR] = CHARS,  [TYPE_STRING] = STRINGS,
    [TYPE_BYTES] = BYTES,  [TYPE_UUID] = UUIDS,       [TYPE_DATE] = TIMES,  [TYPE_TIMESTAMP] = TIMES,
    [TYPE_JSON] = JSONS,
};

/* What stands in the parentheses: n a number, p a positive number, r a range in the column's unit, l a length
 * or a range of lengths, c weighted values. */
static const struct gen_row {
    const char *name, *arguments, *usage;
    enum gen_kind kind;
    unsigned types;
} generators[] = {
    {"uniform", "r", "uniform(a..b)", GEN_UNIFORM, NUMBERS | TIMES},
    {"normal", "np", "normal(mean, sd)", GEN_NORMAL, NUMBERS},
    {"exponential", "p", "exponential(mean)", GEN_EXPONENTIAL, NUMBERS},
    {"zipf", "nr", "zipf(theta, a..b)", GEN_ZIPF, INTS | DECIMALS},
    {"pareto", "pr", "pareto(shape, a..b)", GEN_PARETO, INTS | DECIMALS},
    {"choice", "c", "choice(\"NYC\" 40%, \"LA\")", GEN_CHOICE, ANY},
    {"text", "l", "text(n) or text(a..b)", GEN_TEXT, TEXTS},
    {"words", "l", "words(n) or words(a..b)", GEN_WORDS, STRINGS | JSONS},
    {"hex", "", "hex", GEN_HEX, CHARS | STRINGS | BYTES},
    {"uuid", "", "uuid", GEN_UUID, UUIDS | CHARS | STRINGS},
    {"sequence", "", "sequence", GEN_SEQUENCE, INTS | DECIMALS | CHARS | STRINGS},
};
enum { GENERATORS = sizeof generators / sizeof *generators };

struct maker {
    struct elab *e;
    const struct node *node;                          /* the generator */
    const struct gen_row *row;
    struct type type;
    const struct scope *scope;
    struct gen *gen;
};

static const char *type_text(struct elab *e, struct type t)
{
    struct buf b = {0};
    type_put(&b, t);
    const char *text = arena_strdup(e->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

static bool bad_arguments(struct maker *m)
{
    elab_fault(m->e, m->node->span, "E0401", arena_printf(m->e->arena, "it is written %s", m->row->usage),
               "wrong arguments of '%s'", m->row->name);
    return false;
}

/* ---- ranges in the column's own unit ---- */

/* A constant as the column counts: days, microseconds, 10^-scale, the number itself. */
struct bound {
    double d;
    wkl_i128 units;                                   /* the nearest; not of floats and doubles */
    bool whole;                                       /* it is those units, and nothing between two of them */
    bool known;                                       /* its digits are */
};

static struct bound moment_in_unit(struct type t, const struct constant *c)
{
    wkl_i128 at = c->q.exact.digits, days;
    if (t.kind == TYPE_DATE && c->kind == CONST_TIMESTAMP) {
        days = at / DAY_US - (at % DAY_US < 0);
        at = days;
    } else if (t.kind == TYPE_TIMESTAMP && c->kind == CONST_DATE) {
        at *= DAY_US;
    }
    return (struct bound){(double)at, at, true, true};
}

static struct bound number_in_unit(struct type t, const struct quantity *q)
{
    uint32_t scale = t.kind == TYPE_DECIMAL ? t.scale : 0;
    struct bound out = {.d = q->value * (scale ? pow(10, scale) : 1), .known = q->known};
    out.whole = exact_round(q->exact, scale, &out.units) && q->known;
    return out;
}

static void report_long(struct maker *m, struct span span)
{
    elab_fault(m->e, span, "E0404", "a decimal has 38 digits at most", "this number has more than 38 digits");
}

static bool in_unit(struct maker *m, const struct node *n, struct bound *out)
{
    struct constant c = const_eval(m->e, n, m->scope);
    bool times = set_of[m->type.kind] == TIMES;
    if (c.kind == CONST_NONE)
        return false;
    if (times && (c.kind == CONST_DATE || c.kind == CONST_TIMESTAMP)) {
        *out = moment_in_unit(m->type, &c);
        return true;
    }
    if (!times && c.kind == CONST_NUMBER &&
        (c.q.unit == UNIT_NONE || c.q.unit == UNIT_DURATION || c.q.unit == UNIT_SIZE)) {
        *out = number_in_unit(m->type, &c.q);
        bool ok = out->known || set_of[m->type.kind] == REALS;
        if (!ok)
            report_long(m, c.span);
        return ok;
    }
    const char *near = c.kind == CONST_NAME ? elab_nearest(m->e, &m->e->params, c.s) : NULL;
    bool texts = m->type.kind == TYPE_STRING || m->type.kind == TYPE_CHAR;
    if (c.kind == CONST_NAME)
        elab_unknown(m->e, c.span, c.s, "E0201",
                     near || !texts ? near : arena_printf(m->e->arena, "a text needs quotes: \"%s\"", c.s),
                     "unknown param '%s'", c.s);
    else
        elab_fault(m->e, c.span, "E0402", times ? "such as 2026-01-31" : NULL, "%s cannot be a value of %s",
                   const_kind_name(&c), type_text(m->e, m->type));
    return false;
}

/* Whether the type holds it, which is reported where it does not. */
static bool holds(struct maker *m, struct span span, const struct bound *b, const char *what)
{
    bool real = set_of[m->type.kind] == REALS;
    double most = m->type.kind == TYPE_FLOAT ? FLT_MAX : DBL_MAX;
    if (real ? fabs(b->d) <= most : value_cut(m->type, b->units) == b->units)
        return true;
    elab_fault(m->e, span, "E0404", elab_range_text(m->e, m->type), "%s does not fit %s", what,
               type_text(m->e, m->type));
    return false;
}

static bool take_range(struct maker *m, const struct node *n)
{
    struct bound lo, hi;
    if (!n || n->kind != N_RANGE)
        return bad_arguments(m);
    if (!in_unit(m, node_kid(n, 0), &lo) || !in_unit(m, node_kid(n, 1), &hi))
        return false;
    bool real = set_of[m->type.kind] == REALS;
    if (real ? lo.d > hi.d : lo.units > hi.units) {
        elab_fault(m->e, n->span, "E0403", "the smaller end comes first", "the range is empty");
        return false;
    }
    m->gen->dlo = lo.d;
    m->gen->dhi = hi.d;
    if (!holds(m, n->span, &lo, "the range") || !holds(m, n->span, &hi, "the range"))
        return false;
    if (real)
        return true;
    if (!lo.whole || !hi.whole) {
        const char *hint = m->type.kind == TYPE_DECIMAL
                               ? arena_printf(m->e->arena, "its ends have %u digits after the point at most",
                                              m->type.scale)
                               : "its ends are whole numbers";
        elab_fault(m->e, n->span, "E0404", hint, "the range does not fit %s", type_text(m->e, m->type));
        return false;
    }
    if (lo.units < INT64_MIN || hi.units > INT64_MAX) {
        struct wide_range *wide = arena_new(m->e->arena, struct wide_range);
        *wide = (struct wide_range){lo.units, hi.units};
        m->gen->wide = wide;
        return true;
    }
    m->gen->lo = (int64_t)lo.units;
    m->gen->hi = (int64_t)hi.units;
    return true;
}

/* ---- other arguments ---- */

static bool take_number(struct maker *m, const struct node *n, bool positive, double *out)
{
    struct quantity q;
    if (!n || n->kind == N_RANGE || n->kind == N_WEIGHTED)
        return bad_arguments(m);
    struct constant c = const_eval(m->e, n, m->scope);
    q = c.q;
    if (c.kind == CONST_NUMBER && q.unit == UNIT_DURATION) {
        *out = q.value;                               /* seconds */
    } else {
        if (!const_number(m->e, n, m->scope, UNIT_NONE,
                          arena_printf(m->e->arena, "an argument of '%s'", m->row->name), &q))
            return false;
        *out = q.value;
    }
    if (positive ? *out > 0 : true)
        return true;
    elab_fault(m->e, n->span, "E0405", NULL, "it must be more than 0");
    return false;
}

static bool take_lengths(struct maker *m, const struct node *n)
{
    uint64_t lo, hi;
    const char *what = m->row->kind == GEN_WORDS ? "the number of words" : "the length";
    if (!n || n->kind == N_WEIGHTED)
        return bad_arguments(m);
    bool range = n->kind == N_RANGE;
    if (!const_length(m->e, range ? node_kid(n, 0) : n, m->scope, what, 0, &lo) ||
        !const_length(m->e, range ? node_kid(n, 1) : n, m->scope, what, 0, &hi))
        return false;
    uint64_t most = m->row->kind == GEN_WORDS ? 100000 : m->type.n ? m->type.n : 1u << 20;
    if (lo > hi || hi > most) {
        elab_fault(m->e, n->span, "E0404", lo > hi ? "the smaller end comes first" : NULL,
                   lo > hi ? "the range is empty" : "a text of up to %llu does not fit %s",
                   (unsigned long long)hi, type_text(m->e, m->type));
        return false;
    }
    if (m->type.kind == TYPE_CHAR && (lo != m->type.n || hi != m->type.n)) {
        elab_fault(m->e, n->span, "E0404",
                   arena_printf(m->e->arena, "write text(%u), or make the column a string(%u)", m->type.n,
                                m->type.n),
                   "char(%u) holds exactly %u characters", m->type.n, m->type.n);
        return false;
    }
    m->gen->lo = (int64_t)lo;
    m->gen->hi = (int64_t)hi;
    return true;
}

/* A constant as a value of the column. */
static bool as_value(struct maker *m, const struct node *n, struct value *v)
{
    struct constant c = const_eval(m->e, n, m->scope);
    struct bound x;
    *v = (struct value){0};
    if (c.kind == CONST_NONE)
        return false;
    if (c.kind == CONST_STRING && type_class(m->type) == CLASS_BYTES) {
        v->u.s.p = c.s;
        v->u.s.n = c.n;
        bool lower = m->type.kind == TYPE_UUID;       /* as all databases print it */
        if (lower ? value_parse(m->type, arena_strdup(m->e->arena, c.s), c.n, v) : value_fits(m->type, v))
            return true;
        elab_fault(m->e, n->span, "E0404",
                   m->type.kind == TYPE_JSON ? "such as \"\\{\\\"a\\\": 1\\}\"" : NULL,
                   "\"%s\" does not fit %s", c.s, type_text(m->e, m->type));
        return false;
    }
    if (c.kind == CONST_BOOL && m->type.kind == TYPE_BOOL) {
        v->u.i = c.q.value != 0;
        return true;
    }
    if (!in_unit(m, n, &x) || !holds(m, n->span, &x, const_text(m->e, &c)))
        return false;
    if (type_class(m->type) == CLASS_DOUBLE)
        v->u.d = value_cut_double(m->type, x.d);
    else if (type_class(m->type) == CLASS_DECIMAL)
        v->u.dec = x.units;
    else
        v->u.i = (int64_t)x.units;
    return true;
}

bool elab_value(struct elab *e, const struct node *n, const struct scope *scope, struct type type,
                struct value *v)
{
    struct maker m = {.e = e, .node = n, .type = type, .scope = scope};
    return as_value(&m, n, v);
}

/* Values without a share divide what the others leave. */
static bool take_choices(struct maker *m)
{
    size_t n = m->node->kids.count, bare = 0;
    struct choice *choices = arena_array(m->e->arena, struct choice, n ? n : 1);
    double given = 0;
    if (!n)
        return bad_arguments(m);
    for (size_t i = 0; i < n; i++) {
        const struct node *a = m->node->kids.items[i];
        bool weighted = a->kind == N_WEIGHTED;
        choices[i].share = -1;
        if (a->kind == N_RANGE)
            return bad_arguments(m);
        if (!as_value(m, weighted ? node_kid(a, 0) : a, &choices[i].value) ||
            (weighted && !const_share(m->e, node_kid(a, 1), m->scope, "a share", &choices[i].share)))
            return false;
        given += weighted ? choices[i].share : 0;
        bare += !weighted;
    }
    if (given > 1 + 1e-9 || (!bare && given < 1 - 1e-9)) {
        elab_fault(m->e, m->node->span, "E0406", "one without a share takes the rest",
                   "the shares add up to %g%%", given * 100);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (choices[i].share < 0)
            choices[i].share = (1 - given) / (double)bare;
    m->gen->choices = choices;
    m->gen->nchoices = (uint32_t)n;
    return true;
}

static bool take_arguments(struct maker *m)
{
    const char *kinds = m->row->arguments;
    double *numbers[] = {&m->gen->p1, &m->gen->p2};
    size_t at = 0;
    if (kinds[0] == 'c')
        return take_choices(m);
    if (m->node->kids.count != strlen(kinds))
        return bad_arguments(m);
    for (size_t i = 0; kinds[i]; i++) {
        const struct node *n = m->node->kids.items[i];
        bool ok = kinds[i] == 'r' ? take_range(m, n) : kinds[i] == 'l' ? take_lengths(m, n)
                  : take_number(m, n, kinds[i] == 'p', numbers[at++]);
        if (!ok)
            return false;
    }
    return true;
}

/* What others call a generator, or expect one for. */
static const char *hint_for_generator(struct elab *e, const char *name)
{
    static const struct { const char *word, *hint; } words[] = {
        {"random", "here it is called uniform(a..b), or hex for text and bytes"},
        {"rand", "here it is called uniform(a..b)"},
        {"gaussian", "here it is called normal(mean, deviation)"},
        {"enum", "here it is called choice(\"a\" 40%, \"b\")"},
        {"oneof", "here it is called choice(\"a\" 40%, \"b\")"},
        {"weighted", "here it is called choice(\"a\" 40%, \"b\")"},
        {"bool", "write choice(true 10%, false)"}, {"boolean", "write choice(true 10%, false)"},
        {"bernoulli", "write choice(true 10%, false)"}, {"lorem", "here it is called text(a..b)"},
        {"name", "write words(2..3)"}, {"email", "write = \"user{row}@example.com\""},
        {"serial", "here it is called sequence"}, {"autoincrement", "here it is called sequence"},
        {"counter", "here it is called sequence"}, {"guid", "here it is called uuid"},
        {"now", "write uniform(2026-01-01..2026-03-31): every run has the same rows"},
        {"today", "write uniform(2026-01-01..2026-03-31): every run has the same rows"},
        {"date", "write uniform(2026-01-01..2026-03-31)"}, {"timestamp", "write uniform(2026-01-01..2026-03-31)"},
        {"constant", "a fixed value follows '=': name: TYPE = VALUE"},
        {"fixed", "a fixed value follows '=': name: TYPE = VALUE"},
        {"regex", "there are no patterns; a computed text: = \"AB-{row}\""},
        {"pattern", "there are no patterns; a computed text: = \"AB-{row}\""},
        {"range", "here it is called uniform(a..b)"}, {"between", "here it is called uniform(a..b)"},
    };
    struct nearest near = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].word, name))
            return words[i].hint;
    for (int i = 0; i < GENERATORS; i++)
        nearest_try(&near, name, generators[i].name);
    return near.name ? arena_printf(e->arena, "did you mean '%s'?", near.name)
                     : "there are uniform normal exponential zipf pareto choice text words hex uuid sequence";
}

static const struct gen_row *find_row(struct elab *e, const struct node *n)
{
    for (int i = 0; i < GENERATORS; i++)
        if (!strcmp(generators[i].name, n->text))
            return &generators[i];
    elab_fault(e, n->span, "E0204", hint_for_generator(e, n->text), "unknown generator '%s'", n->text);
    return NULL;
}

static bool check_text_types(struct maker *m)
{
    if (m->row->kind == GEN_UUID && m->type.kind != TYPE_UUID && m->type.n &&
        (m->type.kind == TYPE_CHAR ? m->type.n != 36 : m->type.n < 36)) {
        elab_fault(m->e, m->node->span, "E0404", NULL, "a uuid has 36 characters, which does not fit %s",
                   type_text(m->e, m->type));
        return false;
    }
    return true;
}

/* "choice, hex make such values" */
static const char *generators_of(struct elab *e, struct type t)
{
    const char *list = "";
    for (size_t i = 0; i < GENERATORS; i++)
        if (generators[i].types & set_of[t.kind])
            list = arena_printf(e->arena, "%s%s%s", list, *list ? ", " : "", generators[i].name);
    return arena_printf(e->arena, "%s make such values", list);
}

static bool generator(struct elab *e, const struct node *n, struct type t, const struct scope *scope,
                      struct gen *out)
{
    struct maker m = {e, n, find_row(e, n), t, scope, out};
    *out = (struct gen){0};
    if (!m.row)
        return false;
    out->kind = m.row->kind;
    if (!(m.row->types & set_of[t.kind])) {
        elab_fault(e, n->span, "E0407", generators_of(e, t), "'%s' cannot generate values of %s", n->text,
                   type_text(e, t));
        return false;
    }
    return take_arguments(&m) && check_text_types(&m);
}

/* A source that the type can have, also of a key where it can be one. */
static const char *example_source(struct elab *e, struct type t)
{
    static const char *const like[TYPE_COUNT] = {
        [TYPE_BOOL] = "`~ choice(true 10%, false)`",
        [TYPE_FLOAT] = "`~ uniform(0..1)`",
        [TYPE_DOUBLE] = "`~ uniform(0..1)`",
        [TYPE_DECIMAL] = "`~ uniform(0..1)`",
        [TYPE_CHAR] = "`~ hex`",
        [TYPE_BYTES] = "`~ hex`",
        [TYPE_DATE] = "`~ uniform(2025-01-01..2026-01-01)`",
        [TYPE_TIMESTAMP] = "`~ uniform(2025-01-01..2026-01-01)`",
        [TYPE_JSON] = "`~ words(2..9)`",
    };
    if (t.kind == TYPE_STRING)
        return arena_printf(e->arena, "such as `~ text(%u)`", t.n && t.n < 20 ? t.n : 20);
    return arena_printf(e->arena, "such as %s", like[t.kind]);
}

/* What a column without a source gets. */
static bool usual(struct elab *e, struct span span, struct type t, struct gen *g)
{
    *g = (struct gen){.kind = t.kind == TYPE_UUID ? GEN_UUID : GEN_SEQUENCE};
    if (set_of[t.kind] & (UUIDS | INTS))
        return true;
    elab_fault(e, span, "E0408", example_source(e, t),
               "the column does not say where its values come from");
    return false;
}

void elab_untyped_source(struct elab *e, const struct node *column)
{
    const struct node *source = node_kid(column, 1);
    if (source && source->kind == N_GENERATOR)
        find_row(e, source);
}

bool elab_source(struct elab *e, const struct node *column, struct type t, const struct scope *scope,
                 struct column *out)
{
    const struct node *source = node_kid(column, 1);
    out->source = COLUMN_RANDOM;
    if (!source)
        return usual(e, column->span, t, &out->gen);
    if (source->kind == N_GENERATOR)
        return generator(e, source, t, scope, &out->gen);
    out->source = COLUMN_COMPUTED;
    out->expr = elab_expr(e, source, scope, NULL, true);
    return out->expr && elab_expr_fits(e, source->span, &out->expr, t);
}
