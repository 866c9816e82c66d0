/* parse.y - the grammar. Actions only build the tree. Words are no reserved names: where a name is meant, `name` takes any. */
%code requires {
#include "grammar/ast.h"
}
%code top {
#include "config.h"

#include "base/mem.h"

#define YYMALLOC mem_alloc                            /* of the parser itself */
#define YYFREE   mem_free
}
%define api.pure full
%define api.prefix {wkl_}
%define parse.error custom
%define api.location.type {struct span}
%initial-action { @$ = (struct span){p->source, p->from, p->from}; }
%expect 0
%param {void *scanner}
%parse-param {struct parse *p}

%union {
    const char *text;
    struct node *node;
}

%code {
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "grammar/hint.h"
#include "grammar/recover.h"

#define YYLLOC_DEFAULT(at, rhs, n)                                                                          \
    do {                                                                                                    \
        (at).file = YYRHSLOC(rhs, (n) ? 1 : 0).file;                                                        \
        (at).from = (n) ? YYRHSLOC(rhs, 1).from : YYRHSLOC(rhs, 0).to;                                      \
        (at).to = (n) ? YYRHSLOC(rhs, n).to : YYRHSLOC(rhs, 0).to;                                          \
    } while (0)

static int next_token(WKL_STYPE *, struct span *, void *scanner, int *recovering);
static void drop_last(struct parse *, int *token);
static void wkl_error(struct span *, void *scanner, struct parse *, const char *);
#undef yylex
#define yylex(value, at, scanner) next_token(value, at, scanner, &yyerrstatus)
#define NEW(kind, at, ...) ast_new(p, N_##kind, at, __VA_ARGS__)
/* A list of items begins, behind its '{'. */
#define BLOCK(at) (recover_begin_block(p), NEW(LIST, at, NULL, 0))
/* After `error`: the list or declaration has a hole. The token that did not fit is dropped where nothing can begin with it. */
#define BROKEN(n) (drop_last(p, &yychar), ast_break(n))
#define BROKEN_ITEM(n) (recover_drop_suspect(p, n), BROKEN(n))
}
%code provides {
int wkl_lex(WKL_STYPE *, struct span *, void *scanner);
}

%token START_EXPRESSION START_EXPECTATION START_STRATEGIES
%token <text> NAME "a name" LABEL "a name and ':'" DOTTED "a name with dots" NUMBER "a number" DATE "a date" COMPARE "a comparison"
%token STRING "a string" DOTS "'..'"
%token <text>
    KW_WORKLOAD "'workload'" KW_USE "'use'" KW_PARAM "'param'" KW_TYPE "'type'" KW_ENTITY "'entity'" KW_TABLE "'table'" KW_QUERY "'query'"
    KW_RUN "'run'" KW_BACKEND "'backend'" KW_AS "'as'" KW_OF "'of'" KW_IN "'in'" KW_COUNT "'count'" KW_ROWS "'rows'" KW_NULL "'null'"
    KW_KEY "'key'" KW_PER_KEY "'per_key'" KW_INDEX "'index'" KW_GET "'get'" KW_INSERT "'insert'" KW_PUT "'put'" KW_UPDATE "'update'" KW_DELETE "'delete'"
    KW_SCAN "'scan'" KW_RANGE "'range'" KW_AGGREGATE "'aggregate'" KW_TRANSACTION "'transaction'" KW_SET "'set'" KW_WHERE "'where'"
    KW_ORDER "'order'" KW_GROUP "'group'" KW_BY "'by'" KW_ASC "'asc'" KW_DESC "'desc'" KW_LIMIT "'limit'" KW_STRATEGY "'strategy'"
    KW_PARALLEL "'parallel'" KW_ALL "'all'" KW_KEYS "'keys'" KW_MISS "'miss'" KW_CLIENTS "'clients'" KW_RATE "'rate'" KW_WARMUP "'warmup'" KW_THINK "'think'"
    KW_FOR "'for'" KW_REQUESTS "'requests'" KW_SWEEP "'sweep'" KW_EXPECT "'expect'" KW_ON "'on'" KW_AND "'and'" KW_OR "'or'" KW_NOT "'not'"
    KW_FIRST "'first'" KW_LAST "'last'"

