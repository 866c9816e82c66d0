#include "config.h"

#include "show/spark.h"

#include <math.h>

static unsigned cell_of(double v, double low, double high)
{
    double at = high > low && v > low ? log(v / low) / log(high / low) * SPARK_CELLS : 0;
    return at < SPARK_CELLS - 1 ? (unsigned)at : SPARK_CELLS - 1;
}

void spark_put(struct buf *b, const struct hist *h, double low, double high)
{
    static const char *const levels[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    enum { HIGHEST = sizeof levels / sizeof *levels - 1 };
    double cells[SPARK_CELLS] = {0}, most = 0;
    struct hist_step s = {0};
    while (h && hist_next(h, &s)) {
        double *cell = &cells[cell_of(((double)s.low + (double)s.high) / 2, low, high)];
        *cell += (double)s.count;
        most = fmax(most, *cell);
    }
    for (unsigned i = 0; i < SPARK_CELLS; i++)
        buf_puts(b, levels[cells[i] > 0 ? (unsigned)fmax(1, round(sqrt(cells[i] / most) * HIGHEST)) : 0]);
}
