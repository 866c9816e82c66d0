/* habits.h - what users of other tools (pgbench, sysbench, k6, wrk, YCSB, compilers) type, and what it is
 * called here. */
#ifndef CMD_HABITS_H
#define CMD_HABITS_H

/* The way out, for an option without its dashes ("duration", "t") or for a word where a file belongs
 * ("prepare"); NULL: none is known. */
const char *habit_option(const char *command, const char *option);
const char *habit_word(const char *command, const char *word);

#endif