%type <text> name metric dashed end
%type <node> file declarations declaration workload title use param alias entity entity_items entity_item table indexes index_list index
             of table_items table_item column source null type type_args generator gen_args gen_arg names name_node query query_keys
             query_key_list query_key key_count how_many statements statement selectors selector places place_list place columns assigns assign where slice orders order_list order
             direction limit folds fold groups run run_items run_item mix mix_part share strategies strategy strategy_by strategy_parallel
             dists dist dist_args miss requests expectations expectation backend as settings setting setting_value
             expr or_expr and_expr not_expr compare_expr sum product unary postfix primary exprs expr_list range string

%destructor { ast_lose(p, $$, @$); } NAME LABEL DOTTED name metric
%destructor { ast_lose_all(p, $$); } <node>

%start start

%%

start: file | START_EXPRESSION expr { p->root = $2; } | START_EXPECTATION expectation { p->root = $2; } | START_STRATEGIES strategies { p->root = $2; }

file: declarations

declarations:
    %empty { $$ = p->root = NEW(FILE, @$, NULL, 0); }
  | declarations declaration { $$ = ast_add(p, $1, $2); }
  | declarations error { $$ = BROKEN($1); }

declaration: workload | use | param | alias | entity | table | query | run | backend

workload: KW_WORKLOAD name title { $$ = NEW(WORKLOAD, @2, $2, 1, $3); }
title: %empty { $$ = NULL; } | string
use: KW_USE name { $$ = NEW(USE, @2, $2, 1, NULL); } | KW_USE string { $$ = NEW(USE, @2, NULL, 1, $2); }
  | KW_USE error { $$ = BROKEN(NEW(USE, @1, NULL, 0)); }
param: KW_PARAM name '=' expr { $$ = NEW(PARAM, @2, $2, 1, $4); }
  | KW_PARAM name error { $$ = BROKEN(NEW(PARAM, @2, $2, 1, NULL)); }
alias: KW_TYPE name '=' type { $$ = NEW(ALIAS, @2, $2, 1, $4); }
  | KW_TYPE name error { $$ = BROKEN(NEW(ALIAS, @2, $2, 1, NULL)); }

/* ---- data ---- */

entity: KW_ENTITY name '{' entity_items '}' { $$ = ast_turn($4, N_ENTITY, @2, $2); }
  | KW_ENTITY name error { $$ = BROKEN(NEW(ENTITY, @2, $2, 0)); }
entity_items: %empty { $$ = BLOCK(@$); } | entity_items entity_item { $$ = ast_add(p, $1, $2); } | entity_items error { $$ = BROKEN_ITEM($1); }
entity_item: column | KW_COUNT expr { $$ = NEW(COUNT, @$, NULL, 1, $2); }

table: KW_TABLE name indexes of '{' table_items '}' { $$ = ast_take(p, NEW(TABLE, @2, $2, 2, $3, $4), $6); }
  | KW_TABLE name error { $$ = BROKEN(NEW(TABLE, @2, $2, 2, NEW(LIST, @2, NULL, 0), NULL)); }
