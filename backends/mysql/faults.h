/* faults.h - what the error numbers of MySQL, of MariaDB and of their client library mean. */
#ifndef BACKENDS_MYSQL_FAULTS_H
#define BACKENDS_MYSQL_FAULTS_H

#include "base/fault.h"

enum fault mysql_fault(unsigned number);

#endif
