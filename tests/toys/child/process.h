/* process.h - a database in a process of its own: a question, then its answer, each a line of JSON over a
 * pair of sockets (server.py says what they are). */
#ifndef BACKENDS_CHILD_PROCESS_H
#define BACKENDS_CHILD_PROCESS_H

#include <cjson/cJSON.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

struct process {
    pid_t pid;
    int fd;
    FILE *from;                                       /* the same socket, read by the line */
    char *line;                                       /* the last answer */
    size_t room;
};

int process_open(struct process *, const char *server, const char *path, struct error *);
void process_close(struct process *);
/* The answer's rows, to be freed with cJSON_Delete as *answer. ERR_LOST: the process has ended. */
int process_ask(struct process *, struct buf *question, cJSON **answer, cJSON **rows, struct error *);

#endif