indexes: %empty { $$ = NEW(LIST, @$, NULL, 0); } | '[' index_list ']' { $$ = $2; }
index_list: index { $$ = NEW(LIST, @$, NULL, 1, $1); } | index_list ',' index { $$ = ast_add(p, $1, $3); }
index: name KW_IN expr { $$ = NEW(INDEX, @1, $1, 1, $3); }
of: %empty { $$ = NULL; } | KW_OF name_node { $$ = $2; }
table_items: %empty { $$ = BLOCK(@$); } | table_items table_item { $$ = ast_add(p, $1, $2); } | table_items error { $$ = BROKEN_ITEM($1); }
table_item:
    column
  | KW_ROWS expr { $$ = NEW(ROWS, @$, NULL, 1, $2); }
  | KW_KEY '(' names ')' { $$ = ast_turn($3, N_KEY, @$, NULL); }
  | KW_PER_KEY range { $$ = NEW(PER_KEY, @$, NULL, 1, $2); }
  | KW_PER_KEY expr { $$ = NEW(PER_KEY, @$, NULL, 1, $2); }
  | KW_INDEX '(' names ')' { $$ = ast_turn($3, N_SECONDARY, @$, NULL); }

column: LABEL ':' type source null { $$ = NEW(COLUMN, @1, $1, 3, $3, $4, $5); }
source: %empty { $$ = NULL; } | '~' generator { $$ = $2; } | '=' expr { $$ = $2; }
null: %empty { $$ = NULL; } | KW_NULL sum { $$ = $2; }
type: name type_args { $$ = $2 ? ast_turn($2, N_TYPE, @$, $1) : NEW(TYPE, @$, $1, 0); }
type_args: %empty { $$ = NULL; } | '(' expr_list ')' { $$ = $2; }
generator: name { $$ = NEW(GENERATOR, @$, $1, 0); } | name '(' gen_args ')' { $$ = ast_turn($3, N_GENERATOR, @$, $1); }
gen_args: gen_arg { $$ = NEW(LIST, @$, NULL, 1, $1); } | gen_args ',' gen_arg { $$ = ast_add(p, $1, $3); }
gen_arg: expr | range | expr NUMBER { $$ = NEW(WEIGHTED, @$, NULL, 2, $1, NEW(NUMBER, @2, $2, 0)); }
names: name_node { $$ = NEW(LIST, @$, NULL, 1, $1); } | names ',' name_node { $$ = ast_add(p, $1, $3); }
name_node: name { $$ = NEW(NAME, @$, $1, 0); }

/* ---- queries ---- */

query: KW_QUERY name '(' query_keys ')' '{' statements '}' { $$ = NEW(QUERY, @2, $2, 2, $4, $7); }
  | KW_QUERY name error { $$ = BROKEN(NEW(QUERY, @2, $2, 2, NEW(LIST, @2, NULL, 0), NEW(LIST, @2, NULL, 0))); }
query_keys: %empty { $$ = NEW(LIST, @$, NULL, 0); } | query_key_list
query_key_list: query_key { $$ = NEW(LIST, @$, NULL, 1, $1); } | query_key_list ',' query_key { $$ = ast_add(p, $1, $3); }
query_key: name key_count { $$ = NEW(QUERY_KEY, @$, $1, 1, $2); }
key_count: %empty { $$ = NULL; } | '[' expr ']' { $$ = $2; }
statements: %empty { $$ = BLOCK(@$); } | statements statement { $$ = ast_add(p, $1, $2); } | statements error { $$ = BROKEN_ITEM($1); }
statement:
    KW_GET selectors slice { $$ = ast_turn($3 ? ast_add(p, $2, $3) : $2, N_GET, @$, NULL); }
  | KW_INSERT how_many selector { $$ = NEW(INSERT, @$, NULL, 2, $3, $2); }
  | KW_INSERT how_many selector KW_SET assigns { $$ = ast_take(p, NEW(INSERT, @$, NULL, 2, $3, $2), $5); }
  | KW_PUT selector { $$ = NEW(PUT, @$, NULL, 1, $2); }
  | KW_PUT selector KW_SET assigns { $$ = ast_take(p, NEW(PUT, @$, NULL, 1, $2), $4); }
  | KW_UPDATE selector KW_SET assigns { $$ = ast_take(p, NEW(UPDATE, @$, NULL, 1, $2), $4); }
  | KW_DELETE selector { $$ = NEW(DELETE, @$, NULL, 1, $2); }
  | KW_SCAN selector where orders limit { $$ = NEW(SCAN, @$, NULL, 4, $2, $3, $4, $5); }
  | KW_RANGE selector limit { $$ = NEW(RANGE_READ, @$, NULL, 2, $2, $3); }
  | KW_AGGREGATE selector folds where groups { $$ = NEW(AGGREGATE, @$, NULL, 4, $2, $3, $4, $5); }
  | KW_TRANSACTION '{' statements '}' { $$ = ast_turn($3, N_TRANSACTION, @1, NULL); }
