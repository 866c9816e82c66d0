/* http.c - libcurl's multi interface on base/loop.h: it says which sockets to watch and when to wake it, we
 * do.
 *
 * Between two exchanges libcurl wants a connection's socket watched no more, and watched again for the next.
 * Taking it out of epoll and putting it in again cost a tenth of a request's CPU, so the sockets that we open
 * for it stay in until it closes them. */
#include "config.h"

#include "backends/http/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "backends/backend.h"
#include "backends/trust.h"
#include "backends/words.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/loopback.h"
#include "base/mem.h"

enum { CONNECT_TIMEOUT_MS = 10000, MAX_REPLY = 256 << 20 };

struct socket_watch {
    struct watch watch;                               /* first: on_ready is given it */
    struct socket_watch *next;                        /* of those that are free */
    bool wanted;                                      /* by libcurl, now */
};

struct http {
    CURLM *multi;
    struct loop *loop;
    struct timer timer;
    struct later at_once;                             /* libcurl's timer of 0 ms, as each new request sets
                                                         it */
    struct socket_watch *free_watches;
    struct socket_watch **opened;                     /* by descriptor: of the sockets that we opened; NULL:
                                                         of none */
    curl_socket_t nopened;
};

/* ---- the loop's side ---- */

static void finish(struct http_call *, CURLcode);

static void reap(struct http *h)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));) {
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode rc = m->data.result;
        CURL *easy = m->easy_handle;                  /* m is gone once the handle is removed */
        struct http_call *c = NULL;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&c);
        curl_multi_remove_handle(h->multi, easy);
        c->http = NULL;
        finish(c, rc);
        c->done(c);
    }
}

static void time_is_up(struct http *h)
{
    int running;
    curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    reap(h);
}

static void on_ready(struct watch *w, unsigned events)
{
    struct socket_watch *s = (struct socket_watch *)(void *)w;
    struct http *h = w->owner;
    int running,
        flags = (events & LOOP_READ ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
    if (!s->wanted) {                                 /* closed by the server, as libcurl finds when it wants
                                                         it again */
        loop_watch(h->loop, w, 0);
        return;
    }
    curl_multi_socket_action(h->multi, w->fd, flags, &running);
    reap(h);
    if (h->at_once.set) {                             /* a request that follows an answer does not wait for
                                                         the other answers */
        loop_later_cancel(h->loop, &h->at_once);
        time_is_up(h);
    }
}

static void on_timer(struct timer *t)
{
    time_is_up(t->owner);
}

static void on_later(struct later *p)
{
    time_is_up(p->owner);
}

static int set_timer(CURLM *multi, long ms, void *owner)
{
    (void)multi;
    struct http *h = owner;
    if (ms <= 0)
        loop_timer_cancel(h->loop, &h->timer);
    else
        loop_timer_set(h->loop, &h->timer, clock_ns() + (uint64_t)ms * NS_PER_MS);
    if (ms == 0)
        loop_later(h->loop, &h->at_once);
    else
        loop_later_cancel(h->loop, &h->at_once);
    return 0;
}

/* ---- sockets ---- */

static struct socket_watch *take_watch(struct http *h, curl_socket_t fd)
{
    struct socket_watch *s = h->free_watches;
    if (s)
        h->free_watches = s->next;
    else
        s = mem_alloc(sizeof *s);
    *s = (struct socket_watch){.watch = {.fd = fd, .ready = on_ready, .owner = h}};
    return s;
}

static void give_back(struct http *h, struct socket_watch *s)
{
    loop_watch(h->loop, &s->watch, 0);
    s->next = h->free_watches;
    h->free_watches = s;
}

static struct socket_watch *opened(const struct http *h, curl_socket_t fd)
{
    return fd < h->nopened ? h->opened[fd] : NULL;
}

/* owner: NULL in a blocking exchange, where nobody watches. */
static curl_socket_t open_socket(void *owner, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http *h = owner;
    curl_socket_t fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    (void)purpose;
    if (!h || fd < 0)
        return fd;
    if (fd >= h->nopened) {
        h->opened = mem_grow(h->opened, ((size_t)fd + 1) * sizeof(struct socket_watch *));
        for (; h->nopened <= fd; h->nopened++)
            h->opened[h->nopened] = NULL;
    }
    h->opened[fd] = take_watch(h, fd);
    return fd;
}

static int close_socket(void *owner, curl_socket_t fd)
{
    struct http *h = owner;
    struct socket_watch *s = h ? opened(h, fd) : NULL;
    if (s) {
        give_back(h, s);
        h->opened[fd] = NULL;
    }
    return close(fd);
}

static void want_no_more(struct http *h, struct socket_watch *s)
{
    s->wanted = false;
    if (s == opened(h, s->watch.fd))
        return;
    curl_multi_assign(h->multi, s->watch.fd, NULL);
    give_back(h, s);
}

/* mine: the watch of a socket that libcurl opened itself, as to be woken by a thread of its own. */
static int set_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *mine)
{
    (void)easy;
    struct http *h = owner;
    struct socket_watch *s = mine ? mine : opened(h, fd);
    if (what == CURL_POLL_REMOVE) {
        if (s)
            want_no_more(h, s);
        return 0;
    }
    if (!s) {
        s = take_watch(h, fd);
        curl_multi_assign(h->multi, fd, s);
    }
    s->wanted = true;
    unsigned events = (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);
    return loop_watch(h->loop, &s->watch, events) < 0 ? -1 : 0;
}

