/* complete.c - completions for bash, zsh and fish. The options and their texts are the table's; what an
 * option's value may be is found by the option's name, or by how the table writes its argument. */
#include "config.h"

#include "cmd/complete.h"

#include <string.h>

#include "backends/backend.h"
#include "compiler/explain.h"
#include "show/report.h"

/* ---- what a value may be ---- */

enum value_kind { VALUE_FREE, VALUE_WORDS, VALUE_FILE, VALUE_FOLDER, VALUE_DECLARED };

static void put_backends(struct buf *b)
{
    buf_puts(b, "all");
    for (const struct kind *k = backend_kinds; k->name; k++)
        buf_printf(b, " %s", k->name);
}

static void put_formats(struct buf *b)
{
    for (const struct report_format *f = report_formats; f->name; f++)
        buf_printf(b, "%s%s", f == report_formats ? "" : " ", f->name);
}

static void put_codes(struct buf *b)
{
    buf_puts(b, "all");
    for (const struct diagnostic_row *row = diagnostic_rows; row->code; row++)
        buf_printf(b, " %s", row->code);
}

/* declared: the words before the names that are meant, in the workload's file. */
static const struct { const char *option, *words; void (*put)(struct buf *); const char *declared; } known[] = {
    {"emit", "tokens ast ir plan schema request bytecode cost", NULL, NULL},
    {"only", "create load run drop", NULL, NULL},
    {"strategy", "single batch binpacked", NULL, NULL},
    {"target", NULL, put_backends, NULL},
    {"backends", NULL, put_backends, NULL},
    {"format", NULL, put_formats, NULL},
    {"explain", NULL, put_codes, NULL},
    {"run", NULL, NULL, "run"},
    {"define", NULL, NULL, "param"},
    {"sample", NULL, NULL, "table|query"},
};

/* The names that a file declares, one a line: this as sed -nE takes it, with the words for %s. */
#define DECLARED "s/^[[:space:]]*(%s)[[:space:]]+([A-Za-z_][A-Za-z_0-9]*).*/\\2/p"

/* Puts the words, a space between them, into `words`. For VALUE_DECLARED it is `declared`. */
static enum value_kind value_kind(const struct option_row *o, struct buf *words)
{
    buf_clear(words);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].option, o->name) != 0 || (known[i].declared && !strcmp(o->argument, "N")))
            continue;                                 /* a --sample that is a number has no names */
        if (known[i].put)
            known[i].put(words);
        else
            buf_puts(words, known[i].declared ? known[i].declared : known[i].words);
        return known[i].declared ? VALUE_DECLARED : VALUE_WORDS;
    }
    if (!strcmp(o->argument, "FILE"))
        return VALUE_FILE;
    if (!strcmp(o->argument, "DIR"))
        return VALUE_FOLDER;
    if (!strchr(o->argument, '|'))
        return VALUE_FREE;
    for (const char *p = o->argument; *p; p++)
        buf_putc(words, *p == '|' ? ' ' : *p);
    return VALUE_WORDS;
}

static bool is_optional(const struct option_row *o)
{
    return o->argument && o->argument[0] == '[';
}

static bool is_list(const struct option_row *o)
{
    return o->argument && !strcmp(o->argument, "LIST");
}

/* Adds text, with `before` put before each of the characters in `special`. */
static void put_escaped(struct buf *b, const char *text, const char *special, const char *before)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            buf_puts(b, before);
        buf_putc(b, *text);
    }
}

/* In a shell's single quotes. */
static void put_quoted_char(struct buf *b, char c)
{
    if (c == '\'')
        buf_puts(b, "'\\''");
    else
        buf_putc(b, c);
}

static void put_first_line(struct buf *b, const char *help, const char *special)
{
    for (; *help && *help != '\n'; help++) {
        if (strchr(special, *help))
            buf_putc(b, '\\');
        put_quoted_char(b, *help);
    }
}

/* ---- bash ---- */

/* Of what the files of the command line declare; NAME= where a value follows. */
static void put_bash_declared(const struct command *c, const struct option_row *o, struct buf *words,
                              struct buf *b)
{
    bool value = strchr(o->argument, '=') != NULL;
    if (is_list(o))
        buf_puts(b, "case $word in *,*) before=${word%,*}, ;; esac\n            ");
    buf_printf(
        b,
        "mapfile -t COMPREPLY < <(compgen -P \"$before\" %s-W \"$(_%s_declared '%s')\" -- \"${word##*,}\")",
        value ? "-S = " : "", c->name, buf_text(words));
    if (value)
        buf_puts(b, "; compopt -o nospace 2>/dev/null");
}

