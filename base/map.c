#include "base/map.h"

#include <string.h>

uint64_t map_hash(const char *key)
{
    uint64_t h = 0xcbf29ce484222325u;                 /* FNV-1a offset basis and prime, 64 bit */
    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 0x100000001b3u;
    return h;
}

uint64_t map_room(uint64_t n)
{
    uint64_t slots = 2;
    while (slots < 2 * n)
        slots *= 2;
    return slots;
}

static struct map_slot *slot_of(const struct map *m, const char *key)
{
    size_t i = map_hash(key) & (m->capacity - 1);
    while (m->slots[i].key && strcmp(m->slots[i].key, key) != 0)
        i = (i + 1) & (m->capacity - 1);
    return &m->slots[i];
}

void *map_find(const struct map *m, const char *key)
{
    return m->capacity ? slot_of(m, key)->value : NULL;
}

static void grow(struct arena *arena, struct map *m)
{
    struct map old = *m;
    m->capacity = old.capacity ? old.capacity * 2 : 16;
    m->slots = arena_array(arena, struct map_slot, m->capacity);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].key)
            *slot_of(m, old.slots[i].key) = old.slots[i];
}

void *map_add(struct arena *arena, struct map *m, const char *key, void *value)
{
    if (m->count * 2 >= m->capacity)
        grow(arena, m);
    struct map_slot *s = slot_of(m, key);
    if (s->key)
        return s->value;
    s->key = key;
    s->value = value;
    m->count++;
    return NULL;
}
