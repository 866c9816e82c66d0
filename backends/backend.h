/* backend.h - what a backend is: one folder, one line in registry.c.
 *
 * Two halves. Printing needs no database and no library, and is always built: schema, requests, procedures,
 * limits. Driving needs the client library: tables by struct store (backends/store.h), their rows by struct
 * feed (backends/feed.h), requests by struct wire (backends/wire.h). Where configure did not find the
 * library, all are NULL. Packing is not here: plan/pack.c packs for every backend, by its struct caps. */
#ifndef BACKENDS_BACKEND_H
#define BACKENDS_BACKEND_H

#include <stdatomic.h>

#include "backends/feed.h"
#include "backends/renewal.h"
#include "backends/store.h"
#include "backends/wire.h"
#include "base/error.h"
#include "cost/billing.h"
#include "data/data.h"
#include "plan/plan.h"

struct kind;
struct backend;
struct sql_dialect;

/* ---- instances ---- */

enum setting_form { SETTING_TEXT, SETTING_COUNT, SETTING_DURATION, SETTING_SWITCH, SETTING_AMOUNT,
                   SETTING_SIZE, SETTING_RATE,
                    SETTING_PORT, SETTING_PORTS, SETTING_DATABASE_FILE };    /* PORTS: one, or several with
                                                                                commas between */

/* What a sweep over a setting takes. Connections for requests are opened anew for each point anyway. */
enum setting_scope {
    SETTING_OF_SESSIONS,                              /* that is all */
    SETTING_OF_TABLES,                                /* how tables are made: they are made and loaded anew */
    SETTING_OF_PLACE,                                 /* where tables are, and who creates them: each place
                                                         has its own */
    SETTING_OF_SERVICE,                               /* no run can change it */
};

struct setting_def {
    const char *name;                                 /* "host" */
    const char *env;                                  /* the variable of the backend's own convention that
                                                         holds it, without the kind's env_prefix: "HOST"
                                                         (PGHOST), "PASSWORD|PWD"; NULL: none */
    const char *fallback;                             /* NULL: unset */
    const char *help;
    bool secret;                                      /* never printed */
    enum setting_form form;                           /* what else is refused, as a fault of the block */
    enum setting_scope scope;
    uint64_t most;                                    /* of a SETTING_COUNT; 0: MOST_COUNT */
};

enum { MAX_SETTINGS = 32, MAX_PRICING = 16 };

/* A backend as one workload uses it. Settings come from, the first that has it: the backend block, local
 * servers or --targets, the environment, the fallback. */
enum { CLEARING_S = 10 };                             /* what a statement or an exchange has that begins after
                                                         a wish to stop */

struct instance {
    const char *name;                                 /* "aurora_mysql" */
    const struct kind *kind;
    const struct backend *backend;
    const char *values[MAX_SETTINGS];                 /* in the order of backend->settings; NULL: unset */
    const char *pricing[MAX_PRICING];                 /* how it is paid for, in the order of pricing_settings;
                                                         NULL: unset */
    struct billing billing;                           /* settled from these */
    const struct data *data;                          /* the seed: for checks, and for `memory` to answer
                                                         from */
    const char *off;                                  /* why `all` does not use it: "`enabled off`"; NULL:
                                                         nothing is against it */
    const char *unset;                                /* the variable of its block that is not set, where
                                                         `all` named it; NULL: none */
    struct renewal *renewal;                          /* of settings that end within a run; values then has
                                                         the first ones. NULL: none do */
    const char *sources;                              /* what came from a file of the backend's own clients,
                                                         in a line; NULL: nothing */
    const char *rivals;                               /* what of the environment names another server, in a
                                                         line; NULL: nothing does */
    bool has_block;                                   /* the file says something of it */
    const atomic_bool *stop;                          /* a wish to stop: who waits for the server waits only
                                                         seconds more; NULL: none comes */
};
/* NULL where the text has the setting's form, and is not beyond its bounds; else what was expected. */
const char *setting_expects(const struct setting_def *, const char *text);
int setting_place(const struct backend *, const char *setting);         /* in its settings; -1: it has none of
                                                                           that name */