how_many: %empty { $$ = NULL; } | NUMBER { $$ = NEW(NUMBER, @$, $1, 0); } | '(' expr ')' { $$ = $2; }
selectors: selector { $$ = NEW(LIST, @$, NULL, 1, $1); } | selectors ',' selector { $$ = ast_add(p, $1, $3); }
selector: name places columns { $$ = NEW(SELECTOR, @$, $1, 2, $2, $3); }
places: %empty { $$ = NULL; } | '[' place_list ']' { $$ = $2; }
place_list: place { $$ = NEW(LIST, @$, NULL, 1, $1); } | place_list ',' place { $$ = ast_add(p, $1, $3); }
place: '*' { $$ = NEW(ALL, @$, NULL, 0); } | expr
columns: %empty { $$ = NULL; } | '{' names '}' { $$ = $2; }
assigns: assign { $$ = NEW(LIST, @$, NULL, 1, $1); } | assigns ',' assign { $$ = ast_add(p, $1, $3); }
assign: name '=' expr { $$ = NEW(ASSIGN, @$, $1, 1, $3); } | name '~' generator { $$ = NEW(ASSIGN, @$, $1, 1, $3); }
where: %empty { $$ = NULL; } | KW_WHERE expr { $$ = $2; }
slice: %empty { $$ = NULL; } | KW_WHERE expr { $$ = NEW(SLICE, @$, NULL, 2, $2, NULL); }
  | end expr { $$ = NEW(SLICE, @$, $1, 2, NULL, $2); } | KW_WHERE expr end expr { $$ = NEW(SLICE, @$, $3, 2, $2, $4); }
end: KW_FIRST { $$ = "first"; } | KW_LAST { $$ = "last"; }
orders: %empty { $$ = NULL; } | KW_ORDER KW_BY order_list { $$ = $3; }
order_list: order { $$ = NEW(LIST, @$, NULL, 1, $1); } | order_list ',' order { $$ = ast_add(p, $1, $3); }
order: name direction { $$ = NEW(ORDER, @$, $1, 1, $2); }
direction: %empty { $$ = NULL; } | KW_ASC { $$ = NULL; } | KW_DESC { $$ = NEW(ALL, @$, NULL, 0); }
limit: %empty { $$ = NULL; } | KW_LIMIT expr { $$ = $2; }
folds: fold { $$ = NEW(LIST, @$, NULL, 1, $1); } | folds ',' fold { $$ = ast_add(p, $1, $3); }
fold: name { $$ = NEW(FOLD, @$, $1, 1, NULL); } | name '(' name_node ')' { $$ = NEW(FOLD, @$, $1, 1, $3); }
groups: %empty { $$ = NULL; } | KW_GROUP KW_BY names { $$ = $3; }

/* ---- runs ---- */

run: KW_RUN name '{' run_items '}' { $$ = ast_turn($4, N_RUN, @2, $2); }
  | KW_RUN name error { $$ = BROKEN(NEW(RUN, @2, $2, 0)); }
