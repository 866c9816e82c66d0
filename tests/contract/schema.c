/* schema.c - tables of many shapes by hand: all types, NULLs, odd names, wide decimals, texts that want quoting, keys of many types. */
#include "config.h"

#include "data/expr.h"
#include "tests/contract/contract.h"

#define TEXT(text) {.u.s = {text, sizeof text - 1}}
#define CHOICES(list) .gen = {.kind = GEN_CHOICE, .choices = list, .nchoices = sizeof list / sizeof *list}
#define UNIFORM(a, b) .gen = {.kind = GEN_UNIFORM, .lo = a, .hi = b}
#define NINES ((wkl_i128)10000000000000000000u * 10000000000000000000u - 1)      /* 38 of them */
#define WIDE_DECIMAL(high) ((wkl_i128)(high) * 1000000000000000000ll + 123456789012345678ll)

static const struct choice texts[] = {
    {TEXT("plain"), .2}, {TEXT("it's \"quoted\" `so`"), .2}, {TEXT("back\\slash % _ ; -- \t\n\r"), .2}, {TEXT("größer als 5 €, 漢字, 🂡"), .2},
    {TEXT(""), .1}, {TEXT("\\N null \\x00"), .1},
};
static const struct choice documents[] = {
    {TEXT("{\"b\": 1,  \"a\": [1, 2.50, null]}"), .5}, {TEXT("[\"\\u00e4\\n\", true]"), .25}, {TEXT("\"text\""), .25},
};
static const struct choice raw[] = {{TEXT("\0\1\2\377\'\\\""), .5}, {TEXT("abcd"), .25}, {TEXT(""), .25}};
static const struct choice wide_decimals[] = {
    {{.u.dec = WIDE_DECIMAL(12345678901234567ll)}, .2}, {{.u.dec = -WIDE_DECIMAL(98765432109876543ll)}, .2}, {{.u.dec = 0}, .1},
    {{.u.dec = 1}, .1}, {{.u.dec = -1}, .05}, {{.u.dec = 10000}, .05}, {{.u.dec = -99990000}, .05}, {{.u.dec = 12300000000ll}, .05},
    {{.u.dec = NINES}, .1}, {{.u.dec = -NINES}, .1},
};
static const struct choice dates[] = {{{.u.i = -719162}, .3}, {{.u.i = 2932896}, .3}, {{.u.i = -1}, .2}, {{.u.i = 0}, .2}};
static const struct choice times[] = {
    {{.u.i = -62135596800000000}, .3}, {{.u.i = 253402300799999999}, .3}, {{.u.i = -1}, .2}, {{.u.i = 9007199254740993}, .2},
};
static const struct wide_range all_decimals = {-NINES, NINES};
static const struct choice ints[] = {{{.u.i = INT32_MIN}, .3}, {{.u.i = INT32_MAX}, .3}, {{.u.i = 0}, .2}, {{.u.i = -1}, .2}};
static const struct choice bigints[] = {{{.u.i = INT64_MIN}, .3}, {{.u.i = INT64_MAX}, .3}, {{.u.i = 1ll << 53}, .2}, {{.u.i = -7}, .2}};
static const struct choice doubles[] = {
    {{.u.d = 0.1}, .2}, {{.u.d = -1e120}, .2}, {{.u.d = 2.2250738585072014e-120}, .2}, {{.u.d = 1.0 / 3}, .2}, {{.u.d = 42}, .2},
};
static const struct choice extremes[] = {
    {{.u.d = 1.7976931348623157e308}, .3}, {{.u.d = -2.2250738585072014e-308}, .3}, {{.u.d = 4.9406564584124654e-324}, .2}, {{.u.d = 0}, .2},
};
static const struct choice floats[] = {
    {{.u.d = (double)0.1f}, .25}, {{.u.d = (double)-3.4028235e38f}, .25}, {{.u.d = (double)1.17549435e-38f}, .25}, {{.u.d = 16777216}, .25},
};

#define KEYSPACE(NAME, COUNT, SALT, ...) \
    {.name = NAME, .count = COUNT, .salt = SALT, .key = {.name = "id", .source = COLUMN_KEY, __VA_ARGS__}}
