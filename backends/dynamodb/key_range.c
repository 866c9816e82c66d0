/* key_range.c */
#include "config.h"

#include "backends/dynamodb/key_range.h"

#include "backends/dynamodb/sort_key.h"
#include "backends/http/json_values.h"
#include "ir/ir.h"
#include "ops/slice.h"

/* ---- what the bounds of one column come to ---- */

struct end {
    const struct value *at;                           /* NULL: there is none */
    bool open;                                        /* without the value itself */
};
struct ends { struct end lo, hi; };

static bool is_whole(struct type t)
{
    return t.kind == TYPE_INT || t.kind == TYPE_BIGINT || t.kind == TYPE_DECIMAL || t.kind == TYPE_DATE ||
           t.kind == TYPE_TIMESTAMP;
}

/* The narrower of two ends; sign: 1 of lower ends, of which the greater is, or -1. */
static void narrow(struct type t, struct end *e, struct end with, int sign)
{
    int order = e->at ? sign * value_order(t, with.at, e->at) : 1;
    if (order > 0 || (order == 0 && with.open))
        *e = with;
}

static struct ends ends_of(const struct step *s, uint32_t column)
{
    struct ends ends = {0};
    if (column == s->table->nkeys)
        return ends;
    struct type t = s->table->columns[column].type;
    for (uint32_t i = 0; s->slice && i < s->slice->nbounds; i++) {
        const struct ir_bound *b = &s->slice->bounds[i];
        struct end end = {&b->value, b->compare == COMPARE_LT || b->compare == COMPARE_GT};
        if (b->column == column && b->compare >= COMPARE_EQ && b->compare != COMPARE_NE)
            narrow(t, &ends.lo, end, 1);
        if (b->column == column && b->compare <= COMPARE_EQ)
            narrow(t, &ends.hi, end, -1);
    }
    return ends;
}

static bool is_equal(struct type t, const struct ends *e)
{
    return e->lo.at && e->hi.at && !e->lo.open && !e->hi.open && value_order(t, e->lo.at, e->hi.at) == 0;
}

static bool is_empty(struct type t, const struct ends *e)
{
    int order = e->lo.at && e->hi.at ? value_order(t, e->lo.at, e->hi.at) : -1;
    return order > 0 || (order == 0 && (e->lo.open || e->hi.open));
}

/* Of whole numbers the next one is the end, without being open. by: 1 or -1. */
static void close_end(struct arena *arena, struct type t, struct end *e, int by)
{
    struct type_range range = type_range(t);
    if (!e->at || !e->open || !is_whole(t))
        return;
    struct value *next = arena_new(arena, struct value);
    wkl_i128 v = t.kind == TYPE_DECIMAL ? e->at->u.dec : e->at->u.i;
    if (v == (by < 0 ? range.least : range.most))
        return;
    *next = *e->at;
    if (t.kind == TYPE_DECIMAL)
        next->u.dec = v + by;
    else
        next->u.i = (int64_t)(v + by);
    *e = (struct end){next, false};
}

/* ---- the condition ---- */

static const char *taken(struct arena *arena, struct buf *b)
{
    const char *s = arena_strndup(arena, buf_text(b), b->len);
    buf_clear(b);
    return s;
}

static const char *attribute(struct arena *arena, struct type t, const struct end *e)
{
    struct buf b = {0};
    if (!e->at)
        return NULL;
    json_put_attribute(&b, t, e->at, true);
    const char *text = taken(arena, &b);
    buf_release(&b);
    return text;
}

/* Of a sort key of one column. BETWEEN takes both its ends in, and refuses them in the wrong order. */
static void put_plain(struct arena *arena, const struct step *s, struct ends e, struct key_range *out)
{
    struct type t = s->table->columns[1].type;
    bool both = e.lo.at && e.hi.at;
    if (both) {
        close_end(arena, t, &e.lo, 1);
        close_end(arena, t, &e.hi, -1);
    }
    out->drops = both && (e.lo.open || e.hi.open || is_empty(t, &e));
    if (is_empty(t, &e))
        e.hi = e.lo;
    out->lo = attribute(arena, t, &e.lo);
    out->hi = both && value_order(t, e.lo.at, e.hi.at) == 0 ? NULL : attribute(arena, t, &e.hi);
    out->condition = both      ? out->hi ? " AND #s BETWEEN :lo AND :hi" : " AND #s = :lo"
                     : e.lo.at ? e.lo.open ? " AND #s > :lo" : " AND #s >= :lo"
                     : e.hi.at ? e.hi.open ? " AND #s < :hi" : " AND #s <= :hi"
                               : "";
}

/* Of a joined sort key: from the least text of a row that is among them to the greatest, or what lies just
 * behind it. equal: the text of the columns before, which are given; the last column has nothing behind
 * it. */
static void put_joined_lo(const struct step *s, uint32_t column, const struct ends *e, bool drops,
                          struct buf *b)
{
    buf_puts(b, column > 1 ? SORT_KEY_BETWEEN : "");
    if (e->lo.at)
        sort_key_put_value(s->table->columns[column].type, e->lo.at, b);
    if (e->lo.at && e->lo.open && !drops)
        buf_puts(b, SORT_KEY_BEHIND);
}

