/* command.c - a shell, two pipes, and a bound on time. */
#include "config.h"

#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

struct running { pid_t pid; int out, err; };

static void become_shell(const char *command, int out, int err)
{
    sigset_t none;
    int nothing = open("/dev/null", O_RDONLY);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    setpgid(0, 0);                                    /* all of it is ended together */
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static bool start(const char *command, struct running *r)
{
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) < 0)
        return false;
    if (pipe2(err, O_CLOEXEC) < 0) {
        close(out[0]);
        close(out[1]);
        return false;
    }
    r->pid = fork();
    if (r->pid == 0)
        become_shell(command, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    r->out = out[0];
    r->err = err[0];
    if (r->pid > 0)
        return true;
    close(out[0]);
    close(err[0]);
    return false;
}

/* True: there is more to come. */
static bool take(struct pollfd *p, struct buf *b)
{
    char chunk[4096];
    ssize_t n = p->revents ? read(p->fd, chunk, sizeof chunk) : -1;
    if (n > 0 && b->len < COMMAND_MOST)
        buf_add(b, chunk, (size_t)n);
    if (n == 0 || (n < 0 && p->revents && errno != EINTR && errno != EAGAIN))
        p->fd = -1;
    return p->fd >= 0;
}

/* Reads both to their ends; false: the time is up. */
static bool drain(const struct running *r, struct buf *out, struct buf *err)
{
    struct pollfd p[2] = {{.fd = r->out, .events = POLLIN}, {.fd = r->err, .events = POLLIN}};
    uint64_t until = clock_ns() + COMMAND_PATIENCE_S * NS_PER_S;
    for (bool more = true; more;) {
        uint64_t now = clock_ns();
        if (now >= until)
            return false;
        if (poll(p, 2, (int)((until - now) / NS_PER_MS) + 1) < 0 && errno != EINTR)
            return false;
        bool first = take(&p[0], out), second = take(&p[1], err);
        more = first || second;
    }
    return true;
}

static const char *last_line(const struct buf *b)
{
    size_t end = b->len;
    while (end && strchr("\r\n ", b->data[end - 1]))
        end--;
    if (!end)
        return "it said nothing";
    b->data[end] = 0;
    const char *line = strrchr(b->data, '\n');
    return line ? line + 1 : b->data;
}

int command_read(const char *command, struct buf *out, struct error *err)
{
    struct running r;
    struct buf said = {0};
    int status = 0, rc = 0;
    if (!start(command, &r))
        return error_set(err, ERR_IO, "the command '%s' cannot be run: %s", command, strerror(errno));
    bool ended = drain(&r, out, &said);
    if (!ended)
        kill(-r.pid, SIGKILL);
    while (waitpid(r.pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(r.out);
    close(r.err);
    if (!ended)
        rc = error_set(err, ERR_IO, "the command '%s' did not end within %d s", command, COMMAND_PATIENCE_S);
    else if (!WIFEXITED(status) || WEXITSTATUS(status))
        rc = error_set(err, ERR_IO, "the command '%s' failed (exit %d): %s", command,
                       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), last_line(&said));
    else if (out->len >= COMMAND_MOST)
        rc = error_set(err, ERR_IO, "the command '%s' printed more than 1 MB", command);
    buf_release(&said);
    return rc;
}
