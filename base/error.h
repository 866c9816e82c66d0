/* error.h - what went wrong in the world (a server, a file, the network), with the server's own words kept.
 * Functions that can fail so return 0 or a negative enum error_code and take a struct error * last. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

enum error_code {
    ERR_USAGE = -1,        /* the command line, a setting, or the file */
    ERR_CONNECT = -2,      /* unreachable, refused, wrong password */
    ERR_SERVER = -3,       /* the server answered with an error; the same request would fail again */
    ERR_LOST = -4,         /* the connection broke, or the server went away */
    ERR_THROTTLED = -5,    /* refused for load, and the retries are used up */
    ERR_TIMEOUT = -6,
    ERR_FOREIGN = -7,      /* a table of that name exists that wkl did not make */
    ERR_IO = -8,           /* a local file: disk full, no permission */
    ERR_INTERRUPTED = -9,  /* the user asked to stop */
    ERR_MISSING = -10,     /* an object (table, database) that should be there is not */
};

struct error {
    int code;              /* 0: none */
    bool denied;           /* ERR_CONNECT: a password or token was asked for, sent and not taken */
    char text[2000];       /* lower case, no full stop, the subject in quotes; the server's words after a
                              colon; one printable line */
};

/* Sets *err unless one is set already (the first error is the cause); returns code. err may be NULL. */
int error_set(struct error *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts "prefix: " before the text. */
void error_prefix(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#endif
