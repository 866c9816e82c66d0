/* fields.c - one function a form of value, chosen by table. */
#include "config.h"

#include "show/fields.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

/* The greatest whole number up to which every one of them is a double, as JSON's readers have them. */
static const double whole_most = 9007199254740992;

static void put_place(struct buf *b, const struct place *p)
{
    if (p->up)
        put_place(b, p->up);
    if (p->key)
        buf_printf(b, "%s%.100s", b->len ? "." : "", p->key);
    else if (p->up)
        buf_printf(b, "[%zu]", p->index);
}

bool fields_fail(struct reading *r, const struct place *at, const char *fmt, ...)
{
    struct buf b = {0};
    char words[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    put_place(&b, at);
    error_set(r->err, ERR_USAGE, "%s%s%s", buf_text(&b), b.len ? ": " : "", words);
    buf_release(&b);
    return false;
}

/* ---- the forms ---- */

const char *fields_text(struct reading *r, const struct place *at)
{
    if (!cJSON_IsString(at->value))
        fields_fail(r, at, "a text is expected");
    return cJSON_GetStringValue(at->value);
}

static bool read_text(struct reading *r, const struct place *at, void *to)
{
    const char *text = fields_text(r, at);
    *(const char **)to = results_keep(r->results, text);
    return text;
}

static bool read_lines(struct reading *r, const struct place *at, void *to)
{
    const char *text = fields_text(r, at);
    *(const char **)to = results_keep_lines(r->results, text);
    return text;
}

static bool read_number(struct reading *r, const struct place *at, void *to)
{
    double v = cJSON_IsNumber(at->value) ? at->value->valuedouble : -1;
    if (!isfinite(v) || v < 0)
        return fields_fail(r, at, "a number is expected, 0 or more");
    *(double *)to = v;
    return true;
}

static bool read_whole_upto(struct reading *r, const struct place *at, double most, uint64_t *to)
{
    double v = cJSON_IsNumber(at->value) ? at->value->valuedouble : -1;
    if (!(v >= 0 && v <= most) || v != floor(v))
        return fields_fail(r, at, "a whole number is expected, from 0 to %.0f", most);
    *to = (uint64_t)v;
    return true;
}

static bool read_whole(struct reading *r, const struct place *at, void *to)
{
    return read_whole_upto(r, at, whole_most, to);
}

static bool read_whole32(struct reading *r, const struct place *at, void *to)
{
    uint64_t v = 0;
    bool ok = read_whole_upto(r, at, UINT32_MAX, &v);
    *(uint32_t *)to = (uint32_t)v;
    return ok;
}

static bool read_flag(struct reading *r, const struct place *at, void *to)
{
    *(bool *)to = cJSON_IsTrue(at->value);
    return cJSON_IsBool(at->value) || fields_fail(r, at, "true or false is expected");
}

static bool (*const readers[])(struct reading *, const struct place *, void *) = {
    [FIELD_TEXT] = read_text,       [FIELD_LINES] = read_lines,   [FIELD_WHOLE] = read_whole,
    [FIELD_WHOLE32] = read_whole32, [FIELD_NUMBER] = read_number, [FIELD_FLAG] = read_flag,
};

/* ---- objects and lists ---- */

static bool read_field(struct reading *r, const struct place *at, const struct field *f, void *into)
{
    if (!at->value || cJSON_IsNull(at->value))
        return f->may_lack || fields_fail(r, at, at->value ? "it is null" : "it is missing");
    if (f->form == FIELD_GROUP)
        return fields_read(r, at, f->group, into);
    return f->form == FIELD_PART ? f->part(r, at, into) : readers[f->form](r, at, (char *)into + f->at);
}

bool fields_read(struct reading *r, const struct place *object, const struct field *f, void *into)
{
    if (!cJSON_IsObject(object->value))
        return fields_fail(r, object, "an object is expected");
    for (; f->key; f++) {
        struct place at = {object, f->key, 0, cJSON_GetObjectItemCaseSensitive(object->value, f->key)};
        if (!read_field(r, &at, f, into))
            return false;
    }
    return true;
}

bool fields_each(struct reading *r, const struct place *list, bool (*one)(struct reading *, const struct place *, void *), void *owner)
{
    bool named = cJSON_IsObject(list->value);
    struct place at = {.up = list};
    if (!named && !cJSON_IsArray(list->value))
        return fields_fail(r, list, "a list is expected");
    for (at.value = list->value->child; at.value; at.value = at.value->next, at.index++) {
        at.key = named ? at.value->string : NULL;
        if (!one(r, &at, owner))
            return false;
    }
    return true;
}

/* ---- params ---- */

struct param_list { struct results *results; VEC(struct ir_param) params; };

static bool add_param(struct reading *r, const struct place *at, void *owner)
{
    struct param_list *list = owner;
    const char *text = fields_text(r, at);
    struct ir_param p = {results_keep(r->results, at->key), results_keep(r->results, text)};
    if (at->key)
        vec_push(&r->results->arena, &list->params, p);
    return text && (at->key || fields_fail(r, at, "an object is expected"));
}

bool fields_params(struct reading *r, const struct place *at, const struct ir_param **params, uint32_t *n)
{
    struct param_list list = {.results = r->results};
    if (!fields_each(r, at, add_param, &list))
        return false;
    *params = list.params.items;
    *n = (uint32_t)list.params.count;
    return true;
}
