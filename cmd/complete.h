/* complete.h - what a shell needs to complete a command line, made from the table of options. */
#ifndef CMD_COMPLETE_H
#define CMD_COMPLETE_H

#include <stdbool.h>

#include "base/buf.h"
#include "cmd/command.h"

/* Adds the text for "bash", "zsh" or "fish"; false: for no such shell. */
bool complete_put(const struct command *, const char *shell, struct buf *);

#endif
