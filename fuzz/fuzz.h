/* fuzz.h - what the harnesses share. A harness is one function of some bytes; libFuzzer calls it (./configure
 * --enable-fuzz), or replay.c does with files. It owns what it makes and gives all of it back; the same bytes
 * do the same whenever they come. What must not be ends in BUG(): libFuzzer keeps the input, and a replay
 * fails. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bug.h"
#include "base/diag.h"
#include "ir/ir.h"

/* The harness. -1: not to be kept as a seed of further inputs. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The bytes of an input, taken from its front; zeros where none are left. */
struct supply { const uint8_t *at, *end; };
uint64_t supply_take(struct supply *, size_t bytes);      /* little-endian, 1 … 8 */
size_t supply_left(const struct supply *);

/* A file of the process alone with these bytes: nothing to remove, wherever the process ends. */
struct file { int fd; char path[32]; };
void file_open(struct file *, const void *bytes, size_t n);
void file_close(struct file *);

/* Compiles a workload that a harness brings along. */
const struct ir *fuzz_compile(struct arena *, const char *text);

#endif
