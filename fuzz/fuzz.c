/* fuzz.c - what the harnesses share. */
#include "config.h"

#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compiler/front.h"

size_t supply_left(const struct supply *f)
{
    return (size_t)(f->end - f->at);
}

uint64_t supply_take(struct supply *f, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes && f->at < f->end; i++)
        v |= (uint64_t)*f->at++ << (8 * i);
    return v;
}

void file_open(struct file *f, const void *bytes, size_t n)
{
    f->fd = memfd_create("fuzz.wkl", MFD_CLOEXEC);
    if (f->fd < 0 || write(f->fd, bytes, n) != (ssize_t)n)
        BUG("no file in memory can be made");
    snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
}

void file_close(struct file *f)
{
    close(f->fd);
}

const struct ir *fuzz_compile(struct arena *arena, const char *text)
{
    struct diags diags;
    struct error err = {0};
    struct file file;
    struct buf said = {0};
    diags_init(&diags, arena);
    file_open(&file, text, strlen(text));
    const char *path = file.path;
    const struct ir *ir = front_compile(arena, &diags, &path, 1, &(struct front_options){0}, &err);
    file_close(&file);
    diags_put_text(&diags, false, &said);
    if (!ir)
        BUG("the harness's own workload does not compile:\n%s%s", buf_text(&said), err.text);
    buf_release(&said);
    return ir;
}
