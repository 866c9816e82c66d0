/* json_values.c */
#include "config.h"

#include "backends/http/json_values.h"

#include <math.h>
#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"

/* ---- attributes ---- */

enum json_form { FORM_IS_NUMBER, FORM_IS_STRING, FORM_IS_BASE64, FORM_IS_BOOL };

static enum json_form form_of(struct type t)
{
    static const enum json_form forms[TYPE_COUNT] = {
        [TYPE_BOOL] = FORM_IS_BOOL,    [TYPE_INT] = FORM_IS_NUMBER,    [TYPE_BIGINT] = FORM_IS_NUMBER,
        [TYPE_FLOAT] = FORM_IS_NUMBER, [TYPE_DOUBLE] = FORM_IS_NUMBER, [TYPE_DECIMAL] = FORM_IS_NUMBER,
        [TYPE_CHAR] = FORM_IS_STRING,  [TYPE_STRING] = FORM_IS_STRING, [TYPE_BYTES] = FORM_IS_BASE64,
        [TYPE_UUID] = FORM_IS_STRING,  [TYPE_DATE] = FORM_IS_STRING,   [TYPE_TIMESTAMP] = FORM_IS_STRING,
        [TYPE_JSON] = FORM_IS_STRING,
    };
    return forms[t.kind];
}

char json_attribute_tag(struct type t, bool key)
{
    static const char tags[] = {
        [FORM_IS_NUMBER] = 'N', [FORM_IS_STRING] = 'S', [FORM_IS_BASE64] = 'B', [FORM_IS_BOOL] = 'b'};
    char tag = tags[form_of(t)];
    return key && tag == 'b' ? 'S' : tag;             /* a key may be a string, a number or binary */
}

static bool is_text(struct type t)                    /* whose text form may hold anything */
{
    return t.kind == TYPE_CHAR || t.kind == TYPE_STRING || t.kind == TYPE_JSON;
}

/* The value in quotes. */
static void put_string(struct buf *b, struct type t, const struct value *v)
{
    if (is_text(t)) {
        buf_put_json(b, v->u.s.p, v->u.s.n);
        return;
    }
    buf_putc(b, '"');
    if (form_of(t) == FORM_IS_BASE64)
        base64_put(b, v->u.s.p, v->u.s.n);
    else
        value_put(b, t, v);
    buf_putc(b, '"');
}

void json_put_attribute(struct buf *b, struct type t, const struct value *v, bool key)
{
    char tag = json_attribute_tag(t, key);
    if (tag == 'b') {
        buf_puts(b, v->u.i ? "{\"BOOL\":true}" : "{\"BOOL\":false}");
        return;
    }
    char open[] = {'{', '"', tag, '"', ':', 0};
    buf_puts(b, open);
    put_string(b, t, v);
    buf_putc(b, '}');
}

static bool is_utf8(const char *text, size_t n)
{
    for (size_t at = 0, one; at < n; at += one)
        if (!(one = utf8_length(text + at, n - at)))
            return false;
    return true;
}

/* A string that the service gave, as a value of type t. */
static bool read_string(struct type t, char *text, struct value *v)
{
    size_t n = strlen(text);
    v->null = false;
    if (form_of(t) == FORM_IS_BASE64) {
        if (!base64_read(text, &n))
            return false;
    } else if (!is_text(t)) {
        return value_parse(t, text, n, v);
    } else if (!is_utf8(text, n)) {                   /* JSON is, and what is not would be written as
                                                         something else */
        return false;
    }
    v->u.s.p = text;
    v->u.s.n = (uint32_t)n;
    return true;
}

bool json_read_attribute(struct type t, cJSON *attribute, struct value *v)
{
    *v = (struct value){.null = true};
    cJSON *inner = attribute ? attribute->child : NULL;
    if (!attribute || (inner && inner->string && !strcmp(inner->string, "NULL")))
        return true;
    if (!inner)
        return false;
    if (cJSON_IsBool(inner) && t.kind == TYPE_BOOL) {
        *v = (struct value){.u.i = cJSON_IsTrue(inner)};
        return true;
    }
    return cJSON_IsString(inner) && read_string(t, inner->valuestring, v);
}

/* ---- plain ---- */

static bool exact_in_double(struct type t, const struct value *v)
{
    const int64_t limit = (int64_t)1 << 53;
    if (t.kind == TYPE_DECIMAL)
        return type_decimal_fits_double(t);
    return type_class(t) != CLASS_INT || (v->u.i <= limit && v->u.i >= -limit);
}

void json_put_plain(struct buf *b, struct type t, const struct value *v)
{
    enum json_form form = form_of(t);
    if (v->null)
        buf_puts(b, "null");
    else if (form == FORM_IS_BOOL)
        buf_puts(b, v->u.i ? "true" : "false");
    else if (form == FORM_IS_NUMBER && exact_in_double(t, v))
        value_put(b, t, v);
    else
        put_string(b, t, v);
}

static bool read_number(struct type t, double d, struct value *v)
{
    *v = (struct value){0};
    switch (type_class(t)) {
    case CLASS_DOUBLE:
        v->u.d = t.kind == TYPE_FLOAT ? (double)(float)d : d;
        return true;
    case CLASS_DECIMAL:
        v->u.dec = value_decimal_from_double(t, d);
        return value_decimal_to_double(t, v->u.dec) == d;           /* else it has more digits than the type */
    case CLASS_INT:
        if (d != floor(d) || fabs(d) > 0x1p53 || form_of(t) != FORM_IS_NUMBER)
            return false;
        v->u.i = (int64_t)d;
        return true;
    case CLASS_BYTES:
        break;
    }
    return false;
}

bool json_read_plain(struct type t, cJSON *j, struct value *v)
{
    *v = (struct value){.null = true};
    if (!j || cJSON_IsNull(j))
        return true;
    if (cJSON_IsBool(j) && t.kind == TYPE_BOOL) {
        *v = (struct value){.u.i = cJSON_IsTrue(j)};
        return true;
    }
    if (cJSON_IsNumber(j))
        return read_number(t, j->valuedouble, v);
    return cJSON_IsString(j) && read_string(t, j->valuestring, v);
}
