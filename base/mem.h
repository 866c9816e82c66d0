/* mem.h - heap allocation that never returns NULL: out of memory is said on stderr and ends the process with 70. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                         /* zeroed */
void *mem_grow(void *p, size_t size);                 /* realloc; the new part is not zeroed */
char *mem_strdup(const char *s);
void mem_free(void *p);                                /* NULL is fine */

#endif
