#include "config.h"

#include "backends/renewal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/command.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/thread.h"

static const time_t LEFT_S = 300;                     /* renewed so long before the end */
static const uint64_t AGE_NS = 600 * NS_PER_S;        /* of a token of an unknown end: those of RDS open
                                                         connections for 15 minutes */
static const uint64_t FAILED_NS = 10 * NS_PER_S, RENEWED_NS = 30 * NS_PER_S;    /* when it is tried again at the earliest */

struct way { renewal_fetch *fetch; char *how, *setting; };

struct renewal {
    atomic_uint holders, version;
    atomic_bool busy;                                 /* a thread is at it that renewal_ask has started */
    pthread_mutex_t work;                             /* held while ways are gone */
    struct way ways[RENEWED_MOST];
    size_t nways;
    pthread_mutex_t lock;                             /* of all below, for moments only */
    struct { char *setting, *value; } values[RENEWED_MOST];
    size_t n;
    time_t ends;
    uint64_t got_at, not_before;                      /* clock_ns */
    struct error failed;                              /* the last attempt */
};

/* ---- what there is ---- */

static void free_secret(char *value)
{
    if (value)
        OPENSSL_cleanse(value, strlen(value));
    mem_free(value);
}

void renewed_put(struct renewed *r, const char *setting, const char *value)
{
    BUG_UNLESS(r->n < RENEWED_MOST);
    r->items[r->n].setting = setting;
    r->items[r->n++].value = value ? arena_strdup(r->arena, value) : NULL;
}

static size_t place_of(const struct renewal *r, const char *setting)
{
    size_t i = 0;
    while (i < r->n && strcmp(r->values[i].setting, setting))
        i++;
    return i;
}

/* With the lock held. */
static void take(struct renewal *r, const struct renewed *from)
{
    for (size_t i = 0; i < from->n; i++) {
        size_t at = place_of(r, from->items[i].setting);
        BUG_UNLESS(at < RENEWED_MOST);
        if (at == r->n)
            r->values[r->n++].setting = mem_strdup(from->items[i].setting);
        free_secret(r->values[at].value);
        r->values[at].value = from->items[i].value ? mem_strdup(from->items[i].value) : NULL;
    }
    if (from->ends && (!r->ends || from->ends < r->ends))
        r->ends = from->ends;
}

struct renewal *renewal_new(void)
{
    struct renewal *r = mem_alloc(sizeof *r);
    atomic_init(&r->holders, 1);
    pthread_mutex_init(&r->work, NULL);
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

struct renewal *renewal_hold(struct renewal *r)
{
    if (r)
        atomic_fetch_add(&r->holders, 1);
    return r;
}

void renewal_release(struct renewal *r)
{
    if (!r || atomic_fetch_sub(&r->holders, 1) > 1)
        return;
    for (size_t i = 0; i < r->n; i++) {
        mem_free(r->values[i].setting);
        free_secret(r->values[i].value);
    }
    for (size_t i = 0; i < r->nways; i++) {
        mem_free(r->ways[i].how);
        mem_free(r->ways[i].setting);
    }
    pthread_mutex_destroy(&r->work);
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
}

int renewal_add(struct renewal *r, renewal_fetch *fetch, const char *how, const char *setting,
                struct renewed *first, struct error *err)
{
    BUG_UNLESS(r->nways < RENEWED_MOST);
    int rc = fetch(how, setting, first, err);
    if (rc < 0)
        return rc;
    r->ways[r->nways++] = (struct way){fetch, mem_strdup(how), mem_strdup(setting)};
    take(r, first);
    r->got_at = clock_ns();
    return 0;
}

bool renewal_is_same(const struct renewal *a, const struct renewal *b)
{
    bool same = a && b && a->nways == b->nways;
    for (size_t i = 0; same && i < a->nways; i++)
        same = a->ways[i].fetch == b->ways[i].fetch && !strcmp(a->ways[i].how, b->ways[i].how) &&
               !strcmp(a->ways[i].setting, b->ways[i].setting);
    return same;
}

unsigned renewal_version(const struct renewal *r)
{
    return r ? atomic_load(&r->version) : 0;
}

bool renewal_put(struct renewal *r, const char *setting, struct buf *b)
{
    if (!r)
        return false;
    pthread_mutex_lock(&r->lock);
    size_t at = place_of(r, setting);
    bool has = at < r->n;
    if (has && r->values[at].value)
        buf_puts(b, r->values[at].value);
    pthread_mutex_unlock(&r->lock);
    return has;
}

void renewal_each(struct renewal *r, void (*each)(void *arg, const char *value), void *arg)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->n; i++)
        if (r->values[i].value && *r->values[i].value)
            each(arg, r->values[i].value);
    pthread_mutex_unlock(&r->lock);
}

bool renewal_is_due(struct renewal *r, bool by_age)
{
    if (!r)
        return false;
    pthread_mutex_lock(&r->lock);
    uint64_t now = clock_ns();
    bool due = r->ends ? r->ends - time(NULL) < LEFT_S : by_age && now > r->got_at + AGE_NS;
    due = due && now >= r->not_before;
    pthread_mutex_unlock(&r->lock);
    return due;
}

/* ---- renewing ---- */

