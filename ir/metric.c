/* metric.c - the names of metrics and comparisons, and what a comparison means. */
#include "config.h"

#include "ir/ir.h"

const char *metric_name(enum metric m)
{
    static const char *const names[METRIC_COUNT] = {
        [METRIC_P50] = "p50",       [METRIC_P90] = "p90",   [METRIC_P95] = "p95",
        [METRIC_P99] = "p99",       [METRIC_P99_9] = "p99.9", [METRIC_MAX] = "max",
        [METRIC_MEAN] = "mean",     [METRIC_CV] = "cv",     [METRIC_THROUGHPUT] = "throughput",
        [METRIC_ERRORS] = "errors", [METRIC_ERROR_RATE] = "error_rate", [METRIC_ROWS] = "rows",
        [METRIC_COST_PER_MILLION] = "cost_per_million", [METRIC_STALE] = "stale",
        [METRIC_STALENESS_P50] = "staleness.p50", [METRIC_STALENESS_P99] = "staleness.p99",
        [METRIC_STALENESS_MAX] = "staleness.max",
    };
    return names[m];
}

const char *compare_name(enum compare c)
{
    static const char *const names[] = {[COMPARE_LT] = "<", [COMPARE_LE] = "<=", [COMPARE_EQ] = "==",
                                        [COMPARE_NE] = "!=", [COMPARE_GE] = ">=", [COMPARE_GT] = ">"};
    return names[c];
}

bool compare_holds(enum compare c, double left, double right)
{
    switch (c) {
    case COMPARE_LT: return left < right;
    case COMPARE_LE: return left <= right;
    case COMPARE_EQ: return left == right;
    case COMPARE_NE: return left != right;
    case COMPARE_GE: return left >= right;
    case COMPARE_GT: return left > right;
    }
    return false;
}
