/* tokens.c - a hash table of them. */
#include "config.h"

#include "backends/cosmosdb/tokens.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

enum { FIRST_ROOM = 64 };

struct token_place {                                  /* free: no text */
    uint64_t container;                               /* its name, hashed */
    uint32_t client;
    struct buf text;
};

static struct token_place *place_of(const struct tokens *t, uint32_t client, uint64_t container)
{
    uint64_t at = (container ^ client * UINT64_C(0x9e3779b97f4a7c15)) & (t->room - 1);
    while (t->places[at].text.len && (t->places[at].client != client || t->places[at].container != container))
        at = (at + 1) & (t->room - 1);
    return &t->places[at];
}

const struct buf *tokens_of(const struct tokens *t, uint32_t client, const char *container)
{
    const struct token_place *p = t->room ? place_of(t, client, map_hash(container)) : NULL;
    return p && p->text.len ? &p->text : NULL;
}

static void grow(struct tokens *t)
{
    struct tokens old = *t;
    if (2 * (t->n + 1) <= t->room)
        return;
    t->room = t->room ? 2 * t->room : FIRST_ROOM;
    t->places = mem_alloc(t->room * sizeof *t->places);
    for (uint32_t i = 0; i < old.room; i++)
        if (old.places[i].text.len)
            *place_of(t, old.places[i].client, old.places[i].container) = old.places[i];
    mem_free(old.places);
}

/* ---- one text ---- */

static size_t range_length(const char *token)
{
    return strcspn(token, ":,");
}

/* "0:-1#128#1=90": 128; a token without a version, "0:128", has its number behind the colon. */
static uint64_t number_of(const char *token)
{
    const char *colon = token + range_length(token), *sign = colon + strcspn(colon, "#,");
    return strtoull(*sign == '#' ? sign + 1 : *colon == ':' ? colon + 1 : colon, NULL, 10);
}

static bool is_of_range(const char *token, const char *other)
{
    size_t n = range_length(token);
    return range_length(other) == n && !strncmp(token, other, n);
}

static const char *next_token(const char *token)
{
    token += strcspn(token, ",");
    return *token ? token + 1 : NULL;
}

static void put_token(struct buf *text, const char *token)
{
    buf_puts(text, text->len ? "," : "");
    buf_add(text, token, strcspn(token, ","));
}

/* One range's in the place of an older one. */
static void merge(struct tokens *t, struct buf *text, const char *token)
{
    buf_clear(&t->merged);
    for (const char *old = text->len ? buf_text(text) : NULL; old; old = next_token(old)) {
        if (!is_of_range(old, token))
            put_token(&t->merged, old);
        else if (number_of(old) >= number_of(token))
            return;
    }
    put_token(&t->merged, token);
    buf_clear(text);
    buf_add(text, t->merged.data, t->merged.len);
}

void tokens_take(struct tokens *t, uint32_t client, const char *container, const char *token)
{
    if (!token || !*token || *token == ',')
        return;
    grow(t);
    struct token_place *p = place_of(t, client, map_hash(container));
    t->n += !p->text.len;
    p->client = client;
    p->container = map_hash(container);
    for (; token; token = next_token(token))
        merge(t, &p->text, token);
}

void tokens_release(struct tokens *t)
{
    for (uint32_t i = 0; i < t->room; i++)
        buf_release(&t->places[i].text);
    mem_free(t->places);
    buf_release(&t->merged);
}
