/* billing.h - the ways in which services charge: which prices a way needs, and what drives each. One table
 * (billing.c); a new way of charging is a row of it. From terms (what the owner settled) and prices comes a
 * billing; with a demand it gives a cost. */
#ifndef COST_BILLING_H
#define COST_BILLING_H

#include "cost/cost.h"

/* What the owner of a service settles. Numbers that are 0 were not given. */
struct billing_terms {
    const char *service;                              /* whose prices: "dynamodb"; "self_hosted"; "none" */
    const char *mode;                                 /* "on_demand"; NULL: the service's first */
    const char *region;                               /* NULL: the first of the price table */
    const char *instance;                             /* class: "db.r8g.large" */
    double hourly;                                    /* self_hosted: US dollars of a server for an hour */
    double regions;                                   /* that hold a copy */
    double capacity;                                  /* of what is paid by the hour: instances, capacity
                                                         units, servers */
    double serves;                                    /* requests a second that this capacity carries */
    double throughput;                                /* RU/s that are provisioned, or autoscale's maximum */
    double read_units, write_units;                   /* provisioned for each table */
    double io_per_request;                            /* storage I/Os */
    double stored_bytes, restore_bytes;               /* instead of the data's own size; of the history that
                                                         is kept */
};

/* What requests consume, by what they are charged as. */
struct units { double reads, writes; };

/* What is asked of it: one request on average, and the data. */
struct billing_demand {
    struct units units;                               /* of a request */
    enum cost_basis basis;                            /* of these */
    double stored_bytes;
    uint32_t tables;
    double carries;                                   /* requests a second that the service itself was
                                                         measured at; 0: it was not */
    double emulated;                                  /* units that an emulator counted for a request; 0: none
                                                         did */
};

enum { BILLING_LINES = 4 };
struct billing_mode;
struct billing {
    struct billing_terms terms;                       /* resolved: mode, region, instance, capacity and
                                                         regions are set */
    const struct billing_mode *mode;                  /* NULL: no cost is known */
    struct price prices[BILLING_LINES];
    const char *other_region;                         /* asked for, but there are no prices of it; NULL: there
                                                         are */
};

struct billing_fault { const char *setting, *code, *message, *hint; };   /* setting: whose fault it is; hint
                                                                            MAY be NULL */

/* False where the terms are wrong or a price is missing: the fault says what. All strings are the arena's, or
 * those of the terms. */
bool billing_open(struct billing *, struct arena *, const struct prices *, const struct billing_terms *,
                  struct billing_fault *);
void billing_cost(const struct billing *, struct arena *, const struct billing_demand *, struct cost *out);
bool billing_by_units(const struct billing *);        /* what requests consume is charged, by the service's
                                                         own rules */
bool billing_knows(const char *service);

/* Each way once, service by service: for tables of documentation. NULL ends it. */
const char *billing_service_at(uint32_t i, const char **mode, const char **help);

#endif
