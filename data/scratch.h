/* scratch.h - room for the bytes of values. */
#ifndef DATA_SCRATCH_H
#define DATA_SCRATCH_H

#include <stddef.h>

/* Room for the bytes of one row's (or some keys') values. Reset by data_row; grows, so that a warm one
 * allocates nothing. Growing never moves what was handed out: older blocks stay until the next reset. {0} is
 * an empty one. */
struct scratch {
    char *bytes;
    size_t used, cap;
};
void scratch_release(struct scratch *);
void scratch_reset(struct scratch *);                 /* before a new set of keys: all that was handed out is
                                                         void */
char *scratch_take(struct scratch *, size_t n);       /* n bytes, not zeroed, not aligned */

#endif
