/* xml.c - libxml2's writer into memory. */
#include "config.h"

#include "show/xml.h"

#include <stdarg.h>

#include "base/bug.h"

static const xmlChar *chars(const char *s)
{
    return (const xmlChar *)s;
}

void xml_begin(struct xml *x, enum xml_layout layout)
{
    x->memory = xmlBufferCreate();
    BUG_UNLESS(x->memory);
    x->writer = xmlNewTextWriterMemory(x->memory, 0);
    BUG_UNLESS(x->writer);
    if (layout == XML_DOCUMENT)
        BUG_UNLESS(xmlTextWriterSetIndent(x->writer, 1) >= 0 &&
                   xmlTextWriterStartDocument(x->writer, NULL, "UTF-8", NULL) >= 0);
}

void xml_end(struct xml *x, struct buf *out)
{
    BUG_UNLESS(xmlTextWriterEndDocument(x->writer) >= 0);
    xmlFreeTextWriter(x->writer);                     /* flushes */
    buf_add(out, xmlBufferContent(x->memory), (size_t)xmlBufferLength(x->memory));
    xmlBufferFree(x->memory);
}

void xml_open(struct xml *x, const char *element)
{
    BUG_UNLESS(xmlTextWriterStartElement(x->writer, chars(element)) >= 0);
}

void xml_attribute(struct xml *x, const char *name, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = xmlTextWriterWriteVFormatAttribute(x->writer, chars(name), fmt, ap);
    va_end(ap);
    BUG_UNLESS(rc >= 0);
}

void xml_text(struct xml *x, const char *text)
{
    BUG_UNLESS(xmlTextWriterWriteString(x->writer, chars(text)) >= 0);
}

void xml_raw(struct xml *x, const char *text)
{
    BUG_UNLESS(xmlTextWriterWriteRaw(x->writer, chars(text)) >= 0);
}

void xml_close(struct xml *x)
{
    BUG_UNLESS(xmlTextWriterFullEndElement(x->writer) >= 0);
}

void xml_close_void(struct xml *x)
{
    BUG_UNLESS(xmlTextWriterEndElement(x->writer) >= 0);
}
