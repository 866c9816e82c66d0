/* requests.c - what the requests of a session need at most, so that a channel has room for any of them. */
#include "config.h"

#include "backends/sql/driver.h"

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void measure(struct sql_requests *l, const struct request *r)
{
    const struct sql_lowered *low = r->lowered;
    for (uint32_t p = 0; p < r->nsteps; p++)
        l->step_columns = most(l->step_columns, r->steps[p].ncolumns);
    l->result_columns = most(l->result_columns,
                             low->set_each ? l->step_columns : low->nslots + low->numbered);
    l->params = most(l->params, (uint32_t)low->params.count);
}

void sql_requests_add(struct sql_requests *l, const struct request *const *list, uint32_t n)
{
    uint32_t from = l->places.count;
    places_add(&l->places, list, n);
    for (uint32_t i = from; i < l->places.count; i++)
        measure(l, l->places.items[i]);
}
