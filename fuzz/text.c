/* text.c - the bytes are a workload: through every stage of wklc, for every backend and strategy, as text and
 * as diagnostics.
 *
 * What must hold besides: a layout is its own layout, and compiles to the same IR with the same diagnostics;
 * JSON is JSON; there is an IR exactly where there are no errors. */
#include "config.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "backends/holds.h"
#include "compiler/front.h"
#include "emit/emit.h"
#include "emit/sample.h"
#include "fuzz/fuzz.h"
#include "grammar/fmt.h"
#include "ir/dump.h"

enum {
    MOST_BYTES = 64 * 1024,
    /* What a workload asks for in good order may be as large as it says. Past these it is compiled, but not
     * printed for every backend. */
    MOST_TABLES = 100, MOST_COLUMNS = 500, MOST_KEYS = 500, MOST_PLANS = 60,
};

static void expect_json(const struct buf *b)
{
    cJSON *json = cJSON_ParseWithLength(buf_text(b), b->len);
    if (!json)
        BUG("no JSON: %s", buf_text(b));
    cJSON_Delete(json);
}

static void expect_same(const char *what, const struct buf *a, const struct buf *b)
{
    if (strcmp(buf_text(a), buf_text(b)))
        BUG("%s differs:\n%s\n---\n%s", what, buf_text(a), buf_text(b));
}

/* ---- the front end ---- */

struct compiled {
    struct arena arena;
    struct diags diags;
    const struct ir *ir;
    struct buf dump, said, codes;
};

/* The codes alone: places and what is quoted move with the layout. */
static void put_codes(struct compiled *c)
{
    for (size_t i = 0; i < c->diags.records.count; i++)
        buf_printf(&c->codes, "%s\n", c->diags.records.items[i].code);
}

static void compile(struct compiled *c, const void *text, size_t n)
{
    struct file file;
    struct error err = {0};
    *c = (struct compiled){0};
    arena_init(&c->arena);
    diags_init(&c->diags, &c->arena);
    file_open(&file, text, n);
    const char *path = arena_strdup(&c->arena, file.path);   /* diagnostics name it as long as they live */
    c->ir = front_compile(&c->arena, &c->diags, &path, 1, &(struct front_options){.tell_unused = true}, &err);
    file_close(&file);
    if (!c->ir != (c->diags.errors > 0 || err.code))
        BUG("%u errors, %s", c->diags.errors, c->ir ? "and an IR" : "and no IR");
    if (c->ir)
        ir_dump(c->ir, &c->dump);
    diags_put_json(&c->diags, &c->said);
    expect_json(&c->said);
    buf_clear(&c->said);
    diags_put_text(&c->diags, true, &c->said);
    put_codes(c);
}

static void forget(struct compiled *c)
{
    buf_release(&c->dump);
    buf_release(&c->said);
    buf_release(&c->codes);
    arena_release(&c->arena);
}

static void show_tree(const void *text, size_t n)
{
    struct arena arena;
    struct diags diags;
    struct error err = {0};
    struct file file;
    struct buf out = {0};
    arena_init(&arena);
    diags_init(&diags, &arena);
    file_open(&file, text, n);
    const char *path = file.path;
    front_emit_tokens(&arena, &diags, &path, 1, &out, &err);
    front_emit_ast(&arena, &diags, &path, 1, &out, &err);
    file_close(&file);
    buf_release(&out);
    arena_release(&arena);
}

/* ---- layout ---- */

/* False: the text has syntax errors. */
static bool lay_out(const void *text, size_t n, struct buf *out)
{
    struct arena arena;
    struct diags diags;
    arena_init(&arena);
    diags_init(&diags, &arena);
    const char *copy = arena_strndup(&arena, text, n);
    int rc = fmt_source(&arena, &diags, diags_add_source(&diags, "fuzz.wkl", copy, (uint32_t)n), out);
    arena_release(&arena);
    return rc == 0;
}

