/* service.h - what the drivers of HTTP services have alike: sessions (calls in flight on kept-alive
 * connections, with retries), loaders (requests in flight on a loop of their own, bounded), and what a
 * refusal is. A service says how its requests are written, signed and answered; everything else is here,
 * once.
 *
 *   session  submit -> write -> sign -> … -> judge -> answer -> slot_complete | slot_fail | slot_again | slot_wait
 *   loader   row … row -> load_sign -> … -> judge -> load_left? -> free, or sent again; all free -> load_note */
#ifndef BACKENDS_HTTP_SERVICE_H
#define BACKENDS_HTTP_SERVICE_H

#include <cjson/cJSON.h>

#include "backends/backend.h"
#include "backends/http/http.h"
#include "backends/http/retry.h"

/* Why an exchange gave no answer. */
struct refusal {
    int code;                                         /* an error_code; 0: it was answered */
    enum fault fault;                                 /* where it was not */
    bool again;                                       /* the same request may succeed later */
    bool load;                                        /* refused for load */
    bool stale;                                       /* the credentials have ended, or so it seems: others
                                                         may be taken */
    bool maybe;                                       /* administration: a try of it may have been carried
                                                         out, though its answer was lost */
    uint64_t asked;                                   /* ns to wait, where the service said; else 0 */
    char type[64];                                    /* "ResourceNotFoundException"; "" where the service did
                                                         not answer */
    char words[512];                                  /* "ResourceNotFoundException: Requested resource not
                                                         found" */
};
/* Whether a try that has ended may have been carried out without an answer reaching us: it is then no news
 * that the thing is there. */
bool refusal_leaves_open(const struct http_call *);
/* For requests that may be carried out twice, as reads and writes of the same: one whose connection broke is
 * sent again. */
void refusal_repeat(struct refusal *, const struct http_call *);
/* It was refused for this: code and fault. */
void refusal_set_fault(struct refusal *, enum fault);
/* Sets words from "type: message" or whatever else is known of a reply with an error status. */
void refusal_put_words(struct refusal *, struct http_call *, const char *message);
/* Sets the type of it, of n bytes; no type that is known is as long as some are. */
void refusal_set_type(struct refusal *, const char *type, size_t n);
/* It was answered, with something else than JSON; returns the code. */
int refusal_no_json(struct refusal *, struct http_call *);
/* Sets *err from it: "dynamodb at 'http://…': CreateTable: words". Returns its code. */
int refusal_fail(const struct refusal *, const char *service, const char *url, const char *operation,
                 struct error *err);

/* The name of a table there, into b, which holds nothing else. */
const char *http_table(const struct instance *, const struct table *, struct buf *b);
/* ERR_MISSING: it was dropped while it was being loaded. */
int http_miss_note(const char *service, const char *thing, const char *name, struct error *);

/* The note of a table that is being loaded lists what is there, in a field for the digest of the content:
 * "0-10000" are rows 0 … 9999. Since the note is written anew when the table is sealed, and goes with it, so
 * does the list. */
typedef void http_take_fn(void *arg, uint64_t from, uint64_t to);
void http_put_list_name(struct buf *, const char *digest);
void http_put_span(struct buf *, uint64_t from, uint64_t to);
bool http_read_span(const cJSON *, uint64_t *from, uint64_t *to);
void http_take_spans(const cJSON *list, http_take_fn *take, void *arg);

/* A request whose credentials were refused as ended is sent once more, with others: nothing of it was carried
 * out. */
struct renewing {
    unsigned version;                                 /* of the credentials that it was signed with */
    bool once;                                        /* it has been sent once more already */
    bool waits;                                       /* for others */
};
enum { RENEWING_LOOK_NS = 20000000 };                 /* how often it is looked whether they are there */
/* On a loop: whether to send it (RENEWAL_DONE), to ask again later, or to take the refusal, which then says
 * why there are no others. */
