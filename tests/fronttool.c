/* fronttool.c - the front end alone, for tests: fronttool STAGE FILE [NAME=VALUE …]; STAGE is check, json, tokens, ast, ir, fmt,
 * bytes (how many the compilation took; what is said about mistakes where there are any), or
 * targets: as json, with what all backends say, settings taken from the environment as for a run. Diagnostics go to stdout.
 * Ends with 1 where there are errors. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backends/holds.h"
#include "backends/swept.h"
#include "compiler/front.h"
#include "emit/emit.h"
#include "ir/dump.h"

static void ask_backends(struct arena *arena, const struct ir *ir, struct diags *diags, struct error *err)
{
    static const struct data data = {1};
    struct instances list;
    struct swept swept;
    struct instances_options o = {"all,sqlite", true};
    if (instances_make(&list, arena, ir, &data, &o, diags, err) < 0 || swept_make(&swept, arena, ir, &data, &o, diags, err) < 0) {
        if (diags->errors)
            err->code = 0;                            /* told as a diagnostic */
        return;
    }
    for (size_t i = 0; i < list.items.count; i++) {
        struct refusals refusals = {0};
        holds_check(arena, ir, &swept, &list, i, NULL, &refusals);
        holds_tell(&refusals, list.items.items[i], false, diags);
        emit_check(arena, ir, list.items.items[i], diags);
    }
    emit_check_same(ir, (const struct instance *const *)list.items.items, list.items.count, diags);
}

static int run(const char *stage, const char *path, const struct front_options *options, struct arena *arena, struct diags *diags, struct buf *out)
{
    struct error err = {0};
    const struct ir *ir = NULL;
    const char *before;
    if (!strcmp(stage, "tokens"))
        front_emit_tokens(arena, diags, &path, 1, out, &err);
    else if (!strcmp(stage, "ast"))
        front_emit_ast(arena, diags, &path, 1, out, &err);
    else if (!strcmp(stage, "fmt"))
        front_format(arena, diags, path, &before, out, &err);
    else
        ir = front_compile(arena, diags, &path, 1, options, &err);
    if (ir && !strcmp(stage, "targets"))
        ask_backends(arena, ir, diags, &err);
    if (ir && !strcmp(stage, "bytes"))
        buf_printf(out, "%zu\n", arena->used);
    else if (!strcmp(stage, "json") || !strcmp(stage, "targets"))
        diags_put_json(diags, out);
    else
        diags_put_text(diags, false, out);
    if (ir && !strcmp(stage, "ir"))
        ir_dump(ir, out);
    if (err.code)
        buf_printf(out, "error: %s\n", err.text);
    return err.code || diags->errors ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct front_define defines[64];
    struct front_options options = {.defines = defines, .tell_unused = true};
    struct arena arena;
    struct diags diags;
    struct buf out = {0};
    if (argc < 3 || argc > 64) {
        fprintf(stderr, "usage: fronttool STAGE FILE [NAME=VALUE …]\n");
        return 2;
    }
    arena_init(&arena);
    diags_init(&diags, &arena);
    for (int i = 3; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (equals)
            *equals = 0;
        defines[options.ndefines++] = (struct front_define){argv[i], equals ? equals + 1 : ""};
    }
    int code = run(argv[1], argv[2], &options, &arena, &diags, &out);
    fwrite(buf_text(&out), 1, out.len, stdout);
    buf_release(&out);
    arena_release(&arena);
    return code;
}
