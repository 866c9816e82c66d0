/* pace.h - how many requests may be in flight at once, found by asking: additive increase, multiplicative
 * decrease (D. Chiu, R. Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in
 * computer networks", 1989), as TCP does it. It begins small and doubles until the first refusal for load;
 * after that it grows by one for each window of requests that went through. Refusals that come close together
 * tell of one overload, and are answered once. Times are nanoseconds. */
#ifndef BACKENDS_HTTP_PACE_H
#define BACKENDS_HTTP_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    double size;                                      /* 1 … most */
    uint32_t most;
    bool cut;                                         /* it was refused before: no doubling any more */
    uint64_t deaf_until;                              /* refusals before then are of requests sent before the
                                                         last cut */
};

void pace_init(struct pace *, uint32_t most);
uint32_t pace_room(const struct pace *);          /* requests that may be in flight, at least 1 */
void pace_passed(struct pace *);                  /* a request went through */
void pace_refused(struct pace *, uint64_t now);   /* one was refused for load */

#endif
