#include "config.h"

#include "base/thread.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

bool thread_waited_ns(uint64_t *ns)
{
    char text[128];
    unsigned long long ran, waited;
    int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    if (sscanf(text, "%llu %llu", &ran, &waited) != 2)
        return false;
    *ns = waited;
    return true;
}
