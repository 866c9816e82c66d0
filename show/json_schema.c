/* json_schema.c - the objects that a result has are found from its own table on, and each is a definition. */
#include "config.h"

#include "show/json_schema.h"

#include <string.h>

#include "base/bug.h"

enum { MOST_OBJECTS = 64 };
struct found { const struct object *items[MOST_OBJECTS]; size_t count; };

static void find_objects(struct found *all, const struct object *type)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i] == type)
            return;
    BUG_UNLESS(all->count < MOST_OBJECTS);
    all->items[all->count++] = type;
    for (const struct field *f = type->fields; f->key; f++)
        if (f->object)
            find_objects(all, f->object);
}

static void put_string(struct buf *b, const char *text)
{
    buf_put_json(b, text, strlen(text));
}

/* ---- the forms ---- */

static void put_type(struct buf *b, const char *type, bool nullable)
{
    buf_printf(b, nullable ? "\"type\": [\"%s\", \"null\"]" : "\"type\": \"%s\"", type);
}

static void put_names(struct buf *b, const struct names *names, bool nullable)
{
    const char *between = "";
    buf_puts(b, "\"enum\": [");
    for (int i = 0; i < names->n; i++) {
        if (!names->of(i))
            continue;
        buf_puts(b, between);
        put_string(b, names->of(i));
        between = ", ";
    }
    buf_puts(b, nullable ? ", null]" : "]");
}

static void put_minimum(struct buf *b, const struct field *f)
{
    if (f->above != 0)
        buf_printf(b, ", \"exclusiveMinimum\": %g", f->above);
    else
        buf_puts(b, ", \"minimum\": 0");
}

static void put_text(struct buf *b, const struct field *f, bool nullable)
{
    if (f->names) {
        put_names(b, f->names, nullable);
        return;
    }
    put_type(b, "string", nullable);
    if (f->pattern) {
        buf_puts(b, ", \"pattern\": ");
        put_string(b, f->pattern);
    }
}

static void put_whole(struct buf *b, const struct field *f, bool nullable)
{
    put_type(b, "integer", nullable);
    put_minimum(b, f);
}

static void put_number(struct buf *b, const struct field *f, bool nullable)
{
    put_type(b, "number", nullable);
    put_minimum(b, f);
}

static void put_flag(struct buf *b, const struct field *f, bool nullable)
{
    (void)f;
    put_type(b, "boolean", nullable);
}

static void put_pair(struct buf *b, const struct field *f, bool nullable)
{
    put_type(b, "array", nullable);
    buf_puts(b, ", \"items\": {\"type\": \"number\"");
    put_minimum(b, f);
    buf_puts(b, "}, \"minItems\": 2, \"maxItems\": 2");
}

static void put_reference(struct buf *b, const struct field *f, bool nullable)
{
    static const char or_null[] = "\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/$defs/%s\"}]";
    buf_printf(b, nullable ? or_null : "\"$ref\": \"#/$defs/%s\"", f->object->name);
}

static void put_list(struct buf *b, const struct field *f, bool nullable)
{
    put_type(b, "array", nullable);
    buf_puts(b, ", \"items\": {");
    if (f->object)
        put_reference(b, f, false);
    else
        put_text(b, f, false);
    buf_puts(b, "}");
}

static void put_map(struct buf *b, const struct field *f, bool nullable)
{
    put_type(b, "object", nullable);
    buf_puts(b, ", \"additionalProperties\": {");
    if (f->form == FIELD_MAP)
        put_reference(b, f, false);
    else if (f->form == FIELD_FIGURES)
        put_number(b, f, false);
    else
        put_type(b, "string", false);
    buf_puts(b, "}");
}

static void (*const forms[])(struct buf *, const struct field *, bool nullable) = {
    [FIELD_TEXT] = put_text,        [FIELD_LINES] = put_text,       [FIELD_WHOLE] = put_whole,
    [FIELD_WHOLE32] = put_whole,    [FIELD_EXACT] = put_number,     [FIELD_FIGURE] = put_number,
    [FIELD_FLAG] = put_flag,        [FIELD_WORD] = put_text,        [FIELD_PAIR] = put_pair,
    [FIELD_PARAMS] = put_map,       [FIELD_TEXTS] = put_list,       [FIELD_FIGURES] = put_map,
    [FIELD_OBJECT] = put_reference, [FIELD_LIST] = put_list,        [FIELD_MAP] = put_map,
};

/* ---- objects ---- */

static void put_field(struct buf *b, const struct field *f, const char *indent)
{
    buf_puts(b, indent);
    put_string(b, f->key);
    buf_puts(b, ": {");
    forms[f->form](b, f, f->absent == ABSENT_NULL);
    if (f->about) {
        buf_puts(b, ", \"description\": ");
        put_string(b, f->about);
    }
    buf_puts(b, f[1].key ? "},\n" : "}\n");
}

static void put_object(struct buf *b, const struct object *type, const char *indent)
{
    const char *between = "";
    if (type->about) {
        buf_printf(b, "%s\"description\": ", indent);
        put_string(b, type->about);
        buf_puts(b, ",\n");
    }
    buf_printf(b, "%s\"type\": \"object\",\n%s\"required\": [", indent, indent);
    for (const struct field *f = type->fields; f->key; f++) {
        if (f->absent == ABSENT_LEFT_OUT)
            continue;
        buf_puts(b, between);
        put_string(b, f->key);
        between = ", ";
    }
    buf_printf(b, "],\n%s\"additionalProperties\": false,\n%s\"properties\": {\n", indent, indent);
    for (const struct field *f = type->fields; f->key; f++) {
        buf_puts(b, indent);
        put_field(b, f, "  ");
    }
    buf_printf(b, "%s}", indent);
}

void json_put_schema(const struct object *type, const char *title, struct buf *b)
{
    struct found all = {0};
    find_objects(&all, type);
    buf_puts(b, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": ");
    put_string(b, title);
    buf_puts(b, ",\n");
    put_object(b, type, "  ");
    buf_puts(b, ",\n  \"$defs\": {");
    for (size_t i = 1; i < all.count; i++) {
        buf_puts(b, i > 1 ? ",\n    " : "\n    ");
        put_string(b, all.items[i]->name);
        buf_puts(b, ": {\n");
        put_object(b, all.items[i], "      ");
        buf_puts(b, "\n    }");
    }
    buf_puts(b, "\n  }\n}\n");
}
