/* replay.c - a main for a harness without libFuzzer: each argument is a file, or a folder of files, that is
 * handed to it once. So that every compiler can run what was once found. Leaks and undefined behaviour show
 * where the build has sanitizers. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "fuzz/fuzz.h"

static int replay_file(const char *path)
{
    struct buf b = {0};
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "rb");
    while (f && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&b, chunk, n);
    if (!f || ferror(f)) {
        fprintf(stderr, "'%s' cannot be read: %s\n", path, strerror(errno));
        return -1;
    }
    fclose(f);
    printf("%s\n", path);                             /* before it is tried: the last line says which one it
                                                         was */
    fflush(stdout);
    uint8_t *exact = mem_alloc(b.len);                /* of its very size, so that a look past its end is
                                                         seen */
    if (b.len)
        memcpy(exact, b.data, b.len);
    LLVMFuzzerTestOneInput(exact, b.len);
    mem_free(exact);
    buf_release(&b);
    return 1;
}

/* The number of files, or -1. */
static int replay(const char *path)
{
    struct stat st;
    struct dirent **names;
    if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return replay_file(path);
    int count = 0, n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        int done = names[i]->d_name[0] == '.' || count < 0 ? 0 : replay(inner);
        count = done < 0 ? -1 : count + done;
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return n < 0 ? -1 : count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        int n = replay(argv[i]);
        if (n < 0)
            return 1;
        count += n;
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
