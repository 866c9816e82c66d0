/* file.c - see file.h. */
#include "config.h"

#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LOOK_MS = 100, MOST_LINKS = 40, STOPPED_MS = 2000 };

static char *copy(const char *text, size_t n)
{
    char *p = mem_alloc(n + 1);
    memcpy(p, text, n);
    return p;
}

static int64_t now_ms(void)
{
    return (int64_t)(clock_ns() / NS_PER_MS);
}

/* ---- reading ---- */

static int say_unread(const char *path, int why, struct error *err)
{
    return error_set(err, ERR_IO, "'%s' cannot be read: %s", path, strerror(why));
}

static int say_large(const char *path, size_t most, struct error *err)
{
    if (most >= 1 << 20)
        return error_set(err, ERR_IO, "'%s' is larger than %zu MB", path, most >> 20);
    return error_set(err, ERR_IO, "'%s' is larger than %zu KB", path, most >> 10);
}

/* Of a pipe: whether to go on reading. Nobody may have opened its other end, or who has may take his time. */
static bool wait_readable(int fd, int64_t until)
{
    struct pollfd p = {fd, POLLIN, 0};
    int rc;
    do
        rc = poll(&p, 1, LOOK_MS);
    while (rc < 0 && errno == EINTR);
    if (rc > 0 && !(p.revents & POLLIN))              /* hung up before, and nobody is back */
        usleep(LOOK_MS * 1000);
    return now_ms() < until;
}

static int read_all(const char *path, int fd, size_t most, bool pipe, bool line, struct buf *out,
                    struct error *err)
{
    char part[65536];
    size_t before = out->len;
    int64_t began = now_ms(), heard = began;
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n > 0) {
            buf_add(out, part, (size_t)n);
            heard = now_ms();
            if (out->len - before > most)
                return say_large(path, most, err);
            if (line && memchr(part, '\n', (size_t)n))
                return 0;
            continue;
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0 && (!pipe || out->len > before))
            return 0;
        if (n < 0 && errno != EAGAIN)
            return say_unread(path, errno, err);
        if (n == 0 && !wait_readable(fd, began + FILE_PATIENCE_MS))
            return error_set(err, ERR_IO, "nobody writes the pipe '%s'", path);
        if (n < 0 && !wait_readable(fd, heard + FILE_SILENCE_MS))
            return error_set(err, ERR_IO, "nothing comes out of '%s' for %d s", path, FILE_SILENCE_MS / 1000);
    }
}

static int read_file(const char *path, size_t most, bool line, struct buf *out, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;
    if (fd < 0)
        return say_unread(path, errno, err);
    if (fstat(fd, &st) < 0)
        rc = say_unread(path, errno, err);
    else if (S_ISDIR(st.st_mode))
        rc = error_set(err, ERR_IO, "'%s' is a directory", path);
    else if (S_ISREG(st.st_mode) && !line && (uint64_t)st.st_size > most)
        rc = say_large(path, most, err);
    if (rc == 0)
        rc = read_all(path, fd, most, S_ISFIFO(st.st_mode), line, out, err);
    close(fd);
    return rc;
}

int file_read(const char *path, size_t most, struct buf *out, struct error *err)
{
    return read_file(path, most, false, out, err);
}

static int read_stdin(size_t most, struct buf *out, struct error *err)
{
    return read_all("standard input", STDIN_FILENO, most, false, false, out, err);
}

int file_read_text(struct arena *arena, const char *path, size_t most, const char **text, uint32_t *size,
                   struct error *err)
{
    struct buf b = {0};
    int rc = path ? file_read(path, most, &b, err) : read_stdin(most, &b, err);
    if (rc == 0) {
        *text = arena_strndup(arena, buf_text(&b), b.len);
        *size = (uint32_t)b.len;
    }
    buf_release(&b);
    return rc;
}

char *file_trim(char *line)
{
    while (isspace((unsigned char)*line))
        line++;
    for (size_t n = strlen(line); n && isspace((unsigned char)line[n - 1]);)
        line[--n] = 0;
    return line;
}

const char *file_beside(struct arena *arena, const char *path, const char *relative)
{
    const char *slash = strrchr(path, '/');
    if (relative[0] == '/' || !slash)
        return relative;
    return arena_printf(arena, "%.*s/%s", (int)(slash - path), path, relative);
}

int file_read_line(const char *path, size_t most, struct buf *out, struct error *err)
{
    return read_file(path, most, true, out, err);
}

/* ---- what a name means ---- */

