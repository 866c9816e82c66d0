/* join.h - several results, of one machine or of many, as one: their entries side by side. */
#ifndef FINDINGS_JOIN_H
#define FINDINGS_JOIN_H

#include "base/error.h"
#include "results/results.h"

/* Takes the parts, which are gone afterwards in any case; names[i] is the file of parts[i]. Where several
 * files have measured a backend of the same name, each is called NAME@FILE (the file's name without folder
 * and ending). What makes them hard to compare (another workload, seed, params, machine, version; other
 * tables or requests) goes into the remarks. One part alone is given back as it is. */
int results_join(struct results **parts, const char *const *names, size_t n, struct results **out,
                 struct error *);

#endif
