/* holds.c - random workloads: every value made is one that its type can hold, made twice it is the same, made
 * in bulk it is the same, what is said of its bounds is true, and computed keys are told to repeat exactly
 * where they do. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "compiler/front.h"
#include "data/distinct.h"
#include "data/expr.h"
#include "data/gen.h"
#include "data/rows.h"

enum { ROUNDS = 600, COLUMNS = 12, ROWS = 150 };

static const char *pick(struct rng *r, const char *const *from, uint64_t n)
{
    return from[rng_below(r, n)];
}
#define PICK(r, ...)                                                                                         \
    pick(r, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ---- random texts ---- */

static void put_number(struct rng *r, struct buf *b)
{
    buf_puts(b, PICK(r, "0", "1", "2", "3", "10", "97", "1000", "65536", "2147483647", "3_000_000_000",
                     "9007199254740993", "9223372036854775807", "12345678901234567890",
                     "99999999999999999999999999999999999999", "0.5", "0.1", "1.25", "0.000001",
                     "33.3333333333333333"));
}

static void put_expr(struct rng *r, struct buf *b, int depth)
{
    if (depth == 0 || rng_below(r, 4) == 0) {
        if (rng_below(r, 2))
            buf_puts(b, "row");
        else
            put_number(r, b);
        return;
    }
    const char *op = PICK(r, "+", "-", "*", "/", "%");
    buf_putc(b, '(');
    put_expr(r, b, depth - 1);
    buf_printf(b, " %s ", op);
    if (*op == '/' || *op == '%')                     /* a constant zero is an error, a row that is zero gives
                                                         null */
        buf_puts(b, PICK(r, "row", "7", "0.3", "1000", "9007199254740993"));
    else
        put_expr(r, b, depth - 1);
    buf_putc(b, ')');
}

static void put_whole_expr(struct rng *r, struct buf *b, int depth)
{
    if (depth == 0 || rng_below(r, 4) == 0) {
        buf_puts(b, PICK(r, "row", "row", "1", "7", "100", "2147483647", "9007199254740993",
                         "9223372036854775807", "12345678901234567890"));
        return;
    }
    const char *op = PICK(r, "+", "-", "*", "/", "%");
    buf_putc(b, '(');
    put_whole_expr(r, b, depth - 1);
    buf_printf(b, " %s ", op);
    if (*op == '/' || *op == '%')
        buf_puts(b, PICK(r, "row", "2", "7", "1000", "9007199254740993"));
    else
        put_whole_expr(r, b, depth - 1);
    buf_putc(b, ')');
}

static void put_moment(struct rng *r, struct buf *b, bool date)
{
    buf_printf(b, "%s %s row", PICK(r, "0001-01-01", "1969-12-31", "2026-01-01", "9999-12-31"),
               PICK(r, "+", "-"));
    if (!date || rng_below(r, 2))
        buf_printf(b, " * %s", PICK(r, "1us", "90s", "1.5h", "1d", "3000d", "0.000001s"));
}

static void put_text_expr(struct rng *r, struct buf *b)
{
    buf_printf(b, "\"%s", PICK(r, "", "k", "user", "\xc3\xbc\xe2\x82\xac", "\xf0\x9f\x98\x80"));
    for (uint64_t n = 1 + rng_below(r, 2); n; n--) {
        buf_putc(b, '{');
        put_whole_expr(r, b, 2);
        buf_putc(b, '}');
    }
    buf_printf(b, "%s\"", PICK(r, "", "x", "@\xc3\xbc"));
}

