/* front.h - from files to the IR. Everything lives in the arena; mistakes of the user's text go to diags, all
 * of a file in one go. */
#ifndef COMPILER_FRONT_H
#define COMPILER_FRONT_H

#include "base/error.h"
#include "ir/ir.h"

struct front_define { const char *name, *value; };    /* -D NAME=VALUE */
struct front_options {
    const struct front_define *defines;
    size_t ndefines;
    const char *const *fails;                         /* --fail-if: "p99 > 50ms" */
    size_t nfails;
    const char *strategies;                           /* --strategy: "batch, binpacked", of every run in place
                                                         of its own; NULL: its own */
    bool tell_unused;                                 /* warn of declarations that nothing uses: wklc does, a
                                                         run does not say it again */
};

/* A path that stands for standard input; what a workload there uses lies in the current folder. */
#define FRONT_STDIN "-"

/* Reads, parses, resolves, checks. Later files add declarations to the first. NULL where diags has errors, or
 * where a file cannot be read (then *err says so). */
const struct ir *front_compile(struct arena *, struct diags *, const char *const *paths, size_t npaths,
                               const struct front_options *, struct error *);

/* The stages before the IR, for people. 0 or ERR_IO; mistakes go to diags. */
int front_emit_tokens(struct arena *, struct diags *, const char *const *paths, size_t npaths, struct buf *,
                      struct error *);
int front_emit_ast(struct arena *, struct diags *, const char *const *paths, size_t npaths, struct buf *,
                   struct error *);

/* Adds the file's text, laid out as grammar/fmt.h says; *before is the text it has. 0, ERR_IO, or ERR_USAGE
 * where diags has its mistakes. */
int front_format(struct arena *, struct diags *, const char *path, const char **before, struct buf *,
                 struct error *);

/* Whether a file says what is run; true too where it cannot be read or understood: the compiler reports it.
 * Files that it uses do not count. */
bool front_has_run(const char *path);

#endif
