/* verify.c - what a program must hold to before it runs. In this order, each linear in the length of the
 * code:
 *
 *   operands   within their tables, targets within the code, no way past its end
 *   ways round each begins a request: none goes on by itself for ever
 *   keys       a request's keys are drawn before it is sent, each from the key space of its table
 *   states     an instruction is come to in one state only, and does what that allows (see below) */
#include "config.h"

#include "vm/program.h"

#include <string.h>

#include "base/mem.h"

static int fault_at(const struct program *p, size_t at, const char *fault, struct error *err)
{
    uint32_t op = p->code.items[at].op;
    return error_set(err, ERR_USAGE, "instruction %zu (%s): %s", at,
                     op < OP_COUNT ? opcode_rows[op].name : "?", fault);
}

/* ---- operands ---- */

static const char *operand_fault(const struct program *p, char kind, uint32_t v)
{
    switch (kind) {
    case 'q': return v < p->plans.count ? NULL : "no such query";
    case 'd': return v < p->draws.count ? NULL : "no such distribution";
    case 'r': return v < p->nregisters ? NULL : "no such register";
    case 'k': return v < p->requests.count ? NULL : "no such request";
    case 't': return v < p->code.count ? NULL : "a target outside of the program";
    default: return NULL;
    }
}

static bool writes_beyond(const struct request *r)
{
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct step *s = &r->steps[i];
        if (s->op->effect != EFFECT_NONE &&
            (s->written > r->nregisters || (uint64_t)s->nkeys * (s->nsets + 1) > r->nregisters - s->written))
            return true;
    }
    return false;
}

static const char *instr_fault(const struct program *p, size_t at)
{
    const struct instr *i = &p->code.items[at];
    if (i->op >= OP_COUNT)
        return "no such instruction";
    const uint32_t operands[] = {i->a, i->b, i->c};
    const char *kinds = opcode_rows[i->op].operands;
    for (size_t k = 0; kinds[k]; k++) {
        const char *fault = operand_fault(p, kinds[k], operands[k]);
        if (fault)
            return fault;
    }
    if ((i->op == OP_DRAW || i->op == OP_FRESH) &&
        (!i->c || (uint64_t)i->c * keyspace_width(p->draws.items[i->a].keyspace) > p->nregisters - i->b))
        return "keys drawn past the last register";
    if (i->op == OP_DRAW && i->c > p->draws.items[i->a].keyspace->count)
        return "more distinct keys than the key space has";
    if ((i->op == OP_CALL || i->op == OP_MAKE) && p->requests.items[i->a]->nregisters > p->nregisters)
        return "a request of a query with more keys";
    if (i->op == OP_MAKE && writes_beyond(p->requests.items[i->a]))
        return "values written past the last register";
    if (at + 1 == p->code.count && i->op != OP_EXIT && i->op != OP_JUMP)
        return "a way past the end of the program";
    return NULL;
}

static int check_operands(const struct program *p, struct error *err)
{
    if (!p->code.count)
        return error_set(err, ERR_USAGE, "the program is empty");
    for (size_t at = 0; at < p->code.count; at++) {
        const char *fault = instr_fault(p, at);
        if (fault)
            return fault_at(p, at, fault, err);
    }
    return 0;
}

/* ---- states ---- */

/*   BETWEEN --ARRIVE--> QUIET --CALL--> FLYING --WAIT 0--> QUIET --DONE--> BETWEEN */
enum state {
    BETWEEN = 1,                                      /* outside of a request */
    QUIET = 2,                                        /* in a request, none of whose calls is in flight */
    FLYING = 4,                                       /* calls may be in flight: their keys must stay */
    ANY = 7,
    SAME = 8, NONE = 0,                               /* as a state after: the one before; there is no such
                                                         way */
};

/* What each instruction may be come to in, and the states of the next one and of its target. A way that
 * begins a request, of which there is an end, may be part of a way round. */