/* A type, and what its column is made by. */
static void put_numeric(struct rng *r, struct buf *b)
{
    uint64_t digits = 1 + rng_below(r, 38), scale = rng_below(r, digits + 1);
    const char *wide[] = {"0..9223372036854775807", "-9223372036854775808..9223372036854775807",
                          "-9223372036854775808..0", "5..5"};
    const char *narrow[] = {"-2147483648..2147483647", "0..10", "-5..2147483647", "7..7"};
    switch (rng_below(r, 12)) {
    case 0: buf_printf(b, "int ~ %s(%s%s)", PICK(r, "uniform"), "", pick(r, narrow, 4)); return;
    case 1: buf_printf(b, "bigint ~ uniform(%s)", pick(r, wide, 4)); return;
    case 2: buf_printf(b, "bigint ~ %s, %s)", PICK(r, "zipf(0", "zipf(1", "zipf(2.5", "pareto(0.01",
                                                   "pareto(3"), pick(r, wide, 4)); return;
    case 3: buf_printf(b, "int ~ %s, %s)", PICK(r, "zipf(0.99", "pareto(1.16"), pick(r, narrow, 4)); return;
    case 4: buf_printf(b, "%s ~ normal(%s, %s)", PICK(r, "int", "bigint", "float", "double", "decimal(9, 2)",
                                                      "decimal(38, 20)"),
                       PICK(r, "0", "3G", "12.5", "9007199254740993"),
                       PICK(r, "1", "5G", "100000000000000000000")); return;
    case 5: buf_printf(b, "%s ~ exponential(%s)", PICK(r, "int", "bigint", "float", "double",
                                                       "decimal(4, 2)"), PICK(r, "0.001", "40",
                                                           "5G")); return;
    case 6: buf_printf(b, "decimal(%llu, %llu) ~ %s0..%s)", (unsigned long long)digits,
                       (unsigned long long)scale,
                       PICK(r, "uniform(", "zipf(0.5, ", "zipf(1.1, ", "pareto(0.5, "),
                       digits > scale ? PICK(r, "1", "9") : "0"); return;
    case 7:
        buf_printf(b, "%s ~ uniform(%s)", PICK(r, "float", "double"),
                   PICK(r, "-1.5..0.1", "0..340282346638528859811704183484516925440", "0.1..0.1"));
        return;
    case 8: buf_printf(b, "%s = ", PICK(r, "int", "bigint")); put_whole_expr(r, b, 3); return;
    case 9: buf_printf(b, "decimal(%llu, %llu) = ", (unsigned long long)digits,
                       (unsigned long long)scale); put_expr(r, b, 3); return;
    case 10: buf_printf(b, "%s = ", PICK(r, "float", "double")); put_expr(r, b, 3); return;
    default: buf_printf(b, "%s ~ sequence", PICK(r, "int", "bigint", "decimal(3, 1)", "decimal(38, 30)",
                                                 "string(2)", "char(1)")); return;
    }
}

static void put_other(struct rng *r, struct buf *b)
{
    uint64_t n = 1 + rng_below(r, 12);
    switch (rng_below(r, 9)) {
    case 0: buf_puts(b, "date = "); put_moment(r, b, true); return;
    case 1: buf_puts(b, "timestamp = "); put_moment(r, b, false); return;
    case 2: buf_puts(b, "date ~ uniform(0001-01-01..9999-12-31)"); return;
    case 3: buf_puts(b, "timestamp ~ uniform(0001-01-01..9999-12-31T23:59:59.999999Z)"); return;
    case 4: buf_printf(b, "%s(%llu) = ", PICK(r, "char", "string"), (unsigned long long)n); put_text_expr(r,
        b); return;
    case 5: buf_printf(b, "string(%llu) ~ %s", (unsigned long long)n,
                       PICK(r, "hex", "text(1)", "words(1..9)", "choice(\"\xc3\xbc\")")); return;
    case 6: buf_printf(b, "bytes(%llu) ~ hex", (unsigned long long)n); return;
    case 7: buf_puts(b, PICK(r, "json ~ words(3)", "uuid", "bool = row % 3 == 1",
                             "bool ~ choice(true 10%, false)", "json = \"[{row}]\"")); return;
    default:
        buf_puts(b, PICK(r, "int ~ choice(-2147483648, 2147483647)",
                         "bigint ~ choice(-9223372036854775808, 9223372036854775807, 1)",
                         "float ~ choice(340282346638528859811704183484516925440, -1.5)",
                         "decimal(38, 38) ~ choice(0.99999999999999999999999999999999999999)"));
    }
}

