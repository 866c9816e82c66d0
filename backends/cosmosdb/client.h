/* client.h - talking to Cosmos DB: where it is, the account's key or a token, one signed request, and what a
 * refusal means. */
#ifndef BACKENDS_COSMOSDB_CLIENT_H
#define BACKENDS_COSMOSDB_CLIENT_H

#include <time.h>

#include "backends/cosmosdb/tokens.h"
#include "backends/http/service.h"

enum { COSMOSDB_DATE = 30 };                          /* "Thu, 27 Apr 2017 00:51:12 GMT" with its NUL */

struct cosmosdb_client {
    const struct instance *instance;
    struct buf url;                                   /* ends with '/' */
    unsigned char *key;                               /* the account's, decoded; NULL: there is a token */
    size_t key_size;
    bool by_token;                                    /* of Entra ID, which is for documents: containers and
                                                         databases are not its to make */
    struct buf authorization;                         /* with the token of this version of the instance's
                                                         renewal */
    unsigned version;
    const char *level;                                /* for x-ms-consistency-level; NULL: the account's
                                                         own */
    char page_rows[24];                               /* for x-ms-max-item-count */
    uint64_t timeout;                                 /* ns */
    time_t dated;                                     /* the second that `date` says */
    char date[COSMOSDB_DATE];
    struct buf scratch, link;
    struct tokens tokens;
};

int cosmosdb_client_init(struct cosmosdb_client *, const struct instance *, struct error *);
void cosmosdb_client_release(struct cosmosdb_client *);
/* The authorization for a request:
 * https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources */
void cosmosdb_put_authorization(const void *key, size_t key_size, const char *verb, const char *type,
                                const char *link, const char *date, struct buf *);
void cosmosdb_date(time_t, char out[COSMOSDB_DATE]);
/* Sets url, method and the headers that every request has; type and link are what it is about: "docs",
 * "dbs/D/colls/C". */
void cosmosdb_sign(struct cosmosdb_client *, struct http_call *, const char *verb, const char *type,
                   const char *link);
void cosmosdb_url(struct cosmosdb_client *, struct http_call *, const char *path);
/* A 404 is an answer, with code 0, to what asks for one thing: it is not there. */
void cosmosdb_judge(struct http_call *, struct refusal *);
/* The charge of the last answer; negative: none was said. */
double cosmosdb_charge(struct http_call *);

/* Administration, for the driver's table. */
int cosmosdb_note_load(struct server *, const struct stretch *, struct error *);

#endif
