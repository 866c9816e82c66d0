/* hint.h - ways out of common mistakes of syntax, told from the text around what cannot stand there. */
#ifndef GRAMMAR_HINT_H
#define GRAMMAR_HINT_H

#include "base/arena.h"
#include "base/diag.h"

/* A hint in the arena, or NULL. ends: a '}' could stand there, so one item was complete. */
const char *hint_for(struct arena *, const struct source *, struct span at, bool ends);

#endif