enum { USER, ITEM, UUIDS, STRINGS, INTS, BYTES, DATES, TIMES, DECIMALS, SPACES };
static const struct keyspace spaces[SPACES] = {
    [USER] = KEYSPACE("user", 700, 11, .type = {.kind = TYPE_CHAR, .n = 16}, .gen = {.kind = GEN_HEX}),
    [ITEM] = KEYSPACE("item", 400, 12, .type = {.kind = TYPE_BIGINT}, UNIFORM(-(1ll << 60), 1ll << 60)),
    [UUIDS] = KEYSPACE("uuids", 100, 13, .type = {.kind = TYPE_UUID}, .gen = {.kind = GEN_UUID}),
    [STRINGS] = KEYSPACE("strings", 100, 14, .type = {.kind = TYPE_STRING, .n = 24}, .gen = {.kind = GEN_TEXT, .lo = 12, .hi = 12}),
    [INTS] = KEYSPACE("ints", 100, 15, .type = {.kind = TYPE_INT}, .gen = {.kind = GEN_SEQUENCE}),
    [BYTES] = KEYSPACE("bytes", 100, 16, .type = {.kind = TYPE_BYTES, .n = 8}, .gen = {.kind = GEN_HEX}),
    [DATES] = KEYSPACE("dates", 100, 17, .type = {.kind = TYPE_DATE}, UNIFORM(-20000, 20000)),
    [TIMES] = KEYSPACE("times", 100, 18, .type = {.kind = TYPE_TIMESTAMP}, UNIFORM(-(1ll << 50), 1ll << 50)),
    [DECIMALS] = KEYSPACE("decimals", 100, 19, .type = {.kind = TYPE_DECIMAL, .n = 20, .scale = 4}, UNIFORM(-(1ll << 60), 1ll << 60)),
};

#define KEY(SPACE, ...) {.name = "id", .source = COLUMN_KEY, __VA_ARGS__}
#define RANDOM(NAME, KIND, N, SCALE, NULLS, ...) \
    {.name = NAME, .type = {.kind = KIND, .n = N, .scale = SCALE}, .source = COLUMN_RANDOM, .null_share = NULLS, __VA_ARGS__}

#define WIDE_COLUMNS \
    KEY(USER, .type = {.kind = TYPE_CHAR, .n = 16}),                                                        \
    RANDOM("a_bool", TYPE_BOOL, 0, 0, .3, UNIFORM(0, 1)),                                                   \
    RANDOM("a_int", TYPE_INT, 0, 0, .3, CHOICES(ints)),                                                     \
    RANDOM("a_bigint", TYPE_BIGINT, 0, 0, .3, CHOICES(bigints)),                                            \
    RANDOM("a_float", TYPE_FLOAT, 0, 0, .3, CHOICES(floats)),                                               \
    RANDOM("a_double", TYPE_DOUBLE, 0, 0, .3, CHOICES(doubles)),                                            \
    RANDOM("a_decimal", TYPE_DECIMAL, 9, 6, .3, UNIFORM(-999999999, 999999999)),                            \
    RANDOM("b_decimal", TYPE_DECIMAL, 38, 10, .3, CHOICES(wide_decimals)),                                  \
    RANDOM("a_char", TYPE_CHAR, 12, 0, .3, .gen = {.kind = GEN_TEXT, .lo = 1, .hi = 12}),                   \
    RANDOM("a_string", TYPE_STRING, 0, 0, .3, CHOICES(texts)),                                              \
    RANDOM("b_string", TYPE_STRING, 2000, 0, .3, .gen = {.kind = GEN_TEXT, .lo = 1, .hi = 2000}),           \
    RANDOM("a_bytes", TYPE_BYTES, 40, 0, .3, CHOICES(raw)),                                                 \
    RANDOM("a_uuid", TYPE_UUID, 0, 0, .3, .gen = {.kind = GEN_UUID}),                                       \
    RANDOM("a_date", TYPE_DATE, 0, 0, .3, UNIFORM(-100000, 100000)),                                        \
    RANDOM("a_timestamp", TYPE_TIMESTAMP, 0, 0, .3, UNIFORM(-4000000000000000ll, 4000000000000000ll)),      \
    RANDOM("b_date", TYPE_DATE, 0, 0, .3, CHOICES(dates)),                                                  \
    RANDOM("b_timestamp", TYPE_TIMESTAMP, 0, 0, .3, CHOICES(times)),                                        \
    RANDOM("c_decimal", TYPE_DECIMAL, 38, 20, .3, .gen = {.kind = GEN_UNIFORM, .wide = &all_decimals}),     \
    RANDOM("a_json", TYPE_JSON, 0, 0, .3, CHOICES(documents))
