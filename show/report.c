#include "config.h"

#include "show/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct report_format report_formats[] = {
    {"text", report_put_text, "for the terminal", "txt"},
    {"json", report_put_json, "everything, keys stable; docs/results.schema.json", NULL},
    {"csv", report_put_csv, "one line a measurement", NULL},
    {"html", report_put_html, "one page with tables and charts, which needs nothing else", NULL},
    {"md", report_put_markdown, "Markdown, for a merge request or a wiki", NULL},
    {"junit", report_put_junit, "JUnit XML: what was expected, as a pipeline's tests", "xml"},
    {"hlog", report_put_hlog, "all latencies, as a log of HdrHistogram", NULL},
    {0},
};

const struct report_format *report_find_format(const char *name)
{
    for (const struct report_format *f = report_formats; f->name; f++)
        if (!strcmp(f->name, name))
            return f;
    return NULL;
}

const struct report_format *report_find_ending(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (const struct report_format *f = report_formats; dot && f->name; f++)
        if (!strcmp(f->ending ? f->ending : f->name, dot + 1))
            return f;
    return NULL;
}

bool report_wants_colour(int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}

bool report_wants_plain(int fd)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *set = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !(set && *set); i++)
        set = getenv(names[i]);
    return isatty(fd) && !(set && (strcasestr(set, "UTF-8") || strcasestr(set, "UTF8")));
}

unsigned report_width(int fd)
{
    enum { NARROWEST = 60, USUAL = 100, WIDEST = 160 };
    struct winsize size;
    const char *said = getenv("COLUMNS");
    if (!isatty(fd))
        return USUAL;
    unsigned long columns = !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col
                            : said                                       ? strtoul(said, NULL, 10)
                                                                         : 0;
    if (!columns)
        columns = USUAL;
    return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : (unsigned)columns;
}
