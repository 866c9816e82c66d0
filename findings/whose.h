/* whose.h - whose numbers they are: the service's, or those of what stood in for it; and which backends are
 * one and the same server. Every report says so at each backend, in these words. */
#ifndef FINDINGS_WHOSE_H
#define FINDINGS_WHOSE_H

#include "results/results.h"

bool whose_stands_in(const struct results *, const char *backend);
bool whose_is_same(const struct results *, const char *backend, const char *other);   /* one server under two names */
const char *whose_where(const struct results *, const char *backend);         /* of the server that answered;
                                                                                 NULL: not known */
const char *whose_same_as(const struct results *, const char *backend);       /* the first of those that are
                                                                                 its server; NULL: none is */
/* Who stood in, and where: "DynamoDB Local 2.5.3, this machine"; nothing where nobody did. */
void whose_put_server(struct buf *, const struct results *, const char *backend);
void whose_put(struct buf *, const struct results *, const char *backend);    /* "dynamodb (DynamoDB
                                                                                 Local 2.5.3, this
                                                                                 machine)", "sqlite" */
void whose_put_briefly(struct buf *, const struct results *, const char *backend);       /* in a sentence: "dynamodb (stand-in)" */
/* For the head of a report: who stood in for whom, and who is the same server, in sentences;
 * nothing where nobody is. */
void whose_put_stand_ins(struct buf *, const struct results *);
void whose_put_same(struct buf *, const struct results *);

#endif
