/* http.h - HTTP/1.1 on libcurl: exchanges with kept-alive connections, one at a time each, either blocking
 * (http_perform) or on an event loop (http_start). A warm exchange allocates nothing of its own: url,
 * headers, body and reply are buffers that stay.
 *
 *   http_begin -> http_header… , c->body -> http_start -> (the loop) -> c->done(c): code, words, status, reply
 *
 * libcurl itself sends a request again where a kept-alive connection turns out to be closed before any byte
 * of the answer came: `sends` counts every time that it went out. */
#ifndef BACKENDS_HTTP_HTTP_H
#define BACKENDS_HTTP_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "backends/backend.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/loop.h"

struct http;                                          /* the connections of one thread, on its loop */
struct http *http_new(struct loop *, uint32_t connections);
void http_free(struct http *);                        /* after its exchanges */

enum { HTTP_MAX_HEADERS = 16, HTTP_WORDS = 256 };

struct http_call {
    /* what to send */
    struct buf url;                                   /* set by http_url */
    struct buf headers;                               /* lines, each with its NUL */
    struct buf body;                                  /* of anything but a GET */
    const char *method;
    uint64_t timeout;                                 /* ns of one exchange; 0: none */
    void (*done)(struct http_call *);                 /* http_start: it is finished, and may be started again
                                                         at once */
    bool once;                                        /* libcurl does not send it again by itself: that could
                                                         do more than the first did */
    void *owner;
    const struct instance *instance;                  /* whose server it asks, and whose secrets are covered
                                                         in all words; MAY be NULL */
    /* what came of it */
    int code;                                         /* 0: an answer is there, whatever its status;
                                                         ERR_CONNECT, ERR_LOST, ERR_TIMEOUT */
    char words[HTTP_WORDS];                           /* libcurl's, where code is not 0, without secrets */
    long status;
    struct buf reply;
    uint32_t sends;
    /* inside */
    uint64_t began;                                   /* a blocking exchange: clock_ns */
    bool stopped_before;                              /* it began after a wish to stop, and has a few seconds;
                                                         one that comes later ends it */
    char said[HTTP_WORDS];                            /* by libcurl */
    void *easy, *address, *lines;
    struct http *http;
};

void http_call_init(struct http_call *, const struct instance *);
void http_call_release(struct http_call *);           /* also one that is under way: its done is not called */
void http_url(struct http_call *, const char *url);
void http_begin(struct http_call *, const char *method);                    /* no headers; url and body stay
                                                                               as they were */
void http_header(struct http_call *, const char *name, const char *value);
void http_header_buf(struct http_call *, const char *name, const struct buf *value);
int http_perform(struct http_call *);                 /* blocks, at most until a wish to stop; returns code */
void http_sleep(const struct instance *, uint64_t ns);                      /* the same */
void http_start(struct http *, struct http_call *);
const char *http_reply_header(struct http_call *, const char *name);        /* NULL: none; valid until the
                                                                               next send */

/* Puts s percent-encoded as one segment of a path. */
void http_put_segment(struct buf *, const char *s, size_t n);
/* "127.0.0.1:8000" of "http://127.0.0.1:8000/x": what the Host header says. */
void http_put_host(struct buf *, const char *url);

#endif
