/* field.c - lists of the usual kinds, whatever their items are. */
#include "config.h"

#include "show/field.h"

#include <string.h>

#include "base/mem.h"

struct any_vec { void *items; size_t count, capacity; };     /* a VEC of anything: copied from and to its
                                                                place, which has another type */

static size_t item_size(const struct field *f)
{
    return f->object ? f->object->size : sizeof(const char *);
}

static struct any_vec vec_at(const void *owner, const struct field *f)
{
    struct any_vec v;
    memcpy(&v, (const char *)owner + f->at, sizeof v);
    return v;
}

static void *push(struct reading *r, void *owner, const struct field *f, size_t size)
{
    struct any_vec v = vec_at(owner, f);
    if (v.count == v.capacity)
        v.items = arena_grow(&r->results->arena, v.items, size, v.count, &v.capacity);
    void *item = (char *)v.items + v.count++ * size;
    memcpy((char *)owner + f->at, &v, sizeof v);
    return memset(item, 0, size);
}

bool field_is_read(const struct field *f)
{
    return !f->get && !f->derived && !(f->each && !f->add);
}

void field_each_vec(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    struct any_vec v = vec_at(o->object, f);
    for (size_t i = 0; i < v.count; i++)
        one(to, NULL, (const char *)v.items + i * item_size(f));
}

void *field_add_vec(struct reading *r, const struct path *at, void *owner, const struct field *f)
{
    (void)at;
    return push(r, owner, f, item_size(f));
}

void field_each_pointer(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    struct any_vec v = vec_at(o->object, f);
    for (size_t i = 0; i < v.count; i++) {
        const void *item;
        memcpy(&item, (const char *)v.items + i * sizeof item, sizeof item);
        one(to, NULL, item);
    }
}

void *field_add_pointer(struct reading *r, const struct path *at, void *owner, const struct field *f)
{
    (void)at;
    void *item = arena_alloc(&r->results->arena, f->object->size);
    memcpy(push(r, owner, f, sizeof item), &item, sizeof item);
    return item;
}

void field_each_counted(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const char *items;
    uint32_t n;
    memcpy(&items, (const char *)o->object + f->at, sizeof items);
    memcpy(&n, (const char *)o->object + f->count, sizeof n);
    for (uint32_t i = 0; i < n; i++)
        one(to, NULL, items + i * item_size(f));
}

void *field_add_counted(struct reading *r, const struct path *at, void *owner, const struct field *f)
{
    (void)r; (void)at;
    char *items;
    uint32_t n;
    memcpy(&items, (char *)owner + f->at, sizeof items);
    memcpy(&n, (char *)owner + f->count, sizeof n);
    items = mem_grow(items, (n + 1) * item_size(f));
    void *item = items + n * item_size(f);
    n++;
    memcpy((char *)owner + f->at, &items, sizeof items);
    memcpy((char *)owner + f->count, &n, sizeof n);
    return memset(item, 0, item_size(f));
}
