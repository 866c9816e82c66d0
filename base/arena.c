#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/mem.h"

/* Big enough that a usual workload needs one block, small enough not to matter for a five-line file. */
#define BLOCK_BYTES ((size_t)64 * 1024)
#define ALIGN       ((size_t)16)

struct arena_block {
    struct arena_block *next;
    char pad[ALIGN - sizeof(struct arena_block *)];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

void arena_release(struct arena *a)
{
    for (struct arena_block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    arena_init(a);
}

void arena_take(struct arena *a, struct arena *from)
{
    struct arena_block **last = &from->blocks;
    while (*last)
        last = &(*last)->next;
    if (a->blocks) {                                  /* behind the newest one, which is still being filled */
        *last = a->blocks->next;
        a->blocks->next = from->blocks;
        a->used += from->used;
    } else {
        *a = *from;
    }
    arena_init(from);
}

static void add_block(struct arena *a, size_t size)
{
    size_t bytes = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    struct arena_block *b = mem_alloc(sizeof *b + bytes);
    b->next = a->blocks;
    a->blocks = b;
    a->at = (char *)(b + 1);
    a->end = a->at + bytes;
}

static void *take(struct arena *a, size_t size, size_t align)
{
    size_t gap = a->at ? -(uintptr_t)a->at & (align - 1) : 0;
    if (size + gap > (size_t)(a->end - a->at)) {
        add_block(a, size);
        gap = 0;
    }
    char *p = a->at + gap;
    a->at = p + size;
    a->used += size + gap;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return take(a, size, ALIGN);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = take(a, n + 1, 1);
    memcpy(p, s, n);
    p[n] = 0;
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    BUG_UNLESS(n >= 0);
    char *p = take(a, (size_t)n + 1, 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

void *arena_grow(struct arena *a, const void *items, size_t item_size, size_t count, size_t *capacity)
{
    *capacity = *capacity ? *capacity * 2 : 8;
    void *p = arena_alloc(a, item_size * *capacity);
    if (count)
        memcpy(p, items, item_size * count);
    return p;
}
