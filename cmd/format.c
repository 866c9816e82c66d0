/* format.c - laying out files. */
#include "config.h"

#include "cmd/format.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "compiler/front.h"

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Puts a new file in the place of the old one: whoever reads sees either, never a half. What a link leads to is replaced, not the link. */
static int replace(struct arena *arena, const char *path, const struct buf *text, struct error *err)
{
    struct stat st;
    int fd = -1, rc = 0;
    char *temporary = NULL, *real = mem_realpath(path);
    if (!real || stat(real, &st) < 0) {
        rc = error_set(err, ERR_IO, "'%s' cannot be written: %s", path, strerror(errno));
        goto out;
    }
    temporary = arena_printf(arena, "%s.XXXXXX", real);
    fd = mkstemp(temporary);
    if (fd < 0) {
        rc = error_set(err, ERR_IO, "no file can be made beside '%s': %s", path, strerror(errno));
        goto out;
    }
    /* Only the superuser may give files away; anyone else's file becomes their own, which is what an editor does too. */
    bool owned = (st.st_uid == geteuid() && st.st_gid == getegid()) || fchown(fd, st.st_uid, st.st_gid) == 0 || errno == EPERM;
    if (!owned || fchmod(fd, st.st_mode & 07777) < 0 || !write_all(fd, buf_text(text), text->len) || fsync(fd) < 0 ||
        rename(temporary, real) < 0) {
        rc = error_set(err, ERR_IO, "'%s' cannot be written: %s", path, strerror(errno));
        unlink(temporary);
    }
out:
    if (fd >= 0)
        close(fd);
    mem_free(real);
    return rc;
}

int format_files(struct arena *arena, struct diags *diags, const char *const *paths, size_t n, enum format_how how, struct buf *out,
                 struct error *err)
{
    struct buf text = {0};
    int changed = 0, rc = 0;
    bool mistakes = false;
    for (size_t i = 0; i < n && rc == 0; i++) {
        const char *before;
        buf_clear(&text);
        rc = front_format(arena, diags, paths[i], &before, &text, err);
        if (rc == ERR_USAGE) {
            mistakes = true;
            rc = 0;
            continue;
        }
        if (rc == 0 && how == FORMAT_SHOW)
            buf_add(out, buf_text(&text), text.len);
        if (rc < 0 || how == FORMAT_SHOW || !strcmp(before, buf_text(&text)))
            continue;
        if (how == FORMAT_WRITE)
            rc = replace(arena, paths[i], &text, err);
        if (rc == 0) {
            buf_printf(out, "%s\n", paths[i]);
            changed++;
        }
    }
    buf_release(&text);
    return rc < 0 ? rc : mistakes ? ERR_USAGE : changed;
}
