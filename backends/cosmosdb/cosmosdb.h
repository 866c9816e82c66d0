/* cosmosdb.h - what cosmosdb.c (printing, lowering) and its driver share. */
#ifndef BACKENDS_COSMOSDB_COSMOSDB_H
#define BACKENDS_COSMOSDB_COSMOSDB_H

#include "backends/backend.h"

struct cosmosdb_request {
    const char *link;                                 /* "dbs/wkl/colls/fraud_rates_card_30d": what is
                                                         signed */
    const char *path;                                 /* the same as a path of a URL,
                                                         "dbs/wkl/colls/…/docs" */
    const char *method;                               /* "GET", "PATCH", "DELETE": of one document; "POST": a
                                                         query, or a document that is there or not */
    const char *query;                                /* the body of a query up to its parameters; else
                                                         NULL */
    bool within;                                      /* it is one within the partition of its key */
};

/* It writes a whole document, and asks for the container: the document says which it is. */
static inline bool cosmosdb_posts_document(const struct cosmosdb_request *l)
{
    return !l->query && l->method[0] == 'P' && l->method[1] == 'O';
}

enum { COSMOSDB_MAX_KEYS = 1000, COSMOSDB_MAX_PATCH = 10 };

#define COSMOSDB_API "2018-12-31"
/* What a point read of a document costs by its size, a write of it, and what a query that brings so many
 * does. */
double cosmosdb_read_units(double bytes);
double cosmosdb_write_units(double bytes);
double cosmosdb_query_units(double documents, double bytes);

const char *cosmosdb_database(const struct instance *);
/* The property that holds a column: its name, but for those that the service keeps to itself: "id" ->
 * "c_id". */
void cosmosdb_put_property(struct buf *, const struct column *);
/* A key's text as it stands in a document's id: what that may not hold as ~XX. */
void cosmosdb_put_id(struct buf *, struct type, const struct value *key);
/* ["the key"], as a header takes it: ASCII. */
void cosmosdb_put_partition(struct buf *, struct type, const struct value *key);
/* Puts the document of a row. */
void cosmosdb_put_document(const struct table *, const struct value *values, struct buf *);
/* The id of a document by the key columns of its row: of one the key, of several all but the first. */
void cosmosdb_put_row_id(const struct table *, const struct value *key, struct buf *);
/* Puts what makes the container: partitioned by a column, and of a table with the further key columns
 * indexed. NULL: it holds notes, whose property has the column's name. */
void cosmosdb_put_container(const char *name, const struct column *key, const struct table *, struct buf *);
/* Puts the body of a write, a patch or a whole document (a delete has none): by register, or NULL for
 * placeholders. */
void cosmosdb_put_write(const struct step *, const struct value *registers, struct buf *);
/* Puts the body of a query: keys by register, or NULL for placeholders. */
void cosmosdb_put_query(const struct request *, const struct value *keys, struct buf *);

#endif
