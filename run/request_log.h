/* request_log.h - every measured request as a line of a CSV file (--log). The workers put their requests into
 * rings; a thread of its own takes them out and writes, so that no worker ever waits for a disk. */
#ifndef RUN_REQUEST_LOG_H
#define RUN_REQUEST_LOG_H

#include "base/error.h"
#include "vm/ring.h"

struct request_log;

/* Makes the file, with its heading; NULL: it cannot be written (err says why). Times are counted from
 * began_ns (clock_ns). *stop ends every wait for who reads it. */
struct request_log *request_log_open(const char *path, uint64_t began_ns, const atomic_bool *stop,
                                     struct error *);
/* The end of all: 0, or an error where not everything could be written. NULL is fine. */
int request_log_close(struct request_log *, struct error *);

struct request_source {                               /* what the lines of one measurement say first, and of
                                                         whom they are */
    const char *run, *sweep, *strategy, *backend;
    uint32_t round;                                   /* from 1 */
    uint64_t first_request;                           /* numbers are counted from it */
    const char *const *queries;                       /* by their place in the mix */
};
/* Before the workers start, and after they have ended: what is in the rings until then is written. Rings are
 * the caller's. */
void request_log_begin(struct request_log *, const struct request_source *, struct ring *const *, uint32_t n);
void request_log_end(struct request_log *);
uint64_t request_log_lost(const struct request_log *);    /* requests that came faster than they could be
                                                             written, up to the last end */

#endif
