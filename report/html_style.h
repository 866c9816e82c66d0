/* html_style.h - the page's style sheet; no character of it needs escaping. */
#ifndef REPORT_HTML_STYLE_H
#define REPORT_HTML_STYLE_H

extern const char html_style_sheet[];

#endif
