/* op.h - an operation: what a statement of the language means, whatever the backend. A file each, and a line
 * in op.c. */
#ifndef OPS_OP_H
#define OPS_OP_H

#include "base/arena.h"
#include "ir/ir.h"
#include "ops/model.h"
#include "ops/step.h"

/* What sending a request once more does, where it is not known whether the first arrived. */
enum effect {
    EFFECT_NONE,                                      /* nothing: it only reads */
    EFFECT_SAME,                                      /* what the first did: it may be sent again */
    EFFECT_MORE,                                      /* another row, another count: it may not, unless the
                                                         first is known to have failed */
};

/* Where an answer's rows go: values in the order of step->columns, valid during the call, to be altered at
 * will. */
struct receiver {
    void (*row)(struct receiver *, const struct step *, struct value *values);
    uint64_t met;                                     /* rows that a statement has changed */
};

struct op {
    enum ir_op_kind kind;
    enum effect effect;
    bool creates;                                     /* the row of a key that has none */
    bool fresh;                                       /* of a key that nobody has: a row that is there is a
                                                         failure, and not met */
    bool removes;                                     /* the row of a key */
    /* Adds what a step brings on average. */
    void (*estimate)(const struct step *, struct demand *);
    /* What a step answers: the rows that the generators have. keys, ordinals: by register. */
    void (*eval)(struct model *, const struct step *, const struct value *keys, const uint64_t *ordinals,
                 struct receiver *);
};

const struct op *op_find(enum ir_op_kind);            /* NULL: it cannot be run yet */
/* A step of this operation over columns of a table, whose answer has these columns. */
struct step step_make(struct arena *, enum ir_op_kind, const struct table *, const uint32_t *columns,
                      uint32_t ncolumns, uint32_t first, uint32_t nkeys, const struct keyspace *);
/* The rows that a key of the step has as loaded, from *first on; how many: 0 where it has none (see
 * data_rows_of). ordinal: in the key space that it is drawn from. */
uint64_t step_rows(struct finder *, const struct data *, const struct step *, uint64_t ordinal,
                   uint64_t *first);
/* The same of the rows that it may have once statements have run: where a table gains rows, one also for a key
 * without any. */
uint64_t step_places(struct finder *, const struct data *, const struct step *, uint64_t ordinal,
                     uint64_t *first);
uint32_t step_most_rows(const struct step *);         /* of a key, in an answer */
/* Some keys of a step, from one on. */
struct step step_part(const struct step *, uint32_t from, uint32_t nkeys);
/* Makes it one that writes what the statement does. */
void step_set_writes(struct step *, const struct ir_op *);
/* The values that a step writes into the row of one of its keys, and their version, into the registers for
 * them: with VERSION_LOADED those that it was loaded with. Of a key without a row they are made all the same,
 * so that requests are alike. */
void step_make_values(const struct step *, struct finder *, const struct data *, uint32_t key, uint64_t ordinal,
                      uint64_t version, struct scratch *, struct value *registers);
/* The i-th column that a step sets, and the register of its value for a key: those of the statement, then the
 * versions of their groups. False: there are no more. */
bool step_assignment(const struct step *, uint32_t i, uint32_t key, uint32_t *column, uint32_t *reg);
uint32_t step_assignments(const struct step *);       /* how many */
bool step_adds(const struct step *, uint32_t i);      /* the i-th is added to what the row has */
bool step_counts(const struct step *);                /* one of them is */
enum effect step_effect(const struct step *);         /* the operation's; of what counts EFFECT_MORE */
void step_set_slice(struct step *, const struct ir_slice *);
void step_set_columns(struct arena *, struct step *, const uint32_t *columns, uint32_t ncolumns);

#endif
