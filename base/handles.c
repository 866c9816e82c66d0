#include "config.h"

#include "base/handles.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"

enum { USUALLY_OPEN = 16, SPARE = 16 };               /* spare: for files, name lookups, certificates, which
                                                         come and go */

static uint64_t count_open(void)
{
    uint64_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    if (!d)
        return USUALLY_OPEN;
    while (readdir(d))
        n++;
    closedir(d);
    return n > 3 ? n - 3 : 0;                         /* ".", "..", and the folder itself */
}

int handles_reserve(uint64_t more, const char *what, struct error *err)
{
    struct rlimit limit;
    uint64_t need = count_open() + more + SPARE;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= need)
        return 0;
    uint64_t soft = limit.rlim_cur;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= need) {
        limit.rlim_cur = need;
        if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
            return 0;
    }
    return error_set(err, ERR_USAGE,
                     "%s: out of file handles: %llu are needed in all, and the limit is %llu: raise it (ulimit -n %llu), "
                     "or take fewer --clients or --connections", what,
                     (unsigned long long)need,
                     (unsigned long long)(limit.rlim_max > soft ? limit.rlim_max : soft),
                     (unsigned long long)need);
}

static uint64_t limit_now(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

void handles_explain(struct error *err)
{
    size_t n = strlen(err->text);
    if (!strstr(err->text, strerror(EMFILE)) || strstr(err->text, "ulimit -n"))
        return;
    snprintf(err->text + n, sizeof err->text - n,
             "; %llu file handles are the limit: raise it (ulimit -n), or take fewer --connections",
             (unsigned long long)limit_now());
}

void handles_out(const char *what)
{
    int why = errno;
    fprintf(stderr, "wkl: out of file handles: %s cannot be made: %s", what, strerror(why));
    if (why == EMFILE)
        fprintf(stderr, "; %llu are the limit: raise it (ulimit -n)", (unsigned long long)limit_now());
    fputc('\n', stderr);
    exit(EXIT_OUT_OF_MEMORY);
}
