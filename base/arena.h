/* arena.h - memory that is freed all at once. A compilation lives in one arena; nothing in it is freed
 * on its own. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *blocks;                       /* newest first */
    char *at, *end;                                   /* free part of the newest block */
    size_t used;                                      /* bytes allocated */
};

void arena_init(struct arena *);
void arena_release(struct arena *);
void arena_take(struct arena *, struct arena *from);  /* what `from` owns is this one's from now on; `from` is
                                                         empty then */
void *arena_alloc(struct arena *, size_t size);       /* zeroed, aligned for any type */
/* Texts are stored side by side, without the gaps that other types need. */
char *arena_strdup(struct arena *, const char *s);
char *arena_strndup(struct arena *, const char *s, size_t n);
char *arena_printf(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define arena_new(arena, type)         ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, n)    ((type *)arena_alloc((arena), sizeof(type) * (size_t)(n)))

/* A growable array whose memory belongs to an arena:  VEC(struct x) v = {0};  vec_push(&arena, &v, x); */
#define VEC(type) struct { type *items; size_t count, capacity; }
#define VEC_TYPE(name, type) struct name { type *items; size_t count, capacity; }
#define vec_push(arena, v, item)                                                                          \
    do {                                                                                                  \
        if ((v)->count == (v)->capacity)                                                                  \
            (v)->items = arena_grow((arena), (v)->items, sizeof *(v)->items, (v)->count, &(v)->capacity); \
        (v)->items[(v)->count++] = (item);                                                                \
    } while (0)

void *arena_grow(struct arena *, const void *items, size_t item_size, size_t count, size_t *capacity);

#endif
