/* xml.h - a thin layer over libxml2's writer: the HTML page, its charts, and JUnit's XML. What is written is
 * escaped by the writer; running out of memory in it is a bug's end, as everywhere. */
#ifndef SHOW_XML_H
#define SHOW_XML_H

#include <libxml/xmlwriter.h>

#include "base/buf.h"

struct xml {
    xmlTextWriterPtr writer;
    xmlBufferPtr memory;
};

enum xml_layout { XML_PLAIN, XML_DOCUMENT };          /* a document has a declaration, and its elements are
                                                         indented */

void xml_begin(struct xml *, enum xml_layout);
void xml_end(struct xml *, struct buf *out);          /* adds what was written, and releases it */
void xml_open(struct xml *, const char *element);
void xml_attribute(struct xml *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void xml_text(struct xml *, const char *text);
void xml_raw(struct xml *, const char *text);         /* as it stands */
void xml_close(struct xml *);                         /* always with an end tag: <td></td> */
void xml_close_void(struct xml *);                    /* for elements that HTML leaves without one: <meta/> */

#endif
