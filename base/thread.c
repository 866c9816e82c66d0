#include "config.h"

#include "base/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool thread_try(pthread_t *thread, void *(*run)(void *), void *arg)
{
    return pthread_create(thread, NULL, run, arg) == 0;
}

void thread_start(pthread_t *thread, void *(*run)(void *), void *arg, const char *what)
{
    int rc = pthread_create(thread, NULL, run, arg);
    if (rc == 0)
        return;
    fprintf(stderr, "wkl: out of threads: %s cannot be started: %s; let it have more processes (ulimit -u, a container's limit on pids) or "
            "more memory (ulimit -v)\n", what, strerror(rc));
    exit(EXIT_OUT_OF_MEMORY);
}
