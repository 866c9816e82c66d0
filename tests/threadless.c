/* threadless.c - wklrun where the system has only so many threads: $THREADS can be made, and each further one fails as where a limit on
 * processes is reached; or it is $MISSING alone that fails, the first being 1. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *arg)
{
    static atomic_int made;
    const char *most = getenv("THREADS"), *missing = getenv("MISSING");
    int number = atomic_fetch_add(&made, 1) + 1;
    if ((most && number > atoi(most)) || (missing && number == atoi(missing)))
        return EAGAIN;
    return __real_pthread_create(thread, attributes, run, arg);
}
