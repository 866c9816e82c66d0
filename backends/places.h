/* places.h - requests by address, each with the place that it was given when it was added: where a session
 * keeps what it has prepared for it. Places are counted through, so that what is kept for them stands in an
 * array, and what was added last is the array's end. */
#ifndef BACKENDS_PLACES_H
#define BACKENDS_PLACES_H

#include <stdint.h>

struct request;

struct places {
    const struct request **items;                     /* by place */
    struct place { const struct request *request; uint32_t number; } *sorted;      /* by address */
    uint32_t count;
};

void places_add(struct places *, const struct request *const *list, uint32_t n);     /* what is not there yet */
uint32_t places_find(const struct places *, const struct request *);      /* one that is not there is a BUG */
void places_release(struct places *);

#endif
