/* local.c - starting wkl-local and reading its line events (described at the head of the script). */
#include "config.h"

#include "run/local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/handles.h"
#include "base/mem.h"

struct local {
    pid_t pid;
    int lifetime, events;                             /* our ends of its stdin and stdout */
    struct buf line;
    bool done;
};

enum { LOOK_MS = 100, STOP_S = 20, ASKED_S = 60 };

/* Named by WKL_LOCAL; else beside a wklrun that was not installed; else the installed one. */
static const char *program(struct arena *arena)
{
    const char *named = getenv("WKL_LOCAL");
    char self[4096];
    if (named && *named)
        return named;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash = n > 0 ? memrchr(self, '/', (size_t)n) : NULL;
    const char *beside = slash ? arena_printf(arena, "%.*s/local/wkl-local", (int)(slash - self), self) : "";
    return access(beside, R_OK) == 0 ? beside : WKL_LIBEXECDIR "/wkl-local";
}

_Noreturn static void become_program(char *const *argv, int in, int out)
{
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    dup2(in, 0);
    dup2(out, 1);
    execv(argv[0], argv);
    dprintf(1, "fatal %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static int spawn(struct local *l, struct arena *arena, struct instance *const *list, size_t n,
                 struct error *err)
{
    int in[2], out[2];
    char **argv = arena_array(arena, char *, n + 2);
    argv[0] = arena_strdup(arena, program(arena));
    for (size_t i = 0; i < n; i++)
        argv[i + 1] = arena_printf(arena, "%s/%s", list[i]->kind->local, list[i]->name);
    if (access(argv[0], X_OK) < 0)
        return error_set(err, ERR_IO, "the program that starts local servers is missing: '%s': %s", argv[0],
                         strerror(errno));
    if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || (l->pid = fork()) < 0) {
        int rc = error_set(err, ERR_IO, "local servers cannot be started: %s", strerror(errno));
        handles_explain(err);
        return rc;
    }
    if (l->pid == 0)
        become_program(argv, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    l->lifetime = in[1];
    l->events = out[0];
    return 0;
}

/* ---- events ---- */

static char *take_word(char **at)
{
    char *word = *at, *end = strchr(word, ' ');
    *at = end ? end + 1 : word + strlen(word);
    if (end)
        *end = 0;
    return word;
}

struct listening {
    struct local *local;
    struct arena *arena;
    struct instance *const *list;
    size_t n;
    bool *settled;                                    /* of each */
    const struct local_hooks *hooks;
    struct error *err;
};

/* The place in the list; n: it is not there. */
static size_t find(const struct listening *x, const char *name)
{
    size_t i = 0;
    while (i < x->n && strcmp(x->list[i]->name, name))
        i++;
    return i;
}

static const struct { const char *word; enum local_outcome outcome; } outcomes[] = {
    {"ready", LOCAL_READY}, {"skip", LOCAL_SKIPPED}, {"failed", LOCAL_FAILED},
};

static void event(struct listening *x, char *line)
{
    char *verb = take_word(&line), *name = take_word(&line);
    size_t place = find(x, name);
    struct instance *inst = place < x->n ? x->list[place] : NULL;
    if (!strcmp(verb, "start"))
        x->hooks->note(x->hooks->owner, name, "starting");
    else if (!strcmp(verb, "note"))
        x->hooks->note(x->hooks->owner, name, line);
    else if (!strcmp(verb, "set") && inst) {
        char *setting = take_word(&line);
        instance_set(x->arena, inst, setting, line);
    } else if (!strcmp(verb, "done"))
        x->local->done = true;
    else if (!strcmp(verb, "fatal"))
        error_set(x->err, ERR_IO, "local servers cannot be started: %s %s", name, line);
    for (size_t i = 0; inst && i < sizeof outcomes / sizeof *outcomes; i++)
        if (!strcmp(verb, outcomes[i].word)) {
            x->settled[place] = true;
            x->hooks->settled(x->hooks->owner, inst, outcomes[i].outcome, line);
        }
}

/* A first start fetches servers, which takes minutes: who is waited for is shown all along. */
static void show_waiting(const struct listening *x, struct buf *names)
{
    buf_clear(names);
    buf_puts(names, "waiting for");
    for (size_t i = 0, n = 0; i < x->n; i++)
        if (!x->settled[i])
            buf_printf(names, "%s%s", n++ ? ", " : " ", x->list[i]->name);
    x->hooks->waiting(x->hooks->owner, buf_text(names));
}

static int listen_on(struct listening *x)
{
    char chunk[4096];
    ssize_t n = read(x->local->events, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR)
        return 0;
    if (n <= 0)
        return error_set(
            x->err, ERR_IO,
            "the program that starts local servers ended before they were ready; it takes python3");
    buf_add(&x->local->line, chunk, (size_t)n);
    char *at = x->local->line.data, *end;
    while ((end = memchr(at, '\n', x->local->line.len - (size_t)(at - x->local->line.data)))) {
        *end = 0;
        event(x, at);
        at = end + 1;
    }
    size_t rest = x->local->line.len - (size_t)(at - x->local->line.data);
    memmove(x->local->line.data, at, rest);
    x->local->line.len = rest;
    return x->err->code;
}

int local_start(struct local **out, struct arena *arena, struct instance *const *list, size_t n,
                const struct local_hooks *hooks, const atomic_bool *stop, struct error *err)
{
    struct local *l = mem_alloc(sizeof *l);
    int rc = spawn(l, arena, list, n, err);
    if (rc < 0) {
        mem_free(l);
        return rc;
    }
    *out = l;
    struct listening x = {l, arena, list, n, arena_array(arena, bool, n), hooks, err};
    struct buf names = {0};
    while (rc == 0 && !l->done) {
        struct pollfd p = {.fd = l->events, .events = POLLIN};
        if (atomic_load(stop))
            rc = error_set(err, ERR_INTERRUPTED, "interrupted while local servers were starting");
        else if (poll(&p, 1, LOOK_MS) > 0)
            rc = listen_on(&x);
        else
            show_waiting(&x, &names);
    }
    buf_release(&names);
    return rc;
}

void local_stop(struct local *l)
{
    if (!l)
        return;
    close(l->lifetime);
    int left = STOP_S * 100;
    pid_t gone = 0;
    while ((gone = waitpid(l->pid, NULL, WNOHANG)) == 0 && left-- > 0)
        usleep(10000);
    if (gone == 0) {                                  /* it does not end by itself: ask, and at last do not
                                                         ask */
        kill(l->pid, SIGTERM);
        for (left = ASKED_S * 100; (gone = waitpid(l->pid, NULL, WNOHANG)) == 0 && left > 0; left--)
            usleep(10000);
    }
    if (gone == 0) {                                  /* its servers end with it (PR_SET_PDEATHSIG) */
        kill(l->pid, SIGKILL);
        waitpid(l->pid, NULL, 0);
    }
    close(l->events);
    buf_release(&l->line);
    mem_free(l);
}