/* ---- the connections ---- */

struct http *http_new(struct loop *loop, uint32_t connections)
{
    struct http *h = mem_alloc(sizeof *h);
    h->loop = loop;
    h->timer = (struct timer){.fire = on_timer, .owner = h};
    h->at_once = (struct later){.run = on_later, .owner = h};
    h->multi = curl_multi_init();
    BUG_UNLESS(h->multi);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)connections);   /* as many are kept alive as are
                                                                               ever used at once */
    return h;
}

void http_free(struct http *h)
{
    if (!h)
        return;
    curl_multi_cleanup(h->multi);
    loop_timer_cancel(h->loop, &h->timer);
    loop_later_cancel(h->loop, &h->at_once);
    while (h->free_watches) {
        struct socket_watch *s = h->free_watches;
        h->free_watches = s->next;
        mem_free(s);
    }
    mem_free(h->opened);
    mem_free(h);
}

/* ---- one exchange ---- */

static size_t on_body(char *data, size_t one, size_t n, void *owner)
{
    struct http_call *c = owner;
    if (c->reply.len + one * n > MAX_REPLY)
        return 0;                                     /* ends it as a write error */
    buf_add(&c->reply, data, one * n);
    return one * n;
}

/* Called just before a request goes out; also when libcurl sends it again by itself. */
static int on_send(void *owner, char *to, char *from, int to_port, int from_port)
{
    (void)to, (void)from, (void)to_port, (void)from_port;
    struct http_call *c = owner;
    if (c->once && c->sends)
        return CURL_PREREQFUNC_ABORT;
    c->sends++;
    return CURL_PREREQFUNC_OK;
}

/* What cannot be read is reported where a client is opened. */
static void set_trust(CURL *easy, const struct instance *inst)
{
    struct trust trust;
    if (!inst || trust_find(inst, true, &trust, NULL) < 0)
        return;
    if (trust.file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, trust.file);
    if (trust.folder)
        curl_easy_setopt(easy, CURLOPT_CAPATH, trust.folder);
    if (trust.folder && !trust.file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, NULL); /* else those of the system are believed too */
}

static bool is_stopped(const struct instance *inst)
{
    return inst && instance_is_stopped(inst);
}