static const struct column wide[] = {WIDE_COLUMNS};
static const struct column thin[] = {
    KEY(USER, .type = {.kind = TYPE_CHAR, .n = 16}),
    RANDOM("order", TYPE_INT, 0, 0, 0, UNIFORM(0, 1000)),
};
static const struct column odd[] = {
    KEY(ITEM, .type = {.kind = TYPE_BIGINT}),
    RANDOM("select", TYPE_STRING, 30, 0, .1, CHOICES(texts)),
    RANDOM("Group", TYPE_DECIMAL, 38, 0, .1, CHOICES(wide_decimals)),
    RANDOM("tno", TYPE_INT, 0, 0, .1, UNIFORM(-5, 5)),
    RANDOM("c0", TYPE_INT, 0, 0, .1, UNIFORM(0, 5)),
    RANDOM("wkl_k1", TYPE_DOUBLE, 0, 0, .1, CHOICES(doubles)),
    RANDOM("when", TYPE_TIMESTAMP, 0, 0, .1, UNIFORM(0, 1ll << 50)),
    RANDOM("dec15", TYPE_DECIMAL, 15, 5, .1, UNIFORM(-999999999999999ll, 999999999999999ll)),
};
#define TWO(NAME, ...) static const struct column NAME[] = {{.name = "id", .source = COLUMN_KEY, __VA_ARGS__}, \
                                                            RANDOM("n", TYPE_INT, 0, 0, 0, UNIFORM(0, 9))}
static const struct column extreme[] = {
    {.name = "id", .source = COLUMN_KEY, .type = {.kind = TYPE_INT}}, RANDOM("d", TYPE_DOUBLE, 0, 0, .1, CHOICES(extremes)),
};
TWO(by_uuid, .type = {.kind = TYPE_UUID});
TWO(by_string, .type = {.kind = TYPE_STRING, .n = 24});
TWO(by_int, .type = {.kind = TYPE_INT});
TWO(by_bytes, .type = {.kind = TYPE_BYTES, .n = 8});
TWO(by_date, .type = {.kind = TYPE_DATE});
TWO(by_timestamp, .type = {.kind = TYPE_TIMESTAMP});
TWO(by_decimal, .type = {.kind = TYPE_DECIMAL, .n = 20, .scale = 4});

/* Several rows a key: told apart by one column, and by two, in a text that wants quoting. */
#define PART(NAME, KIND, N, ...) {.name = NAME, .type = {.kind = KIND, .n = N}, .source = COLUMN_KEY, __VA_ARGS__}
static const struct column several[] = {
    KEY(USER, .type = {.kind = TYPE_CHAR, .n = 16}),
    PART("at", TYPE_TIMESTAMP, 0, UNIFORM(-(1ll << 50), 1ll << 50)),
    RANDOM("n", TYPE_INT, 0, 0, .3, UNIFORM(0, 9)),
};
static const struct column joined[] = {
    KEY(ITEM, .type = {.kind = TYPE_BIGINT}),
    PART("name", TYPE_STRING, 9, .gen = {.kind = GEN_TEXT, .lo = 9, .hi = 9}),
    PART("place", TYPE_INT, 0, UNIFORM(-9, 9)),
    RANDOM("a_string", TYPE_STRING, 0, 0, .3, CHOICES(texts)),
};

/* Rows that statements change: all columns of the one in two groups, so that no statement but put and insert sets
 * more than ten. */
