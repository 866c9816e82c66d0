#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        BUG("out of memory: %zu bytes asked for", size);
    return p;
}

void *mem_grow(void *p, size_t size)
{
    p = realloc(p, size ? size : 1);
    if (!p)
        BUG("out of memory: %zu bytes asked for", size);
    return p;
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(mem_alloc(n), s, n);
}

void mem_free(void *p)
{
    free(p);
}
