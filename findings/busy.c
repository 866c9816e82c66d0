/* busy.c - whose workers waited longest for a CPU. */
#include "config.h"

#include "findings/busy.h"

#include "findings/figures.h"
#include "findings/number.h"

static const double most_waited = 0.05;
static const double least_wall = 0.5;                 /* s: in less, a wait that had begun before counts for much */

void busy_put(struct buf *b, const struct results *r)
{
    const struct result_entry *worst = NULL;
    double most = most_waited, share;
    for (size_t i = 0; i < r->entries.count; i++)
        if (r->entries.items[i]->all.wall >= least_wall &&
            figures_cpu_waited(r->entries.items[i], &share) && share > most) {
            worst = r->entries.items[i];
            most = share;
        }
    if (!worst)
        return;
    bool alone = worst->embedded;                     /* else a server on this machine takes CPU time too */
    buf_puts(b, "this client was ready to run but had no CPU for up to ");
    number_put_percent(b, most);
    buf_printf(b,
               " of the time (%s, %s): other work%s had it. The high percentiles are the machine's as much as "
               "the backends': measure on an idle machine%s.",
               worst->backend, worst->strategy, alone ? "" : ", or a server on this machine,",
               alone ? "" : ", with the server on another one");
}
