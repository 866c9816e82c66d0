/* prices.h - price tables: what a service asks for one unit of something, where, since when, and who says so.
 *
 * A table is a CSV text whose first line names its columns; those that are known, in any order:
 *
 *   service,region,item,usd,per,date,checked,source
 *   dynamodb,us-east-1,read_request_unit,0.125,million,2024-11-01,others,https://aws.amazon.com/dynamodb/pricing/on-demand/
 *
 * item, usd, per and date must be there. Empty lines and lines that start with # say nothing. What is built
 * in are the tables of stdlib/prices/; a workload may bring its own, whose rows go before them. Everything
 * lives in the arena given. */
#ifndef COST_PRICES_H
#define COST_PRICES_H

#include "base/diag.h"

enum price_per { PER_MILLION, PER_HOUR, PER_GB_MONTH, PER_COUNT };

/* How far a price was checked: read in the vendor's own documents, at others who quote it, or not at all. */
enum price_checked { CHECKED_NO, CHECKED_OTHERS, CHECKED_VENDOR, CHECKED_GIVEN /* the user's own table: theirs to know */ };

struct price {
    const char *service, *region;                     /* "dynamodb", "us-east-1"; region NULL: any */
    const char *item;                                 /* "read_request_unit", "instance db.r8g.large" */
    double usd;                                       /* of a million, of an hour, of a GB (2^30 bytes) for a
                                                         month */
    enum price_per per;
    const char *date;                                 /* of the list, as it says: "2024-11-01" */
    const char *source;                               /* NULL: not given */
    enum price_checked checked;
};
struct prices { VEC(struct price) rows; };

/* Reads the table that stands in diags' source; service: of rows that name none. Mistakes go to diags, with
 * their place; false where there are any. */
bool prices_read(struct prices *, struct arena *, struct diags *, uint32_t source, const char *service);
void prices_add_builtin(struct prices *, struct arena *);

/* The first row of that item; region NULL: of any. NULL: there is none. */
const struct price *prices_find(const struct prices *, const char *service, const char *region,
                                const char *item);

const char *price_per_name(enum price_per);           /* "million", "hour", "GB-month" */
const char *price_checked_name(enum price_checked);   /* "no", "others", "vendor", "given" */
/* The item in words: "read request unit", "db.r8g.large"; to be put behind a number, with an s. */
void price_put_unit(const struct price *, struct buf *);

#endif
