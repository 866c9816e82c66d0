/* progress.h - what is going on, on stderr while it goes on: one line that is drawn over itself on a
 * terminal, a plain line now and then elsewhere, nothing where the user asked for quiet.
 *
 * One thread uses it. On a terminal each drawing is one write of the whole line, at most ten a second, so
 * that nothing flickers; before anything else is written to the terminal, progress_clear takes the line away
 * (the next drawing brings it back). */
#ifndef SHOW_PROGRESS_H
#define SHOW_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

struct progress_options {
    int fd;
    bool quiet;
    enum { PROGRESS_DETECT, PROGRESS_TERMINAL, PROGRESS_PLAIN } manner;
    uint64_t every_ns;                                /* between plain lines; 0: 10 s */
    uint64_t (*clock)(void);                          /* NULL: clock_ns */
};

struct progress *progress_open(const struct progress_options *);
void progress_close(struct progress *);               /* takes the line away; NULL is fine */

/* A phase: "loading lakebase", counted in `unit` ("rows") up to total. total 0: not counted, it shows lines
 * (progress_line) and the time; unit MAY be NULL then. An earlier phase must have ended. */
void progress_begin(struct progress *, const char *phase, const char *unit, uint64_t total);
void progress_weigh(struct progress *, double bytes);              /* what the total comes to: shows bytes a
                                                                      second too */
void progress_update(struct progress *, uint64_t done);            /* as often as it suits the caller */
void progress_line(struct progress *, const char *text);          /* what the phase is at */
void progress_end(struct progress *);                 /* leaves a line: what was done, how long it took, how
                                                         fast */

/* A line that stays. */
void progress_say(struct progress *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same of what went wrong, which quiet does not hide. */
void progress_complain(struct progress *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What begins and may take long: on a terminal the next line takes its place, else it stays. */
void progress_pass(struct progress *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void progress_clear(struct progress *);

bool progress_due(const struct progress *);           /* a line would be drawn now */
struct progress_measure {                             /* of the last moment: the interval since the one
                                                         before */
    const char *label;                                /* "round 2/6  sqlite, binpacked" */
    const char *stage;                                /* "warm-up" or NULL */
    double seconds, of_seconds;                       /* of_seconds 0: it ends by a count of requests */
    double left_seconds;                              /* of the whole run, by what it took until now; 0: not
                                                         known */
    double per_second;
    int64_t p50_ns, p99_ns;                           /* negative: nothing was answered */
    uint64_t errors;                                  /* since the round began */
    int64_t lag_ns;                                   /* negative: closed loop */
};
void progress_measured(struct progress *, const struct progress_measure *);   /* as a progress_line */

#endif
