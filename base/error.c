#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"

int error_set(struct error *err, int code, const char *fmt, ...)
{
    if (!err || err->code)
        return code;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    err->code = code;
    size_t n = strlen(err->text);                     /* libpq and libcurl end theirs with a newline */
    while (n && (err->text[n - 1] == '\n' || err->text[n - 1] == ' '))
        err->text[--n] = 0;
    printable_make(err->text, "");                    /* the words of servers, the names of files: to a
                                                         terminal, in the end */
    return code;
}

void error_prefix(struct error *err, const char *fmt, ...)
{
    struct error old = *err;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(err->text, sizeof err->text / 4, fmt, ap);
    va_end(ap);
    size_t used = n < 0 ? 0 : strnlen(err->text, sizeof err->text / 4);
    memcpy(err->text + used, ": ", 2);
    used += 2;
    size_t rest = strnlen(old.text, sizeof err->text - used - 1);
    memcpy(err->text + used, old.text, rest);
    err->text[used + rest] = 0;
}