enum { HALF = 9 };
static const struct expr zero = {.op = EXPR_INT, .kind = EXPR_IS_INT};
#define VERSION_OF(NAME) {.name = NAME, .type = {.kind = TYPE_BIGINT}, .source = COLUMN_COMPUTED, .expr = &zero}
static const struct column changed[] = {WIDE_COLUMNS, VERSION_OF("wkl_v"), VERSION_OF("wkl_v2")};
static const struct column placed[] = {
    KEY(ITEM, .type = {.kind = TYPE_BIGINT}),
    PART("place", TYPE_INT, 0, UNIFORM(-99999, 99999)),
    RANDOM("a_string", TYPE_STRING, 0, 0, .3, CHOICES(texts)),
    RANDOM("a_double", TYPE_DOUBLE, 0, 0, .3, CHOICES(doubles)),
    VERSION_OF("wkl_v"),
};
static struct column_set changed_sets[2 * HALF], placed_sets[2];
static const struct table_write changed_writes[] = {
    {1, changed_sets, HALF, false},   {2, changed_sets + HALF, HALF, false}, {3, changed_sets, 2 * HALF, true},
    {4, changed_sets, 2 * HALF, true}, {5, NULL, 0, false},
}, placed_writes[] = {{6, placed_sets, 2, false}, {7, placed_sets, 2, true}, {8, NULL, 0, false}};
static const uint32_t changed_columns[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
static const struct column_group changed_groups[] = {{19, changed_columns, HALF}, {20, changed_columns + HALF, HALF}},
                                 placed_groups[] = {{4, changed_columns + 1, 2}};

static void make_sets(const struct column *columns, uint32_t first, struct column_set *sets, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sets[i] = (struct column_set){first + i, NULL, columns[first + i].gen, columns[first + i].null_share};
}

void contract_schema_init(void)
{
    make_sets(changed, 1, changed_sets, 2 * HALF);
    make_sets(placed, 2, placed_sets, 2);
}

#define WRITTEN(NAME, NGROUPS) \
    .writes = NAME##_writes, .nwrites = sizeof NAME##_writes / sizeof *NAME##_writes, .groups = NAME##_groups, \
    .ngroups = NGROUPS, .gains = true, .loses = true
#define ROWS_OF_KEYS(ID, NAME, COLUMNS, SPACE, NKEYS, MEMBERS, LO, HI, ROWS, ...)                                     \
    [ID] = {.name = NAME, .family = NAME, .id = ID, .keyspace = &spaces[SPACE], .columns = COLUMNS,                   \
            .ncolumns = sizeof COLUMNS / sizeof *COLUMNS, .nkeys = NKEYS, .rows = ROWS, .salt = 100 + ID,             \
            .members = MEMBERS, .per_key_lo = LO, .per_key_hi = HI, __VA_ARGS__}
#define TABLE(ID, NAME, COLUMNS, SPACE, ROWS, ...)                                                                    \
    [ID] = {.name = NAME, .family = NAME, .id = ID, .keyspace = &spaces[SPACE], .columns = COLUMNS,                   \
            .ncolumns = sizeof COLUMNS / sizeof *COLUMNS, .nkeys = 1, .rows = ROWS, .salt = 100 + ID,              \
            __VA_ARGS__}
int contract_ntables(const struct instance *inst)
{
    return inst->backend->caps.most_number > 0 ? EXTREME : TABLES;
}

const struct table contract_tables[TABLES] = {
    TABLE(WIDE, "wide", wide, USER, 500),
    TABLE(THIN, "thin", thin, USER, 633),
    TABLE(ODD, "Odd_names", odd, ITEM, 300),
    TABLE(BY_UUID, "by_uuid", by_uuid, UUIDS, 70),
    TABLE(BY_STRING, "by_string", by_string, STRINGS, 70),
    TABLE(BY_INT, "by_int", by_int, INTS, 70),
    TABLE(BY_BYTES, "by_bytes", by_bytes, BYTES, 70),
    TABLE(BY_DATE, "by_date", by_date, DATES, 70),
    TABLE(BY_TIMESTAMP, "by_timestamp", by_timestamp, TIMES, 70),
    TABLE(BY_DECIMAL, "by_decimal", by_decimal, DECIMALS, 70),
    ROWS_OF_KEYS(SEVERAL, "several", several, USER, 2, 400, 0, 4, 800),            /* 400 keys of 0 to 4 rows each, as often */
    ROWS_OF_KEYS(JOINED, "joined", joined, ITEM, 3, 300, 3, 3, 900),
    TABLE(CHANGED, "changed", changed, USER, 500, WRITTEN(changed, 2)),
    ROWS_OF_KEYS(PLACED, "placed", placed, ITEM, 2, 300, 3, 3, 900, WRITTEN(placed, 1)),
    TABLE(EXTREME, "extreme", extreme, INTS, 70),
};

#define ROWS_OF(ID, NAME, KIND, N, ROWS)                                                                              \
    {.name = NAME, .count = ROWS, .salt = 200 + ID, .table = &contract_tables[ID],                                    \
     .key = {.name = "id", .source = COLUMN_KEY, .type = {.kind = KIND, .n = N}}}
const struct keyspace contract_tuples[] = {
    ROWS_OF(SEVERAL, "several", TYPE_CHAR, 16, 800),
    ROWS_OF(JOINED, "joined", TYPE_BIGINT, 0, 900),
    ROWS_OF(PLACED, "placed", TYPE_BIGINT, 0, 900),
};
