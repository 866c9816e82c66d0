/* printable.h - words that others wrote (servers, libraries, files, names of files) on their way to a
 * terminal or into a report: what could steer a terminal or turn a line around is shown as '?'. Everything
 * that is printed of theirs goes through here. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stddef.h>

/* How many bytes the character takes that the n bytes at s begin with; 0: it may not be printed (a control
 * character of either set, one that sets the direction of text, a line or paragraph separator, or no
 * UTF-8). */
size_t printable_length(const char *s, size_t n);

/* In place: line breaks and tabs that follow one another become a space, any other character that may not be
 * printed a '?'. Those in `stays` stay ("\n"). */
void printable_make(char *text, const char *stays);

#endif
