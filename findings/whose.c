#include "config.h"

#include "findings/whose.h"

#include <string.h>

static const struct result_backend *find(const struct results *r, const char *backend)
{
    static const struct result_backend unknown = {.name = ""};
    const struct result_backend *b = results_find_backend(r, backend);
    return b ? b : &unknown;
}

bool whose_stands_in(const struct results *r, const char *backend)
{
    return find(r, backend)->place;
}

const char *whose_where(const struct results *r, const char *backend)
{
    return find(r, backend)->where;
}

const char *whose_same_as(const struct results *r, const char *backend)
{
    return find(r, backend)->same_as;
}

bool whose_is_same(const struct results *r, const char *backend, const char *other)
{
    const char *a = find(r, backend)->same_as, *b = find(r, other)->same_as;
    return strcmp(backend, other) != 0 && !strcmp(a ? a : backend, b ? b : other);
}

static const char *server_of(const struct result_backend *k)
{
    return k->server ? k->server : k->version ? k->version : "an emulator";
}

void whose_put_server(struct buf *b, const struct results *r, const char *backend)
{
    const struct result_backend *k = find(r, backend);
    if (k->place)
        buf_printf(b, "%s, %s", server_of(k), k->place);
}

void whose_put(struct buf *b, const struct results *r, const char *backend)
{
    buf_puts(b, backend);
    if (!whose_stands_in(r, backend))
        return;
    buf_puts(b, " (");
    whose_put_server(b, r, backend);
    buf_putc(b, ')');
}

void whose_put_briefly(struct buf *b, const struct results *r, const char *backend)
{
    buf_printf(b, "%s%s", backend, whose_stands_in(r, backend) ? " (stand-in)" : "");
}

/* Where all stand-ins are; NULL: not in one place. */
static const char *place_of_all(const struct results *r)
{
    const char *place = NULL;
    for (size_t i = 0; i < r->backends.count; i++) {
        const char *other = r->backends.items[i]->place;
        if (place && other && strcmp(place, other) != 0)
            return NULL;
        place = other ? other : place;
    }
    return place;
}

static const char *between(size_t i, size_t n)
{
    return !i ? "" : i + 1 == n ? " and " : ", ";
}

void whose_put_stand_ins(struct buf *b, const struct results *r)
{
    size_t n = 0, listed = 0;
    for (size_t i = 0; i < r->backends.count; i++)
        n += r->backends.items[i]->place != NULL;
    if (!n)
        return;
    bool priced = false;
    for (size_t i = 0; i < r->entries.count; i++)
        priced |= r->entries.items[i]->cost.nlines && whose_stands_in(r, r->entries.items[i]->backend);
    const char *place = place_of_all(r);
    for (size_t i = 0; i < r->backends.count; i++) {
        const struct result_backend *k = r->backends.items[i];
        if (!k->place)
            continue;
        buf_printf(b, "%s%s (%s%s%s)", between(listed++, n), k->name, server_of(k), place ? "" : ", ",
                   place ? "" : k->place);
    }
    buf_puts(b, n == 1 ? " is a stand-in" : " are stand-ins");
    if (place)
        buf_printf(b, " on %s", place);
    buf_puts(b, n == 1 ? ": its times are not the real one's" : ": their times are not the real ones'");
    buf_puts(b, !priced ? "." : n == 1 ? ", and its costs are modelled." : ", and their costs are modelled.");
}

void whose_put_same(struct buf *b, const struct results *r)
{
    for (size_t i = 0; i < r->backends.count; i++) {
        const char *name = r->backends.items[i]->name;
        size_t n = 1, listed = 0;
        for (size_t k = i + 1; k < r->backends.count; k++)
            n += whose_is_same(r, name, r->backends.items[k]->name);
        if (r->backends.items[i]->same_as || n < 2)
            continue;
        buf_puts(b, b->len ? " " : "");
        for (size_t k = i; k < r->backends.count; k++)
            if (k == i || whose_is_same(r, name, r->backends.items[k]->name))
                buf_printf(b, "%s%s", between(listed++, n), r->backends.items[k]->name);
        buf_puts(b, " are the same server: do not compare their speeds.");
    }
}
