#include "config.h"

#include "backends/http/pace.h"

#include "base/clock.h"

enum { BEGIN = 4 };
static const uint64_t DEAF_NS = 100 * NS_PER_MS;      /* about what a throttled request's reply and first wait
                                                         take */

void pace_init(struct pace *w, uint32_t most)
{
    *w = (struct pace){.size = most < BEGIN ? most : BEGIN, .most = most};
}

uint32_t pace_room(const struct pace *w)
{
    return (uint32_t)w->size;
}

void pace_passed(struct pace *w)
{
    w->size += w->cut ? 1 / w->size : 1;
    if (w->size > w->most)
        w->size = w->most;
}

void pace_refused(struct pace *w, uint64_t now)
{
    if (now < w->deaf_until)
        return;
    w->cut = true;
    w->size = w->size > 2 ? w->size / 2 : 1;
    w->deaf_until = now + DEAF_NS;
}
