/* utf8.h - UTF-8, decoded in one place. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* The bytes of the character that the n bytes at s begin with: 1 … 4; 0 where they begin with none (a lone
 * surrogate is none, nor is a longer form than needed). */
size_t utf8_length(const char *s, size_t n);

#endif
