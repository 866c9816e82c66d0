/* balance.c */
#include "config.h"

#include "proof/balance.h"

static void add(_Atomic uint64_t *to, uint64_t n)
{
    if (n)
        atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

/* A first try that got no answer may have met the rows that the second did not. */
static void add_out(struct balance *b, uint64_t rows, uint64_t met, bool known, bool doubtful)
{
    if (known && met == MET_UNTOLD) {
        add(&b->perhaps_out, rows);
        return;
    }
    add(&b->out, known ? met : 0);
    if (!known || doubtful)
        add(&b->less, known && met < rows ? rows - met : known ? 0 : rows);
}

void balance_add(struct balance *b, enum movement move, uint64_t rows, uint64_t met, enum call_outcome outcome,
                 bool doubtful)
{
    bool known = outcome == CALL_OK;
    if (outcome == CALL_FAILED)
        return;
    if (move == MOVE_OUT)
        add_out(b, rows, met, known, doubtful);
    else if (move == MOVE_IN && known)
        add(&b->in, rows);
    else
        add(known ? &b->perhaps_in : &b->more, rows);
}

void balance_heal(struct balance *b)
{
    b->out = b->perhaps_out = b->perhaps_in = 0;
}

bool balance_bounds(const struct balance *b, uint64_t loaded, uint64_t *least, uint64_t *most)
{
    uint64_t here = loaded + b->in, gone = b->out + b->perhaps_out + b->less;
    *least = here > gone ? here - gone : 0;
    *most = here + b->perhaps_in + b->more;
    *most = *most > b->out ? *most - b->out : 0;
    return !b->unknown;
}
