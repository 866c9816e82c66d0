/* words.h - what servers and client libraries say, made fit to be shown: the secrets of the instance covered,
 * the text one printable line, and both before anything is cut. Whatever a driver takes of their words goes
 * through here. An instance may be NULL. */
#ifndef BACKENDS_WORDS_H
#define BACKENDS_WORDS_H

#include "backends/backend.h"

/* Puts "***" over every secret value of the instance in a text that is to be shown, and over those in its
 * addresses. */
void instance_redact(const struct instance *, char *text);

void words_put(struct buf *, const struct instance *, const char *said);
/* Into room bytes; what does not fit is left out at the end. */
void words_copy(char *to, size_t room, const struct instance *, const char *said);
/* error_set with them; returns code. */
int words_fail(const struct instance *, struct error *, int code, const char *said);

#endif
