/* report.h - the forms a result can take. Each writes the whole of it, from the same figures. */
#ifndef SHOW_REPORT_H
#define SHOW_REPORT_H

#include "results/results.h"

struct report_options {
    unsigned width;                                   /* of the terminal, for text; 0: 100 */
    bool colour;
    bool details;                                     /* text: all tables, not those alone that the answer
                                                         rests on */
    bool plain;                                       /* text: in ASCII, for a terminal that takes no UTF-8 */
};

struct report_format {
    const char *name;                                 /* of --format: "json" */
    void (*put)(const struct results *, const struct report_options *, struct buf *);
    const char *help;
    const char *ending;                               /* of files of that format, where it is
                                                         another than the name: "xml" */
};
extern const struct report_format report_formats[];   /* ends with a NULL name */
const struct report_format *report_find_format(const char *name);   /* NULL: there is none */
const struct report_format *report_find_ending(const char *path);   /* by what the file's name ends in */

/* A terminal that takes colours, and a user who did not set NO_COLOR. */
bool report_wants_colour(int fd);
/* A terminal, and the environment names a character set that is not UTF-8. Files always get UTF-8. */
bool report_wants_plain(int fd);
/* Columns of the terminal, at least 60 and at most 160, or what COLUMNS says where the terminal does not;
 * 100 where fd is none. */
unsigned report_width(int fd);

/* What a workload costs, without its having been run (run/costing.h): a table, or JSON with the `cost`
 * objects of results. */
void report_put_costs(const struct results *, const struct report_options *, struct buf *);
void report_put_costs_json(const struct results *, struct buf *);
void report_put_schema(struct buf *);                 /* of the JSON: docs/results.schema.json */

void report_put_text(const struct results *, const struct report_options *, struct buf *);
void report_put_json(const struct results *, const struct report_options *, struct buf *);
void report_put_csv(const struct results *, const struct report_options *, struct buf *);
void report_put_html(const struct results *, const struct report_options *, struct buf *);
void report_put_markdown(const struct results *, const struct report_options *, struct buf *);
void report_put_junit(const struct results *, const struct report_options *, struct buf *);
void report_put_hlog(const struct results *, const struct report_options *, struct buf *);

#endif
