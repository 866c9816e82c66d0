/* text.h - texts that may be missing. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <string.h>

static inline bool text_is_same(const char *a, const char *b)       /* both are missing, or equal */
{
    return a && b ? !strcmp(a, b) : a == b;
}

#endif
