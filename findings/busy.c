/* busy.c - whose workers waited longest for a CPU. */
#include "config.h"

#include "findings/busy.h"

#include "findings/figures.h"
#include "findings/number.h"

static const double most_waited = 0.05;

void busy_put(struct buf *b, const struct results *r)
{
    const struct result_entry *worst = NULL;
    double most = most_waited, share;
    for (size_t i = 0; i < r->entries.count; i++)
        if (figures_cpu_waited(r->entries.items[i], &share) && share > most) {
            worst = r->entries.items[i];
            most = share;
        }
    if (!worst)
        return;
    bool alone = worst->embedded;                     /* else a server on this machine takes CPU time too */
    buf_printf(b, "%s had the CPUs while this client was ready to run, for up to ",
               alone ? "other work" : "other work, or a server on this machine,");
    number_put_percent(b, most);
    buf_printf(b,
               " of the time (%s, %s): the high percentiles are the machine's as much as the backends'; "
               "measure on an idle one%s.",
               worst->backend, worst->strategy, alone ? "" : ", apart from the server");
}
