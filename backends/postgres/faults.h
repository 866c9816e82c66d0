/* faults.h - what PostgreSQL's error codes (SQLSTATE) mean. */
#ifndef BACKENDS_POSTGRES_FAULTS_H
#define BACKENDS_POSTGRES_FAULTS_H

#include "base/fault.h"

enum fault postgres_fault(const char *sqlstate);      /* NULL or "": there is none */

#endif