/* All of the ways or nothing: a key of one sort with a token of another is refused. */
static int go_ways(struct renewal *r, struct renewed *all, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; i < r->nways && rc == 0; i++) {
        struct renewed one = {.arena = all->arena};
        rc = r->ways[i].fetch(r->ways[i].how, r->ways[i].setting, &one, err);
        for (size_t k = 0; k < one.n && rc == 0; k++)
            renewed_put(all, one.items[k].setting, one.items[k].value);
        if (one.ends && (!all->ends || one.ends < all->ends))
            all->ends = one.ends;
    }
    return rc;
}

static void renew(struct renewal *r)
{
    struct arena arena;
    struct error err = {0};
    arena_init(&arena);
    struct renewed all = {.arena = &arena};
    int rc = go_ways(r, &all, &err);
    pthread_mutex_lock(&r->lock);
    r->failed = err;
    r->not_before = clock_ns() + (rc < 0 ? FAILED_NS : RENEWED_NS);
    if (rc == 0) {
        r->ends = 0;
        take(r, &all);
        r->got_at = clock_ns();
        atomic_fetch_add(&r->version, 1);
    }
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < all.n; i++)
        if (all.items[i].value)
            OPENSSL_cleanse((char *)(uintptr_t)all.items[i].value, strlen(all.items[i].value));
    arena_release(&arena);
}

/* Whether the last attempt was but a moment ago, so that it stands. */
static bool is_resting(struct renewal *r, struct error *err)
{
    pthread_mutex_lock(&r->lock);
    bool rests = clock_ns() < r->not_before;
    if (rests)
        error_set(err, ERR_CONNECT, "%s",
                  r->failed.code ? r->failed.text : "the credentials obtained a moment ago are refused too");
    pthread_mutex_unlock(&r->lock);
    return rests;
}

int renewal_renew(struct renewal *r, unsigned seen, struct error *err)
{
    int rc = 0;
    pthread_mutex_lock(&r->work);
    if (renewal_version(r) == seen && !is_resting(r, NULL))
        renew(r);
    if (renewal_version(r) == seen && is_resting(r, err))
        rc = ERR_CONNECT;
    pthread_mutex_unlock(&r->work);
    return rc;
}

struct errand { struct renewal *renewal; unsigned seen; };

static void *run_errand(void *arg)
{
    struct errand *e = arg;
    renewal_renew(e->renewal, e->seen, NULL);
    atomic_store(&e->renewal->busy, false);
    renewal_release(e->renewal);
    mem_free(e);
    return NULL;
}

enum renewal_state renewal_ask(struct renewal *r, unsigned seen, struct error *err)
{
    bool idle = false;
    pthread_t thread;
    if (renewal_version(r) != seen)
        return RENEWAL_DONE;
    if (!atomic_compare_exchange_strong(&r->busy, &idle, true))
        return RENEWAL_UNDER_WAY;
    if (is_resting(r, err)) {
        atomic_store(&r->busy, false);
        return RENEWAL_FAILED;
    }
    struct errand *e = mem_alloc(sizeof *e);
    *e = (struct errand){renewal_hold(r), seen};
    if (thread_try(&thread, run_errand, e)) {
        pthread_detach(thread);
        return RENEWAL_UNDER_WAY;
    }
    atomic_store(&r->busy, false);
    renewal_release(r);
    mem_free(e);
    error_set(err, ERR_CONNECT, "there is no thread left for renewing the credentials");
    return RENEWAL_FAILED;
}

time_t renewal_time(const char *text)
{
    struct tm tm = {0};
    if (!text || sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
                        &tm.tm_min, &tm.tm_sec) != 6)
        return 0;
    tm.tm_year -= 1900;
    tm.tm_mon--;
    time_t t = timegm(&tm);
    return t > 0 ? t : 0;
}

/* ---- by a command ---- */

/* "exp" of the middle part of a JSON web token, HEADER.CLAIMS.SIGNATURE in base64 for URLs; 0: it is none. */
static time_t token_ends(const char *token)
{
    const char *from = strchr(token, '.'), *to = from ? strchr(from + 1, '.') : NULL;
    if (strncmp(token, "eyJ", 3) || !to)
        return 0;
    struct buf claims = {0};
    for (from++; from < to; from++)
        buf_putc(&claims, *from == '-' ? '+' : *from == '_' ? '/' : *from);
    while (claims.len % 4)
        buf_putc(&claims, '=');
    size_t n = claims.len;
    cJSON *json = n && base64_read(claims.data, &n) ? cJSON_ParseWithLength(claims.data, n) : NULL;
    const cJSON *exp = cJSON_GetObjectItemCaseSensitive(json, "exp");
    time_t ends = cJSON_IsNumber(exp) && exp->valuedouble > 0 && exp->valuedouble < 1e11
                      ? (time_t)exp->valuedouble
                      : 0;
    cJSON_Delete(json);
    buf_release(&claims);
    return ends;
}

int renewal_fetch_command(const char *command, const char *setting, struct renewed *out, struct error *err)
{
    struct buf b = {0};
    int rc = command_read(command, &b, err);
    if (rc == 0) {
        const char *line = file_first_line(
            out->arena, &b,
            arena_printf(out->arena, "what the command '%s' prints cannot be a setting", command), err);
        rc = line ? 0 : ERR_IO;
        out->ends = line ? token_ends(line) : 0;
        if (line)
            renewed_put(out, setting, line);
    }
    buf_wipe(&b);
    return rc;
}
