#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *got(void *p, size_t size)
{
    if (p)
        return p;
    fprintf(stderr, "wkl: out of memory: %zu more bytes are not available; nothing else was wrong\n", size);
    exit(EXIT_OUT_OF_MEMORY);
}

void *mem_alloc(size_t size)
{
    return got(calloc(1, size ? size : 1), size);
}

void *mem_grow(void *p, size_t size)
{
    return got(realloc(p, size ? size : 1), size);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(mem_alloc(n), s, n);
}

char *mem_realpath(const char *path)
{
    char *real = realpath(path, NULL);
    return real || errno != ENOMEM ? real : got(NULL, strlen(path));
}

void mem_free(void *p)
{
    free(p);
}
