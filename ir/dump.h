/* dump.h - the IR as text, stable: for people, and to tell whether two workloads ask for the same. */
#ifndef IR_DUMP_H
#define IR_DUMP_H

#include "ir/ir.h"

void ir_dump(const struct ir *, struct buf *);
/* Of these what decides what a run asks for: its queries with their shares, and the keys' distributions. */
void ir_dump_requests(const struct ir_run *, struct buf *);

#endif
