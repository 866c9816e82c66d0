/* renewal.h - credentials that expire, and how they are renewed within a run: by the commands that printed
 * them, or by what the backend has of its own for it. One for an instance; its threads share it, and what
 * outlives the run holds on to it.
 *
 *   renewal_add    when the instance is made: has the first ones, and keeps the way
 *   renewal_renew  blocks as long as a command takes: for threads that have nothing else to do, such as one that opens a connection
 *   renewal_ask    never blocks: has it done by a thread of its own, for who serves an event loop, and is asked again
 *
 * `seen` is the version that the caller used: what others have renewed meanwhile is taken as it is. An
 * attempt that failed stands for some seconds, so that a thousand calls that are refused ask once. */
#ifndef BACKENDS_RENEWAL_H
#define BACKENDS_RENEWAL_H

#include <stdbool.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum { RENEWED_MOST = 4 };

/* What came of asking: settings and their values, in an arena of the caller's, and when they end (0: not
 * known). */
struct renewed {
    struct arena *arena;
    struct { const char *setting, *value; } items[RENEWED_MOST];
    size_t n;
    time_t ends;
};
void renewed_put(struct renewed *, const char *setting, const char *value);    /* copies; NULL: there is none */

/* A way: how, and for which setting, are texts that renewal_add was given. Called by any thread, by one at a
 * time. */
typedef int renewal_fetch(const char *how, const char *setting, struct renewed *, struct error *);
/* The first line that a command prints is the setting. Where it is a JSON web token, that says when it
 * ends. */
int renewal_fetch_command(const char *command, const char *setting, struct renewed *, struct error *);

/* "2026-11-28T01:00:00Z", as services say when something ends; 0: it is none. */
time_t renewal_time(const char *text);

struct renewal;
struct renewal *renewal_new(void);
struct renewal *renewal_hold(struct renewal *);       /* both: NULL is fine */
void renewal_release(struct renewal *);

/* Does it once, and again whenever all is renewed. *first: what came of it. */
int renewal_add(struct renewal *, renewal_fetch *, const char *how, const char *setting,
                struct renewed *first, struct error *);

/* Whether both go the same ways. */
bool renewal_is_same(const struct renewal *, const struct renewal *);

unsigned renewal_version(const struct renewal *);     /* changes with the values; 0 where there is none */
/* Adds the current value of a setting; false: it is not one of these. */
bool renewal_put(struct renewal *, const char *setting, struct buf *);
/* It ends within five minutes, or is as old as a token of an unknown end may be for a new connection
 * (by_age). */
bool renewal_is_due(struct renewal *, bool by_age);

int renewal_renew(struct renewal *, unsigned seen, struct error *);
enum renewal_state { RENEWAL_DONE, RENEWAL_UNDER_WAY, RENEWAL_FAILED };
enum renewal_state renewal_ask(struct renewal *, unsigned seen, struct error *);      /* *err where it failed */

/* Calls for each secret that is current. */
void renewal_each(struct renewal *, void (*take)(void *arg, const char *value), void *arg);

#endif
