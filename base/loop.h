/* loop.h - one thread's event loop: sockets (epoll) and timers (ns). Nothing here is shared
 * between threads. Watches and timers are embedded in their owner's struct, so waiting allocates nothing. */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct watch {                                        /* a socket that is waited for; level-triggered */
    int fd;
    unsigned events;                                  /* LOOP_READ | LOOP_WRITE; what is waited for now, 0:
                                                         not registered */
    void (*ready)(struct watch *, unsigned events);   /* an error or hang-up comes as both events */
    void *owner;
};

struct timer {
    uint64_t at;                                      /* clock_ns() */
    void (*fire)(struct timer *);
    void *owner;
    uint32_t heap;                                    /* 1 + place in the heap; 0: not set */
};

struct later {                                        /* what is put off to the end of the turn, so that it is
                                                         done once for many */
    void (*run)(struct later *);
    void *owner;
    struct later *next;
    bool set;
};

struct loop *loop_new(void);
void loop_free(struct loop *);
/* Sets what is waited for on w->fd (0: nothing). w must stay where it is while registered. 0, or -1 with
 * errno. */
int loop_watch(struct loop *, struct watch *w, unsigned events);
void loop_timer_set(struct loop *, struct timer *, uint64_t at);   /* moves it where it is set already */
void loop_timer_cancel(struct loop *, struct timer *);
/* Runs it once, before the loop waits again; what is deferred meanwhile runs after the sockets are polled. */
void loop_later(struct loop *, struct later *);
void loop_later_cancel(struct loop *, struct later *);
/* Runs what is ready. wait: waits for something before, at most for a tick of 50 ms. Returns the time
 * (clock_ns) after it. */
uint64_t loop_turn(struct loop *, bool wait);
/* How long the loop has looked for sockets just before a timer instead of sleeping, at most 100 us each time:
 * idle time that the kernel counts as the thread's CPU time. */
uint64_t loop_looked_ns(const struct loop *);

#endif
