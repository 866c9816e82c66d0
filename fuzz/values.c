/* values.c - the bytes are a value as a database would send it: PostgreSQL's binary form, a text, JSON. What
 * is taken for a value can be written in the same form, and read back as the same value.
 *
 *   form, type, length or precision, scale (a byte each), then what was sent */
#include "config.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "backends/http/json_values.h"
#include "backends/postgres/binary.h"
#include "base/base64.h"
#include "base/mem.h"
#include "fuzz/fuzz.h"

static struct type take_type(struct supply *f)
{
    struct type t = {.kind = (enum type_kind)(supply_take(f, 1) % TYPE_COUNT)};
    uint32_t n = (uint32_t)supply_take(f, 1), scale = (uint32_t)supply_take(f, 1);
    if (t.kind == TYPE_DECIMAL) {
        t.n = 1 + n % DECIMAL_MAX_PRECISION;
        t.scale = scale % (t.n + 1);
    } else if (t.kind == TYPE_CHAR || t.kind == TYPE_STRING || t.kind == TYPE_BYTES) {
        t.n = 1 + n;
    }
    return t;
}

/* Databases have them; no generator makes them, and no text form can say them. */
static bool is_finite(struct type t, const struct value *v)
{
    return v->null || type_class(t) != CLASS_DOUBLE || isfinite(v->u.d);
}

static void expect_equal(const char *form, struct type t, const struct value *a, const struct value *b)
{
    struct buf x = {0}, y = {0};
    if (!value_equal(t, a, b)) {
        type_put(&x, t);
        buf_puts(&x, ": ");
        value_put(&x, t, a);
        value_put(&y, t, b);
        BUG("by way of %s, %s becomes %s", form, buf_text(&x), buf_text(&y));
    }
    buf_release(&x);
    buf_release(&y);
}

/* ---- forms: text is a copy with a NUL behind it, of n bytes ---- */

static void try_binary(struct type t, char *text, size_t n)
{
    struct scratch s = {0};
    struct value v = {0}, again = {0};
    struct buf b = {0}, shown = {0};
    if (pg_read_value(t, text, n, &v, &s)) {
        value_put(&shown, t, &v);
        pg_put_bytes(&b, t, &v);
        if (!pg_read_value(t, buf_text(&b), b.len, &again, &s))
            BUG("what was written cannot be read");
        if (is_finite(t, &v))
            expect_equal("binary", t, &v, &again);
    }
    buf_release(&b);
    buf_release(&shown);
    scratch_release(&s);
}

static void try_text(struct type t, char *text, size_t n)
{
    struct value v = {0}, again = {0};
    struct buf b = {0};
    if (value_parse(t, text, n, &v)) {
        value_put(&b, t, &v);
        if (!value_parse(t, b.data ? b.data : text + n, b.len, &again))
            BUG("'%s' cannot be read", buf_text(&b));
        expect_equal("text", t, &v, &again);
    }
    buf_release(&b);
}

static void try_attribute(struct type t, char *text, size_t n)
{
    struct value v = {0}, again = {0};
    struct buf b = {0};
    cJSON *sent = cJSON_ParseWithLength(text, n), *written = NULL;
    if (sent && json_read_attribute(t, sent, &v) && !v.null) {
        json_put_attribute(&b, t, &v, false);
        written = cJSON_ParseWithLength(buf_text(&b), b.len);
        if (!written || !json_read_attribute(t, written, &again))
            BUG("'%s' cannot be read", buf_text(&b));
        expect_equal("an attribute", t, &v, &again);
    }
    cJSON_Delete(sent);
    cJSON_Delete(written);
    buf_release(&b);
}

static void try_plain(struct type t, char *text, size_t n)
{
    struct value v = {0}, again = {0};
    struct buf b = {0};
    cJSON *sent = cJSON_ParseWithLength(text, n), *written = NULL;
    if (sent && json_read_plain(t, sent, &v) && is_finite(t, &v)) {
        json_put_plain(&b, t, &v);
        written = cJSON_ParseWithLength(buf_text(&b), b.len);
        if (!written || !json_read_plain(t, written, &again))
            BUG("'%s' cannot be read", buf_text(&b));
        expect_equal("plain JSON", t, &v, &again);
    }
    cJSON_Delete(sent);
    cJSON_Delete(written);
    buf_release(&b);
}

static void try_base64(struct type t, char *text, size_t n)
{
    (void)t;
    struct buf b = {0};
    if (base64_read(text, &n))
        base64_put(&b, text, n);
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static void (*const forms[])(struct type, char *, size_t) = {try_binary, try_text, try_attribute,
                                                                 try_plain, try_base64};
    struct supply supply = {bytes, bytes + n};
    size_t form = supply_take(&supply, 1) % (sizeof forms / sizeof *forms);
    struct type t = take_type(&supply);
    size_t left = supply_left(&supply);
    char *copy = mem_alloc(left + 1);
    if (left)
        memcpy(copy, supply.at, left);
    forms[form](t, copy, left);
    mem_free(copy);
    return 0;
}