static void check_layout(const void *text, size_t n, const struct compiled *c)
{
    struct buf once = {0}, twice = {0};
    struct compiled again;
    if (lay_out(text, n, &once)) {
        if (!lay_out(buf_text(&once), once.len, &twice))
            BUG("a layout has syntax errors:\n%s", buf_text(&once));
        expect_same("the layout of a layout", &once, &twice);
        compile(&again, buf_text(&once), once.len);
        expect_same("the IR of the layout", &c->dump, &again.dump);
        expect_same("what is said of the layout", &c->codes, &again.codes);
        forget(&again);
    }
    buf_release(&once);
    buf_release(&twice);
}

/* ---- backends ---- */

static bool is_small(const struct ir *ir)
{
    uint64_t columns = 0, keys = 0, plans = 0;
    for (uint32_t i = 0; i < ir->ntables; i++)
        columns += ir->tables[i].ncolumns;
    for (uint32_t i = 0; i < ir->nqueries; i++)
        keys += ir->queries[i].nregisters;
    for (uint32_t i = 0; i < ir->nruns; i++)
        plans += (uint64_t)ir->runs[i].nmix * ir->runs[i].nstrategies;
    return ir->ntables <= MOST_TABLES && columns <= MOST_COLUMNS && keys <= MOST_KEYS && plans <= MOST_PLANS;
}

static void emit_all(struct compiled *c)
{
    static const struct data data = {1};
    struct instances list;
    struct swept swept;
    struct instances_options o = {"all,memory", false};
    struct error err = {0};
    if (instances_make(&list, &c->arena, c->ir, &data, &o, &c->diags, &err) < 0 ||
        swept_make(&swept, &c->arena, c->ir, &data, &o, &c->diags, &err) < 0)
        return;
    for (size_t i = 0; i < list.items.count; i++) {
        struct refusals refusals = {0};
        holds_check(&c->arena, c->ir, &swept, &list, i, NULL, &refusals);
        holds_tell(&refusals, list.items.items[i], false, &c->diags);
        emit_check(&c->arena, c->ir, list.items.items[i], &c->diags);
    }
    for (size_t i = 0; !c->diags.errors && i < list.items.count; i++)
        for (const struct emit_stage *s = emit_stages; s->name; s++) {
            struct buf out = {0};
            if (s->emit(&c->arena, c->ir, &c->diags, list.items.items[i], &(struct emit_options){0}, &out,
                        &err) < 0)
                BUG("%s of %s: %s", s->name, list.items.items[i]->name, err.text);
            buf_release(&out);
        }
}

/* ---- samples ---- */

static void sample(struct compiled *c, const char *name, bool json)
{
    struct sample_options o = {arena_printf(&c->arena, "%s:3", name), NULL, json, 1};
    struct error err = {0};
    struct buf out = {0}, notes = {0};
    int rc = sample_put(&c->arena, c->ir, &o, &out, &notes, &err);
    if (rc == 0 && json)
        expect_json(&out);
    buf_release(&out);
    buf_release(&notes);
}

static void sample_all(struct compiled *c)
{
    for (uint32_t i = 0; i < c->ir->nfamilies; i++) {
        sample(c, c->ir->families[i].name, i & 1);
        sample(c, c->ir->families[i].tables->name, !(i & 1));
    }
    for (uint32_t i = 0; i < c->ir->nqueries; i++)
        sample(c, c->ir->queries[i].name, i & 1);
}

/* A text may `use` any file that there is: devices never end, and what is open here is not its own. A string
 * that could be such a path. */
static bool reads_elsewhere(const char *text, size_t n)
{
    if (!memmem(text, n, "use", 3))
        return false;
    for (size_t i = 0; i + 1 < n; i++)
        if ((text[i] == '"' && strchr("/.\\0123456789", text[i + 1])) ||
            (text[i] == '.' && text[i + 1] == '.' && memchr(text + i, '/', n - i)))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct compiled c;
    if (n > MOST_BYTES || reads_elsewhere((const char *)bytes, n))
        return -1;
    show_tree(bytes, n);
    compile(&c, bytes, n);
    check_layout(bytes, n, &c);
    if (c.ir && is_small(c.ir)) {
        sample_all(&c);
        emit_all(&c);
    }
    forget(&c);
    return 0;
}