/* The folder of a path, for what is in it: "." where it names none. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? copy(path, (size_t)(slash - path + 1)) : mem_strdup(".");
}

static char *joined(const char *folder, const char *name)
{
    struct buf b = {0};
    buf_printf(&b, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    char *text = copy(buf_text(&b), b.len);
    buf_release(&b);
    return text;
}

/* Where a link to nothing leads; takes `at` over. */
static char *follow(char *at)
{
    char to[PATH_MAX];
    for (int i = 0; i < MOST_LINKS; i++) {
        ssize_t n = readlink(at, to, sizeof to - 1);
        if (n < 0)
            return at;
        to[n] = 0;
        char *folder = folder_of(at), *next = to[0] == '/' ? copy(to, (size_t)n) : joined(folder, to);
        mem_free(folder);
        mem_free(at);
        at = next;
    }
    mem_free(at);
    errno = ELOOP;
    return NULL;
}

/* What is there and has no name of its own (a pipe, a deleted file behind /dev/fd) is called as it was. */
static char *target_there(const char *path, const struct stat *st)
{
    struct stat found;
    char *real = mem_realpath(path);
    if (real && stat(real, &found) == 0 && found.st_dev == st->st_dev && found.st_ino == st->st_ino)
        return real;
    mem_free(real);
    return mem_strdup(path);
}

char *file_target(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return target_there(path, &st);
    char *at = follow(mem_strdup(path));
    char *folder = at ? folder_of(at) : NULL, *whole = folder ? mem_realpath(folder) : NULL;
    const char *slash = at ? strrchr(at, '/') : NULL;
    char *target = whole ? joined(whole, slash ? slash + 1 : at) : NULL;
    mem_free(at);
    mem_free(folder);
    mem_free(whole);
    return target;
}

bool file_same(const char *a, const char *b)
{
    struct stat x, y;
    bool there = stat(a, &x) == 0, other = stat(b, &y) == 0;
    if (there && other)
        return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
    if (there || other)
        return false;
    char *one = file_target(a), *two = file_target(b);
    bool same = one && two && !strcmp(one, two);
    mem_free(one);
    mem_free(two);
    return same;
}

/* ---- writing ---- */

static int say_unwritten(const char *path, int why, struct error *err)
{
    return error_set(err, ERR_IO, "'%s' cannot be written: %s", path, strerror(why));
}

static bool is_stopped(const atomic_bool *stop)
{
    return stop && atomic_load(stop);
}

static char *beside(const char *target)
{
    struct buf b = {0};
    buf_printf(&b, "%s.%ld.new", target, (long)getpid());
    char *path = copy(buf_text(&b), b.len);
    buf_release(&b);
    return path;
}

/* A file that is to be written: the one that its links lead to, and the new one that is to take its place. */
struct replacing {
    char *target, *temporary;
    struct stat st;                                   /* of the target, where it is there */
    bool there;
    int fd;                                           /* of the temporary one, open; below 0: none may take
                                                         its place, for the target is no regular file, or its
                                                         folder takes no other (errno) */
};

static bool replacing_begin(struct replacing *r, const char *path)
{
    *r = (struct replacing){.target = file_target(path), .fd = -1};
    if (!r->target)
        return false;
    r->temporary = beside(r->target);
    r->there = stat(r->target, &r->st) == 0;
    if (!r->there || S_ISREG(r->st.st_mode))
        r->fd = open(r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, r->there ? 0600 : 0666);
    return true;
}

static void replacing_end(struct replacing *r)
{
    mem_free(r->temporary);
    mem_free(r->target);
}

int file_check_writable(const char *path, struct error *err)
{
    struct replacing r;
    if (!replacing_begin(&r, path))
        return say_unwritten(path, errno, err);
    int why = r.fd >= 0 ? 0 : errno;
    if (r.fd >= 0) {
        close(r.fd);
        unlink(r.temporary);
    }
    if (r.there) {                                    /* who may not write into a file is not to replace it
                                                         either */
        int fd = open(r.target, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
        why = fd >= 0 || errno == ENXIO ? 0 : errno;  /* ENXIO: a pipe that nobody reads yet */
        if (fd >= 0)
            close(fd);
    }
    replacing_end(&r);
    return why ? say_unwritten(path, why, err) : 0;
}

int file_open_stream(const char *path, const atomic_bool *stop, struct error *err)
{
    int64_t until = now_ms() + FILE_PATIENCE_MS;
    for (;;) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666);
        if (fd >= 0)
            return fd;
        if (errno != ENXIO)
            return say_unwritten(path, errno, err);
        if (now_ms() >= until || is_stopped(stop))
            return error_set(err, ERR_IO, "'%s' cannot be written: nobody reads the pipe", path);
        usleep(LOOK_MS * 1000);
    }
}

