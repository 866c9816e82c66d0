/* lease.c - the text of a lease is "SELF PROCESS WHEN BEAT": who holds it (mark_put_self), which process of
 * which machine that is, the wall clock's second and the number of this writing. */
#include "config.h"

#include "backends/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/admin.h"
#include "backends/mark.h"
#include "base/buf.h"
#include "base/clock.h"

static const uint64_t LEASE_NS = 15 * NS_PER_S;       /* several renewals (mark.c) may fail within it */

/* ---- processes ---- */

/* Of a file of the system's, which gives all in one reading; "": it is not there. */
static void read_start(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
}

/* When a process began, in ticks since the machine did: what tells it from a later one of the same number. 0:
 * there is none. */
static unsigned long long began(long pid)
{
    char path[40], line[1000];
    unsigned long long ticks = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    read_start(path, line, sizeof line);
    const char *rest = strrchr(line, ')');            /* behind the command's name, which may hold anything */
    if (rest)
        sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               &ticks);
    return ticks;
}

/* The machine, as long as it is up, and what its numbers of processes count within: "BOOT:NAMESPACE". */
static void machine(char out[100])
{
    char boot[48], space[40] = "";
    read_start("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, " \n")] = 0;
    ssize_t n = readlink("/proc/self/ns/pid", space, sizeof space - 1);
    space[n > 0 ? n : 0] = 0;
    snprintf(out, 100, "%.40s:%.39s", boot, space);
}

static bool is_dead(const char *text)
{
    char here[100], there[100];
    long pid;
    unsigned long long since;
    machine(here);
    return sscanf(text, "%*s %99[^/]/%ld/%llu", there, &pid, &since) == 3 && !strcmp(here, there) && since &&
           began(pid) != since;
}

static bool is_stale(const char *text)
{
    long long when;
    return sscanf(text, "%*s %*s %lld", &when) == 1 && (long long)time(NULL) - when > LEASE_STALE_S;
}

/* ---- the text ---- */

static void write_anew(struct lease *l, char text[LEASE_TEXT])
{
    char here[100], self[100];
    machine(here);
    if (l->text[0]) {
        snprintf(self, sizeof self, "%.*s", (int)strcspn(l->text, " "), l->text);
    } else {
        struct buf b = {0};
        mark_put_self(&b);
        snprintf(self, sizeof self, "%s", buf_text(&b));
        buf_release(&b);
    }
    snprintf(text, LEASE_TEXT, "%s %s/%ld/%llu %lld %llu", self, here, (long)getpid(), began(getpid()),
             (long long)time(NULL), (unsigned long long)++l->beat ^ (unsigned long long)(clock_ns() << 16));
}

static void read_holder(const char *text, struct holder *holder)
{
    char self[100];
    snprintf(self, sizeof self, "%.*s", (int)strcspn(text, " "), text);
    mark_read_holder(self, holder);
}

/* A writing whose answer was lost was sent again, and found its own text there. */
static int put(struct lease *l, struct server *s, const char *seen, struct error *err)
{
    char text[LEASE_TEXT], there[LEASE_TEXT];
    write_anew(l, text);
    int rc = l->ops->swap(s, seen, text, err);
    if (rc == LEASE_CHANGED) {
        rc = l->ops->get(s, there, err);
        if (rc == 0 && strcmp(there, text))
            rc = LEASE_CHANGED;
    }
    if (rc == 0)
        memcpy(l->text, text, sizeof l->text);
    return rc;
}

/* ---- the mark's primitives ---- */

static bool has_ended(struct lease *l, const char *text)
{
    if (strcmp(text, l->seen)) {
        snprintf(l->seen, sizeof l->seen, "%s", text);
        l->seen_at = clock_ns();
    }
    return clock_ns() - l->seen_at >= LEASE_NS || is_dead(text) || is_stale(text);
}

static struct lease *lease_of(struct server *s)
{
    return (struct lease *)s;
}

static int take(struct server *s, struct holder *holder, struct error *err)
{
    struct lease *l = lease_of(s);
    char there[LEASE_TEXT];
    l->text[0] = 0;
    int rc = l->ops->get(s, there, err);
    if (rc < 0)
        return rc;
    if (there[0] && !has_ended(l, there)) {
        read_holder(there, holder);
        return MARK_TAKEN;
    }
    rc = put(l, s, there, err);
    if (rc == 0)
        read_holder(l->text, holder);
    else if (rc == LEASE_CHANGED)                     /* somebody was faster */
        mark_read_holder("wkl", holder);
    return rc < 0 ? rc : rc == 0 ? 0 : MARK_TAKEN;
}

static int renew(struct server *s, struct error *err)
{
    struct lease *l = lease_of(s);
    int rc = put(l, s, l->text, err);
    return rc == LEASE_CHANGED ? error_set(err, ERR_LOST, "the lease is gone, or another's") : rc;
}

/* The last note that goes takes the place for notes with it: while the lease is in it nobody else begins to
 * use it. */
static void drop(struct server *s)
{
    struct lease *l = lease_of(s);
    if (renew(s, NULL) == 0)
        admin_drop_notes(l->inst, s, true, NULL);
    if (l->text[0])
        l->ops->swap(s, l->text, "", NULL);
    l->text[0] = 0;
}

const struct mark_ops lease_mark = {.take = take, .renew = renew, .drop = drop};
