/* emit.h - what a workload becomes, stage by stage, as text: for people, and for the backends' own tools. */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "backends/instances.h"

struct emit_options {
    const char *run;                                  /* narrows: names with commas between; NULL: all */
    const char *dir;                                  /* one file each; NULL: to `out` */
    const struct diags *read;                         /* its sources are no place for these; NULL: nothing is
                                                         written */
};

/* ERR_USAGE where --run or --strategy names what the workload does not have. */
int emit_check_options(struct arena *, const struct ir *, const struct emit_options *, struct error *);

/* Stages after the IR, for each instance: schema, plan, request, bytecode. */
struct emit_stage {
    const char *name, *help;
    int (*emit)(struct arena *, const struct ir *, const struct diags *, const struct instance *,
                const struct emit_options *, struct buf *out, struct error *);
};
extern const struct emit_stage emit_stages[];         /* ends with a NULL name */
const struct emit_stage *emit_stage_find(const char *name);


/* A text as the stages put theirs: into its own file NAME.txt where a folder is asked for, else behind the
 * others. */
int emit_piece(struct arena *, const struct emit_options *, const char *name, const struct buf *text,
               struct buf *out, struct error *);

/* Names that are too short, types that are mapped with a loss, statements that cannot run yet: warnings for
 * --check. */
void emit_check(struct arena *, const struct ir *, const struct instance *, struct diags *);
/* Strategies of a run that come to the same on all of these backends: notes. */
void emit_check_same(const struct ir *, const struct instance *const *, size_t n, struct diags *);

/* Name, what it can do, limits, settings, whether this build drives it. */
void emit_backends(struct buf *);

#endif