bool file_write_all(int fd, const char *data, size_t n, const atomic_bool *stop)
{
    int64_t stopped = 0;
    while (n > 0) {
        ssize_t done = write(fd, data, n);
        if (done > 0) {
            data += done;
            n -= (size_t)done;
        } else if (done < 0 && errno == EAGAIN) {
            struct pollfd p = {fd, POLLOUT, 0};
            poll(&p, 1, LOOK_MS);
            stopped = stopped || !is_stopped(stop) ? stopped : now_ms();
            if (stopped && now_ms() >= stopped + STOPPED_MS) {
                errno = ETIMEDOUT;
                return false;
            }
        } else if (done < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* Closing may be what fails. *why: the errno of what did, which is the current one where it is not ok
 * before. */
static bool close_written(int fd, bool ok, int *why)
{
    *why = errno;
    if (close(fd) == 0 || !ok)
        return ok;
    *why = errno;
    return false;
}

/* As it stands. */
static int write_through(const char *path, const char *data, size_t n, const atomic_bool *stop,
                         struct error *err)
{
    int fd = file_open_stream(path, stop, err);
    if (fd < 0)
        return fd;
    int why;
    bool ok = close_written(fd, file_write_all(fd, data, n, stop), &why);
    return ok ? 0 : say_unwritten(path, why, err);
}

/* What the new file gets of the old one; the owner first: who gives a file away loses its set-id bits. */
static bool take_after(int fd, const struct stat *old)
{
    bool own = fchown(fd, old->st_uid, old->st_gid) == 0;
    return fchmod(fd, old->st_mode & (own ? 07777 : 0777)) == 0;
}

/* Writes the new file and puts it in its place. 0, or the errno of what failed: then it is gone. */
static int replace(const struct replacing *r, const char *data, size_t n, const atomic_bool *stop)
{
    int why;
    bool ok = file_write_all(r->fd, data, n, stop) && (!r->there || take_after(r->fd, &r->st));
    ok = close_written(r->fd, ok, &why);
    if (ok && rename(r->temporary, r->target) != 0) {
        ok = false;
        why = errno;
    }
    if (!ok)
        unlink(r->temporary);
    return ok ? 0 : why;
}

int file_write_whole(const char *path, const char *data, size_t n, const atomic_bool *stop, struct error *err)
{
    struct replacing r;
    int rc = 0, why = 0;
    if (!replacing_begin(&r, path))
        return say_unwritten(path, errno, err);
    if (r.fd < 0)
        rc = write_through(path, data, n, stop, err);
    else if ((why = replace(&r, data, n, stop)) != 0)
        rc = say_unwritten(path, why, err);
    replacing_end(&r);
    return rc;
}

int file_check_makeable(const char *path, struct error *err)
{
    char folder[4096];
    const char *there = NULL;                         /* the nearest folder above that there is */
    struct stat st;
    bool direct = true;
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash; !there && (slash = strrchr(folder, '/'));) {
        *slash = 0;
        if (slash == folder)
            there = "/";
        else if (stat(folder, &st) == 0 || errno != ENOENT)
            there = folder;
        else
            direct = false;
    }
    if (direct)
        return file_check_writable(path, err);
    there = there ? there : ".";
    if (stat(there, &st) == 0 && !S_ISDIR(st.st_mode))
        return say_unwritten(path, ENOTDIR, err);
    return access(there, W_OK | X_OK) == 0 ? 0 : say_unwritten(path, errno, err);
}

int file_make_folders(const char *path, struct error *err)
{
    char part[4096];
    snprintf(part, sizeof part, "%s", path);
    for (char *p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return error_set(err, ERR_IO, "the folder '%s' cannot be made: %s", part, strerror(errno));
        *p = '/';
    }
    return 0;
}

const char *file_first_line(struct arena *arena, const struct buf *b, const char *what, struct error *err)
{
    enum { MOST_LINE = 16383 };
    const char *end = b->len ? memchr(b->data, '\n', b->len) : NULL;
    size_t n = end ? (size_t)(end - b->data) : b->len;
    const char *why = !b->len ? "it is empty" : n > MOST_LINE ? "its first line is too long" : memchr(b->data,
        0, n) ? "its first line holds a zero byte" : NULL;
    if (!why)
        return arena_strndup(arena, b->data, n && b->data[n - 1] == '\r' ? n - 1 : n);
    error_set(err, ERR_IO, "%s: %s", what, why);
    return NULL;
}
