/* prices.c - the bytes are a price table, as `prices "mine.csv"` names one. Whatever stands in it is read or
 * reported, with its place; what is read is positive and finite. */
#include "config.h"

#include <math.h>

#include "cost/prices.h"
#include "fuzz/fuzz.h"

enum { MOST = 60000 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena arena;
    struct diags diags;
    struct prices prices = {0};
    struct buf said = {0};
    if (n > MOST)
        return -1;
    arena_init(&arena);
    diags_init(&diags, &arena);
    uint32_t source = diags_add_source(&diags, "mine.csv", arena_strndup(&arena, (const char *)bytes, n),
                                       (uint32_t)n);
    bool read = prices_read(&prices, &arena, &diags, source, "dynamodb");
    if (!read && !diags.errors)
        BUG("it is refused, and nothing is said");
    diags_put_text(&diags, true, &said);
    diags_put_json(&diags, &said);
    for (size_t i = 0; i < prices.rows.count; i++) {
        if (!(prices.rows.items[i].usd >= 0) || !isfinite(prices.rows.items[i].usd))
            BUG("a price of %g", prices.rows.items[i].usd);
        price_put_unit(&prices.rows.items[i], &said);
    }
    buf_release(&said);
    arena_release(&arena);
    return 0;
}
