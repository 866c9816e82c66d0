/* stdlib.h - the modules that `use NAME` finds, compiled into the program: the texts of stdlib/NAME.wkl.
 * stdlib.c is made from them by scripts/embed. */
#ifndef STDLIB_STDLIB_H
#define STDLIB_STDLIB_H

#include <stdint.h>

struct stdlib_module {
    const char *name;                                 /* "crud" */
    const char *path;                                 /* as diagnostics name it: "stdlib/crud.wkl" */
    const char *text;
    uint32_t size;
};
extern const struct stdlib_module stdlib_modules[];   /* ends with a NULL name */

#endif
