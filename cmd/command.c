/* command.c - the rows of a command: its own, then those that every command has. */
#include "config.h"

#include "cmd/command.h"

static const struct option_row common[] = {
    {'h', "help", NULL, "show this help", NULL, "Help"},
    {'V', "version", NULL, "show the version", NULL, NULL},
    {0, "completion", "bash|zsh|fish", NULL, NULL, NULL},     /* for the build and for packages; --help does
                                                                 not show it */
};
enum { COMMON = sizeof common / sizeof *common };

static size_t count_own(const struct command *c)
{
    size_t n = 0;
    while (c->options[n].name)
        n++;
    return n;
}

size_t command_count(const struct command *c)
{
    return count_own(c) + COMMON;
}

const struct option_row *command_row(const struct command *c, size_t i)
{
    size_t own = count_own(c);
    return i < own ? &c->options[i] : &common[i - own];
}

const struct option_row *command_shown(const struct command *c, size_t i)
{
    return i < command_count(c) && command_row(c, i)->help ? command_row(c, i) : NULL;
}