/* libcurl asks about once a second, and learns whether to give it up. */
static int on_progress(void *owner, curl_off_t down, curl_off_t downloaded, curl_off_t up,
                       curl_off_t uploaded)
{
    const struct http_call *c = owner;
    (void)down, (void)downloaded, (void)up, (void)uploaded;
    return is_stopped(c->instance) && (!c->stopped_before || clock_ns() > c->began + CLEARING_S * NS_PER_S);
}

void http_call_init(struct http_call *c, const struct instance *inst)
{
    *c = (struct http_call){.method = "GET", .instance = inst};
    CURL *easy = c->easy = curl_easy_init();
    BUG_UNLESS(easy);
    c->address = curl_url();
    BUG_UNLESS(c->address);
    c->lines = mem_alloc(HTTP_MAX_HEADERS * sizeof(struct curl_slist));
    curl_easy_setopt(easy, CURLOPT_PRIVATE, c);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, c);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->said);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, c);
    set_trust(easy, inst);
}

void http_call_release(struct http_call *c)
{
    if (!c->easy)
        return;
    if (c->http)
        curl_multi_remove_handle(c->http->multi, c->easy);
    curl_easy_cleanup(c->easy);
    curl_url_cleanup(c->address);
    mem_free(c->lines);
    buf_release(&c->url);
    buf_release(&c->headers);
    buf_release(&c->body);
    buf_release(&c->reply);
    *c = (struct http_call){0};
}

void http_url(struct http_call *c, const char *url)
{
    if (c->url.len && !strcmp(url, c->url.data))
        return;
    buf_clear(&c->url);
    buf_puts(&c->url, url);
    if (curl_url_set(c->address, CURLUPART_URL, url, 0) == CURLUE_OK) {
        curl_easy_setopt(c->easy, CURLOPT_CURLU, c->address);   /* taken apart once, not for every request */
    } else {
        curl_easy_setopt(c->easy, CURLOPT_CURLU, NULL);
        curl_easy_setopt(c->easy, CURLOPT_URL, url);  /* which is refused then, with libcurl's words */
    }
    if (address_is_loopback(url))                     /* a server on this machine is never asked by way of a
                                                         proxy */
        curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "*");
}

void http_begin(struct http_call *c, const char *method)
{
    c->method = method;
    buf_clear(&c->headers);
    http_header(c, "Expect", NULL);                   /* never wait for "100 Continue" */
}

void http_header(struct http_call *c, const char *name, const char *value)
{
    buf_puts(&c->headers, name);
    buf_putc(&c->headers, ':');
    if (value) {
        buf_putc(&c->headers, ' ');
        buf_puts(&c->headers, value);
    }
    buf_putc(&c->headers, 0);
}

void http_header_buf(struct http_call *c, const char *name, const struct buf *value)
{
    http_header(c, name, buf_text(value));
}

/* libcurl wants a list; its nodes are ours and point into the buffer, so that none is ever copied. */
static struct curl_slist *header_list(struct http_call *c)
{
    struct curl_slist *lines = c->lines;
    size_t n = 0;
    for (char *at = c->headers.data, *end = at + c->headers.len; at < end; at += strlen(at) + 1, n++) {
        BUG_UNLESS(n < HTTP_MAX_HEADERS);
        lines[n] = (struct curl_slist){.data = at};
        if (n)
            lines[n - 1].next = &lines[n];
    }
    return n ? lines : NULL;
}

/* http: whose loop watches its sockets; NULL: a blocking exchange. */
static void make_ready(struct http_call *c, struct http *http)
{
    CURL *easy = c->easy;
    buf_clear(&c->reply);
    c->sends = 0;
    c->status = 0;
    c->code = 0;
    c->said[0] = c->words[0] = 0;
    bool get = !strcmp(c->method, "GET"), post = !strcmp(c->method, "POST");
    if (get || (!post && !c->body.len)) {             /* no body, and no headers about one */
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buf_text(&c->body));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body.len);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, get || post ? NULL : c->method);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_list(c));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, http);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, http);
    c->http = http;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)((c->timeout + NS_PER_MS - 1) / NS_PER_MS));
}

