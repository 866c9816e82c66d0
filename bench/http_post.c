/* bench/http_post.c - what an HTTP request costs with libcurl: the multi interface on epoll, one easy handle
 * a connection, kept alive; the answer is counted and dropped. Nothing is signed, nothing is parsed.
 *
 *   http_post URL CONNECTIONS SECONDS KEYS BODY HEADER...
 *
 * The first %d in BODY becomes a key, a whole number from 0 to KEYS-1, each further one the key after that. Prints requests, bytes of the answers, and how
 * many were not 200. */
#include "config.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench/peer.h"

enum { BODY_MAX = 16384, EVENTS = 64 };

struct peer {
    CURLM *multi;
    int epoll;
    int64_t timer_at;                                 /* ms of now_ms, or -1: none */
    const char *body;
    uint64_t keys, state, requests, bytes, refused;
    struct curl_slist *headers;
};

struct request { struct peer *peer; CURL *easy; char body[BODY_MAX]; };

static int64_t now_ms(void)
{
    return (int64_t)(peer_now_ns() / 1000000);
}

static size_t drop(char *data, size_t size, size_t n, void *owner)
{
    struct peer *p = owner;
    (void)data;
    p->bytes += size * n;
    return size * n;
}

static int watch(CURL *easy, curl_socket_t fd, int what, void *owner, void *known)
{
    struct peer *p = owner;
    struct epoll_event e = {.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
                                      (what & CURL_POLL_OUT ? EPOLLOUT : 0u),
                            .data.fd = fd};
    (void)easy;
    if (what == CURL_POLL_REMOVE)
        return epoll_ctl(p->epoll, EPOLL_CTL_DEL, fd, NULL), 0;
    if (epoll_ctl(p->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) < 0)
        return -1;
    curl_multi_assign(p->multi, fd, p);
    return 0;
}

static int set_timer(CURLM *multi, long ms, void *owner)
{
    struct peer *p = owner;
    (void)multi;
    p->timer_at = ms < 0 ? -1 : now_ms() + ms;
    return 0;
}

static void send_next(struct request *r)
{
    uint64_t key = peer_draw(&r->peer->state);
    const char *from = r->peer->body;
    int n = 0;
    for (const char *at; (at = strstr(from, "%d")); from = at + 2)
        n += snprintf(r->body + n, BODY_MAX - (size_t)n, "%.*s%" PRIu64, (int)(at - from), from, key++ % r->peer->keys);
    n += snprintf(r->body + n, BODY_MAX - (size_t)n, "%s", from);
    curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->body);
    curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE, (long)n);
    curl_multi_add_handle(r->peer->multi, r->easy);
}

static void open_request(struct request *r, struct peer *p, const char *url)
{
    *r = (struct request){.peer = p, .easy = curl_easy_init()};
    curl_easy_setopt(r->easy, CURLOPT_URL, url);
    curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, p->headers);
    curl_easy_setopt(r->easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(r->easy, CURLOPT_WRITEDATA, p);
    curl_easy_setopt(r->easy, CURLOPT_PRIVATE, r);
    curl_easy_setopt(r->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(r->easy, CURLOPT_NOSIGNAL, 1L);
    send_next(r);
}

/* Requests that have ended are counted and, while there is time, followed by the next on the same handle. */
static int take_done(struct peer *p, int more)
{
    int left, ended = 0;
    for (CURLMsg *m; (m = curl_multi_info_read(p->multi, &left)) != NULL;) {
        struct request *r;
        long status = 0;
        CURL *easy = m->easy_handle;
        if (m->msg != CURLMSG_DONE)
            continue;
        p->requests++;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&r);
        p->refused += m->data.result != CURLE_OK || status != 200;
        curl_multi_remove_handle(p->multi, easy);
        if (more)
            send_next(r);
        else
            ended++;
    }
    return ended;
}

static void turn(struct peer *p)
{
    struct epoll_event events[EVENTS];
    int running;
    int64_t wait = p->timer_at < 0 ? 1000 : p->timer_at - now_ms();
    int n = epoll_wait(p->epoll, events, EVENTS, (int)(wait < 0 ? 0 : wait));
    for (int i = 0; i < n; i++)
        curl_multi_socket_action(p->multi, events[i].data.fd,
                                 (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                                     (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                                     (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0),
                                 &running);
    if (p->timer_at >= 0 && now_ms() >= p->timer_at) {
        p->timer_at = -1;
        curl_multi_socket_action(p->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

int main(int argc, char **argv)
{
    if (argc < 6 || strlen(argv[5]) * 2 + 32 > BODY_MAX) {
        fprintf(stderr, "usage: http_post URL CONNECTIONS SECONDS KEYS BODY HEADER...\n");
        return 1;
    }
    struct peer p = {.epoll = epoll_create1(EPOLL_CLOEXEC), .timer_at = -1, .body = argv[5],
                     .keys = strtoull(argv[4], NULL, 10),
        .state = PEER_SEED};
    int connections = atoi(argv[2]), left = connections;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (int i = 6; i < argc; i++)
        p.headers = curl_slist_append(p.headers, argv[i]);
    p.multi = curl_multi_init();
    curl_multi_setopt(p.multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(p.multi, CURLMOPT_SOCKETDATA, &p);
    curl_multi_setopt(p.multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(p.multi, CURLMOPT_TIMERDATA, &p);
    struct request *requests = calloc((size_t)connections, sizeof *requests);
    int64_t from = now_ms(), until = from + (int64_t)(strtod(argv[3], NULL) * 1000);
    for (int i = 0; i < connections; i++)
        open_request(&requests[i], &p, argv[1]);
    while (left > 0) {
        turn(&p);
        left -= take_done(&p, now_ms() < until);
    }
    printf("%" PRIu64 " requests in %" PRId64 " ms, %" PRIu64 " bytes, %" PRIu64 " not 200\n", p.requests,
           now_ms() - from, p.bytes, p.refused);
    for (int i = 0; i < connections; i++)
        curl_easy_cleanup(requests[i].easy);
    curl_multi_cleanup(p.multi);
    curl_slist_free_all(p.headers);
    curl_global_cleanup();
    free(requests);
    close(p.epoll);
    return p.refused != 0;
}
