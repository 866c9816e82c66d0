/* sigv4.h - AWS Signature Version 4: signs one request at a time with a signing key that is derived once a
 * day.
 *
 * The signed headers are given by the caller, lower case and in order of their names; "host" and "x-amz-date"
 * must be among them. Path and query must be in canonical form already (for DynamoDB: "/" and ""). Nothing
 * here sends anything, and nothing here prints a secret. */
#ifndef BACKENDS_AWS_SIGV4_H
#define BACKENDS_AWS_SIGV4_H

#include <openssl/evp.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"

enum { SIGV4_STAMP = 17, SIGV4_DAY = 8, SIGV4_KEY = 32, SIGV4_BLOCK = 64 };   /* 20150830T123600Z with its NUL; 20150830; bytes of SHA-256's
                                                                                 digest and block */

struct sigv4 {
    const char *access_key, *secret_key;              /* owned by the caller, as are region and service */
    const char *region, *service;
    char day[SIGV4_DAY + 1];                          /* the day that `key` is for; "" at first */
    struct pads *key;                                 /* on the heap, wiped at the end */
    EVP_MD *sha256;
    EVP_MD_CTX *context;
    struct buf scratch;                               /* kept between requests */
};

struct sigv4_header { const char *name, *value; };

void sigv4_init(struct sigv4 *, const char *access_key, const char *secret_key, const char *region,
                const char *service);
void sigv4_release(struct sigv4 *);                   /* wipes the key */
/* The time as x-amz-date wants it. */
void sigv4_stamp(time_t, char out[SIGV4_STAMP]);
/* Puts the value of the Authorization header. stamp is the value of x-amz-date. */
void sigv4_sign(struct sigv4 *, const char *method, const char *path, const char *query,
                const struct sigv4_header *headers, size_t nheaders, const void *body, size_t size,
                const char *stamp, struct buf *authorization);

#endif