enum renewal_state refusal_renew(struct refusal *, const struct instance *, struct renewing *);
/* Where waiting is fine: true: send it. */
bool refusal_renew_now(struct refusal *, const struct instance *, struct renewing *);
/* Before a request that is waited for: what is about to end is renewed. */
void refusal_foresee(const struct instance *);

/* One connection of a session. idle -> sent -> (waiting ->) sent … -> idle */
struct slot {
    struct session *session;
    struct http_call http;
    struct timer timer;                               /* of a wait before the next try */
    struct call *call;                                /* NULL: idle */
    uint32_t tries;                                   /* that brought nothing new */
    bool open;                                        /* one of the tries may have been carried out without an
                                                         answer reaching us */
    struct renewing renewing;
    struct refusal refusal;
    struct buf extra;                                 /* the service's own, kept from try to try */
    uint64_t taken;                                   /* the same: rows of the answer so far */
};

/* One request of a loader: being filled, on its way, waiting for its next try, or free. */
struct write {
    struct loader *loader;
    struct http_call http;
    struct timer timer;
    uint32_t rows, tries;
    struct renewing renewing;
    bool busy;
    struct buf extra;                                 /* as above */
};

struct http_service {
    const char *name;                                 /* "dynamodb" */
    /* A client is who asks and where; one belongs to one session or loader. */
    int (*open)(const struct instance *, void **client, struct error *);
    void (*close)(void *client);
    const char *(*url)(const void *client);           /* of the service; ends with '/' */
    void (*judge)(struct http_call *, struct refusal *);

    void (*write)(void *client, struct slot *);       /* writes url and body that ask for s->call */
    void (*sign)(void *client, struct slot *);        /* puts the headers, before each time that it is sent */
    void (*answer)(struct slot *);                    /* reads the reply of one that was not refused */

    uint32_t load_rows, load_in_flight;               /* rows of a request; requests at most */
    const char *load_operation;                       /* for messages */
    void (*load_open)(void *client, const char *table, struct write *);                                  /* begins a request */
    void (*load_row)(void *client, const struct table *, const struct value *values, struct write *);    /* w->rows are in it */
    void (*load_sign)(void *client, const char *table, struct write *);                                  /* ends it; headers */
    /* Of an answered one: where rows were left, they then stand in it to be sent again, and the refusal says
     * so. MAY be NULL. */
    void (*load_left)(void *client, const char *table, struct write *, struct refusal *);
    int (*load_note)(struct server *, const struct stretch *, struct error *);                           /* its rows are there */
};

/* ---- for answer() ---- */
void slot_complete(struct slot *);
void slot_fail(struct slot *, enum fault, const char *words);
void slot_again(struct slot *);                       /* sends what was written now; counted by the caller */
void slot_next(struct slot *);                        /* the same for the next page of an answer, which has
                                                         tries of its own */
void slot_wait(struct slot *);                        /* s->refusal says why: sent once more later, or
                                                         completed where tries are used up */
void *slot_client(const struct slot *);
struct value *slot_values(const struct slot *);       /* room for a row of any of the session's requests */
/* Completes with "the answer holds something in 'x' of 't' that is no decimal(9, 6)". */
void slot_bad_value(struct slot *, const struct table *, const struct column *);

/* ---- the driver's functions, given the service ---- */
int http_session_open(const struct http_service *, const struct instance *, struct loop *,
                      const struct session_options *, struct session **, struct error *);
int http_session_prepare(struct session *, const struct request *const *requests, uint32_t n, struct error *);
void http_submit(struct session *, uint32_t connection, struct call *);
void http_session_close(struct session *);
int http_load_open(const struct http_service *, const struct instance *, struct loader **, struct error *);
int http_load_begin(struct loader *, const struct stretch *, struct error *);
int http_load_rows(struct loader *, const struct value *values, uint32_t n, struct error *);
int http_load_end(struct loader *, bool commit, struct error *);
void http_load_close(struct loader *);

#endif
