#include "config.h"

#include "backends/child/process.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* In a process group of its own: Ctrl-C is for us, who clear up after it. */
static int spawn(pid_t *pid, const char *server, const char *path, int fd)
{
    char *const args[] = {"python3", (char *)server, (char *)path, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fd, 0);
    posix_spawn_file_actions_adddup2(&files, fd, 1);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int rc = posix_spawnp(pid, args[0], &files, &attributes, args, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

int process_open(struct process *p, const char *server, const char *path, struct error *err)
{
    int ends[2];
    *p = (struct process){0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set(err, ERR_CONNECT, "no pair of sockets: %s", strerror(errno));
    int rc = spawn(&p->pid, server, path, ends[1]);
    close(ends[1]);
    p->fd = ends[0];
    p->from = fdopen(p->fd, "r");
    if (rc == 0 && p->from)
        return 0;
    p->pid = rc == 0 ? p->pid : 0;
    process_close(p);
    return error_set(err, ERR_CONNECT, "'%s' cannot be started: %s", server, strerror(rc ? rc : errno));
}

void process_close(struct process *p)
{
    if (p->from)
        fclose(p->from);
    else
        close(p->fd);
    if (p->pid) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    free(p->line);
    *p = (struct process){0};
}

static bool send_all(int fd, const char *p, size_t n)
{
    ssize_t some = 1;
    for (; n && some > 0; p += some, n -= (size_t)some)
        some = send(fd, p, n, MSG_NOSIGNAL);
    return n == 0;
}

int process_ask(struct process *p, struct buf *question, cJSON **answer, cJSON **rows, struct error *err)
{
    buf_putc(question, '\n');
    if (!send_all(p->fd, question->data, question->len) || getline(&p->line, &p->room, p->from) < 0)
        return error_set(err, ERR_LOST, "the server's process has ended");
    *answer = cJSON_Parse(p->line);
    *rows = cJSON_GetObjectItem(*answer, "rows");
    if (cJSON_IsArray(*rows))
        return 0;
    const char *words = cJSON_GetStringValue(cJSON_GetObjectItem(*answer, "error"));
    error_set(err, ERR_SERVER, "%s", words ? words : "an answer that is none");
    cJSON_Delete(*answer);
    return ERR_SERVER;
}
