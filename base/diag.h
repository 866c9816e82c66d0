/* diag.h - what the compiler says about the user's text: records with spans, rendered later.
 *
 *   fraud.wkl:14:21: error: unknown entity 'cards'
 *      14 | table fraud_rates[e in cards, w in windows] of e {
 *         |                        ^~~~~ did you mean 'card'?
 *
 * Messages are lower case, without full stop, the subject in single quotes; the hint says what to do. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* A piece of a source text: bytes from … to-1. Line and column are found only when it is printed. */
struct span {
    uint32_t file;                                    /* place in struct diags' sources */
    uint32_t from, to;
};

struct source {
    const char *name;                                 /* as the user gave it */
    const char *text;
    uint32_t size;
    bool builtin;                                     /* of a module that is compiled in: not the user's to
                                                         change */
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

struct diag {
    enum severity severity;
    const char *code;                                 /* "E0203"; one for each kind of mistake */
    struct span span;
    const char *message, *hint;                       /* hint may be NULL */
    struct span span2;                                /* a second place, labelled; label2 NULL: none */
    const char *label2;
};

enum { DIAG_MAX_ERRORS = 20, DIAG_MAX_WARNINGS = 100 };

struct diags {
    struct arena *arena;
    VEC(struct source) sources;
    VEC(struct diag) records;
    uint32_t errors, warnings;                        /* all of them, also those past the first ones, which
                                                         are kept */
};

void diags_init(struct diags *, struct arena *);
uint32_t diags_add_source(struct diags *, const char *name, const char *text, uint32_t size);
/* Adds a record; the hint is a format's result or NULL. Returns it (for label2), or NULL past the limit. */
struct diag *diag_add(struct diags *, enum severity, const char *code, struct span, const char *hint,
                      const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void diags_put_text(const struct diags *, bool colour, struct buf *);   /* in order of place, then "2
                                                                           errors" */
void diags_put_json(const struct diags *, struct buf *);
/* A place that only moves forward: many places of a text are found in one walk. */
struct text_place { uint32_t at, line, column; };
#define TEXT_START {0, 1, 1}
void place_move(struct text_place *, const struct source *, uint32_t to);
void diags_locate(const struct diags *, struct span, uint32_t *line, uint32_t *column);   /* from 1; columns are characters */

/* The candidate closest to a name that was not found, by edit distance (at most a third of its length);
 * NULL: none is close. */
struct nearest { const char *name; size_t distance; };
void nearest_try(struct nearest *, const char *wanted, const char *candidate);   /* start from {0} */

#endif