static void put_joined_hi(const struct step *s, uint32_t column, const struct ends *e, struct buf *b)
{
    bool last = column + 1 == s->table->nkeys;
    if (!e->hi.at) {
        buf_puts(b, column > 1 ? SORT_KEY_BEHIND : "");
        return;
    }
    buf_puts(b, column > 1 ? SORT_KEY_BETWEEN : "");
    sort_key_put_value(s->table->columns[column].type, e->hi.at, b);
    buf_puts(b, !last && !e->hi.open ? SORT_KEY_BEHIND : "");
}

static void put_joined(struct arena *arena, const struct step *s, uint32_t column, struct ends e,
                       const struct buf *equal, struct key_range *out)
{
    struct type t = s->table->columns[column].type;
    bool last = column + 1 == s->table->nkeys;
    struct buf lo = {0}, hi = {0};
    if (last)
        close_end(arena, t, &e.hi, -1);
    out->drops = is_empty(t, &e) || (last && e.hi.at && e.hi.open);
    if (is_empty(t, &e))
        e.hi = (struct end){e.lo.at, false};
    buf_puts(&lo, buf_text(equal));
    buf_puts(&hi, buf_text(equal));
    put_joined_lo(s, column, &e, out->drops, &lo);
    put_joined_hi(s, column, &e, &hi);
    out->lo = lo.len ? taken(arena, &lo) : NULL;
    out->hi = hi.len ? taken(arena, &hi) : NULL;
    out->condition = !out->lo   ? " AND #s <= :hi"
                     : !out->hi ? " AND #s >= :lo"
                                : " AND #s BETWEEN :lo AND :hi";
    buf_release(&lo);
    buf_release(&hi);
}

/* All rows that begin so, or the one that is given wholly. */
static void put_beginning(struct arena *arena, const struct step *s, uint32_t given, struct buf *equal,
                          struct key_range *out)
{
    bool whole = given == s->table->nkeys;
    if (given == 1)
        return;
    buf_puts(equal, whole ? "" : SORT_KEY_BETWEEN);
    out->lo = taken(arena, equal);
    out->condition = whole ? " AND #s = :lo" : " AND begins_with(#s, :lo)";
}

/* Returns the first column that the condition says nothing of. */
static uint32_t put_condition(struct arena *arena, const struct step *s, struct key_range *out)
{
    struct buf equal = {0};
    uint32_t at = step_bound(s), n = s->table->nkeys;
    struct ends e = ends_of(s, at);
    bool joined = sort_key_is_joined(n);
    for (; joined && at < n && is_equal(s->table->columns[at].type, &e); e = ends_of(s, ++at)) {
        buf_puts(&equal, at > 1 ? SORT_KEY_BETWEEN : "");
        sort_key_put_value(s->table->columns[at].type, e.lo.at, &equal);
    }
    bool bounded = at < n && (e.lo.at || e.hi.at);
    if (!bounded)
        put_beginning(arena, s, at, &equal, out);
    else if (joined)
        put_joined(arena, s, at, e, &equal, out);
    else
        put_plain(arena, s, e, out);
    buf_release(&equal);
    return at + bounded;
}

/* ---- what is left ---- */

static uint32_t place_of(const struct step *s, uint32_t column)
{
    uint32_t i = 0;
    while (s->columns[i] != column)
        i++;
    return i;
}

/* The columns are attributes of their own beside the joined sort key: a filter may name them. */
static void put_filter(struct arena *arena, const struct step *s, uint32_t from, struct key_range *out)
{
    static const char *const signs[] = {[COMPARE_LT] = "<", [COMPARE_LE] = "<=", [COMPARE_EQ] = "=",
                                        [COMPARE_GE] = ">=", [COMPARE_GT] = ">"};
    struct buf filter = {0}, values = {0};
    for (uint32_t i = 0; i < s->slice->nbounds; i++) {
        const struct ir_bound *bound = &s->slice->bounds[i];
        if (bound->column < from)
            continue;
        buf_printf(&filter, "%s#%u %s :f%u", filter.len ? " AND " : "", place_of(s, bound->column),
                   signs[bound->compare], i);
        buf_printf(&values, ",\":f%u\":", i);
        json_put_attribute(&values, s->table->columns[bound->column].type, &bound->value, true);
    }
    out->filter = filter.len ? taken(arena, &filter) : NULL;
    out->filter_values = values.len ? taken(arena, &values) : "";
    buf_release(&filter);
    buf_release(&values);
}

/* The part of a slice that says which rows are read; a filter takes its own away after that, and so would
 * take from the first or last ones. */
static const struct ir_slice *part_before(struct arena *arena, const struct ir_slice *slice, uint32_t column,
                                          bool filtered)
{
    struct ir_slice *part = arena_new(arena, struct ir_slice);
    struct ir_bound *bounds = arena_array(arena, struct ir_bound, slice->nbounds);
    *part = (struct ir_slice){bounds, 0, filtered ? 0 : slice->limit, slice->backward};
    for (uint32_t i = 0; i < slice->nbounds; i++)
        if (slice->bounds[i].column < column)
            bounds[part->nbounds++] = slice->bounds[i];
    return part;
}

void key_range_make(struct arena *arena, const struct step *s, struct key_range *out)
{
    *out = (struct key_range){.condition = "", .filter_values = ""};
    uint32_t behind = put_condition(arena, s, out);
    if (!s->slice)
        return;
    put_filter(arena, s, behind, out);
    out->read = part_before(arena, s->slice, behind, out->filter != NULL);
}