run_items: %empty { $$ = BLOCK(@$); } | run_items run_item { $$ = ast_add(p, $1, $2); } | run_items error { $$ = BROKEN_ITEM($1); }
run_item:
    KW_QUERY mix { $$ = $2; }
  | KW_STRATEGY strategies { $$ = $2; }
  | KW_KEYS dists { $$ = $2; }
  | KW_CLIENTS expr { $$ = NEW(CLIENTS, @$, NULL, 1, $2); }
  | KW_RATE expr { $$ = NEW(RATE, @$, NULL, 1, $2); }
  | KW_WARMUP expr { $$ = NEW(WARMUP, @$, NULL, 1, $2); }
  | KW_THINK expr { $$ = NEW(THINK, @$, NULL, 1, $2); }
  | KW_FOR expr requests { $$ = NEW(FOR, @$, NULL, 2, $2, $3); }
  | KW_SWEEP name KW_IN expr { $$ = NEW(SWEEP, @2, $2, 1, $4); }
  | KW_EXPECT expectations { $$ = $2; }
mix: mix_part { $$ = NEW(MIX, @$, NULL, 1, $1); } | mix ',' mix_part { $$ = ast_add(p, $1, $3); }
mix_part: name share { $$ = NEW(MIX_PART, @1, $1, 1, $2); }
share: %empty { $$ = NULL; } | NUMBER { $$ = NEW(NUMBER, @$, $1, 0); } | NAME { $$ = NEW(NAME, @$, $1, 0); } | '(' expr ')' { $$ = $2; }
strategies: strategy { $$ = NEW(STRATEGIES, @$, NULL, 1, $1); } | strategies ',' strategy { $$ = ast_add(p, $1, $3); }
strategy: name strategy_by strategy_parallel { $$ = NEW(STRATEGY, @$, $1, 2, $2, $3); }
strategy_by: %empty { $$ = NULL; } | KW_BY name_node { $$ = $2; }
strategy_parallel: %empty { $$ = NULL; } | KW_PARALLEL NUMBER { $$ = NEW(NUMBER, @2, $2, 0); } | KW_PARALLEL KW_ALL { $$ = NEW(ALL, @2, NULL, 0); }
  | KW_PARALLEL NAME { $$ = NEW(NAME, @2, $2, 0); }
dists: dist { $$ = NEW(KEYS, @$, NULL, 1, $1); } | dists ',' dist { $$ = ast_add(p, $1, $3); }
dist: name dist_args miss { $$ = NEW(DIST, @$, $1, 3, NULL, $2, $3); }
  | name NAME dist_args miss { $$ = NEW(DIST, @2, $2, 3, NEW(NAME, @1, $1, 0), $3, $4); }
dist_args: %empty { $$ = NEW(LIST, @$, NULL, 0); } | '(' expr_list ')' { $$ = $2; }
miss: %empty { $$ = NULL; } | KW_MISS expr { $$ = $2; }
requests: %empty { $$ = NULL; } | KW_REQUESTS { $$ = NEW(ALL, @$, NULL, 0); }
expectations: expectation { $$ = NEW(EXPECT, @$, NULL, 1, $1); } | expectations ',' expectation { $$ = ast_add(p, $1, $3); }
expectation: metric COMPARE sum { $$ = NEW(EXPECTATION, @$, $1, 3, NULL, NEW(TEXT, @2, $2, 0), $3); }
  | KW_ON LABEL ':' metric COMPARE sum { $$ = NEW(EXPECTATION, @$, $4, 3, NEW(NAME, @2, $2, 0), NEW(TEXT, @5, $5, 0), $6); }
metric: name | DOTTED

/* ---- backends ---- */

backend: KW_BACKEND name as '{' settings '}' { $$ = ast_take(p, NEW(BACKEND, @2, $2, 1, $3), $5); }
  | KW_BACKEND name error { $$ = BROKEN(NEW(BACKEND, @2, $2, 1, NULL)); }
as: %empty { $$ = NULL; } | KW_AS name_node { $$ = $2; }
settings: %empty { $$ = BLOCK(@$); } | settings setting { $$ = ast_add(p, $1, $2); } | settings error { $$ = BROKEN_ITEM($1); }
setting: name setting_value { $$ = NEW(SETTING, @$, $1, 1, $2); }
setting_value: NUMBER { $$ = NEW(NUMBER, @$, $1, 0); } | string | name { $$ = NEW(NAME, @$, $1, 0); }
  | name '(' string ')' { $$ = NEW(CALL, @$, $1, 1, $3); }
  | dashed { $$ = ast_words(p, @$); }
