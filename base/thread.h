/* thread.h - threads. Where the system has none left (a limit on processes, a container's on pids, one on
 * memory), it is said in one line and the process ends with 71, as where there is no memory left: nobody ever
 * waits for a thread that is not there. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* what: "a thread that loads", for the line. */
void thread_start(pthread_t *, void *(*run)(void *), void *arg, const char *what);
/* For a caller that can do without it: false where none can be started; *thread is then unset. */
bool thread_try(pthread_t *, void *(*run)(void *), void *arg);
/* How long this thread has been ready to run while others had the CPUs, ns; false where the system does not
 * say (Linux does, in /proc/thread-self/schedstat). */
bool thread_waited_ns(uint64_t *ns);

#endif
