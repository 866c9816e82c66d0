/* binary.h - values in PostgreSQL's binary formats, as parameters, COPY rows and results carry them. No
 * library needed. Integers travel in network order; times count from 2000-01-01; a numeric is groups of four
 * decimal digits. */
#ifndef BACKENDS_POSTGRES_BINARY_H
#define BACKENDS_POSTGRES_BINARY_H

#include "data/data.h"

uint32_t pg_type_oid(struct type);
uint32_t pg_array_oid(struct type);                   /* of an array of that type */
void pg_put_u16(struct buf *, uint16_t);
void pg_put_u32(struct buf *, uint32_t);
/* The length (-1: NULL) and the bytes. */
void pg_put_value(struct buf *, struct type, const struct value *);
/* The bytes alone; the value is not NULL. */
void pg_put_bytes(struct buf *, struct type, const struct value *);
/* n bytes as a value of the type. Texts stay where they are, a uuid is written into the scratch. False: no
 * such value. */
bool pg_read_value(struct type, const char *p, size_t n, struct value *, struct scratch *);

#endif
