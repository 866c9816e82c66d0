/* features.h - what a backend can do and where its limits are, in words: for `wklc --list-backends` and for
 * reports. */
#ifndef BACKENDS_FEATURES_H
#define BACKENDS_FEATURES_H

#include "backends/backend.h"

/* Calls put for each feature, the same ones in the same order for every backend; text is valid during the
 * call. lacks: it has no such thing, and the text says why. */
void features_each(const struct backend *,
                   void (*put)(void *to, const char *name, const char *text, bool lacks), void *to);

#endif
