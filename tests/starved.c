/* starved.c - wklc, with one allocation that fails: the one of this number (from 1) in WKL_STARVE_AT. When it does, it makes the file
 * WKL_STARVE_MARK. Linked with wklc's own main and --wrap (tests/local.mk), so that no hook for it stands in the product. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
char *__real_realpath(const char *, char *);
FILE *__real_fopen(const char *, const char *);
int __real_main(int, char **);

void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_realpath(const char *, char *);
FILE *__wrap_fopen(const char *, const char *);
int __wrap_main(int, char **);

static long left;                                     /* until the one that fails; 0: none will */
static const char *mark;

static bool fails(void)
{
    if (!left || --left)
        return false;
    int fd = open(mark, O_CREAT | O_WRONLY, 0600);
    if (fd >= 0)
        close(fd);
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }
char *__wrap_realpath(const char *path, char *to) { return fails() ? NULL : __real_realpath(path, to); }
FILE *__wrap_fopen(const char *path, const char *mode) { return fails() ? NULL : __real_fopen(path, mode); }

int __wrap_main(int argc, char **argv)
{
    const char *at = getenv("WKL_STARVE_AT");
    mark = getenv("WKL_STARVE_MARK");
    left = at && mark ? strtol(at, NULL, 10) : 0;
    return __real_main(argc, argv);
}
