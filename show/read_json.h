/* read_json.h - a result that was written as JSON, read back: every report of it is then what it was
 * when it was written. */
#ifndef SHOW_READ_JSON_H
#define SHOW_READ_JSON_H

#include "base/error.h"
#include "results/results.h"

/* 0, and *out is the caller's to free; or an error that names the file and what in it is wrong. */
int results_read(const char *path, struct results **out, struct error *);
int results_read_text(const char *json, size_t n, struct results **out, struct error *);

#endif
