/* sigv4.c - the canonical request, the string to sign, the signature:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
#include "config.h"

#include "backends/aws/sigv4.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "base/bug.h"
#include "base/mem.h"

/* libcrypto looks an algorithm up by its name and makes a context for each call of SHA256() and HMAC(), which
 * costs several times the hashing of such short texts: both are kept. */
static void hash(struct sigv4 *s, const unsigned char *pad, const void *data, size_t n,
                 unsigned char out[SIGV4_KEY])
{
    bool right = EVP_DigestInit_ex2(s->context, s->sha256, NULL) &&
                 (!pad || EVP_DigestUpdate(s->context, pad, SIGV4_BLOCK)) &&
                 EVP_DigestUpdate(s->context, data, n) && EVP_DigestFinal_ex(s->context, out, NULL);
    if (!right)
        BUG("SHA-256 is not available from libcrypto");
}

/* HMAC (RFC 2104): the key in both of its paddings. */
struct pads { unsigned char inner[SIGV4_BLOCK], outer[SIGV4_BLOCK]; };

static void set_key(struct sigv4 *s, struct pads *p, const void *key, size_t n)
{
    unsigned char block[SIGV4_BLOCK] = {0};
    if (n > SIGV4_BLOCK)
        hash(s, NULL, key, n, block);
    else
        memcpy(block, key, n);
    for (int i = 0; i < SIGV4_BLOCK; i++) {
        p->inner[i] = block[i] ^ 0x36;
        p->outer[i] = block[i] ^ 0x5c;
    }
    OPENSSL_cleanse(block, sizeof block);
}

static void hmac(struct sigv4 *s, const struct pads *key, const void *data, size_t n,
                 unsigned char out[SIGV4_KEY])
{
    unsigned char digest[SIGV4_KEY];
    hash(s, key->inner, data, n, digest);
    hash(s, key->outer, digest, sizeof digest, out);
}

static void put_hex(struct buf *b, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char out[2 * SIGV4_KEY];
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    buf_add(b, out, 2 * n);
}

static void put_sha256(struct sigv4 *s, struct buf *b, const void *data, size_t n)
{
    unsigned char digest[SIGV4_KEY];
    hash(s, NULL, data, n, digest);
    put_hex(b, digest, sizeof digest);
}

void sigv4_init(struct sigv4 *s, const char *access_key, const char *secret_key, const char *region,
                const char *service)
{
    *s = (struct sigv4){.access_key = access_key, .secret_key = secret_key, .region = region, .service = service,
                        .sha256 = EVP_MD_fetch(NULL, "SHA256", NULL), .context = EVP_MD_CTX_new(),
                        .key = mem_alloc(sizeof *s->key)};
    if (!s->sha256 || !s->context)
        BUG("SHA-256 is not available from libcrypto");
}

void sigv4_release(struct sigv4 *s)
{
    if (!s->key)
        return;
    OPENSSL_cleanse(s->key, sizeof *s->key);
    mem_free(s->key);
    s->key = NULL;
    EVP_MD_CTX_free(s->context);
    EVP_MD_free(s->sha256);
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
    set_key(s, s->key, s->scratch.data, s->scratch.len);
    OPENSSL_cleanse(s->scratch.data, s->scratch.len);
    const char *const parts[] = {s->day, s->region, s->service, "aws4_request"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        unsigned char next[SIGV4_KEY];
        hmac(s, s->key, parts[i], strlen(parts[i]), next);
        set_key(s, s->key, next, sizeof next);
        OPENSSL_cleanse(next, sizeof next);
    }
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

static void put_canonical(struct sigv4 *s, struct buf *b, const char *method, const char *path,
                          const char *query, const struct sigv4_header *headers, size_t n, const void *body,
                          size_t size)
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
    put_sha256(s, b, body, size);
}

void sigv4_sign(struct sigv4 *s, const char *method, const char *path, const char *query,
                const struct sigv4_header *headers, size_t n, const void *body, size_t size,
                const char *stamp, struct buf *out)
{
    derive_key(s, stamp);
    struct buf *b = &s->scratch;
    buf_clear(b);
    put_canonical(s, b, method, path, query, headers, n, body, size);
    unsigned char digest[SIGV4_KEY];
    hash(s, NULL, b->data, b->len, digest);
    buf_clear(b);
    buf_puts(b, "AWS4-HMAC-SHA256\n");
    buf_puts(b, stamp);
    buf_putc(b, '\n');
    put_scope(b, s);
    buf_putc(b, '\n');
    put_hex(b, digest, sizeof digest);
    unsigned char signature[SIGV4_KEY];
    hmac(s, s->key, b->data, b->len, signature);

    buf_puts(out, "AWS4-HMAC-SHA256 Credential=");
    buf_puts(out, s->access_key);
    buf_putc(out, '/');
    put_scope(out, s);
    buf_puts(out, ", SignedHeaders=");
    put_names(out, headers, n);
    buf_puts(out, ", Signature=");
    put_hex(out, signature, sizeof signature);
}
