/* queries_parts.h - what the readers of statements share, in queries.c and changes.c. */
#ifndef COMPILER_QUERIES_PARTS_H
#define COMPILER_QUERIES_PARTS_H

#include "compiler/elab.h"

struct query_reader {                                       /* of one query */
    struct elab *e;
    struct ir_query *query;
    const struct node *node;
    struct map keys;                                  /* by key space: 1 + its place */
    const struct node *slice;                         /* of the get that is read; NULL: it has none */
    bool several;                                     /* selectors it has */
    struct ir_key *all_keys;                          /* the query's, with room for those of inserts */
    bool *key_used;
    bool unsure;                                      /* a key is a mistake that has been reported: which
                                                         tables it reads is not known */
};

/* A column of the table by the name that stands here; false: reported. */
bool query_find_column(struct query_reader *, const struct node *, const struct table *, uint32_t *out);
/* The one table of a statement. keyed: it is reached by a key of the query. */
bool query_read_one(struct query_reader *, const struct node *, bool keyed, struct ir_op *);

/* changes.c */
bool query_read_insert(struct query_reader *, const struct node *, struct ir_op *);
bool query_read_put(struct query_reader *, const struct node *, struct ir_op *);
bool query_read_update(struct query_reader *, const struct node *, struct ir_op *);
bool query_read_delete(struct query_reader *, const struct node *, struct ir_op *);

#endif
