/* scripted.h - a real HTTP server in a thread of the test: it answers the requests that come, in order, by a
 * script. For what real services never do when they are asked to: throttling, failing, breaking off, being
 * slow. A GET of "/" (a session making its connections) is answered with 200 by itself and is not part of the
 * script. */
#ifndef BACKENDS_HTTP_TESTS_SCRIPTED_H
#define BACKENDS_HTTP_TESTS_SCRIPTED_H

#include <stdbool.h>
#include <stdint.h>

struct reply {
    int status;                                       /* 0: closes the connection instead of answering */
    const char *body;
    const char *headers;                              /* further ones, each with its "\r\n"; NULL: none */
    uint32_t delay_ms;
    uint32_t cut;                                     /* bytes of the body that are left unsent, before it is
                                                         closed */
    uint32_t padding;                                 /* bytes of white space after the body */
    bool hangs_up;                                    /* closes the connection behind the answer */
};

struct scripted;
struct scripted *scripted_start(const struct reply *, uint32_t n);
const char *scripted_url(const struct scripted *);    /* "http://127.0.0.1:4711" */
/* The n-th request (from 0) that came, head and body; "" where none did. Only after scripted_stop. */
const char *scripted_request(const struct scripted *, uint32_t n);
uint32_t scripted_count(const struct scripted *);
void scripted_stop(struct scripted *);                /* closes everything; the requests are still there */
void scripted_free(struct scripted *);

#endif