dashed: name '-' name { (void)$3, $$ = $1; } | dashed '-' name { (void)$3, $$ = $1; }

/* ---- expressions ---- */

expr: or_expr
or_expr: and_expr | or_expr KW_OR and_expr { $$ = NEW(BINARY, @$, "or", 2, $1, $3); }
and_expr: not_expr | and_expr KW_AND not_expr { $$ = NEW(BINARY, @$, "and", 2, $1, $3); }
not_expr: compare_expr | KW_NOT not_expr { $$ = NEW(UNARY, @$, "not", 1, $2); }
compare_expr: sum | sum COMPARE sum { $$ = NEW(BINARY, @$, $2, 2, $1, $3); }
sum: product | sum '+' product { $$ = NEW(BINARY, @$, "+", 2, $1, $3); } | sum '-' product { $$ = NEW(BINARY, @$, "-", 2, $1, $3); }
product: unary | product '*' unary { $$ = NEW(BINARY, @$, "*", 2, $1, $3); } | product '/' unary { $$ = NEW(BINARY, @$, "/", 2, $1, $3); }
  | product '%' unary { $$ = NEW(BINARY, @$, "%", 2, $1, $3); }
unary: postfix | '-' unary { $$ = NEW(UNARY, @$, "-", 1, $2); }
postfix: primary | postfix '[' expr ']' { $$ = NEW(ITEM, @$, NULL, 2, $1, $3); }
primary:
    NUMBER { $$ = NEW(NUMBER, @$, $1, 0); }
  | DATE { $$ = NEW(DATE, @$, $1, 0); }
  | string
  | name { $$ = NEW(NAME, @$, $1, 0); }
  | '(' expr ')' { $$ = $2; }
  | '[' exprs ']' { $$ = $2; }
exprs: %empty { $$ = NEW(LIST, @$, NULL, 0); } | expr_list
expr_list: expr { $$ = NEW(LIST, @$, NULL, 1, $1); } | expr_list ',' expr { $$ = ast_add(p, $1, $3); }
range: sum DOTS sum { $$ = NEW(RANGE, @$, NULL, 2, $1, $3); }
string: STRING { $$ = ast_string(p, @$); }

name: NAME | KW_WORKLOAD | KW_USE | KW_PARAM | KW_TYPE | KW_ENTITY | KW_TABLE | KW_QUERY | KW_RUN | KW_BACKEND | KW_AS | KW_OF | KW_IN
  | KW_COUNT | KW_ROWS | KW_NULL | KW_KEY | KW_PER_KEY | KW_INDEX | KW_GET | KW_INSERT | KW_PUT | KW_UPDATE | KW_DELETE | KW_SCAN | KW_RANGE
  | KW_AGGREGATE | KW_TRANSACTION | KW_SET | KW_WHERE | KW_ORDER | KW_GROUP | KW_BY | KW_ASC | KW_DESC | KW_LIMIT | KW_STRATEGY
  | KW_PARALLEL | KW_ALL | KW_KEYS | KW_MISS | KW_CLIENTS | KW_RATE | KW_WARMUP | KW_THINK | KW_FOR | KW_REQUESTS | KW_SWEEP | KW_EXPECT | KW_ON
  | KW_FIRST | KW_LAST

%%

/* An expression of a string's {} is told apart by a token of its own before all others. One token that fits ends a recovery, where bison
 * would wait for three: mistakes that stand close together are all told. */
static int next_token(WKL_STYPE *value, struct span *at, void *scanner, int *recovering)
{
    struct scan_state *s = scan_state_of(scanner);
    int first = s->first;
    s->first = 0;
    *at = (struct span){s->source, s->at, s->at};
    value->text = NULL;
    if (first)
        return first;
    if (!recover_next(s, scanner, *recovering == 3))
        *recovering = 0;
    value->text = s->parse->recover->last.text;
    *at = s->parse->recover->last.at;
    return s->parse->recover->last.kind;
}

