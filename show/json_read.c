/* json_read.c - one function a form of value, chosen by table. */
#include "config.h"

#include "show/json_read.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"

/* The greatest whole number up to which every one of them is a double, as JSON's readers have them. */
static const double whole_most = 9007199254740992;

static void put_path(struct buf *b, const struct path *p)
{
    if (p->up)
        put_path(b, p->up);
    if (p->key)
        buf_printf(b, "%s%.100s", b->len ? "." : "", p->key);
    else if (p->up)
        buf_printf(b, "[%zu]", p->index);
}

bool json_fail(struct reading *r, const struct path *at, const char *fmt, ...)
{
    struct buf b = {0};
    char words[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    put_path(&b, at);
    error_set(r->err, ERR_USAGE, "%s%s%s", buf_text(&b), b.len ? ": " : "", words);
    buf_release(&b);
    return false;
}

bool json_fail_key(struct reading *r, const struct path *at, const char *key, const char *words)
{
    return json_fail(r, &(struct path){.up = at, .key = key}, "%s", words);
}

static bool has_value(const struct path *at, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(at->value, key);
    return v && !cJSON_IsNull(v);
}

bool json_both(struct reading *r, const struct path *at, const char *key, const char *other)
{
    return has_value(at, key) == has_value(at, other) ||
           json_fail(r, at, "%s and %s are both there, or neither is", key, other);
}

/* ---- single values ---- */

static const char *text_of(struct reading *r, const struct path *at)
{
    if (!cJSON_IsString(at->value))
        json_fail(r, at, "a text is expected");
    return cJSON_GetStringValue(at->value);
}

/* "'ok', 'skipped' or 'failed'" */
static bool fail_names(struct reading *r, const struct path *at, const struct names *names)
{
    struct buf b = {0};
    const char *text = cJSON_GetStringValue(at->value), *next = NULL;
    for (int i = 0; i < names->n; i++) {
        if (!names->of(i))
            continue;
        if (next)
            buf_printf(&b, "%s'%s'", b.len ? ", " : "", next);
        next = names->of(i);
    }
    buf_printf(&b, "%s'%s' is expected", b.len ? " or " : "", next);
    if (text)
        json_fail(r, at, "'%.60s' is not known: %s", text, buf_text(&b));
    else
        json_fail(r, at, "%s", buf_text(&b));
    buf_release(&b);
    return false;
}

static int find_name(const struct names *names, const char *text)
{
    for (int i = 0; text && i < names->n; i++)
        if (names->of(i) && !strcmp(names->of(i), text))
            return i;
    return -1;
}

static bool read_text(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    const char *text = text_of(r, at);
    text = f->form == FIELD_LINES ? results_keep_lines(r->results, text) : results_keep(r->results, text);
    memcpy(to, &text, sizeof text);
    return text;
}

static bool read_word(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    int i = find_name(f->names, cJSON_GetStringValue(at->value));
    if (i < 0)
        return fail_names(r, at, f->names);
    memcpy(to, &i, sizeof i);
    return true;
}

static bool take_number(struct reading *r, const struct path *at, const struct field *f, const cJSON *value,
                        double *to)
{
    *to = cJSON_IsNumber(value) ? value->valuedouble : NAN;
    if (isfinite(*to) && (f->above != 0 ? *to > f->above : *to >= 0))
        return true;
    return f->above != 0 ? json_fail(r, at, "a number above %g is expected", f->above)
                         : json_fail(r, at, "a number is expected, 0 or more");
}

static bool read_number(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    double v = 0;
    bool ok = take_number(r, at, f, at->value, &v);
    if (ok)
        memcpy(to, &v, sizeof v);
    return ok;
}

static bool read_pair(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    double pair[2] = {0};
    if (!cJSON_IsArray(at->value) || cJSON_GetArraySize(at->value) != 2)
        return json_fail(r, at, "two numbers are expected");
    for (int i = 0; i < 2; i++)
        if (!take_number(r, at, f, cJSON_GetArrayItem(at->value, i), &pair[i]))
            return false;
    memcpy(to, pair, sizeof pair);
    return pair[0] <= pair[1] || json_fail(r, at, "the lower number comes first");
}

static bool take_whole(struct reading *r, const struct path *at, double most, uint64_t *to)
{
    double v = cJSON_IsNumber(at->value) ? at->value->valuedouble : -1;
    if (!(v >= 0 && v <= most) || v != floor(v))
        return json_fail(r, at, "a whole number is expected, from 0 to %.0f", most);
    *to = (uint64_t)v;
    return true;
}

static bool read_whole(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    uint64_t v = 0;
    (void)f;
    bool ok = take_whole(r, at, whole_most, &v);
    memcpy(to, &v, sizeof v);
    return ok;
}

static bool read_whole32(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    uint64_t v = 0;
    (void)f;
    bool ok = take_whole(r, at, UINT32_MAX, &v);
    memcpy(to, &(uint32_t){(uint32_t)v}, sizeof(uint32_t));
    return ok;
}

static bool read_flag(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    (void)f;
    *(bool *)to = cJSON_IsTrue(at->value);
    return cJSON_IsBool(at->value) || json_fail(r, at, "true or false is expected");
}

/* ---- objects and lists ---- */

static bool read_params(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    size_t most = (size_t)cJSON_GetArraySize(at->value) + 1;
    struct ir_param *params = arena_array(&r->results->arena, struct ir_param, most);
    uint32_t n = 0;
    if (!cJSON_IsObject(at->value))
        return json_fail(r, at, "an object is expected");
    for (const cJSON *v = at->value->child; v; v = v->next) {
        const char *text = text_of(r, &(struct path){at, v->string, 0, v});
        if (!text)
            return false;
        params[n++] = (struct ir_param){results_keep(r->results, v->string), results_keep(r->results, text)};
    }
    memcpy(to, &(const struct ir_param *){params}, sizeof params);
    memcpy(to - f->at + f->count, &n, sizeof n);
    return true;
}

static bool read_item(struct reading *r, const struct path *at, const struct field *f, void *owner)
{
    void *item = f->add(r, at, owner, f);
    if (!item)
        return !r->err->code;
    return f->object ? json_read(r, at, f->object, item) : read_text(r, at, f, item);
}

static bool read_items(struct reading *r, const struct path *list, const struct field *f, char *to)
{
    bool named = f->form == FIELD_MAP;
    struct path at = {.up = list};
    if (named ? !cJSON_IsObject(list->value) : !cJSON_IsArray(list->value))
        return json_fail(r, list, named ? "an object is expected" : "a list is expected");
    for (at.value = list->value->child; at.value; at.value = at.value->next, at.index++) {
        at.key = named ? at.value->string : NULL;
        if (!read_item(r, &at, f, to - f->at))
            return false;
    }
    return true;
}

static bool read_object(struct reading *r, const struct path *at, const struct field *f, char *to)
{
    return f->add ? read_item(r, at, f, to - f->at) : json_read(r, at, f->object, to);
}

static bool (*const readers[])(struct reading *, const struct path *, const struct field *, char *to) = {
    [FIELD_TEXT] = read_text,       [FIELD_LINES] = read_text,      [FIELD_WHOLE] = read_whole,
    [FIELD_WHOLE32] = read_whole32, [FIELD_EXACT] = read_number,    [FIELD_FIGURE] = read_number,
    [FIELD_FLAG] = read_flag,       [FIELD_WORD] = read_word,       [FIELD_PAIR] = read_pair,
    [FIELD_PARAMS] = read_params,   [FIELD_TEXTS] = read_items,     [FIELD_OBJECT] = read_object,
    [FIELD_LIST] = read_items,      [FIELD_MAP] = read_items,
};

static bool read_field(struct reading *r, const struct path *at, const struct field *f, void *into)
{
    if (!at->value || cJSON_IsNull(at->value))
        return f->absent != ABSENT_NEVER || json_fail(r, at, at->value ? "it is null" : "it is missing");
    if (f->has)
        ((bool *)into)[f->has - 1] = true;
    return readers[f->form](r, at, f, (char *)into + f->at);
}

bool json_read(struct reading *r, const struct path *object, const struct object *type, void *into)
{
    if (!cJSON_IsObject(object->value))
        return json_fail(r, object, "an object is expected");
    for (const struct field *f = type->fields; f->key; f++) {
        struct path at = {object, f->key, 0, cJSON_GetObjectItemCaseSensitive(object->value, f->key)};
        if (field_is_read(f) && !read_field(r, &at, f, into))
            return false;
    }
    return !type->finish || type->finish(r, object, into);
}
