/* command.h - a command as a table: its options, a row each, from which parsing, --help, man pages and
 * completions are made. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct option_row {
    char letter;                                      /* 0: none */
    const char *name;                                 /* "target"; NULL ends the table */
    const char *argument;                             /* "NAME"; "[=STAGE]": may be left out; NULL: takes
                                                         none */
    const char *help;                                 /* one line: --help wraps it */
    /* Takes the option; false: the text in `fault` says why not. */
    bool (*take)(void *owner, const char *value, char *fault, size_t room);
    const char *heading;                              /* starts a group in --help; NULL: as before */
    bool many;                                        /* each adds to those before; else a second value is an
                                                         error */
    bool (*fits)(const char *value);                  /* "[=STAGE]": a word behind a blank is its value where
                                                         this says so; NULL: none is */
};

struct command {
    const char *name, *usage, *summary, *epilogue;    /* "wklc", "wklc [OPTIONS] FILE…", a sentence or
                                                         several, text after the options */
    const struct option_row *options;
};

/* Row i of all that it takes, its own first, then those that every command has; command_count of them. */
size_t command_count(const struct command *);
const struct option_row *command_row(const struct command *, size_t i);
/* The i-th option of those that --help shows, --help and --version the last; NULL behind them. */
const struct option_row *command_shown(const struct command *, size_t i);

#endif