/* token: the parser's next one, which did not fit. */
static void drop_last(struct parse *p, int *token)
{
    if (*token == WKL_EMPTY || recover_keeps_last(p))
        return;
    ast_lose(p, p->recover->last.text, p->recover->last.at);
    *token = WKL_EMPTY;
}

static void wkl_error(struct span *at, void *scanner, struct parse *p, const char *message)
{
    (void)scanner;
    (void)message;                                    /* the stack is full: mistakes of the text are reported below */
    if (!p->too_deep)
        ast_too_deep(p, *at);
}

/* The word of the language that a misspelt one is nearest to, among those that could stand here. */
static const char *nearest_word(struct parse *p, const yypcontext_t *context, const char *found)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    struct nearest near = {0};
    int n = hint_knows(found) ? 0 : yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    for (int i = 0; i < n; i++) {
        const char *word = yysymbol_name(kinds[i]);
        if (word[0] == '\'' && isalpha((unsigned char)word[1]))
            nearest_try(&near, found, arena_strndup(p->arena, word + 1, strlen(word) - 2));
    }
    return near.name && near.distance ? arena_printf(p->arena, "did you mean '%s'?", near.name) : NULL;
}

/* Whether a '}' could stand here: what stands before it is a whole item. */
static bool could_end(const yypcontext_t *context)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    int n = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    for (int i = 0; i < n; i++)
        if (kinds[i] == YYTRANSLATE('}'))
            return true;
    return false;
}

/* An operator could stand behind any value: where something else could, it is not spoken of. */
static bool is_operator(yysymbol_kind_t kind)
{
    static const int tokens[] = {COMPARE, KW_AND, KW_OR, '+', '-', '*', '/', '%', '['};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (YYTRANSLATE(tokens[i]) == kind)
            return true;
    return false;
}

/* Few expected tokens are named, as many as there are kinds of item; more mean that a name or a value stands here. */
static const char *expected(struct parse *p, const yypcontext_t *context)
{
    enum { SHOWN = 11 };
    yysymbol_kind_t kinds[YYNTOKENS];
    int all = yypcontext_expected_tokens(context, kinds, YYNTOKENS), n = 0;
    bool name = false, number = false;
    for (int i = 0; i < all; i++) {
        name |= kinds[i] == YYTRANSLATE(NAME);
        number |= kinds[i] == YYTRANSLATE(NUMBER);
        if (!is_operator(kinds[i]))
            kinds[n++] = kinds[i];
    }
    if (n > SHOWN || !n)
        return number ? "expected a value" : name ? "expected a name" : NULL;
    const char *text = "";
    for (int i = 0; i < n; i++)
        text = arena_printf(p->arena, "%s%s%s", text, !i ? "" : i + 1 == n ? " or " : ", ", yysymbol_name(kinds[i]));
    return arena_printf(p->arena, "expected %s", text);
}

/* A name and its type, without the ':' between them. */
static const char *column_hint(struct parse *p, const yypcontext_t *context)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    struct span at = *yypcontext_location(context);
    const char *text = p->diags->sources.items[at.file].text, *behind = text + at.to + strspn(text + at.to, " \t");
    bool two_words = yypcontext_token(context) == YYTRANSLATE(NAME) && isalpha((unsigned char)*behind);
    int n = two_words ? yypcontext_expected_tokens(context, kinds, YYNTOKENS) : 0;
    for (int i = 0; i < n; i++)
        if (kinds[i] == YYTRANSLATE(LABEL))
            return arena_printf(p->arena, "a column is written %.*s: TYPE", (int)(at.to - at.from), text + at.from);
    return NULL;
}

