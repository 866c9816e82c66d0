/* bench/peer.h - what the peers written in C share: a clock, and random numbers that cost next to nothing. */
#ifndef WKL_BENCH_PEER_H
#define WKL_BENCH_PEER_H

#include <stdint.h>
#include <time.h>

static inline uint64_t peer_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* xorshift64* (Marsaglia, Vigna); the state starts as anything but 0. */
enum { PEER_SEED = 88172645 };

static inline uint64_t peer_draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1DULL;
}

#endif
