/* mem.h - heap allocation that never returns NULL: where there is no memory, one line on stderr says so and
 * the process ends with 71 (EX_OSERR), whatever it was doing. So code that writes files makes the text first,
 * and opens the file when nothing is left to allocate. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

enum { EXIT_OUT_OF_MEMORY = 71 };

void *mem_alloc(size_t size);                         /* zeroed */
void *mem_grow(void *p, size_t size);                 /* realloc; the new part is not zeroed */
char *mem_strdup(const char *s);
char *mem_realpath(const char *path);                 /* without links; NULL, with errno, where there is no
                                                         such file */
void mem_free(void *p);                               /* NULL is fine */

#endif
