#include "config.h"

#include "findings/errors.h"

#include "findings/number.h"

/* The classes of a tally that has errors, the most frequent first; returns how many there are. */
static uint32_t rank(const struct tally *t, enum fault list[FAULT_COUNT])
{
    uint32_t n = 0;
    for (int f = 0; f < FAULT_COUNT; f++) {
        uint32_t at = n;
        if (!t->classes[f].count)
            continue;
        for (; at > 0 && t->classes[list[at - 1]].count < t->classes[f].count; at--)
            list[at] = list[at - 1];
        list[at] = (enum fault)f;
        n++;
    }
    return n;
}

void errors_put(struct buf *b, const struct tally *t)
{
    enum fault list[FAULT_COUNT];
    uint32_t n = rank(t, list);
    double all = (double)t->requests + (double)t->errors;
    buf_puts(b, "errors: ");
    number_put_count(b, (double)t->errors);
    buf_puts(b, " of ");
    number_put_count(b, all);
    buf_puts(b, " (");
    number_put_percent(b, all > 0 ? (double)t->errors / all : 0);
    buf_putc(b, ')');
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(b, i ? ", " : ": ");
        number_put_count(b, (double)t->classes[list[i]].count);
        buf_printf(b, " %s", fault_title(list[i]));
    }
    for (uint32_t i = 0; i < n; i++)
        if (t->classes[list[i]].first)
            buf_printf(b, "; first%s%s: %s", n > 1 ? " " : "", n > 1 ? fault_title(list[i]) : "",
                       t->classes[list[i]].first);
}
