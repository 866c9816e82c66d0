/* stand_in.h - does the service answer, or something in its place? A server on this machine is not the
 * service whose protocol it speaks, nor is an endpoint outside of the service's own domain: what these are
 * measured at and what they count is not the service's. */
#ifndef BACKENDS_STAND_IN_H
#define BACKENDS_STAND_IN_H

#include "backends/backend.h"

bool stand_in_is(const struct instance *);
/* Where it is: "this machine", else its host. False: it is no stand-in, as far as its address tells. */
bool stand_in_put_place(const struct instance *, struct buf *);

#endif
