/* stdlib.h - what stands in stdlib/, compiled into the program: the modules that `use NAME` finds, and the price tables that
 * `prices NAME` does. stdlib.c is made from them by scripts/embed. */
#ifndef STDLIB_STDLIB_H
#define STDLIB_STDLIB_H

#include <stdint.h>

struct stdlib_module {
    const char *name;                                 /* "crud", "dynamodb" */
    const char *path;                                 /* as diagnostics name it: "stdlib/crud.wkl", "stdlib/prices/dynamodb.csv" */
    const char *text;
    uint32_t size;
};
extern const struct stdlib_module stdlib_modules[], stdlib_prices[];   /* each ends with a NULL name */

#endif
