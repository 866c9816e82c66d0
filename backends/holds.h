/* holds.h - what a backend cannot hold: names, columns, keys and rows beyond its limits (struct caps), found
 * before anything is connected to. */
#ifndef BACKENDS_HOLDS_H
#define BACKENDS_HOLDS_H

#include "backends/swept.h"

struct refusal {
    const char *code;
    struct span span;
    const char *text, *hint;
};
VEC_TYPE(refusals, struct refusal);

/* Each fault of the file's own tables; where there is none, those of the first point of a sweep that has any.
 * run: narrows; NULL: all. */
void holds_check(struct arena *, const struct ir *, const struct swept *, const struct instances *,
                 size_t which, const char *run, struct refusals *);
/* Into diagnostics: errors where the backend is named, else warnings, since the others can do without it. */
void holds_tell(const struct refusals *, const struct instance *, bool named, struct diags *);

#endif
