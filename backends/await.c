#include "config.h"

#include "backends/await.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"

enum { LOOK_MS = 50 };                                /* how often a wish to stop is looked for */
static const uint64_t CANCEL_NS = 3 * NS_PER_S;       /* what a cancelled statement may still take */
static const uint64_t SILENCE_NS = 30 * NS_PER_S;

int await_begin(struct await *a, struct error *err)
{
    if (a->over.code)
        return error_set(err, ERR_LOST, "%s", a->over.text);
    a->begun = a->heard = clock_ns();
    a->stopped = 0;
    a->stopped_before = instance_is_stopped(a->inst);
    return 0;
}

/* Whether the server has anything to say to somebody else. A refusal, such as for too many connections, is an
 * answer. */
static bool answers(struct await *a, char *words, size_t room)
{
    void *connection;
    struct error err = {0};
    uint64_t began = clock_ns(), limit = instance_number(a->inst, "connect_timeout");
    int rc = attempt_connect(a->kind, a->inst, 0, &connection, &err);
    if (rc == 0)
        a->kind->close(connection);
    snprintf(words, room, "%.*s", (int)room - 1, err.text);
    return rc == 0 || (rc != ERR_TIMEOUT && rc != ERR_INTERRUPTED && clock_ns() - began < limit);
}

static void look_whether_silent(struct await *a, uint64_t now)
{
    char words[500];
    uint64_t setting = instance_number(a->inst, "silence_timeout"), limit = setting ? setting : SILENCE_NS;
    if (a->brief)
        limit = instance_number(a->inst, "connect_timeout");
    if (now < a->heard + limit)
        return;
    if (a->brief)
        error_set(&a->over, ERR_TIMEOUT, "no answer for %.0f s", (double)limit / 1e9);
    else if (!answers(a, words, sizeof words) && !instance_is_stopped(a->inst))
        error_set(&a->over, ERR_TIMEOUT, "no answer for %.0f s, and none to a new connection: %s",
                  (double)limit / 1e9, words);
    a->heard = clock_ns();
}

static void look(struct await *a)
{
    uint64_t now = clock_ns();
    if (a->given_up && atomic_load(a->given_up)) {
        error_set(&a->over, ERR_INTERRUPTED, "interrupted");
    } else if (!instance_is_stopped(a->inst)) {
        look_whether_silent(a, now);
    } else if (a->stopped_before) {
        uint64_t most = a->brief ? CANCEL_NS : CLEARING_S * NS_PER_S;
        if (now >= a->begun + most)
            error_set(&a->over, ERR_TIMEOUT, "no answer for %.0f s", (double)most / 1e9);
    } else if (!a->stopped) {
        a->stopped = now;
        if (a->cancel)
            a->cancel(a);
    } else if (now >= a->stopped + CANCEL_NS) {
        error_set(&a->over, ERR_INTERRUPTED, "interrupted");
    }
}

int await_ready(struct await *a, int fd, unsigned events, int ms)
{
    struct pollfd p = {
        .fd = fd, .events = (short)((events & LOOP_READ ? POLLIN : 0) | (events & LOOP_WRITE ? POLLOUT : 0))};
    uint64_t until = ms < 0 ? UINT64_MAX : clock_ns() + (uint64_t)ms * NS_PER_MS;
    for (int left = ms; !a->over.code; left -= LOOK_MS) {
        int n = poll(&p, 1, ms >= 0 && left < LOOK_MS ? (left > 0 ? left : 0) : LOOK_MS);
        if (n > 0) {
            a->heard = clock_ns();
            return (p.revents & (POLLERR | POLLHUP | POLLNVAL)) ? LOOP_READ | LOOP_WRITE
                 : (p.revents & POLLIN ? LOOP_READ : 0) | (p.revents & POLLOUT ? LOOP_WRITE : 0);
        }
        if (clock_ns() >= until)
            return 0;
        look(a);
    }
    shutdown(fd, SHUT_RDWR);
    return -1;
}

int await_fail(const struct await *a, int code, const char *words, struct error *err)
{
    if (a->over.code)
        return error_set(err, a->over.code, "%s", a->over.text);
    if (a->stopped)                                   /* cancelled, as was wished */
        return error_set(err, ERR_INTERRUPTED, "interrupted");
    return error_set(err, code, "%s", words);
}
