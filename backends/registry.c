/* registry.c - the names that a workload may use for a backend: one line each. */
#include "config.h"

#include "backends/backend.h"

#include <string.h>

const struct kind backend_kinds[] = {
    {"memory", "memory", NULL, &backend_memory, "", {NULL}, "name it: --backends memory", NULL, true, NULL, {NULL}},
    {"sqlite", "sqlite", NULL, &backend_sqlite, "", {NULL}, NULL, NULL, false, NULL, {NULL}},
    {"lakebase", "lakebase", NULL, &backend_postgres, "PG", {"uri", "host"},
     "set PGHOST and its like, or `backend lakebase { uri env(\"…\") }`, or use --local", "postgres", false, "lakebase", {NULL}},
    {"aurora_postgres", "aurora", "postgres", &backend_postgres, "AURORA_PG", {"uri", "host"},
     "set AURORA_PGHOST and its like, or `backend aurora { engine postgres   host env(\"…\") }`, or use --local", "postgres", false, "aurora", {NULL}},
    {"aurora_mysql", "aurora", "mysql", &backend_mysql, "AURORA_MYSQL_", {"uri", "host", "socket"},
     "set AURORA_MYSQL_HOST and its like, or `backend aurora { engine mysql   host env(\"…\") }`, or use --local", "mysql", false, "aurora", {NULL}},
    {"dynamodb", "dynamodb", NULL, &backend_dynamodb, "", {"endpoint", "access_key"},
     "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION (or AWS_ENDPOINT_URL_DYNAMODB), or use --local", "dynamodb", false, "dynamodb",
     {"amazonaws.com", "amazonaws.com.cn", "api.aws", "api.amazonwebservices.com.cn"}},
    {"cosmosdb", "cosmosdb", NULL, &backend_cosmosdb, "", {"uri", "endpoint"},
     "set COSMOS_CONNECTION_STRING (or COSMOS_ENDPOINT and COSMOS_KEY), or use --local", "cosmosdb", false, "cosmosdb",
     {"documents.azure.com", "documents.azure.cn", "documents.azure.us"}},
    {NULL},
};

const struct kind *kind_find(const char *keyword, const char *engine)
{
    for (const struct kind *k = backend_kinds; k->name; k++)
        if (!strcmp(k->keyword, keyword) && (!engine || (k->engine && !strcmp(k->engine, engine))))
            return k;
    return NULL;
}

const struct kind *kind_named(const char *name)
{
    for (const struct kind *k = backend_kinds; k->name; k++)
        if (!strcmp(k->name, name))
            return k;
    return NULL;
}
