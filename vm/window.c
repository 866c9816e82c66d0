/* window.c - two histograms that change hands. */
#include "config.h"

#include "vm/window.h"

#include "base/mem.h"

struct window *window_new(void)
{
    struct window *w = mem_alloc(sizeof *w);
    w->recording = hist_new();
    w->handed = hist_new();
    atomic_init(&w->asked, true);
    return w;
}

void window_free(struct window *w)
{
    if (!w)
        return;
    hist_free(w->recording);
    hist_free(w->handed);
    mem_free(w);
}

void window_look(struct window *w)
{
    if (!atomic_load_explicit(&w->asked, memory_order_acquire))
        return;
    struct hist *full = w->recording;
    w->recording = w->handed;
    w->handed = full;
    atomic_store_explicit(&w->asked, false, memory_order_release);
}

void window_take(struct window *w, struct hist *into)
{
    if (atomic_load_explicit(&w->asked, memory_order_acquire))
        return;
    hist_merge(into, w->handed);
    hist_reset(w->handed);
    atomic_store_explicit(&w->asked, true, memory_order_release);
}