static int code_of(CURLcode rc)
{
    static const CURLcode unreached[] = {
        CURLE_COULDNT_CONNECT,      CURLE_COULDNT_RESOLVE_HOST,     CURLE_COULDNT_RESOLVE_PROXY,
        CURLE_SSL_CONNECT_ERROR,    CURLE_PEER_FAILED_VERIFICATION, CURLE_URL_MALFORMAT,
        CURLE_UNSUPPORTED_PROTOCOL, CURLE_SSL_CACERT_BADFILE,
    };
    if (rc == CURLE_OK)
        return 0;
    for (size_t i = 0; i < sizeof unreached / sizeof *unreached; i++)
        if (rc == unreached[i])
            return ERR_CONNECT;
    return rc == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_LOST;
}

static void put_failure(struct http_call *c, CURLcode rc)
{
    struct buf said = {0};
    buf_printf(&said, "%s%s", c->said[0] ? c->said : curl_easy_strerror(rc),
               rc == CURLE_COULDNT_CONNECT ? ": is it running there, and is 'endpoint' right?" : "");
    words_copy(c->words, sizeof c->words, c->instance, buf_text(&said));
    buf_release(&said);
}

static void finish(struct http_call *c, CURLcode rc)
{
    c->code = code_of(rc);
    if (rc == CURLE_ABORTED_BY_CALLBACK && c->once)
        snprintf(c->said, sizeof c->said, "the connection was closed before an answer came");
    if (c->code)
        put_failure(c, rc);
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &c->status);
    buf_reserve(&c->reply, 0);                        /* so that reply.data is text, also where it is empty */
    c->reply.data[c->reply.len] = 0;
}

int http_perform(struct http_call *c)
{
    make_ready(c, NULL);
    c->began = clock_ns();
    c->stopped_before = is_stopped(c->instance);
    curl_easy_setopt(c->easy, CURLOPT_NOPROGRESS, 0L);
    CURLcode rc = curl_easy_perform(c->easy);
    curl_easy_setopt(c->easy, CURLOPT_NOPROGRESS, 1L);
    finish(c, rc);
    if (rc == CURLE_ABORTED_BY_CALLBACK) {
        c->code = c->stopped_before ? ERR_TIMEOUT : ERR_INTERRUPTED;
        if (c->stopped_before)
            snprintf(c->words, sizeof c->words, "no answer for %d s", CLEARING_S);
        else
            snprintf(c->words, sizeof c->words, "interrupted");
    }
    return c->code;
}

void http_sleep(const struct instance *inst, uint64_t ns)
{
    static const uint64_t look_ns = 50 * NS_PER_MS;
    bool stopped_before = is_stopped(inst);
    for (uint64_t slice; ns && (stopped_before || !is_stopped(inst)); ns -= slice) {
        slice = ns < look_ns ? ns : look_ns;
        nanosleep(&(struct timespec){0, (long)slice}, NULL);
    }
}

void http_start(struct http *h, struct http_call *c)
{
    make_ready(c, h);
    CURLMcode rc = curl_multi_add_handle(h->multi, c->easy);
    if (rc != CURLM_OK)
        BUG("curl_multi_add_handle: %s", curl_multi_strerror(rc));
}

const char *http_reply_header(struct http_call *c, const char *name)
{
    struct curl_header *h;
    return curl_easy_header(c->easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

/* ---- URLs ---- */

void http_put_segment(struct buf *b, const char *s, size_t n)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < n; i++)
        if (s[i] && strchr(plain, s[i]))
            buf_putc(b, s[i]);
        else
            buf_printf(b, "%%%02X", (unsigned char)s[i]);
}

void http_put_host(struct buf *b, const char *url)
{
    const char *from = strstr(url, "://");
    from = from ? from + 3 : url;
    buf_add(b, from, strcspn(from, "/?#"));
}