static const struct rule { unsigned char in, next, target; bool next_moves; } rules[OP_COUNT] = {
    [OP_ARRIVE] = {BETWEEN, QUIET, BETWEEN, .next_moves = true},
    [OP_DICE]   = {QUIET, SAME, NONE},
    [OP_CHOOSE] = {QUIET, SAME, SAME},
    [OP_QUERY]  = {QUIET, SAME, NONE},
    [OP_DRAW]   = {QUIET, SAME, NONE},
    [OP_FRESH]  = {QUIET, SAME, NONE},
    [OP_MAKE]   = {QUIET | FLYING, SAME, NONE},
    [OP_WAIT]   = {QUIET | FLYING, SAME, NONE},       /* for none in flight: QUIET */
    [OP_CALL]   = {QUIET | FLYING, FLYING, NONE},
    [OP_DONE]   = {QUIET, BETWEEN, NONE},
    [OP_THINK]  = {BETWEEN, BETWEEN, NONE},
    [OP_JUMP]   = {ANY, NONE, SAME},
    [OP_EXIT]   = {BETWEEN, NONE, NONE},
};

static uint32_t target_of(const struct instr *i)
{
    const uint32_t operands[] = {i->a, i->b, i->c};
    const char *kinds = opcode_rows[i->op].operands, *t = strchr(kinds, 't');
    return t ? operands[t - kinds] : 0;
}

static unsigned char after(unsigned char outcome, unsigned char before)
{
    return outcome == SAME ? before : outcome;
}

static const char *not_there(unsigned char state)
{
    return state == BETWEEN ? "not where nothing is begun"
           : state == QUIET ? "not within a request"
                            : "not while calls may be in flight";
}

struct walk {
    const struct program *p;
    unsigned char *state;                             /* by instruction; 0: not come to yet */
    uint32_t *todo;                                   /* those come to whose ways were not followed */
    size_t ntodo;
};

/* False: it was come to in another state before. */
static bool come_to(struct walk *w, size_t at, unsigned char state)
{
    if (!state || w->state[at] == state)
        return true;
    if (w->state[at])
        return false;
    w->state[at] = state;
    w->todo[w->ntodo++] = (uint32_t)at;
    return true;
}

static const char *follow(struct walk *w, size_t at)
{
    const struct instr *i = &w->p->code.items[at];
    const struct rule *rule = &rules[i->op];
    unsigned char before = w->state[at], next = after(rule->next, before);
    if (!(before & rule->in))
        return not_there(before);
    if (i->op == OP_WAIT && !i->a)
        next = QUIET;
    bool once = come_to(w, at + 1 < w->p->code.count ? at + 1 : at, next) &&
                come_to(w, target_of(i), after(rule->target, before));
    return once ? NULL : "ways in different states lead on from here";
}

static int check_states(const struct program *p, struct error *err)
{
    struct walk w = {p, mem_alloc(p->code.count), mem_alloc(p->code.count * sizeof(uint32_t)), 0};
    const char *fault = NULL;
    uint32_t at = 0;
    come_to(&w, 0, BETWEEN);
    while (!fault && w.ntodo)
        fault = follow(&w, at = w.todo[--w.ntodo]);
    mem_free(w.state);
    mem_free(w.todo);
    return fault ? fault_at(p, at, fault, err) : 0;
}

/* ---- ways round ---- */

/* Where an instruction's ways that take in nothing new lead to; the program's length: no such way. */
static void still_ways(const struct program *p, size_t at, size_t to[2])
{
    const struct rule *rule = &rules[p->code.items[at].op];
    to[0] = rule->next && !rule->next_moves ? at + 1 : p->code.count;
    to[1] = rule->target ? target_of(&p->code.items[at]) : p->code.count;
}