static void put_workload(struct rng *r, struct buf *b)
{
    buf_printf(b, "entity e { id: bigint ~ sequence  count %d }\ntable t of e {\n", ROWS);
    for (int i = 0; i < COLUMNS; i++) {
        buf_printf(b, "    c%d: ", i);
        if (rng_below(r, 2))
            put_numeric(r, b);
        else
            put_other(r, b);
        buf_puts(b, rng_below(r, 5) ? "\n" : "  null 30%\n");
    }
    buf_puts(b, "}\nquery q(e) { get t }\nrun s { query q }\n");
}

/* ---- compiled ---- */

struct compiled { struct arena arena; struct diags diags; const struct ir *ir; };

static void compile(struct compiled *c, const struct buf *text)
{
    char path[] = "/tmp/wkl-holds-XXXXXX";
    struct error err = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, buf_text(text), text->len) == (ssize_t)text->len);
    close(fd);
    arena_init(&c->arena);
    diags_init(&c->diags, &c->arena);
    const char *paths[] = {arena_strdup(&c->arena, path)};
    c->ir = front_compile(&c->arena, &c->diags, paths, 1, &(struct front_options){0}, &err);
    unlink(path);
}

static void show(struct buf *b, const struct column *c, const struct value *v)
{
    buf_printf(b, "%s ", c->name);
    type_put(b, c->type);
    buf_puts(b, " is ");
    value_put(b, c->type, v);
}

static void expect(bool good, const char *what, const struct buf *text, const struct column *c, uint64_t row,
                   const struct value *v)
{
    struct buf b = {0};
    if (good)
        return;
    show(&b, c, v);
    fail_msg("%s: row %llu, %s\n%s", what, (unsigned long long)row, buf_text(&b), buf_text(text));
}

static void check_bounds(const struct buf *text, const struct column *c, uint64_t row, const struct value *v)
{
    struct gen_bounds g;
    struct expr_ends e;
    enum value_class class = type_class(c->type);
    if (v->null)
        return;
    if (c->source == COLUMN_COMPUTED && expr_bounds(c->expr, c->type, ROWS, &e)) {
        wkl_i128 at = class == CLASS_DECIMAL ? v->u.dec : v->u.i;
        expect(at >= e.lo && at <= e.hi, "outside of its bounds", text, c, row, v);
    }
    if (c->source == COLUMN_RANDOM && gen_bounds(&c->gen, c->type, ROWS, &g)) {
        bool in = class == CLASS_INT ? v->u.i >= (wkl_i128)g.lo && v->u.i <= (wkl_i128)g.hi
                                     : v->u.d >= g.lo && v->u.d <= g.hi;
        expect(in, "outside of its bounds", text, c, row, v);
        expect(class == CLASS_INT || v->u.d == 0 || fabs(v->u.d) >= g.least, "nearer to zero than said", text,
               c, row, v);
    }
}

static void check_table(const struct buf *text, const struct table *t)
{
    struct value bulk[ROWS * (COLUMNS + 1)], one[COLUMNS + 1], again[COLUMNS + 1];
    struct scratch s = {0}, s1 = {0}, s2 = {0};
    struct data d = {7};
    struct rows *rows = rows_new(&d, t);
    rows_make(rows, 0, ROWS, bulk, &s);
    for (uint64_t row = 0; row < ROWS; row++) {
        data_row(&d, t, row, one, &s1);
        data_row(&d, t, row, again, &s2);
        for (uint32_t i = 0; i < t->ncolumns; i++) {
            const struct column *c = &t->columns[i];
            expect(value_fits(c->type, &one[i]), "not of its type", text, c, row, &one[i]);
            expect(value_equal(c->type, &one[i], &again[i]), "another the second time", text, c, row,
                   &again[i]);
            expect(value_equal(c->type, &one[i], &bulk[row * t->ncolumns + i]), "another in bulk", text, c,
                   row, &bulk[row * t->ncolumns + i]);
            check_bounds(text, c, row, &one[i]);
        }
    }
    rows_free(rows);
    scratch_release(&s);
    scratch_release(&s1);
    scratch_release(&s2);
}