const char *instance_find(const struct instance *, const char *setting);   /* a value; NULL also where the
                                                                              backend has no such setting */
const char *instance_get(const struct instance *, const char *setting);  /* a value, or NULL; an unknown name
                                                                            is a BUG */
bool switch_is_on(const char *text);                   /* "on", "true", "yes", "1" */
bool instance_is_on(const struct instance *, const char *setting);       /* "on", "true", "yes", "1" */
/* As it is now, in an arena of its own: for a thread that nobody waits for any longer, which may outlive the
 * run. */
struct instance *instance_copy(struct arena *, const struct instance *);     /* it has no renewal: whoever
                                                                                needs it holds it */
/* Takes what is renewed; the version that these are of. */
unsigned instance_refresh(struct arena *, struct instance *, struct renewal *);
/* Adds a setting's value, the current one where it is renewed. */
void instance_put(const struct instance *, const char *setting, struct buf *);
/* What a read promises to find that begins after a write was acknowledged: that write, or a later one; the
 * same if its own client wrote it, or has read it before; or nothing of the kind. */
enum promise { PROMISE_LATEST, PROMISE_SESSION, PROMISE_EVENTUAL };
enum promise instance_promise(const struct instance *, bool latest);     /* latest: of reads that ask for it
                                                                            (struct request) */
bool instance_is_embedded(const struct instance *);   /* it works within this process; a server, however near,
                                                         does not */
bool instance_is_stopped(const struct instance *);
/* From 1 to 65535, digits alone. */
bool port_parse(const char *text, size_t n, unsigned *port);
uint64_t instance_number(const struct instance *, const char *setting);  /* "16", "10k", "50ms" (as ns); of a
                                                                            duration a plain number is
                                                                            seconds; 0 where unset */
/* The name of a table on this backend: the setting `table_prefix` (every backend has it, and `connections`),
 * and the table's name. */
void instance_put_table(const struct instance *, const struct table *, struct buf *);
const char *instance_table(const struct instance *, struct arena *, const struct table *);   /* the same, as messages name it */

/* ---- printing ---- */

struct backend {
    const char *name;                                 /* of the implementation: "postgres" */
    const char *title;                                /* "PostgreSQL" */
    const char *port;                                 /* of an address that names none; NULL: 443, HTTPS's */
    enum uri_reader { URI_OF_SERVICE, URI_STRICT, URI_LENIENT } uri;     /* how its client reads the setting
                                                         `uri`: see address_fault; a service's is checked
                                                         where it is read */
    struct caps caps;
    const struct setting_def *settings;               /* ends with a NULL name */
    const char *request_ext;                          /* of a file with an emitted request: "sql", "json",
                                                         "http" */
    const char *comment;                              /* starts a comment line in emitted text: "--", "#" */
    const struct sql_dialect *dialect;                /* of an SQL backend, whose text sql.c writes; else
                                                         NULL */
    /* The backend's type for one of ours; what it loses, into `loss` (MAY be NULL), where it loses
     * something. */
    void (*print_type)(const struct instance *, struct type, struct buf *, struct buf *loss);
    /* What creates a table: input for the backend's own command-line tool, as it stands. */
    void (*print_table)(const struct instance *, const struct table *, struct buf *);
    /* Sets text, setup, teardown, lowered of a packed request. */
    void (*lower)(const struct instance *, struct arena *, struct request *);
    /* The request with these key values (by register): input for the backend's own tool, as it stands. */
    void (*print_request)(const struct instance *, const struct request *, const struct value *keys,
                          struct buf *);
    /* The same as files for the tool's file options (pure JSON for the AWS CLI). MAY be NULL: the same as
     * above. */
    void (*print_table_file)(const struct instance *, const struct table *, struct buf *);
    void (*print_request_file)(const struct instance *, const struct request *, const struct value *keys,
                               struct buf *);
    /* The units a request is expected to consume, by the service's published rules. MAY be NULL: it has no
     * such units. */
    double (*model_units)(const struct instance *, const struct request *);
    /* The bytes that the service counts for a stored row, its own included, on average. MAY be NULL: those of
     * the values. */
    double (*stored_row)(const struct instance *, const struct table *);
    /* See instance_promise; as it is set. MAY be NULL: PROMISE_LATEST. */
    enum promise (*promise)(const struct instance *, bool latest);
    /* The endpoint that is asked, where more than the setting `endpoint` may say it. NULL: the service's own.
     * MAY be NULL: the setting alone. */
    const char *(*endpoint)(const struct instance *);
    /* Fills in settings that are found by ways of the backend's own, once all others are known. alone: the
     * backend is named, and nothing else serves it, so that also what nobody has set may be tried. MAY be
     * NULL. */
    int (*settle)(struct arena *, struct instance *, bool alone, struct error *);
    /* What counts against max_key_bytes, max_row_bytes and max_page_bytes at most, as far as generators and
     * types tell: false, or less, where they do not. UINT64_MAX: the type has no limit, which is as bad. MAY
     * be NULL: the bytes of the key; no row is too large. */
    bool (*key_bytes)(const struct column *key, uint64_t *bytes);
    /* The same of the key columns after the first, against max_sort_bytes. MAY be NULL: there is no such
     * limit. */
    bool (*sort_bytes)(const struct table *, uint64_t *bytes);
    uint64_t (*row_bytes)(const struct table *);
    uint64_t (*page_bytes)(const struct table *);
    const struct store *store;                        /* NULL: this build lacks the library */
    const struct feed *feed;                          /* NULL as well then */
    const struct wire *wire;                          /* and this */
    const char *driver_needs;                         /* "libpq (Debian: libpq-dev)", for the message then */
};

