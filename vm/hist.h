/* hist.h - an HDR histogram: counts of durations with 3 significant digits from 1 ns to 1 hour, in fixed
 * memory.
 *
 *   slot:    0 …………… 2047 | 2048 …… 3071 | 3072 …… 4095 | …      1024 slots for each further doubling
 *   values:  0 …………… 2047 | 2048 …… 4095 | 4096 …… 8191 | …      so a slot is at most 1/1024 of its value wide
 *
 * The layout is HdrHistogram's (lowest 1, 3 digits, highest 2^42-1), so that counts can be written in its
 * formats slot by slot. Values are int64 nanoseconds. What is above the range counts at its end, what is
 * negative counts as 0; both are counted in `clamped`. Recording never allocates; one thread writes at a
 * time. Only pages that were recorded into take memory. */
#ifndef VM_HIST_H
#define VM_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HIST_HALF_BITS = 10, HIST_HALF = 1 << HIST_HALF_BITS, HIST_DOUBLINGS = 31,
      HIST_SLOTS = (HIST_DOUBLINGS + 2) * HIST_HALF };
#define HIST_HIGHEST ((INT64_C(2) * HIST_HALF << HIST_DOUBLINGS) - 1)  /* 73 minutes: the end of the doubling
                                                                          that holds 1 h */

struct hist {
    uint64_t count;
    uint64_t clamped;                                 /* of them: outside the range */
    int64_t min, max;                                 /* exact; INT64_MAX and 0 while count is 0: use
                                                         hist_min(), hist_max() */
    double sum;                                       /* of the recorded (clamped) values */
    uint64_t slots[HIST_SLOTS];
};

struct hist *hist_new(void);
void hist_free(struct hist *);                        /* NULL is fine */
void hist_reset(struct hist *);
void hist_merge(struct hist *into, const struct hist *from);
/* The same where either may be NULL: *into is made when it is needed. */
void hist_merge_some(struct hist **into, const struct hist *from);

static inline uint32_t hist_slot(int64_t ns)
{
    uint32_t doubling = 63 - (uint32_t)__builtin_clzll((uint64_t)ns | (2 * HIST_HALF - 1)) - HIST_HALF_BITS;
    return doubling * HIST_HALF + (uint32_t)((uint64_t)ns >> doubling);
}

static inline void hist_record_n(struct hist *h, int64_t ns, uint64_t n)
{
    if (__builtin_expect(ns < 0 || ns > HIST_HIGHEST, 0)) {
        ns = ns < 0 ? 0 : HIST_HIGHEST;
        h->clamped += n;
    }
    h->slots[hist_slot(ns)] += n;
    h->count += n;
    h->sum += (double)ns * (double)n;
    h->min = ns < h->min ? ns : h->min;
    h->max = ns > h->max ? ns : h->max;
}

static inline void hist_record(struct hist *h, int64_t ns) { hist_record_n(h, ns, 1); }

int64_t hist_slot_low(uint32_t slot);                 /* the lowest value of a slot; one below that of the
                                                         next is its highest */
/* The values that share a slot with this one: the lowest and the highest. */
int64_t hist_lowest_equivalent(int64_t ns);
int64_t hist_highest_equivalent(int64_t ns);

/* The value at or below which `percent` (0 … 100) of the recorded values lie: the highest of its slot. 0
 * where nothing was recorded. */
int64_t hist_percentile(const struct hist *, double percent);
int64_t hist_min(const struct hist *);                /* exact; 0 where nothing was recorded */
int64_t hist_max(const struct hist *);
double hist_mean(const struct hist *);                /* exact */
double hist_stddev(const struct hist *);              /* of the population, from the middles of the slots */

/* The slots that hold something, in order, for a distribution:  struct hist_step s = {0}; while (hist_next(h, &s)) … */
struct hist_step {
    uint32_t next;                                    /* the slot to go on from */
    int64_t low, high;                                /* the values of this slot */
    uint64_t count;                                   /* in it */
    uint64_t upto;                                    /* in it and below */
};
bool hist_next(const struct hist *, struct hist_step *);

#endif
