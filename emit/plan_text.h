/* plan_text.h - a plan for people. */
#ifndef EMIT_PLAN_TEXT_H
#define EMIT_PLAN_TEXT_H

#include "plan/plan.h"

/* Calls, requests, what each carries, against which limit, what fell back, what it costs; text: with what is
 * sent. */
void plan_put(const struct plan *, bool text, struct buf *);

#endif
