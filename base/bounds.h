/* bounds.h - the largest values of what a file, an option or a setting counts. More is an error where it is
 * read, never cut. */
#ifndef BASE_BOUNDS_H
#define BASE_BOUNDS_H

#define MOST_CLIENTS 1000000ull
#define MOST_CONNECTIONS 100000ull
#define MOST_JOBS 4096ull
#define MOST_PARALLEL 100000ull                       /* groups of one request in flight */
#define MOST_REQUESTS 1000000000000ull
#define MOST_ROUNDS 100000ull
#define MOST_SAMPLE 1000000000ull
#define MOST_TRIES 1000000ull
#define MOST_COUNT 1000000000000ull                   /* of whatever else a setting counts */
#define MOST_PORT 65535ull
#define MOST_RATE 1e9                                 /* a second: one each nanosecond */
#define MOST_SECONDS 3e9                              /* 95 years: as nanoseconds it can still be added to a
                                                         clock */
#define MOST_SETTING_SECONDS 86400.0                  /* of a timeout or delay: in milliseconds it fits what
                                                         every library takes */
#define MOST_AMOUNT 1e12
#define MOST_BYTES 1e18

#endif
