/* dynamodb_load.c - loading by BatchWriteItem: 25 puts a request, a bounded number of requests in flight on a loop of the loader's own. */
#include "config.h"

#include "backends/dynamodb.h"
#include "backends/dynamodb_client.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* Enough to keep a table busy over a round trip of some ms; memory: each holds at most 25 items of 400 KB. */
enum { IN_FLIGHT = 16, LOAD_TRIES = 12 };

/* A request: being filled (loader->filling), on its way, waiting for its next try, or free (busy false). */
struct write {
    struct loader *loader;
    struct http_call http;
    struct timer timer;
    uint32_t rows, tries;
    bool busy;
};

struct loader {
    struct dynamodb_client client;
    const struct table *table;
    struct buf name;
    struct loop *loop;
    struct http *http;
    struct write writes[IN_FLIGHT];
    struct write *filling;
    uint32_t busy;
    struct error error;                               /* the first; nothing more is sent after it */
};

static void send_write(struct write *w)
{
    dynamodb_sign(&w->loader->client, &w->http, "BatchWriteItem");
    http_start(w->loader->http, &w->http);
}

static void on_timer(struct timer *t)
{
    send_write(t->owner);
}

static void end_write(struct write *w)
{
    w->busy = false;
    w->loader->busy--;
}

static void try_again(struct write *w, const struct dynamodb_refusal *r)
{
    struct loader *l = w->loader;
    if (++w->tries < LOAD_TRIES && !l->error.code) {
        loop_timer_set(l->loop, &w->timer, clock_ns() + retry_wait(&l->client.retry, w->tries, 0));
        return;
    }
    dynamodb_fail(&l->client, "BatchWriteItem", r, &l->error);
    end_write(w);
}

static void put_open(const struct loader *l, struct buf *b)
{
    buf_clear(b);
    buf_puts(b, "{\"RequestItems\":{");
    buf_put_json(b, l->name.data, l->name.len);
    buf_puts(b, ":[");
}

/* Writes the request for the puts that were left. */
static void put_left(struct write *w, const cJSON *puts)
{
    struct buf *b = &w->http.body;
    const cJSON *one;
    put_open(w->loader, b);
    cJSON_ArrayForEach(one, puts) {
        char *text = cJSON_PrintUnformatted(one);
        buf_puts(b, one == puts->child ? "" : ",");
        buf_puts(b, text ? text : "{}");
        cJSON_free(text);
    }
    buf_puts(b, "]}}");
}

static void on_done(struct http_call *c)
{
    struct write *w = c->owner;
    struct dynamodb_refusal r;
    dynamodb_judge(c, &r);
    if (r.again) {
        try_again(w, &r);
        return;
    }
    if (r.code) {
        dynamodb_fail(&w->loader->client, "BatchWriteItem", &r, &w->loader->error);
        end_write(w);
        return;
    }
    cJSON *reply = cJSON_ParseWithLength(buf_text(&c->reply), c->reply.len);
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(reply, "UnprocessedItems");
    if (!reply) {
        error_set(&w->loader->error, ERR_SERVER, "dynamodb: BatchWriteItem: the answer is no JSON");
        end_write(w);
    } else if (left && left->child) {
        r = (struct dynamodb_refusal){.code = ERR_THROTTLED, .words = "items are left unprocessed again and again"};
        put_left(w, left->child);
        try_again(w, &r);
    } else {
        end_write(w);
    }
    cJSON_Delete(reply);
}

static int load_error(const struct loader *l, struct error *err)
{
    return l->error.code ? error_set(err, l->error.code, "%s", l->error.text) : 0;
}

/* A request to fill; waits where all are busy. NULL after an error. */
static struct write *free_write(struct loader *l)
{
    while (l->busy == IN_FLIGHT)
        loop_turn(l->loop, clock_ns() + NS_PER_S);
    for (uint32_t i = 0; i < IN_FLIGHT && !l->error.code; i++)
        if (!l->writes[i].busy)
            return &l->writes[i];
    return NULL;
}

static void send_filled(struct loader *l)
{
    struct write *w = l->filling;
    buf_puts(&w->http.body, "]}}");
    w->tries = 0;
    w->busy = true;
    l->filling = NULL;
    l->busy++;
    send_write(w);
    loop_turn(l->loop, 0);                            /* what is there is taken care of while rows are made */
}

int dynamodb_load_row(struct loader *l, const struct value *values, struct error *err)
{
    if (!l->filling) {
        l->filling = free_write(l);
        if (!l->filling)
            return load_error(l, err);
        l->filling->rows = 0;
        put_open(l, &l->filling->http.body);
    }
    struct buf *b = &l->filling->http.body;
    buf_puts(b, l->filling->rows ? ",{\"PutRequest\":{\"Item\":" : "{\"PutRequest\":{\"Item\":");
    dynamodb_put_item(l->table, values, b);
    buf_puts(b, "}}");
    if (++l->filling->rows == DYNAMODB_MAX_PUTS)
        send_filled(l);
    return load_error(l, err);
}

static void loader_free(struct loader *l)
{
    for (uint32_t i = 0; i < IN_FLIGHT; i++) {
        loop_timer_cancel(l->loop, &l->writes[i].timer);
        http_call_release(&l->writes[i].http);
    }
    http_free(l->http);
    loop_free(l->loop);
    dynamodb_client_release(&l->client);
    buf_release(&l->name);
    mem_free(l);
}

int dynamodb_load_open(const struct instance *inst, const struct table *t, struct loader **out, struct error *err)
{
    struct loader *l = mem_alloc(sizeof *l);
    *out = NULL;
    l->table = t;
    l->loop = loop_new();
    l->http = http_new(l->loop, IN_FLIGHT);
    instance_put_table(inst, t, &l->name);
    for (uint32_t i = 0; i < IN_FLIGHT; i++) {
        struct write *w = &l->writes[i];
        w->loader = l;
        w->timer = (struct timer){.fire = on_timer, .owner = w};
        http_call_init(&w->http);
        w->http.owner = w;
        w->http.done = on_done;
    }
    int rc = dynamodb_client_init(&l->client, inst, err);
    if (rc < 0)
        loader_free(l);
    else
        *out = l;
    return rc;
}

int dynamodb_load_close(struct loader *l, bool commit, struct error *err)
{
    if (commit && l->filling && !l->error.code)
        send_filled(l);
    while (commit && l->busy && !l->error.code)
        loop_turn(l->loop, clock_ns() + NS_PER_S);
    int rc = commit ? load_error(l, err) : 0;
    loader_free(l);
    return rc;
}