/* Takes away, again and again, what no such way leads to; what is left lies on a way round, or behind one. */
static int check_ways_round(const struct program *p, struct error *err)
{
    size_t n = p->code.count, ntodo = 0, left = n, to[2];
    uint32_t *into = mem_alloc((n + 1) * sizeof *into), *todo = mem_alloc((n + 1) * sizeof *todo);
    for (size_t at = 0; at < n; at++) {
        still_ways(p, at, to);
        into[to[0]]++;
        into[to[1]]++;
    }
    for (size_t at = 0; at < n; at++)
        if (!into[at])
            todo[ntodo++] = (uint32_t)at;
    while (ntodo) {
        left--;
        still_ways(p, todo[--ntodo], to);
        for (int k = 0; k < 2; k++)
            if (to[k] < n && !--into[to[k]])
                todo[ntodo++] = (uint32_t)to[k];
    }
    size_t at = 0;
    while (left && !into[at])
        at++;
    mem_free(into);
    mem_free(todo);
    return left ? fault_at(p, at, "a way round without an end", err) : 0;
}

/* ---- keys are drawn, and values made, before they are sent ---- */

static void mark_targets(const struct program *p, bool *target)
{
    for (size_t at = 0; at < p->code.count; at++)
        if (strchr(opcode_rows[p->code.items[at].op].operands, 't'))
            target[target_of(&p->code.items[at])] = true;
}

static const struct keyspace behind;                  /* in a register with a key's second value, or a further
                                                         one */

static const char *undrawn(const struct request *r, const struct keyspace *const *drawn, uint32_t nregisters)
{
    for (uint32_t i = 0; i < r->nsteps; i++)
        for (uint32_t k = 0; k < r->steps[i].nkeys; k++) {
            const struct step *s = &r->steps[i];
            uint32_t at = step_register(s, k), n = 1;
            if (at + step_bound(s) > nregisters || !drawn[at])
                return "a key that is not drawn before";
            while (n < step_bound(s) && drawn[at + n] == &behind)
                n++;
            if (drawn[at] != (s->keyspace ? s->keyspace : s->table->keyspace) || n < step_bound(s))
                return "a key that is drawn from another key space";
        }
    return NULL;
}

/* Whether a request's values are made right before it, from keys that are drawn. */
static const char *unmade(const struct program *p, size_t at)
{
    const struct request *r = p->requests.items[p->code.items[at].a];
    bool writes = request_writes(r), made = false;
    for (size_t i = at;
         writes && !made && i-- > 0 && (p->code.items[i].op == OP_MAKE || p->code.items[i].op == OP_WAIT);)
        made = p->code.items[i].op == OP_MAKE && p->code.items[i].a == p->code.items[at].a;
    return writes && !made ? "values that are not made before" : NULL;
}

static void mark_drawn(const struct keyspace **drawn, const struct keyspace *space, uint32_t count)
{
    for (uint32_t r = 0, width = keyspace_width(space); r < count * width; r++)
        drawn[r] = r % width ? &behind : space;
}

/* A query is a straight piece of code: where a way comes in from elsewhere, nothing counts as drawn. */
static int check_keys(const struct program *p, struct error *err)
{
    bool *target = mem_alloc(p->code.count * sizeof *target);
    const struct keyspace **drawn = mem_alloc(p->nregisters * sizeof *drawn);
    const char *fault = NULL;
    int rc = 0;
    mark_targets(p, target);
    for (size_t at = 0; rc == 0 && at < p->code.count; at++) {
        const struct instr *i = &p->code.items[at];
        if (target[at])
            memset(drawn, 0, p->nregisters * sizeof *drawn);
        if (i->op == OP_DRAW || i->op == OP_FRESH)
            mark_drawn(drawn + i->b, p->draws.items[i->a].keyspace, i->c);
        if ((i->op == OP_CALL || i->op == OP_MAKE) &&
            ((fault = undrawn(p->requests.items[i->a], drawn, p->nregisters)) ||
             (i->op == OP_CALL && (fault = unmade(p, at)))))
            rc = fault_at(p, at, fault, err);
    }
    mem_free(target);
    mem_free(drawn);
    return rc;
}

/* ---- all of it ---- */

int program_verify(const struct program *p, struct error *err)
{
    int rc = check_operands(p, err);
    if (rc == 0)
        rc = check_ways_round(p, err);
    if (rc == 0)
        rc = check_keys(p, err);
    return rc == 0 ? check_states(p, err) : rc;
}
