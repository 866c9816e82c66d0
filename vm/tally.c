/* tally.c - adding up what workers counted. */
#include "config.h"

#include "vm/tally.h"

#include <string.h>

void tally_init(struct tally *t)
{
    *t = (struct tally){.response = hist_new(), .service = hist_new(), .wait = hist_new(), .lag = hist_new()};
}

void tally_release(struct tally *t)
{
    hist_free(t->response);
    hist_free(t->service);
    hist_free(t->wait);
    hist_free(t->lag);
}

static void merge_errors(struct tally *into, const struct tally *from)
{
    for (int i = 0; i < ERROR_CLASSES; i++) {
        if (!into->error_counts[i])
            memcpy(into->error_words[i], from->error_words[i], ERROR_WORDS);
        into->error_counts[i] += from->error_counts[i];
    }
    if (!into->fatal.code)
        into->fatal = from->fatal;
    mismatch_merge(&into->mismatch, &from->mismatch);
}

void tally_merge(struct tally *into, const struct tally *from)
{
    hist_merge(into->response, from->response);
    hist_merge(into->service, from->service);
    hist_merge(into->wait, from->wait);
    hist_merge(into->lag, from->lag);
    into->requests += from->requests;
    into->errors += from->errors;
    into->skipped += from->skipped;
    into->calls += from->calls;
    into->trips += from->trips;
    into->retries += from->retries;
    into->throttles += from->throttles;
    into->rows += from->rows;
    into->bytes += from->bytes;
    into->units += from->units;
    into->measured_units |= from->measured_units;
    into->cpu_ns += from->cpu_ns;
    if (!into->from_ns || (from->from_ns && from->from_ns < into->from_ns))
        into->from_ns = from->from_ns;
    if (from->to_ns > into->to_ns)
        into->to_ns = from->to_ns;
    merge_errors(into, from);
}
