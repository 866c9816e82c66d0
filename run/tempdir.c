/* tempdir.c - mkdtemp, and a forked watcher that waits for the end of a pipe. */
#include "config.h"

#include "run/tempdir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/handles.h"

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* The watcher's whole life. It holds nothing of its parent but the pipe's reading end. */
_Noreturn static void watch(const char *path, int pipe_end)
{
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_IGN);                          /* it ends when its maker does, not before */
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    dup2(pipe_end, 3);
    closefrom(4);
    char c;
    ssize_t n;
    do
        n = read(3, &c, 1);
    while (n > 0 || (n < 0 && errno == EINTR));
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    _exit(0);
}

int tempdir_open(struct tempdir *d, struct error *err)
{
    const char *base = getenv("TMPDIR");
    int ends[2];
    snprintf(d->path, sizeof d->path, "%s/wkl.XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(d->path)) {
        int rc = error_set(err, ERR_IO, "no temporary folder can be made in '%s': %s",
                           base && *base ? base : "/tmp", strerror(errno));
        d->path[0] = 0;
        return rc;
    }
    if (pipe2(ends, O_CLOEXEC) < 0 || (d->watcher = fork()) < 0) {
        int rc = error_set(err, ERR_IO, "no process can be started to watch over '%s': %s", d->path,
                           strerror(errno));
        handles_explain(err);
        rmdir(d->path);
        d->path[0] = 0;
        return rc;
    }
    if (d->watcher == 0) {
        close(ends[1]);
        watch(d->path, ends[0]);
    }
    close(ends[0]);
    d->lifetime = ends[1];
    return 0;
}

void tempdir_close(struct tempdir *d)
{
    if (!d->path[0])
        return;
    close(d->lifetime);
    while (waitpid(d->watcher, NULL, 0) < 0 && errno == EINTR)
        ;
    d->path[0] = 0;
}