/* By the scanner; of an operator the parser knows better what was meant. */
static bool is_reported(struct diags *diags, struct span at, const char *hint)
{
    struct diag *last = diags->records.count ? &diags->records.items[diags->records.count - 1] : NULL;
    bool same = last && last->span.file == at.file && last->span.from == at.from && last->span.to == at.to;
    if (same && hint)
        last->hint = hint;
    return same;
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner, struct parse *p)
{
    (void)scanner;
    if (p->too_deep || p->recover->ended)
        return 0;
    struct span at = *yypcontext_location(context);
    const struct source *source = &p->diags->sources.items[at.file];
    const char *hint = at.to - at.from < 40 ? nearest_word(p, context, arena_strndup(p->arena, source->text + at.from, at.to - at.from)) : NULL;
    if (!hint)
        hint = hint_for(p->arena, source, at, could_end(context));
    if (is_reported(p->diags, at, is_operator(yypcontext_token(context)) ? hint : NULL))
        return 0;
    if (!hint)
        hint = column_hint(p, context);
    if (!hint)
        hint = expected(p, context);
    if (!hint && p->expectation)
        hint = "a condition is a comparison, such as p99 > 20ms";
    int n = at.to - at.from < 40 ? (int)(at.to - at.from) : 40;
    if (yypcontext_token(context) == YYSYMBOL_YYEOF)
        diag_add(p->diags, SEVERITY_ERROR, "E0101", at, hint, "unexpected end of %s", p->expression ? "the expression"
                 : p->expectation ? "the condition" : p->strategies ? "the strategy" : "the file");
    else
        diag_add(p->diags, SEVERITY_ERROR, "E0101", at, hint, "unexpected '%.*s'", n, source->text + at.from);
    return 0;
}

struct node *parse_range(struct parse *p)
{
    struct recover recover = {0};
    struct scan_state state = {.arena = p->arena, .diags = p->diags, .source = p->source, .at = p->from, .parse = p,
                               .first = p->expression    ? START_EXPRESSION
                                        : p->expectation ? START_EXPECTATION
                                        : p->strategies  ? START_STRATEGIES
                                                         : 0};
    void *scanner = scan_open(&state, p->text, p->to - p->from);
    p->recover = &recover;
    wkl_parse(scanner, p);
    scan_close(scanner);
    p->recover = NULL;
    return p->root;
}

struct hidden { struct secret_scan scan; uint32_t from, to; bool more; };

/* A token as it stands, three stars for what is secret in it; of a secret without quotes, which is several tokens, for each. */
static void put_token(struct buf *b, struct span at, struct hidden *h)
{
    uint32_t shown = at.from;
    while (h->more && h->from < at.to) {
        if (h->from > shown)
            buf_add(b, h->scan.text + shown, h->from - shown);
        if (h->to > shown)
            buf_puts(b, "***");
        shown = h->to > shown ? h->to : shown;
        if (h->to > at.to)
            return;
        h->more = secret_next(&h->scan, &h->from, &h->to);
    }
    if (shown < at.to)
        buf_add(b, h->scan.text + shown, at.to - shown);
}

void scan_put(struct arena *arena, struct diags *diags, uint32_t source, struct buf *b)
{
    const struct source *s = &diags->sources.items[source];
    struct scan_state state = {.arena = arena, .diags = diags, .source = source};
    void *scanner = scan_open(&state, s->text, s->size);
    WKL_STYPE value;
    struct span at;
    struct hidden hidden = {.scan = {.text = s->text, .size = s->size}};
    struct text_place place = TEXT_START;
    hidden.more = secret_next(&hidden.scan, &hidden.from, &hidden.to);
    for (int token; (token = wkl_lex(&value, &at, scanner)) > 0;) {
        place_move(&place, s, at.from);
        buf_printf(b, "%u:%u  %s  ", place.line, place.column, yysymbol_name(YYTRANSLATE(token)));
        put_token(b, at, &hidden);
        buf_putc(b, '\n');
    }
    scan_close(scanner);
}
