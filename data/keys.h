/* keys.h - keys in bulk: the same as data_key makes, which settles the way each time. */
#ifndef DATA_KEYS_H
#define DATA_KEYS_H

#include "data/data.h"

/* The keys of a key space. */
struct keys {
    const struct data *data;
    const struct keyspace *space;
    const struct column *key;
    void (*make)(const struct keys *, uint64_t ordinal, struct scratch *, struct value *out);
    struct perm perm;                                 /* of the first perm.n numbers; n = 0: the way needs
                                                         none */
    uint64_t add, flip;                               /* of the permutation of all 64-bit numbers */
    uint64_t rest;                                    /* seeds the bits that make no key distinct */
    int64_t lo;                                       /* of a whole number */
    uint32_t length;
    bool quoted;
};
void keys_init(struct keys *, const struct data *, const struct keyspace *);
void keys_make_tuple(const struct keys *, uint64_t ordinal, struct scratch *, struct value *out); /* as data_key_tuple */

#endif
