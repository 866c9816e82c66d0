/* json_write.c - two functions a form of value, chosen by table: one finds it in its
 * struct, one writes it. */
#include "config.h"

#include "show/json_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

struct writer {
    struct buf *out;
    unsigned depth;                                   /* of objects and lists that are open */
};

static void put_object(struct writer *, const struct object *, const struct owner *);

/* ---- single values ---- */

/* In as few digits as are read back as the same, bit for bit: other figures are derived of it again. */
static void put_exact(struct buf *b, const struct figure *v)
{
    size_t from = b->len;
    BUG_UNLESS(isfinite(v->number));
    for (int digits = 15; digits <= 17; digits++) {
        b->len = from;
        buf_printf(b, "%.*g", digits, v->number);
        if (strtod(b->data + from, NULL) == v->number)
            break;
    }
}

static void put_rounded(struct buf *b, double v)
{
    double rounded = fabs(v) < 1e9 ? nearbyint(v * 1e6) / 1e6 : nearbyint(v);
    if (isfinite(rounded))
        buf_printf(b, "%.15g", rounded + 0.0);        /* -0 is 0 */
    else
        buf_puts(b, "null");
}

/* Line breaks in the short form: a plan in lines is there to be read. */
static void put_string(struct buf *b, const char *text)
{
    buf_putc(b, '"');
    for (size_t n; n = strcspn(text, "\n"), buf_put_json_part(b, text, n), text[n]; text += n + 1)
        buf_puts(b, "\\n");
    buf_putc(b, '"');
}

static void put_text(struct buf *b, const struct figure *v) { put_string(b, v->text); }
static void put_flag(struct buf *b, const struct figure *v) { buf_puts(b, v->flag ? "true" : "false"); }
static void put_figure(struct buf *b, const struct figure *v) { put_rounded(b, v->number); }

static void put_whole(struct buf *b, const struct figure *v)
{
    buf_printf(b, "%llu", (unsigned long long)v->whole);
}

static void put_pair(struct buf *b, const struct figure *v)
{
    buf_putc(b, '[');
    put_rounded(b, v->number);
    buf_puts(b, ", ");
    put_rounded(b, v->high);
    buf_putc(b, ']');
}

/* ---- where they are: false where there is none ---- */

static bool find_text(const char *at, const struct field *f, struct figure *v)
{
    (void)f;
    memcpy(&v->text, at, sizeof v->text);
    return v->text;
}

static bool find_whole(const char *at, const struct field *f, struct figure *v)
{
    (void)f;
    memcpy(&v->whole, at, sizeof v->whole);
    return v->whole;
}

static bool find_whole32(const char *at, const struct field *f, struct figure *v)
{
    uint32_t n;
    (void)f;
    memcpy(&n, at, sizeof n);
    v->whole = n;
    return n;
}

static bool find_number(const char *at, const struct field *f, struct figure *v)
{
    (void)f;
    memcpy(&v->number, at, sizeof v->number);
    return v->number > 0;
}

static bool find_pair(const char *at, const struct field *f, struct figure *v)
{
    find_number(at + sizeof v->high, f, v);
    v->high = v->number;
    find_number(at, f, v);
    return true;
}

static bool find_flag(const char *at, const struct field *f, struct figure *v)
{
    (void)f;
    memcpy(&v->flag, at, sizeof v->flag);
    return true;
}

static bool find_word(const char *at, const struct field *f, struct figure *v)
{
    int i;
    memcpy(&i, at, sizeof i);
    v->text = i >= 0 && i < f->names->n ? f->names->of(i) : NULL;
    return v->text;
}

static const struct form {
    bool (*find)(const char *at, const struct field *, struct figure *);
    void (*put)(struct buf *, const struct figure *);
} forms[] = {
    [FIELD_TEXT] = {find_text, put_text},       [FIELD_LINES] = {find_text, put_text},
    [FIELD_WHOLE] = {find_whole, put_whole},    [FIELD_WHOLE32] = {find_whole32, put_whole},
    [FIELD_EXACT] = {find_number, put_exact},   [FIELD_FIGURE] = {find_number, put_figure},
    [FIELD_FLAG] = {find_flag, put_flag},       [FIELD_WORD] = {find_word, put_text},
    [FIELD_PAIR] = {find_pair, put_pair},
};

static bool is_there(const struct field *f, const void *object)
{
    return !(f->has && !((const bool *)object)[f->has - 1]) && !(f->there && !f->there(object));
}

/* No text is no value; a number that is 0 is one, unless that is how its absence is kept. */
static bool find(const struct owner *o, const struct field *f, struct figure *v)
{
    v->arg = f->arg;
    if (f->get)
        return f->get(o, v);
    if (!is_there(f, o->object))
        return false;
    bool some = forms[f->form].find((const char *)o->object + f->at, f, v);
    bool zero_is_none = (f->absent == ABSENT_NULL || f->absent == ABSENT_LEFT_OUT) && !f->has && !f->there;
    bool is_text = f->form == FIELD_TEXT || f->form == FIELD_LINES || f->form == FIELD_WORD;
    return some || !(zero_is_none || is_text);
}

