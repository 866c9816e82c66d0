/* json.c - the result for machines: its tables (result_fields.h), written. What was not measured is left
 * out or null, never 0. */
#include "config.h"

#include "show/json_schema.h"
#include "show/json_write.h"
#include "show/report.h"
#include "show/result_fields.h"

void report_put_json(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    json_write(&result_object, r, out);
}

void report_put_costs_json(const struct results *r, struct buf *out)
{
    json_write(&costs_object, r, out);
}

void report_put_schema(struct buf *out)
{
    json_put_schema(&result_object, "The result of wklrun, --format json", out);
}
