/* packed.h - a histogram that is kept and no longer recorded into: its used slots alone, some kilobytes
 * instead of a quarter of a megabyte. Nothing of it is lost. Made on the heap, freed with mem_free. */
#ifndef VM_PACKED_H
#define VM_PACKED_H

#include "vm/hist.h"

struct packed {
    uint64_t count, clamped;
    int64_t min, max;
    double sum;
    uint32_t nslots;
    struct packed_slot { uint32_t slot; uint64_t count; } slots[];
};

struct packed *packed_new(const struct hist *);
void packed_add(struct hist *into, const struct packed *);

#endif
