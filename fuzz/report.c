/* report.c - the bytes are a result in JSON, as --report reads one. What is read can be written in every
 * form, by itself and as its own baseline, and the JSON among these is read again. */
#include "config.h"

#include <string.h>

#include "findings/baseline.h"
#include "findings/baseline_judge.h"
#include "findings/compare.h"
#include "findings/gate.h"
#include "findings/recommend.h"
#include "fuzz/fuzz.h"
#include "show/read_json.h"
#include "show/report.h"

enum { MOST = 1 << 18 };

static struct results *read_again(const struct buf *json)
{
    struct results *again = NULL;
    struct error err = {0};
    if (results_read_text(buf_text(json), json->len, &again, &err) < 0)
        BUG("its own JSON cannot be read: %s", err.text);
    return again;
}

static void settle(struct results *r, const struct results *base)
{
    results_sort(r);
    if (base)
        baseline_set(r, base, "base");
    compare_results(r);
    baseline_judge(r);
    recommend_results(r);
    gate_failures(r, NULL, NULL);
}

static void put_all(const struct results *r, struct buf *json)
{
    struct report_options options = {.width = 100};
    for (const struct report_format *f = report_formats; f->name; f++) {
        struct buf b = {0};
        f->put(r, &options, &b);
        if (!strcmp(f->name, "json"))
            buf_add(json, buf_text(&b), b.len);
        buf_release(&b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct results *r = NULL;
    struct error err = {0};
    struct buf json = {0}, again = {0};
    if (n > MOST || results_read_text((const char *)bytes, n, &r, &err) < 0)
        return -1;
    settle(r, NULL);
    put_all(r, &json);
    struct results *base = read_again(&json);
    settle(r, base);
    put_all(r, &again);
    results_free(r);
    results_free(base);
    buf_release(&json);
    buf_release(&again);
    return 0;
}