/* ---- objects and lists ---- */

static void start_line(struct writer *w)
{
    buf_putc(w->out, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        buf_putc(w->out, '\t');
}

static void put_key(struct writer *w, const char *key, bool *some)
{
    if (*some)
        buf_putc(w->out, ',');
    *some = true;
    start_line(w);
    put_string(w->out, key);
    buf_puts(w->out, ":\t");
}

static void open_object(struct writer *w)
{
    buf_putc(w->out, '{');
    w->depth++;
}

/* An object that has no key is still written as two lines. */
static void close_object(struct writer *w)
{
    w->depth--;
    start_line(w);
    buf_putc(w->out, '}');
}

struct visit { struct writer *w; const struct owner *owner; const struct field *f; bool some; };

static void put_item(void *to, const char *name, const void *item)
{
    struct visit *v = to;
    struct owner owner = {v->owner, item};
    if (name)
        put_key(v->w, name, &v->some);
    else if (v->some)
        buf_puts(v->w->out, ", ");
    v->some = true;
    if (v->f->object)
        put_object(v->w, v->f->object, &owner);
    else if (v->f->form == FIELD_FIGURES)
        put_rounded(v->w->out, *(const double *)item);
    else
        put_string(v->w->out, *(const char *const *)item);
}

static void put_list(struct writer *w, const struct field *f, const struct owner *o)
{
    struct visit v = {w, o, f, false};
    buf_putc(w->out, '[');
    w->depth++;
    f->each(o, f, put_item, &v);
    w->depth--;
    buf_putc(w->out, ']');
}

static void put_map(struct writer *w, const struct field *f, const struct owner *o)
{
    struct visit v = {w, o, f, false};
    open_object(w);
    f->each(o, f, put_item, &v);
    close_object(w);
}

static void put_params(struct writer *w, const struct field *f, const struct owner *o)
{
    struct figure v = {.arg = f->arg};
    bool some = false;
    if (f->get) {
        f->get(o, &v);
    } else {
        memcpy(&v.params, (const char *)o->object + f->at, sizeof v.params);
        memcpy(&v.nparams, (const char *)o->object + f->count, sizeof v.nparams);
    }
    open_object(w);
    for (uint32_t i = 0; i < v.nparams; i++) {
        put_key(w, v.params[i].name, &some);
        put_string(w->out, v.params[i].text);
    }
    close_object(w);
}

/* An object within the object: its key is written once it is known that there is one. */
struct inner { struct writer *w; const struct owner *owner; const struct field *f; bool *some, found; };

static void put_inner(void *to, const char *name, const void *item)
{
    struct inner *in = to;
    struct owner owner = {in->owner, item};
    (void)name;
    in->found = true;
    put_key(in->w, in->f->key, in->some);
    put_object(in->w, in->f->object, &owner);
}

static bool put_if_object(struct writer *w, const struct field *f, const struct owner *o, bool *some)
{
    struct inner in = {w, o, f, some, false};
    if (f->each)
        f->each(o, f, put_inner, &in);
    else if (is_there(f, o->object))
        put_inner(&in, NULL, (const char *)o->object + f->at);
    return in.found;
}

static bool put_if_value(struct writer *w, const struct field *f, const struct owner *o, bool *some)
{
    struct figure v = {0};
    if (!find(o, f, &v))
        return false;
    put_key(w, f->key, some);
    forms[f->form].put(w->out, &v);
    return true;
}

static bool put_composite(struct writer *w, const struct field *f, const struct owner *o, bool *some)
{
    static void (*const put[])(struct writer *, const struct field *, const struct owner *) = {
        [FIELD_PARAMS] = put_params, [FIELD_TEXTS] = put_list, [FIELD_FIGURES] = put_map,
        [FIELD_LIST] = put_list,     [FIELD_MAP] = put_map,
    };
    put_key(w, f->key, some);
    put[f->form](w, f, o);
    return true;
}

static void put_object(struct writer *w, const struct object *type, const struct owner *o)
{
    bool some = false;
    open_object(w);
    for (const struct field *f = type->fields; f->key; f++) {
        bool there = f->form < FIELD_PARAMS ? put_if_value(w, f, o, &some)
            : f->form == FIELD_OBJECT ? put_if_object(w, f, o, &some) : put_composite(w, f, o, &some);
        if (there || f->absent == ABSENT_LEFT_OUT)
            continue;
        put_key(w, f->key, &some);
        buf_puts(w->out, "null");
    }
    close_object(w);
}

void json_write(const struct object *type, const void *object, struct buf *out)
{
    struct writer w = {out, 0};
    struct owner owner = {NULL, object};
    put_object(&w, type, &owner);
    buf_putc(out, '\n');
}
