/* hint.h - ways out of common mistakes of syntax, found in the text around what is not expected there. */
#ifndef GRAMMAR_HINT_H
#define GRAMMAR_HINT_H

#include "base/arena.h"
#include "base/diag.h"

/* Whether it is a word of other languages, rather than a misspelt one of this. */
bool hint_knows(const char *word);
/* A hint in the arena, or NULL. ends: a '}' could stand there, so one item was complete. */
const char *hint_for(struct arena *, const struct source *, struct span at, bool ends);

#endif
