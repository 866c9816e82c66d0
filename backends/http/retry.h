/* retry.h - how long to wait before a request is sent again: exponential backoff with full jitter (every wait
 * is drawn evenly from 0 to a bound that doubles), or what the service asked for. Waiting itself is the
 * caller's, on the loop's timers. Times are nanoseconds. */
#ifndef BACKENDS_HTTP_RETRY_H
#define BACKENDS_HTTP_RETRY_H

#include <stdint.h>

struct retry {
    uint64_t base, cap;                               /* the bound of the first wait, and of any */
    uint64_t draws;                                   /* state of the jitter */
};

void retry_init(struct retry *, uint64_t salt);       /* 50 ms and 20 s; the salt makes clients wait apart */
/* The wait before try number `tries` + 1, when `tries` (from 1) have failed. asked: what the service said, 0:
 * nothing; it is waited at least, with a jitter on top of it, so that those who were sent away together do
 * not come back together. */
uint64_t retry_wait(struct retry *, uint32_t tries, uint64_t asked);

#endif
