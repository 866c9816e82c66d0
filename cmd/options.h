/* options.h - command lines from one table an option: parsing, --help, and the texts that man pages and
 * completions are made of. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/command.h"
#include "compiler/front.h"

enum options_outcome { OPTIONS_GO_ON, OPTIONS_DONE, OPTIONS_BAD };

/* Reorders argv: what is not an option comes after *first. --help and --version are taken here. Faults are
 * said on stderr. */
enum options_outcome options_parse(const struct command *, int argc, char **argv, void *owner, int *first);
/* Says so, on stderr, where a FILE is another tool's command ("prepare") and no file. */
bool options_are_files(const struct command *, int n, char *const *files);
/* Why it ends, as one printable line on stderr: "wklc: …". Always OPTIONS_BAD. */
enum options_outcome command_complain(const struct command *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* First of all in main: standard files that are closed are made such as cannot be read or written, so that no
 * database becomes file 2; a pipe that nobody reads and a file that may not grow are errors, not signals. */
void command_begin(void);

/* For `take`: why not; always false. */
bool option_fault(char *fault, size_t room, const char *text);
/* For `take`: NAME=VALUE. */
VEC_TYPE(option_defines, struct front_define);
bool option_define(struct arena *, struct option_defines *, const char *value, char *fault, size_t room);
/* For `take`: numbers with units. */
bool option_duration(const char *value, bool some, uint64_t *ns, char *fault, size_t room);   /* some: more than none */
bool option_whole(const char *value, uint64_t least, uint64_t most, uint64_t *n, char *fault, size_t room);
bool option_share(const char *value, double *share, char *fault, size_t room);   /* "2%", 0.02 */
bool option_rate(const char *value, double *per_second, char *fault, size_t room);   /* more than 0 */

/* A whole number below 2^53, as every reader of JSON keeps it: a report's seed has to be the run's. */
bool option_seed(const char *value, uint64_t *seed, char *fault, size_t room);

/* A `take` that keeps a text, or a flag, in a field of the command's own `struct asked`. */
#define OPTION_TEXT(name, field)                                        \
    static bool name(void *a, const char *v, char *fault, size_t room)  \
    {                                                                   \
        (void)fault; (void)room;                                        \
        ((struct asked *)a)->field = v;                                 \
        return true;                                                    \
    }
/* One that takes names with commas between, and several times. */
#define OPTION_LIST(name, field)                                                                    \
    static bool name(void *a, const char *v, char *fault, size_t room)                              \
    {                                                                                               \
        struct asked *x = a;                                                                        \
        x->field = x->field ? arena_printf(&x->arena, "%s,%s", x->field, v) : v;                    \
        return v[strspn(v, " ,")] || option_fault(fault, room, "expected names with commas between"); \
    }
#define OPTION_FLAG(name, field)                                        \
    static bool name(void *a, const char *v, char *fault, size_t room)  \
    {                                                                   \
        (void)v; (void)fault; (void)room;                               \
        return ((struct asked *)a)->field = true;                       \
    }

#endif
