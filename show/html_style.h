/* html_style.h - the page's style sheet; no character of it needs escaping. */
#ifndef SHOW_HTML_STYLE_H
#define SHOW_HTML_STYLE_H

extern const char html_style_sheet[];

#endif
