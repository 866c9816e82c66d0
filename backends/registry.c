/* registry.c - the names that a workload may use for a backend. */
#include "config.h"

#include "backends/backend.h"

#include <string.h>
#include <strings.h>

#include "backends/outside.h"

#define POSTGRES_PLACES {"uri", "host", "service"}
#define MYSQL_PLACES {"uri", "host", "socket"}

const struct kind backend_kinds[] = {
    {.name = "memory", .keyword = "memory", .backend = &backend_memory, .env_prefix = "",
     .in_all = IN_ALL_NEVER,
     .enable = "name it: --backends memory"},
    {.name = "sqlite", .also = {"sqlite3"}, .keyword = "sqlite", .backend = &backend_sqlite,
     .env_prefix = ""},

    /* servers of one's own */
    {.name = "postgres", .also = {"pg", "psql", "postgresql", "pgsql"}, .keyword = "postgres",
     .backend = &backend_postgres, .env_prefix = "PG", .configured_by = POSTGRES_PLACES,
     .enable = "set PGHOST and its like, PGSERVICE or DATABASE_URL, or `backend postgres { uri env(\"…\") }`, or use --local",
     .local = "postgres", .urls = {"POSTGRES_URL", "DATABASE_URL"}, .schemes = {"postgres", "postgresql"}},
    {.name = "mariadb", .also = {"maria"}, .keyword = "mariadb", .backend = &backend_mysql,
     .env_prefix = "MARIADB_", .configured_by = MYSQL_PLACES,
     .enable = "set MARIADB_HOST and its like, MARIADB_URL or DATABASE_URL, or `backend mariadb { uri env(\"…\") }`, or use --local",
     .local = "mysql", .server = "MariaDB", .urls = {"MARIADB_URL", "DATABASE_URL"}, .schemes = {"mariadb"}},
    {.name = "mysql", .keyword = "mysql", .backend = &backend_mysql, .env_prefix = "MYSQL_",
     .configured_by = MYSQL_PLACES,
     .enable = "set MYSQL_HOST and its like, MYSQL_URL or DATABASE_URL, or `backend mysql { uri env(\"…\") }`, or use --local",
     .local = "mysql", .server = "MySQL", .in_all = IN_ALL_IF_CONFIGURED, .urls = {"MYSQL_URL", "DATABASE_URL"},
     .schemes = {"mysql"}},

    /* services that speak what these speak */
    {.name = "lakebase", .keyword = "lakebase", .backend = &backend_postgres, .env_prefix = "LAKEBASE_PG",
     .configured_by = POSTGRES_PLACES,
     .enable = "set LAKEBASE_PGHOST and its like, or `backend lakebase { uri env(\"…\") }`, or use --local",
     .local = "postgres",
     .in_all = IN_ALL_SERVICE, .service = "lakebase"},
    {.name = "aurora_postgres", .also = {"aurora_postgresql", "aurora_pg"}, .keyword = "aurora",
     .engine = "postgres", .backend = &backend_postgres, .env_prefix = "AURORA_PG",
     .configured_by = POSTGRES_PLACES,
     .enable = "set AURORA_PGHOST and its like, or `backend aurora { engine postgres   host env(\"…\") }`, or use --local",
     .local = "postgres", .in_all = IN_ALL_SERVICE, .service = "aurora"},
    {.name = "aurora_mysql", .keyword = "aurora", .engine = "mysql", .backend = &backend_mysql,
     .env_prefix = "AURORA_MYSQL_",
     .configured_by = MYSQL_PLACES,
     .enable = "set AURORA_MYSQL_HOST and its like, or `backend aurora { engine mysql   host env(\"…\") }`, or use --local",
     .local = "mysql", .in_all = IN_ALL_SERVICE, .service = "aurora"},

    /* services of their own */
    {.name = "dynamodb", .also = {"dynamo", "ddb"}, .keyword = "dynamodb", .backend = &backend_dynamodb,
     .env_prefix = "", .configured_by = {"endpoint", "access_key", "profile"},
     .enable = "set AWS_PROFILE (to default, say), or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or AWS_ENDPOINT_URL_DYNAMODB; or run where an AWS role is (EC2, ECS, EKS); or use --local",
     .local = "dynamodb", .service = "dynamodb",
     .domains = {"amazonaws.com", "amazonaws.com.cn", "api.aws", "api.amazonwebservices.com.cn"}},
    {.name = "cosmosdb", .also = {"cosmos"}, .keyword = "cosmosdb", .backend = &backend_cosmosdb,
     .env_prefix = "", .configured_by = {"uri", "endpoint"},
     .enable = "set COSMOS_CONNECTION_STRING (or COSMOS_ENDPOINT and COSMOS_KEY, or COSMOS_TOKEN), or use --local", .local = "cosmosdb", .service = "cosmosdb",
     .domains = {"documents.azure.com", "documents.azure.cn", "documents.azure.us"}},

    /* from folders outside the tree: configure --with-backend */
#include "backends/outside_kinds.h"
    {.name = NULL},
};

const char *kind_real_name(const char *name)
{
    for (const struct kind *k = backend_kinds; k->name; k++) {
        if (!strcasecmp(name, k->name))
            return k->name;
        for (int i = 0; k->also[i]; i++)
            if (!strcasecmp(name, k->also[i]))
                return k->name;
    }
    return name;
}

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
