/* ring.c - the pages are touched before the clock starts: no request of a measurement pays for them. */
#include "config.h"

#include "vm/ring.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

struct ring *ring_new(void)
{
    struct ring *r = aligned_alloc(_Alignof(struct ring), sizeof *r);
    BUG_UNLESS(r);                                    /* out of memory */
    memset(r, 0, sizeof *r);
    return r;
}

void ring_free(struct ring *r)
{
    free(r);
}
