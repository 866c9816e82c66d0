/* mark.c - a lock on a file beside the database, "bench.db-wkl", which ends with the process that holds it.
 * The file says who that is, and goes with the mark; one that a killed process left is locked by nobody, and
 * is used again.
 *
 * Not on the database itself: closing any descriptor of that would end SQLite's own locks. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/mark.h"
#include "backends/sql/driver.h"
#include "base/mem.h"

static int fail(const char *path, struct error *err)
{
    return error_set(err, ERR_IO, "the file '%s', whose lock says who uses the tables, cannot be used: %s",
                     path, strerror(errno));
}

/* By the database's own name, whatever links lead to it; another prefix is another mark. */
static char *path_of(const struct server *s)
{
    const char *path = instance_get(s->inst, "path"), *prefix = instance_get(s->inst, "table_prefix");
    char *real = mem_realpath(path);
    struct buf b = {0};
    buf_printf(&b, "%s-wkl", real ? real : path);
    if (prefix && *prefix)
        buf_printf(&b, "-%08x", (unsigned)mark_hash(NULL, NULL, prefix));
    char *out = mem_strdup(buf_text(&b));
    buf_release(&b);
    mem_free(real);
    return out;
}

static bool lock(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

/* That the file is still the one of that name: its last holder may have taken it away between our open and
 * our lock. */
static bool is_current(int fd, const char *path)
{
    struct stat ours, named;
    return fstat(fd, &ours) == 0 && stat(path, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

static void read_holder(int fd, struct holder *holder)
{
    char text[MARK_TEXT];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    mark_read_holder(n > 0 ? text : "its name is not there yet", holder);
}

static int write_self(int fd, const char *path, struct holder *holder, struct error *err)
{
    struct buf self = {0};
    mark_put_self(&self);
    bool ok = ftruncate(fd, 0) == 0 && pwrite(fd, self.data, self.len, 0) == (ssize_t)self.len;
    mark_read_holder(buf_text(&self), holder);
    buf_release(&self);
    return ok ? 0 : fail(path, err);
}

/* SQLite finds its journal by the database's name, and so do we our lock: a file of two names would have two
 * of each. */
static int check_names(const struct server *s, struct error *err)
{
    const char *path = instance_get(s->inst, "path");
    struct stat st;
    if (stat(path, &st) < 0 || st.st_nlink <= 1)
        return 0;
    return error_set(err, ERR_USAGE,
                     "the database '%s' has another name (a hard link): by two names it would be used without its journal and "
                     "its lock; delete one of them, or make a symbolic link", path);
}

static int take(struct server *s, struct holder *holder, struct error *err)
{
    if (check_names(s, err) < 0)
        return ERR_USAGE;
    mem_free(s->mark.path);
    char *path = s->mark.path = path_of(s);
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return fail(path, err);
        bool ours = lock(fd);
        int error = errno;
        if (ours && !is_current(fd, path)) {
            close(fd);
            continue;
        }
        int rc = ours ? write_self(fd, path, holder, err) : MARK_TAKEN;
        if (rc == MARK_TAKEN && error != EAGAIN && error != EACCES) {
            errno = error;
            rc = fail(path, err);
        } else if (rc == MARK_TAKEN) {
            read_holder(fd, holder);
        }
        if (rc == 0) {
            s->mark.fd = fd;
            return 0;
        }
        if (ours)                                     /* a full disk: nothing of it is left */
            unlink(path);
        close(fd);
        return rc;
    }
}

static int renew(struct server *s, struct error *err)
{
    return is_current(s->mark.fd, s->mark.path)
               ? 0
               : error_set(err, ERR_LOST, "the file '%s' is gone", s->mark.path);
}

static void drop(struct server *s)
{
    if (is_current(s->mark.fd, s->mark.path))
        unlink(s->mark.path);
    close(s->mark.fd);
    s->mark.fd = -1;
}

const struct mark_ops sqlite_mark = {.take = take, .renew = renew, .drop = drop};
