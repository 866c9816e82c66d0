/* sigv4.c - the canonical request, the string to sign, the signature:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
#include "config.h"

#include "backends/sigv4.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/bug.h"

static void hmac(const void *key, size_t nkey, const void *data, size_t n, unsigned char out[SIGV4_KEY])
{
    unsigned int len = SIGV4_KEY;
    if (!HMAC(EVP_sha256(), key, (int)nkey, data, n, out, &len))
        BUG("HMAC-SHA256 is not to be had from libcrypto");
}

static void put_hex(struct buf *b, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    buf_reserve(b, 2 * n);
    for (size_t i = 0; i < n; i++) {
        buf_putc(b, digits[bytes[i] >> 4]);
        buf_putc(b, digits[bytes[i] & 15]);
    }
}

static void put_sha256(struct buf *b, const void *data, size_t n)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(data, n, digest);
    put_hex(b, digest, sizeof digest);
}

void sigv4_init(struct sigv4 *s, const char *access_key, const char *secret_key, const char *region, const char *service)
{
    *s = (struct sigv4){.access_key = access_key, .secret_key = secret_key, .region = region, .service = service};
}

void sigv4_release(struct sigv4 *s)
{
    OPENSSL_cleanse(s->key, sizeof s->key);
    buf_release(&s->scratch);
}

void sigv4_stamp(time_t now, char out[SIGV4_STAMP])
{
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(out, SIGV4_STAMP, "%Y%m%dT%H%M%SZ", &tm);
}

/* The key is good for a day, a region and a service: four HMACs that most requests need not pay for. */
static void derive_key(struct sigv4 *s, const char *stamp)
{
    if (!memcmp(s->day, stamp, SIGV4_DAY))
        return;
    memcpy(s->day, stamp, SIGV4_DAY);
    buf_clear(&s->scratch);
    buf_puts(&s->scratch, "AWS4");
    buf_puts(&s->scratch, s->secret_key);
    hmac(s->scratch.data, s->scratch.len, s->day, SIGV4_DAY, s->key);
    OPENSSL_cleanse(s->scratch.data, s->scratch.len);
    hmac(s->key, SIGV4_KEY, s->region, strlen(s->region), s->key);
    hmac(s->key, SIGV4_KEY, s->service, strlen(s->service), s->key);
    hmac(s->key, SIGV4_KEY, "aws4_request", 12, s->key);
}

static void put_names(struct buf *b, const struct sigv4_header *headers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_puts(b, i ? ";" : "");
        buf_puts(b, headers[i].name);
    }
}

static void put_scope(struct buf *b, const struct sigv4 *s)
{
    buf_add(b, s->day, SIGV4_DAY);
    buf_putc(b, '/');
    buf_puts(b, s->region);
    buf_putc(b, '/');
    buf_puts(b, s->service);
    buf_puts(b, "/aws4_request");
}

static void put_canonical(struct buf *b, const char *method, const char *path, const char *query, const struct sigv4_header *headers,
                          size_t n, const void *body, size_t size)
{
    const char *const first[] = {method, path, query};
    for (size_t i = 0; i < 3; i++) {
        buf_puts(b, first[i]);
        buf_putc(b, '\n');
    }
    for (size_t i = 0; i < n; i++) {
        buf_puts(b, headers[i].name);
        buf_putc(b, ':');
        buf_puts(b, headers[i].value);
        buf_putc(b, '\n');
    }
    buf_putc(b, '\n');
    put_names(b, headers, n);
    buf_putc(b, '\n');
    put_sha256(b, body, size);
}

void sigv4_sign(struct sigv4 *s, const char *method, const char *path, const char *query, const struct sigv4_header *headers, size_t n,
                const void *body, size_t size, const char *stamp, struct buf *out)
{
    derive_key(s, stamp);
    struct buf *b = &s->scratch;
    buf_clear(b);
    put_canonical(b, method, path, query, headers, n, body, size);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)b->data, b->len, digest);
    buf_clear(b);
    buf_puts(b, "AWS4-HMAC-SHA256\n");
    buf_puts(b, stamp);
    buf_putc(b, '\n');
    put_scope(b, s);
    buf_putc(b, '\n');
    put_hex(b, digest, sizeof digest);
    unsigned char signature[SIGV4_KEY];
    hmac(s->key, SIGV4_KEY, b->data, b->len, signature);

    buf_puts(out, "AWS4-HMAC-SHA256 Credential=");
    buf_puts(out, s->access_key);
    buf_putc(out, '/');
    put_scope(out, s);
    buf_puts(out, ", SignedHeaders=");
    put_names(out, headers, n);
    buf_puts(out, ", Signature=");
    put_hex(out, signature, sizeof signature);
}
