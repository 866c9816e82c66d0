/* handles.h - file handles: sockets, files, what loops are made of. Code that is about to open many reserves room
 * first; the soft limit is raised as far as the hard one lets it. */
#ifndef BASE_HANDLES_H
#define BASE_HANDLES_H

#include <stdint.h>

#include "base/error.h"

/* Room for so many more than are open now. ERR_USAGE where the system does not let us: "WHAT: out of file
 * handles: 90 are needed in all, and the limit is …". */
int handles_reserve(uint64_t more, const char *what, struct error *);
/* Adds the remedy to an error that says that file handles have run out. */
void handles_explain(struct error *);
/* Ends the process with 71 and a line; for what cannot go on without one. `what` cannot be made, as errno
 * says. */
_Noreturn void handles_out(const char *what);

#endif
