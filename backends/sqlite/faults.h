/* faults.h - what SQLite's result codes mean. */
#ifndef BACKENDS_SQLITE_FAULTS_H
#define BACKENDS_SQLITE_FAULTS_H

#include "base/fault.h"

enum fault sqlite_fault(int code);                    /* a result code, plain or extended */

#endif
