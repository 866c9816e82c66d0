/* command.h - what a command prints: for secrets that a program prints, such as tokens. */
#ifndef BASE_COMMAND_H
#define BASE_COMMAND_H

#include "base/buf.h"
#include "base/error.h"

enum { COMMAND_PATIENCE_S = 30, COMMAND_MOST = 1 << 20 };

/* Runs it by /bin/sh, without standard input, and adds what it writes to standard output. ERR_IO where it
 * fails, prints too much or takes longer than COMMAND_PATIENCE_S, with the last line of its standard error;
 * what it printed is never part of the error. */
int command_read(const char *command, struct buf *out, struct error *);

#endif