static void values_hold(void **state)
{
    (void)state;
    struct rng r;
    int tables = 0;
    rng_init(&r, 11);
    for (int i = 0; i < ROUNDS; i++) {
        struct buf text = {0};
        struct compiled c = {0};
        put_workload(&r, &text);
        compile(&c, &text);
        if (c.ir)
            check_table(&text, &c.ir->tables[0]);
        tables += c.ir != NULL;
        arena_release(&c.arena);
        buf_release(&text);
    }
    if (tables < ROUNDS / 3)                          /* a constant that does not fit is an error */
        fail_msg("only %d of %d workloads compile", tables, ROUNDS);
}

/* ---- keys of several columns ---- */

/* What may tell the rows of a key apart: enough values for them all, most of the time. */
static void put_part(struct rng *r, struct buf *b)
{
    buf_puts(b, PICK(r, "int ~ uniform(1..400)", "bigint ~ uniform(-5..9223372036854775807)", "char(8) ~ hex",
                     "uuid", "string(6) ~ text(6)", "timestamp ~ uniform(2026-01-01..2026-02-01)",
                     "date ~ uniform(2020-01-01..2026-12-31)", "int ~ sequence",
                     "decimal(20, 2) ~ uniform(0..100000)", "bigint = row * 7", "string = \"k{row}\"",
                     "bytes(12) ~ hex"));
}

/* Of the rows of a table, and of theirs: with further key columns, or with one row each. */
static void put_children(struct rng *r, struct buf *b, const char *parent)
{
    buf_printf(b, "table c of %s {\n    before: int ~ uniform(0..9)\n    line: ", parent);
    put_part(r, b);
    buf_printf(b, "\n    key (%s, line)  per_key %s  rows %s\n}\n", parent, PICK(r, "1..4", "0..7", "2"),
               PICK(r, "100%", "30%"));
    buf_printf(b, "table d of c {\n    k9: int ~ sequence\n    key (c, k9)  per_key 1..2\n}\ntable w of c { "
                  "v: double ~ normal(0, 1)  rows 50%% }\n");
}

/* Of an entity, or with a key of its own; the key is declared after other columns, which stand behind it. */
static void put_keyed_workload(struct rng *r, struct buf *b)
{
    bool own = rng_below(r, 3) == 0;
    uint64_t parts = 1 + own + rng_below(r, 2);
    buf_printf(b, "entity e { id: %s  count 40 }\ntable t%s {\n    first: double ~ normal(0, 1)  null 10%%\n",
               PICK(r, "bigint ~ sequence", "char(20) ~ hex", "uuid"), own ? "" : " of e");
    for (uint64_t i = 0; i < parts; i++) {
        buf_printf(b, "    k%llu: ", (unsigned long long)i);
        put_part(r, b);
        buf_putc(b, '\n');
    }
    buf_printf(b, "    last: string = \"r{row}\"\n    key (%s", own ? "k0" : "e");
    for (uint64_t i = own; i < parts; i++)
        buf_printf(b, ", k%llu", (unsigned long long)i);
    if (own)
        buf_printf(b, ")\n    rows %d\n}\n", ROWS);
    else
        buf_printf(b, ")\n    per_key %s\n    rows %s\n}\n", PICK(r, "1..9", "7", "1", "3..30"),
                   PICK(r, "100%", "60%"));
    put_children(r, b, "t");
    buf_puts(b, "table x of e { n: int }\nquery q(e) { get x }\nrun s { query q }\n");
}

static bool same_key(const struct table *t, const struct value *a, const struct value *b)
{
    uint32_t i = 0;
    while (i < t->nkeys && value_equal(t->columns[i].type, &a[i], &b[i]))
        i++;
    return i == t->nkeys;
}

