/* bug.h - for bugs in wkl. Mistakes in the user's text are diagnostics (diag.h), failures of the world a struct error
 * (error.h); only what cannot happen comes here, and it ends the process with 70 (EX_SOFTWARE). */
#ifndef BASE_BUG_H
#define BASE_BUG_H

#define BUG(...) bug_abort(__FILE__, __LINE__, __VA_ARGS__)
#define BUG_UNLESS(cond) do { if (!(cond)) BUG("expected %s", #cond); } while (0)

_Noreturn void bug_abort(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