static void put_bash_case(const struct command *c, const struct option_row *o, struct buf *words,
                          struct buf *b)
{
    static const char *const replies[] = {
        [VALUE_FREE] = "COMPREPLY=()", [VALUE_WORDS] = NULL, [VALUE_DECLARED] = NULL,
        [VALUE_FILE] = "mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); compopt -o filenames 2>/dev/null",
        [VALUE_FOLDER] = "mapfile -t COMPREPLY < <(compgen -d -- \"$word\"); compopt -o filenames 2>/dev/null",
    };
    enum value_kind kind = value_kind(o, words);
    buf_puts(b, "        ");
    if (o->letter && !is_optional(o))
        buf_printf(b, "-%c|", o->letter);
    buf_printf(b, "--%s)\n            ", o->name);
    if (kind == VALUE_DECLARED)
        put_bash_declared(c, o, words, b);
    else if (kind == VALUE_WORDS && is_list(o))       /* a name behind the last comma */
        buf_printf(b, "case $word in *,*) before=${word%%,*}, ;; esac\n            "
                      "mapfile -t COMPREPLY < <(compgen -P \"$before\" -W '%s' -- \"${word##*,}\")",
                   buf_text(words));
    else if (kind == VALUE_WORDS)
        buf_printf(b, "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\")", buf_text(words));
    else
        buf_puts(b, replies[kind]);
    buf_puts(b, "\n            return ;;\n");
}

static void put_bash(const struct command *c, struct buf *words, struct buf *b)
{
    const struct option_row *o;
    buf_printf(b, "# bash completion for %s\n_%s_declared()\n{\n    local file\n    for file in \"${COMP_WORDS[@]}\"; do\n"
                  "        [[ $file == *.wkl && -f $file ]] && sed -nE \"", c->name, c->name);
    buf_printf(b, DECLARED, "$1");
    buf_printf(b, "\" \"$file\"\n    done\n}\n_%s()\n{\n    local word=${COMP_WORDS[COMP_CWORD]} option= before= with=\n", c->name);
    buf_puts(b, "    COMPREPLY=()\n"
                "    [[ $COMP_CWORD -gt 0 ]] && option=${COMP_WORDS[COMP_CWORD-1]}\n"
                "    # --option=value comes in three words, the sign one of them\n"
                "    if [[ $word == = ]]; then\n        word= with=1\n"
                "    elif [[ $option == = && $COMP_CWORD -gt 1 ]]; then\n        "
                "option=${COMP_WORDS[COMP_CWORD-2]} with=1\n    fi\n"
                "    # what may be left out stands behind a sign only\n    case $with$option in\n");
    for (size_t i = 0; (o = command_shown(c, i)); i++)
        if (is_optional(o))
            buf_printf(b, "        --%s) option= ;;\n", o->name);
    buf_puts(b, "    esac\n    case $option in\n");
    for (size_t i = 0; (o = command_shown(c, i)); i++)
        if (o->argument)
            put_bash_case(c, o, words, b);
    buf_puts(b, "    esac\n    if [[ $word == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; (o = command_shown(c, i)); i++) {
        if (o->letter)
            buf_printf(b, "-%c ", o->letter);
        buf_printf(b, "--%s%s", o->name, command_shown(c, i + 1) ? " " : "");
    }
    buf_puts(
        b, "' -- \"$word\")\n    else\n"
           "        mapfile -t COMPREPLY < <(compgen -d -- \"$word\"; compgen -f -X '!*.wkl' -- \"$word\")\n"
           "        compopt -o filenames 2>/dev/null\n    fi\n}\n");
    buf_printf(b, "complete -F _%s %s\n", c->name, c->name);
}

/* ---- zsh ---- */

static void put_zsh_value(const struct command *c, const struct option_row *o, struct buf *words,
                          struct buf *b)
{
    static const char *const actions[] = {[VALUE_FREE] = " ", [VALUE_WORDS] = NULL, [VALUE_DECLARED] = NULL,
                                          [VALUE_FILE] = "_files", [VALUE_FOLDER] = "_files -/"};
    enum value_kind kind = value_kind(o, words);
    buf_puts(b, is_optional(o) ? "::" : ":");
    for (const char *p = o->argument; *p; p++)
        if (!strchr("[]=:", *p))
            buf_putc(b, *p);
    if (kind == VALUE_DECLARED)
        buf_printf(b, ": _%s_declared %s", c->name, buf_text(words));
    else if (kind == VALUE_WORDS)
        buf_printf(b, is_list(o) ? ":_sequence compadd - %s" : ":(%s)", buf_text(words));
    else
        buf_printf(b, ":%s", actions[kind]);
}