/* ---- the registry ---- */

/* A name that a workload may use for a backend. `aurora` is two rows: engine mysql or postgres. */
/* Whether `--backends all` takes it. A service that speaks what a plain backend speaks is that backend again
 * until its address is given. */
enum in_all { IN_ALL, IN_ALL_SERVICE, IN_ALL_IF_CONFIGURED, IN_ALL_NEVER };

struct kind {
    const char *name;                                 /* "aurora_mysql": of an instance that is not named
                                                         otherwise */
    const char *also[6];                              /* other names that people use */
    const char *keyword;                              /* "aurora": what a backend block says */
    const char *engine;                               /* "mysql"; NULL: it has but one */
    const struct backend *backend;
    const char *env_prefix;                           /* before each setting_def's env: "PG", "AURORA_MYSQL_",
                                                         "" */
    const char *configured_by[4];                     /* it counts as configured where one of these settings
                                                         is set; none: embedded */
    const char *enable;                               /* what would: "set PGHOST or a backend block with a
                                                         uri" */
    const char *local;                                /* which throw-away server serves it: "postgres"; NULL:
                                                         needs none */
    enum in_all in_all;
    const char *service;                              /* whose prices it has, where nothing else is said;
                                                         NULL: none */
    const char *server;                               /* what the version of a server that is what it is named
                                                         after begins with: "MySQL"; NULL: not told so */
    const char *domains[5];                           /* of the service's own endpoints: elsewhere an emulator
                                                         answers; none: not told so */
    const char *urls[3];                              /* variables that may hold its `uri`, where nothing says
                                                         where it is, … */
    const char *schemes[3];                           /* … if it begins so: "postgres:" */
};
extern const struct backend backend_memory, backend_sqlite, backend_postgres, backend_mysql, backend_dynamodb,
    backend_cosmosdb;
extern const struct kind backend_kinds[];             /* ends with a NULL name */
const struct kind *kind_find(const char *keyword, const char *engine);   /* NULL: none; engine may be NULL:
                                                                            the first */
const char *kind_real_name(const char *name);         /* "postgres" of "pg" and of "Postgres"; of an unknown
                                                         name itself */
const struct kind *kind_named(const char *name);      /* by its full name, "aurora_mysql"; NULL: none */

#endif