/* The row's key as one that a request brings along, and what it inherits of its parent's. */
static void check_tuple(const struct buf *text, const struct data *d, const struct table *t, uint64_t row,
                        const struct value *values)
{
    const struct keyspace whole = {.name = t->name, .key = t->columns[0], .table = t, .count = t->rows};
    struct value key[COLUMNS + 1], given[COLUMNS + 1];
    struct scratch s = {0};
    data_key_tuple(d, &whole, row, &s, key);
    if (!t->keyspace->own)
        data_key_tuple(d, t->keyspace, data_ordinal_of(d, t, row), &s, given);
    for (uint32_t i = 0; i < t->nkeys; i++)
        expect(value_equal(t->columns[i].type, &key[i], &values[i]), "another as a key", text, &t->columns[i],
               row, &key[i]);
    for (uint32_t i = 0; i < data_inherited(t); i++)
        expect(value_equal(t->columns[i].type, &given[i], &values[i]), "another than the parent's", text,
               &t->columns[i], row, &given[i]);
    scratch_release(&s);
}

/* In bulk and alone the same, no key twice, and the rows of a key are where data_rows_of says. */
static void check_keyed(const struct buf *text, const struct table *t)
{
    uint64_t n = t->rows < ROWS ? t->rows : ROWS;
    static const uint32_t all[COLUMNS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    struct value bulk[ROWS * (COLUMNS + 1)], one[COLUMNS + 1], some[COLUMNS + 1];
    struct scratch s = {0}, s1 = {0}, s2 = {0};
    struct data d = {9};
    struct rows *rows = rows_new(&d, t);
    rows_make(rows, 0, (uint32_t)n, bulk, &s);
    for (uint64_t row = 0; row < n; row++) {
        struct value *mine = &bulk[row * t->ncolumns];
        uint64_t first, ordinal = data_ordinal_of(&d, t, row), of = data_rows_of(&d, t, ordinal, &first);
        data_row(&d, t, row, one, &s1);
        data_columns(&d, t, row, mine, all, t->ncolumns, some, &s2);
        for (uint32_t i = 0; i < t->ncolumns; i++) {
            expect(value_fits(t->columns[i].type, &one[i]), "not of its type", text, &t->columns[i], row,
                   &one[i]);
            expect(value_equal(t->columns[i].type, &one[i], &mine[i]), "another in bulk", text,
                   &t->columns[i], row, &mine[i]);
            expect(value_equal(t->columns[i].type, &one[i], &some[i]), "another when asked for", text,
                   &t->columns[i], row, &some[i]);
        }
        for (uint64_t other = 0; other < row; other++)
            expect(!same_key(t, mine, &bulk[other * t->ncolumns]), "a key twice", text, t->columns, row,
                   mine);
        expect(row >= first && row < first + of, "not among the rows of its key", text, t->columns, row,
               mine);
        check_tuple(text, &d, t, row, mine);
    }
    rows_free(rows);
    scratch_release(&s);
    scratch_release(&s1);
    scratch_release(&s2);
}

static void keys_of_several_columns_hold(void **state)
{
    (void)state;
    struct rng r;
    int tables = 0;
    rng_init(&r, 17);
    for (int i = 0; i < ROUNDS; i++) {
        struct buf text = {0};
        struct compiled c = {0};
        put_keyed_workload(&r, &text);
        compile(&c, &text);
        for (uint32_t t = 0; c.ir && t < c.ir->ntables; t++)
            check_keyed(&text, &c.ir->tables[t]);
        tables += c.ir != NULL;
        arena_release(&c.arena);
        buf_release(&text);
    }
    if (tables < ROUNDS / 3)
        fail_msg("only %d of %d workloads compile", tables, ROUNDS);
}

/* ---- computed keys ---- */

static bool repeats(const struct keyspace *k, uint64_t count, bool *null)
{
    struct scratch s = {0};
    bool found = false;
    *null = false;
    struct value *v = calloc(count, sizeof *v);
    for (uint64_t i = 0; i < count; i++) {
        v[i] = expr_eval(k->key.expr, k->key.type, i, &s);
        *null |= v[i].null;
        for (uint64_t j = 0; j < i && !found; j++)
            found = !v[i].null && value_equal(k->key.type, &v[i], &v[j]);
    }
    free(v);
    scratch_release(&s);
    return found;
}

/* Of an expression that is compiled as a column, where it may repeat. */
static void check_key(const struct buf *text, const struct column *c)
{
    struct keyspace k = {.name = "k", .key = *c, .count = ROWS};
    struct twice twice = {0, 0};
    enum distinct found = data_distinct(&k, ROWS, &twice);
    bool null, is = repeats(&k, ROWS, &null);
    struct value none = {.null = true};
    bool right = is && null ? found == DISTINCT_TWICE || found == DISTINCT_NULL
                            : found == (is ? DISTINCT_TWICE : null ? DISTINCT_NULL : DISTINCT_SURE);
    expect(right, "distinct or not", text, c, twice.second, &none);
    if (found != DISTINCT_TWICE)
        return;
    struct scratch s = {0};
    struct value a = expr_eval(c->expr, c->type, twice.first, &s),
                 b = expr_eval(c->expr, c->type, twice.second, &s);
    expect(twice.first < twice.second && value_equal(c->type, &a, &b), "not the same key", text, c,
           twice.second, &b);
    scratch_release(&s);
}

static void repeated_keys_are_found(void **state)
{
    (void)state;
    struct rng r;
    int keys = 0;
    rng_init(&r, 13);
    for (int i = 0; i < ROUNDS; i++) {
        struct buf text = {0};
        struct compiled c = {0};
        buf_printf(&text, "entity e { id: bigint ~ sequence  count %d }\ntable t of e {\n", ROWS);
        for (int k = 0; k < COLUMNS / 2; k++) {
            uint64_t n = 1 + rng_below(&r, 30);
            buf_printf(&text, "    c%d: ", k);
            switch (rng_below(&r, 4)) {
            case 0:
                buf_printf(&text, "%s = ",
                           PICK(&r, "int", "bigint", "decimal(20, 3)", "decimal(3, 1)", "double", "float"));
                put_whole_expr(&r, &text, 2);
                break;
            case 1: buf_printf(&text, "%s = ", PICK(&r, "date", "timestamp")); put_moment(&r, &text,
                true); break;
            default: buf_printf(&text, "%s(%llu) = ", PICK(&r, "string", "char"),
                                (unsigned long long)n); put_text_expr(&r, &text); break;
            }
            buf_putc(&text, '\n');
        }
        buf_puts(&text, "}\nquery q(e) { get t }\nrun s { query q }\n");
        compile(&c, &text);
        for (uint32_t k = 1; c.ir && k < c.ir->tables[0].ncolumns; k++) {
            check_key(&text, &c.ir->tables[0].columns[k]);
            keys++;
        }
        arena_release(&c.arena);
        buf_release(&text);
    }
    if (keys < 200)
        fail_msg("only %d keys", keys);
}

/* A trillion keys cost nothing where the form of the expression tells. */
static void plain_forms_are_proven(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "bigint = row", "bigint = 5 - row * 3", "string = \"user{row}\"", "string(18) = \"user{row}\"", "char(40) = \"a{row * 7 + 1}@b\"",
        "decimal(38, 2) = row + 1", "double = row", "bigint = row % 2_000_000_000_000", "timestamp = 2026-01-01 + row * 1us",
        "string = \"{2026-01-01 + row * 1s}\"",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buf text = {0};
        struct compiled c = {0};
        struct twice twice;
        buf_printf(&text, "entity e { id: bigint ~ sequence  count 2 }\ntable t of e { c: %s }\nquery q(e) { get t }\nrun s { query q }\n", forms[i]);
        compile(&c, &text);
        assert_non_null(c.ir);
        struct keyspace k = {.key = c.ir->tables[0].columns[1]};
        if (data_distinct(&k,
                          k.key.type.kind == TYPE_STRING && !k.key.type.n ? 200000000000 : UINT64_C(1) << 40,
                          &twice) != DISTINCT_SURE)
            fail_msg("%s", forms[i]);
        arena_release(&c.arena);
        buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_hold), cmocka_unit_test(keys_of_several_columns_hold),
            cmocka_unit_test(repeated_keys_are_found), cmocka_unit_test(plain_forms_are_proven),
    };
    return cmocka_run_group_tests_name("holds", tests, NULL, NULL);
}
