/* map.h - from names to pointers. Keys are not copied; they must outlive the map. Memory belongs to the
 * arena. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct map_slot {
    const char *key;                                  /* NULL: free */
    void *value;
};
struct map {
    struct map_slot *slots;                           /* a power of two of them, open addressing */
    size_t count, capacity;
};

void *map_find(const struct map *, const char *key);  /* NULL where there is none */
/* Adds key unless it is there already; returns the value that stood there before, or NULL. */
void *map_add(struct arena *, struct map *, const char *key, void *value);
uint64_t map_room(uint64_t n);                        /* the slots of such a table that is to hold n: never
                                                         more than half full */
uint64_t map_hash(const char *key);                   /* FNV-1a, 64 bit; the same on every machine */

#endif
