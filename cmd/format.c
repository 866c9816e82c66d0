/* format.c - laying out files. */
#include "config.h"

#include "cmd/format.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "compiler/front.h"

int format_files(struct arena *arena, struct diags *diags, const char *const *paths, size_t n,
                 enum format_how how, struct buf *out, struct error *err)
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
            rc = file_write_whole(paths[i], buf_text(&text), text.len, NULL, err);
        if (rc == 0) {
            buf_printf(out, "%s\n", paths[i]);
            changed++;
        }
    }
    buf_release(&text);
    return rc < 0 ? rc : mistakes ? ERR_USAGE : changed;
}
