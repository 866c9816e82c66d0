/* scripted.c - one thread, poll(), a few connections. */
#include "config.h"

#include "backends/http/tests/scripted.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bug.h"
#include "base/mem.h"

enum { MAX_PEERS = 64, MAX_REQUESTS = 64 };

struct scripted {
    const struct reply *replies;
    uint32_t nreplies, count;
    int listener, stop[2];                            /* stop: a pipe; a byte ends the thread */
    struct { int fd; struct buf in; } peers[MAX_PEERS];
    struct buf requests[MAX_REQUESTS];
    char url[40];
    pthread_t thread;
};

static void put_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        p += sent;
        n -= (size_t)sent;
    }
}

/* False: the connection is to be closed. */
static bool act(int fd, const struct reply *reply)
{
    if (reply->delay_ms)
        usleep(reply->delay_ms * 1000);
    if (!reply->status)
        return false;
    struct buf out = {0};
    size_t size = strlen(reply->body) + reply->padding;
    buf_printf(&out, "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n%s\r\n%s", reply->status, size,
               reply->headers ? reply->headers : "", reply->body);
    for (uint32_t i = 0; i < reply->padding; i++)
        buf_putc(&out, ' ');
    put_all(fd, out.data, out.len - reply->cut);
    buf_release(&out);
    return !reply->cut && !reply->hangs_up;
}

/* How long the request at the start of b is; 0: it is not all there. */
static size_t request_size(const struct buf *b)
{
    const char *end = b->len ? strstr(b->data, "\r\n\r\n") : NULL,
               *length = b->len ? strcasestr(b->data, "\r\ncontent-length:") : NULL;
    if (!end)
        return 0;
    size_t size = (size_t)(end - b->data) + 4 + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
    return size <= b->len ? size : 0;
}

static bool take_request(struct scripted *s, int fd, struct buf *in, size_t size)
{
    static const struct reply health = {.status = 200, .body = "healthy"};
    static const struct reply beyond = {.status = 400, .body = "{\"message\":\"past the script\"}"};
    const struct reply *reply = &health;
    if (strncmp(in->data, "GET / ", 6)) {
        BUG_UNLESS(s->count < MAX_REQUESTS);
        buf_add(&s->requests[s->count], in->data, size);
        reply = s->count < s->nreplies ? &s->replies[s->count] : &beyond;
        s->count++;
    }
    memmove(in->data, in->data + size, in->len - size + 1);
    in->len -= size;
    return act(fd, reply);
}

static bool serve_peer(struct scripted *s, int fd, struct buf *in)
{
    char bytes[65536];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n <= 0)
        return false;
    buf_add(in, bytes, (size_t)n);
    for (size_t size; (size = request_size(in));)
        if (!take_request(s, fd, in, size))
            return false;
    return true;
}

static void take_peer(struct scripted *s)
{
    int fd = accept(s->listener, NULL, NULL);
    for (int i = 0; fd >= 0 && i < MAX_PEERS; i++)
        if (s->peers[i].fd < 0) {
            s->peers[i].fd = fd;
            buf_clear(&s->peers[i].in);
            return;
        }
    BUG("more than %d connections", MAX_PEERS);
}

static void *serve(void *arg)
{
    struct scripted *s = arg;
    for (;;) {
        struct pollfd fds[MAX_PEERS + 2];
        fds[0] = (struct pollfd){.fd = s->stop[0], .events = POLLIN};
        fds[1] = (struct pollfd){.fd = s->listener, .events = POLLIN};
        for (int i = 0; i < MAX_PEERS; i++)
            fds[i + 2] = (struct pollfd){.fd = s->peers[i].fd, .events = POLLIN};
        if (poll(fds, MAX_PEERS + 2, -1) < 0)
            continue;
        if (fds[0].revents)
            return NULL;
        for (int i = 0; i < MAX_PEERS; i++)
            if (s->peers[i].fd >= 0 && fds[i + 2].revents &&
                !serve_peer(s, s->peers[i].fd, &s->peers[i].in)) {
                close(s->peers[i].fd);
                s->peers[i].fd = -1;
            }
        if (fds[1].revents)
            take_peer(s);
    }
}

struct scripted *scripted_start(const struct reply *replies, uint32_t n)
{
    struct scripted *s = mem_alloc(sizeof *s);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    s->replies = replies;
    s->nreplies = n;
    for (int i = 0; i < MAX_PEERS; i++)
        s->peers[i].fd = -1;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&address, size) < 0 ||
        listen(s->listener, MAX_PEERS) < 0 ||
        getsockname(s->listener, (struct sockaddr *)&address, &size) < 0 || pipe(s->stop) < 0)
        BUG("a listening socket: %s", strerror(errno));
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u", ntohs(address.sin_port));
    if (pthread_create(&s->thread, NULL, serve, s))
        BUG("pthread_create");
    return s;
}

const char *scripted_url(const struct scripted *s)
{
    return s->url;
}

const char *scripted_request(const struct scripted *s, uint32_t n)
{
    return n < s->count ? buf_text(&s->requests[n]) : "";
}

uint32_t scripted_count(const struct scripted *s)
{
    return s->count;
}

void scripted_stop(struct scripted *s)
{
    if (s->listener < 0)
        return;
    if (write(s->stop[1], "", 1) != 1)
        BUG("write: %s", strerror(errno));
    pthread_join(s->thread, NULL);
    for (int i = 0; i < MAX_PEERS; i++) {
        if (s->peers[i].fd >= 0)
            close(s->peers[i].fd);
        buf_release(&s->peers[i].in);
    }
    close(s->stop[0]);
    close(s->stop[1]);
    close(s->listener);
    s->listener = -1;
}

void scripted_free(struct scripted *s)
{
    scripted_stop(s);
    for (int i = 0; i < MAX_REQUESTS; i++)
        buf_release(&s->requests[i]);
    mem_free(s);
}
