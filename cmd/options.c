/* options.c - getopt_long over a table. */
#include "config.h"

#include "cmd/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/printable.h"
#include "base/units.h"
#include "cmd/complete.h"
#include "cmd/habits.h"

enum { LONG_BASE = 1000, HELP_COLUMN = 28, HELP_WIDTH = 80 };

enum options_outcome command_complain(const struct command *c, const char *fmt, ...)
{
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    buf_text(&b);
    printable_make(b.data, "");
    fprintf(stderr, "%s: %s\n", c->name, b.data);
    buf_release(&b);
    return OPTIONS_BAD;
}

/* ---- help ---- */

/* In lines of HELP_WIDTH, beside the options. */
static void put_wrapped(const char *text)
{
    int used = 0;
    while (*text) {
        int n = (int)strcspn(text, " "), blank = used > 0;
        if (used && used + blank + n > HELP_WIDTH - HELP_COLUMN) {
            printf("\n%*s", HELP_COLUMN, "");
            used = blank = 0;
        }
        printf("%s%.*s", blank ? " " : "", n, text);
        used += blank + n;
        text += n;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void put_row(const struct option_row *o)
{
    char left[80];
    const char *arg = o->argument ? o->argument : "";
    const char *gap = o->argument && arg[0] != '[' ? " " : "";
    if (o->letter)
        snprintf(left, sizeof left, "  -%c, --%s%s%s", o->letter, o->name, gap, arg);
    else
        snprintf(left, sizeof left, "      --%s%s%s", o->name, gap, arg);
    printf("%-*s", HELP_COLUMN, left);
    if (strlen(left) + 2 > HELP_COLUMN)               /* two blanks between, as a reader of it as a table
                                                         expects */
        printf("\n%*s", HELP_COLUMN, "");
    put_wrapped(o->help);
}

static void show_help(const struct command *c)
{
    printf("Usage: %s\n%s\n", c->usage, c->summary);
    const struct option_row *o;
    for (size_t i = 0; (o = command_shown(c, i)); i++) {
        if (o->heading)
            printf("\n%s:\n", o->heading);
        put_row(o);
    }
    if (c->epilogue)
        printf("\n%s", c->epilogue);
}

/* ---- parsing ---- */

/* What stands behind the dashes, up to a value. */
static void name_written(const char *arg, char *name, size_t room)
{
    size_t dashes = arg[0] != '-' ? 0 : arg[1] == '-' ? 2 : 1;
    snprintf(name, room, "%.*s", (int)strcspn(arg + dashes, "="), arg + dashes);
}

/* "--report or --reload": the options that begin so, as long as they are several. */
static bool put_begun(const struct command *c, const char *name, char *text, size_t room)
{
    int n = 0, found = 0;
    text[0] = 0;
    for (size_t i = 0; command_shown(c, i); i++)
        if (!strncmp(command_shown(c, i)->name, name, strlen(name)) && (size_t)n < room)
            n += snprintf(text + n, room - (size_t)n, "%s--%s", found++ ? " or " : "",
                          command_shown(c, i)->name);
    return name[0] && found > 1;
}

static enum options_outcome say_unknown(const struct command *c, const char *arg)
{
    struct nearest near = {0};
    char name[100], begun[200];
    name_written(arg, name, sizeof name);
    const char *habit = habit_option(c->name, name), *dashes = arg[1] == '-' ? "--" : "-";
    if (habit)
        return command_complain(c, "no option %s%s: %s", dashes, name, habit);
    for (size_t i = 0; command_shown(c, i); i++) {
        if (arg[1] == '-' && !strcmp(command_shown(c, i)->name, name))
            return command_complain(c, "--%s takes no value: leave out '%s'", name,
                                    strchr(arg, '=') ? strchr(arg, '=') : "");
        nearest_try(&near, name, command_shown(c, i)->name);
    }
    if (arg[1] == '-' && put_begun(c, name, begun, sizeof begun))
        return command_complain(c, "'--%s' may be %s", name, begun);
    return near.name ? command_complain(c, "unknown option '%s': did you mean '--%s'?", arg, near.name)
                     : command_complain(c, "unknown option '%s': `%s --help` lists them", arg, c->name);
}

static void fill_tables(const struct command *c, size_t n, char *letters, struct option *longs)
{
    *letters++ = ':';                                 /* a missing argument is told apart */
    for (size_t i = 0; i < n; i++) {
        const struct option_row *o = command_row(c, i);
        int has = !o->argument ? no_argument : o->argument[0] == '[' ? optional_argument : required_argument;
        longs[i] = (struct option){o->name, has, NULL, LONG_BASE + (int)i};
        if (!o->letter)
            continue;
        *letters++ = o->letter;
        for (int colons = has == no_argument ? 0 : has == required_argument ? 1 : 2; colons > 0; colons--)
            *letters++ = ':';
    }
    *letters = 0;
}

static const struct option_row *find_row(const struct command *c, size_t n, int id)
{
    if (id >= LONG_BASE)
        return command_row(c, (size_t)(id - LONG_BASE));
    for (size_t i = 0; i < n; i++)
        if (command_row(c, i)->letter == id)
            return command_row(c, i);
    return NULL;
}

static enum options_outcome printed(const struct command *c)
{
    if (fflush(stdout) == 0)
        return OPTIONS_DONE;
    command_complain(c, "standard output cannot be written: %s", strerror(errno));
    return OPTIONS_BAD;
}

static enum options_outcome put_completion(const struct command *c, const char *shell)
{
    struct buf b = {0};
    bool done = complete_put(c, shell, &b);
    if (done)
        done = fwrite(buf_text(&b), 1, b.len, stdout) == b.len && fflush(stdout) == 0;
    if (!done)
        command_complain(
            c, "--completion '%s': expected bash, zsh or fish, and an output that can be written", shell);
    buf_release(&b);
    return done ? OPTIONS_DONE : OPTIONS_BAD;
}

static enum options_outcome take(const struct command *c, const struct option_row *o, const char *value,
                                 void *owner)
{
    char fault[300] = "";
    if (o->letter == 'h' && !o->take) {
        show_help(c);
        return printed(c);
    }
    if (o->letter == 'V' && !o->take) {
        printf("%s %s\n", c->name, PACKAGE_VERSION);
        return printed(c);
    }
    if (!o->take)
        return put_completion(c, value);
    if (o->take(owner, value, fault, sizeof fault))
        return OPTIONS_GO_ON;
    if (value && value[0] == '=' && !o->many)         /* -c=8, --clients = 8 */
        return command_complain(c, "--%s '%s': write --%s=%s, without a space%s", o->name, value, o->name,
                                value[1] ? value + 1 : o->argument,
                                o->letter ? ", or the letter without '='" : "");
    return command_complain(c, "--%s '%s': %s", o->name, value ? value : "", fault);
}

void command_begin(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);             /* what is written to it fails, as it would to a closed
                                                         one */
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

/* A second value would silently take the place of the first. A flag says the same twice. */
static bool is_again(const struct command *c, const struct option_row *o, bool *seen)
{
    size_t at = 0;
    while (command_row(c, at) != o)
        at++;
    bool again = seen[at] && o->argument && !o->many;
    if (again)
        command_complain(c, "--%s is given twice: leave out one of them", o->name);
    seen[at] = true;
    return again;
}

/* Of a command line that is read. */
struct reading {
    const struct command *command;
    size_t n;                                         /* options, those that all commands have among them */
    char **argv;
    void *owner;
    bool *seen;
};

/* An option that is cut short is taken, unless it is another tool's name of something else: --target is not
 * --targets. */
static bool is_habit(const struct reading *r, const struct option_row *o, const char *word)
{
    char name[100];
    name_written(word, name, sizeof name);
    return word[1] == '-' && strcmp(name, o->name) != 0 && habit_option(r->command->name, name);
}

static enum options_outcome lacks_value(const struct reading *r)
{
    const struct option_row *o = find_row(r->command, r->n, optopt);
    return command_complain(r->command, "--%s needs a value: %s", o ? o->name : "?", o ? o->argument : "");
}

static enum options_outcome read_option(struct reading *r, int id)
{
    const struct command *c = r->command;
    if (id == ':')
        return lacks_value(r);
    if (id == '?') {
        char letter[3] = {'-', (char)optopt, 0};
        return say_unknown(c, optopt && optopt < LONG_BASE ? letter : r->argv[optind - 1]);
    }
    const struct option_row *o = find_row(c, r->n, id);
    const char *word = r->argv[optind - (optarg && optarg == r->argv[optind - 1] ? 2 : 1)], *value = optarg;
    if (id >= LONG_BASE && is_habit(r, o, word))
        return say_unknown(c, word);
    if (!value && o->fits && r->argv[optind] && o->fits(r->argv[optind]))
        value = r->argv[optind++];                    /* as getopt takes a value that must be there */
    return is_again(c, o, r->seen) ? OPTIONS_BAD : take(c, o, value, r->owner);
}

enum options_outcome options_parse(const struct command *c, int argc, char **argv, void *owner, int *first)
{
    struct reading r = {.command = c, .n = command_count(c), .argv = argv, .owner = owner};
    char letters[256];
    struct option *longs = mem_alloc((r.n + 1) * sizeof *longs);
    r.seen = mem_alloc(r.n * sizeof *r.seen);
    fill_tables(c, r.n, letters, longs);
    enum options_outcome outcome = OPTIONS_GO_ON;
    opterr = 0;
    optind = 1;
    while (outcome == OPTIONS_GO_ON) {
        int id = getopt_long(argc, argv, letters, longs, NULL);
        if (id < 0)
            break;
        outcome = read_option(&r, id);
    }
    *first = optind;
    mem_free(r.seen);
    mem_free(longs);
    return outcome;
}

bool options_are_files(const struct command *c, int n, char *const *files)
{
    for (int i = 0; i < n; i++) {
        const char *instead = habit_word(c->name, files[i]);
        if (instead && access(files[i], F_OK) != 0)
            return command_complain(c, "there is no command '%s', and no such file: %s", files[i], instead) !=
                   OPTIONS_BAD;
    }
    return true;
}

/* ---- values ---- */

bool option_fault(char *fault, size_t room, const char *text)
{
    snprintf(fault, room, "%s", text);
    return false;
}

static bool number(const char *value, enum unit unit, const char *like, struct quantity *q, char *fault,
                   size_t room)
{
    bool ok = quantity_parse(value, strlen(value), q) && q->value >= 0 && !q->percent &&
              (q->unit == unit || q->unit == UNIT_NONE);
    if (!ok)
        snprintf(fault, room, "expected %s, such as %s", unit_name(unit), like);
    return ok;
}

bool option_define(struct arena *arena, struct option_defines *defines, const char *value, char *fault,
                   size_t room)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return option_fault(fault, room, "expected NAME=VALUE, such as scale=10%");
    const char *name = arena_strndup(arena, value, (size_t)(equals - value));
    for (size_t i = 0; i < defines->count; i++)
        if (!strcmp(defines->items[i].name, name)) {
            snprintf(fault, room, "'%.60s' has a value already: leave out one of them", name);
            return false;
        }
    vec_push(arena, defines, ((struct front_define){name, equals + 1}));
    return true;
}

bool option_duration(const char *value, bool some, uint64_t *ns, char *fault, size_t room)
{
    struct quantity q;
    if (!number(value, UNIT_DURATION, "10s or 500ms", &q, fault, room))
        return false;
    if (!quantity_ns(&q, MOST_SECONDS, ns))
        return option_fault(fault, room, "out of range: up to 95 years");
    return *ns || !some || option_fault(fault, room, "expected more than no time");
}

bool option_whole(const char *value, uint64_t least, uint64_t most, uint64_t *n, char *fault, size_t room)
{
    struct quantity q;
    if (!number(value, UNIT_NONE, "1000 or 10k", &q, fault, room))
        return false;
    if (quantity_whole(&q, least, most, n))
        return true;
    if (q.value <= (double)most && q.value >= (double)least)
        return option_fault(fault, room, "expected a whole number");
    snprintf(fault, room, "out of range: %llu to %llu", (unsigned long long)least, (unsigned long long)most);
    return false;
}

bool option_seed(const char *value, uint64_t *seed, char *fault, size_t room)
{
    return option_whole(value, 0, (1ull << 53) - 1, seed, fault, room);
}

bool option_share(const char *value, double *share, char *fault, size_t room)
{
    struct quantity q;
    bool ok = quantity_parse(value, strlen(value), &q) && q.unit == UNIT_NONE && q.value >= 0 && q.value <= 1;
    if (!ok)
        return option_fault(fault, room, "expected a share, such as 2%");
    *share = q.value;
    return true;
}

bool option_rate(const char *value, double *per_second, char *fault, size_t room)
{
    struct quantity q;
    if (!number(value, UNIT_RATE, "2k/s", &q, fault, room))
        return false;
    if (!(q.value > 0))
        return option_fault(fault, room, "expected more than nothing");
    if (q.value > MOST_RATE)
        return option_fault(fault, room, "out of range: up to 1G/s");
    *per_second = q.value;
    return true;
}
