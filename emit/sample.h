/* sample.h - a look at the data and the requests without a database: `wklc FILE --sample NAME[:N]`. Pure
 * functions of the seed: the rows are those that wklrun loads, in its order; the requests those that it asks,
 * from each client's first one on (which are the ones that it verifies before it measures). */
#ifndef EMIT_SAMPLE_H
#define EMIT_SAMPLE_H

#include "base/buf.h"
#include "base/error.h"
#include "ir/ir.h"

enum { SAMPLE_USUAL = 10 };

struct sample_options {
    const char *what;                                 /* "TABLE", "QUERY:100"; of a family its first table is
                                                         taken */
    const char *run;                                  /* whose requests; NULL: the first run that asks the
                                                         query */
    bool json;                                        /* an array of objects instead of CSV with a header */
    uint64_t seed;
};

/* notes: what was chosen where the name left a choice, a line each. ERR_USAGE where there is nothing of that
 * name. */
int sample_put(struct arena *, const struct ir *, const struct sample_options *, struct buf *out,
               struct buf *notes, struct error *);

#endif
