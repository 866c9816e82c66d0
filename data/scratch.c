/* scratch.c - blocks, the newest first. */
#include "config.h"

#include "data/scratch.h"

#include "base/mem.h"

/* A block begins with the address of the block before it; `bytes` points behind that. */
union block_head {
    char *older;                                      /* bytes of the older block, or NULL */
    long double aligned;
};

static union block_head *head_of(char *bytes)
{
    return (union block_head *)(void *)(bytes - sizeof(union block_head));
}

static void free_blocks(char *bytes)
{
    while (bytes) {
        union block_head *head = head_of(bytes);
        bytes = head->older;
        mem_free(head);
    }
}

void scratch_release(struct scratch *s)
{
    free_blocks(s->bytes);
    *s = (struct scratch){0};
}

void scratch_reset(struct scratch *s)
{
    s->used = 0;
    if (s->bytes && head_of(s->bytes)->older) {
        free_blocks(head_of(s->bytes)->older);
        head_of(s->bytes)->older = NULL;
    }
}

static void scratch_extend(struct scratch *s, size_t n)
{
    size_t cap = s->cap ? 2 * s->cap : 512;
    while (cap < n)
        cap *= 2;
    union block_head *head = mem_grow(NULL, sizeof *head + cap);
    head->older = s->bytes;
    s->bytes = (char *)(head + 1);
    s->cap = cap;
    s->used = 0;
}

char *scratch_take(struct scratch *s, size_t n)
{
    if (s->cap - s->used < n || !s->bytes)
        scratch_extend(s, n);
    char *p = s->bytes + s->used;
    s->used += n;
    return p;
}