static void put_zsh_option(const struct command *c, const struct option_row *o, bool letter,
                           struct buf *words, struct buf *b)
{
    buf_puts(b, "    '");
    if (o->many)
        buf_putc(b, '*');
    else if (o->letter == 'h' || o->letter == 'V')
        buf_puts(b, "(- *)");
    else if (o->letter)
        buf_printf(b, "(-%c --%s)", o->letter, o->name);
    if (letter)
        buf_printf(b, "-%c%s", o->letter, !o->argument ? "" : is_optional(o) ? "-" : "+");
    else
        buf_printf(b, "--%s%s", o->name, !o->argument ? "" : is_optional(o) ? "=-" : "=");
    buf_putc(b, '[');
    put_first_line(b, o->help, "[]:\\");
    buf_putc(b, ']');
    if (o->argument)
        put_zsh_value(c, o, words, b);
    buf_puts(b, "' \\\n");
}

static void put_zsh(const struct command *c, struct buf *words, struct buf *b)
{
    const struct option_row *o;
    buf_printf(b, "#compdef %s\n\n_%s_declared() {\n    local -a names\n    names=(${(f)\"$(sed -nE \"",
               c->name, c->name);
    buf_printf(b, DECLARED, "$1");
    buf_puts(
        b,
        "\" /dev/null ${(M)words:#*.wkl} 2>/dev/null)\"})\n    compadd -a names\n}\n\n_arguments -s -S \\\n");
    for (size_t i = 0; (o = command_shown(c, i)); i++) {
        if (o->letter)
            put_zsh_option(c, o, true, words, b);
        put_zsh_option(c, o, false, words, b);
    }
    buf_puts(b, "    '*:workload:_files -g \"*.wkl\"'\n");
}

/* ---- fish ---- */

static void put_fish_value(const struct command *c, const struct option_row *o, struct buf *words,
                           struct buf *b)
{
    enum value_kind kind = value_kind(o, words);
    if (is_optional(o)) {                             /* only behind the sign: fish has no word for that */
        if (kind != VALUE_WORDS)
            return;
        buf_printf(b, "\ncomplete -c %s -n 'string match -q -- \"--%s=*\" (commandline -ct)' -xa '", c->name,
                   o->name);
        buf_printf(b, "--%s=", o->name);
        for (const char *p = buf_text(words); *p; p++) {
            buf_putc(b, *p);
            if (*p == ' ')
                buf_printf(b, "--%s=", o->name);
        }
        buf_putc(b, '\'');
    } else if (kind == VALUE_DECLARED) {
        buf_printf(b, " -xa '(__%s_declared \"%s\")'", c->name, buf_text(words));
    } else if (kind == VALUE_WORDS && is_list(o)) {
        buf_puts(b, " -xa '(__fish_append , ");
        put_escaped(b, buf_text(words), "'\\", "\\");
        buf_puts(b, ")'");
    } else if (kind == VALUE_WORDS) {
        buf_printf(b, " -xa '%s'", buf_text(words));
    } else {
        buf_puts(b, kind == VALUE_FILE     ? " -rF"
                    : kind == VALUE_FOLDER ? " -xa '(__fish_complete_directories)'"
                                           : " -x");
    }
}

static void put_fish(const struct command *c, struct buf *words, struct buf *b)
{
    const struct option_row *o;
    buf_printf(b, "# fish completion for %s\nfunction __%s_declared\n    sed -nE \"", c->name, c->name);
    buf_printf(b, DECLARED, "$argv[1]");
    buf_printf(
        b, "\" /dev/null (commandline -opc | string match -- '*.wkl') 2>/dev/null\nend\ncomplete -c %s -f\n",
        c->name);
    buf_printf(b, "complete -c %s -ka '(__fish_complete_suffix .wkl)'\n", c->name);
    for (size_t i = 0; (o = command_shown(c, i)); i++) {
        buf_printf(b, "complete -c %s", c->name);
        if (o->letter)
            buf_printf(b, " -s %c", o->letter);
        buf_printf(b, " -l %s -d '", o->name);
        for (const char *p = o->help; *p && *p != '\n'; p++) {
            if (*p == '\'' || *p == '\\')
                buf_putc(b, '\\');
            buf_putc(b, *p);
        }
        buf_putc(b, '\'');
        if (o->argument)
            put_fish_value(c, o, words, b);
        buf_putc(b, '\n');
    }
}

/* ---- all ---- */

static const struct { const char *shell; void (*put)(const struct command *, struct buf *words, struct buf *); } shells[] = {
    {"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish},
};

bool complete_put(const struct command *c, const char *shell, struct buf *b)
{
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].shell, shell) != 0)
            continue;
        struct buf words = {0};
        shells[i].put(c, &words, b);
        buf_release(&words);
        return true;
    }
    return false;
}
