/* addresses.c - the bytes are an address and words of somebody about it. What is taken for a secret lies
 * within its text; what is known as one is covered in the words, which never grow; and what is shown may be
 * shown.
 *
 *   how much of it is the address (a byte: of 256 parts), then the address, then the words */
#include "config.h"

#include <string.h>

#include "backends/mysql/uri.h"
#include "base/loopback.h"
#include "base/mem.h"
#include "base/printable.h"
#include "base/secret.h"
#include "fuzz/fuzz.h"

enum { COVERED = 4 };                                 /* shorter ones only where they stand apart */

static void expect_within(size_t from, size_t to, size_t before, size_t n)
{
    if (from < before || from > to || to > n)
        BUG("a piece from %zu to %zu of %zu bytes, behind %zu", from, to, n, before);
}

/* The words, without a secret: not found again, as long as it holds none of the stars. */
static void try_cover(const char *words, const char *secret, size_t n)
{
    char *text = mem_strdup(words);
    size_t before = strlen(text);
    secret_cover(text, secret, n);
    if (strlen(text) > before)
        BUG("what is covered became longer: '%s'", text);
    if (n >= COVERED && !memchr(secret, '*', n) && memmem(text, strlen(text), secret, n))
        BUG("'%.*s' still stands in '%s'", (int)n, secret, text);
    printable_make(text, "");
    for (size_t at = 0, one; text[at]; at += one)
        if (!(one = printable_length(text + at, strlen(text + at))))
            BUG("what is shown may not be shown: byte %zu of '%s'", at, text);
    mem_free(text);
}

static void try_address(const char *address, const char *words)
{
    size_t n = strlen(address), at = 0, from, to, host_size;
    for (size_t before = 0; secret_in_address(address, n, &at, &from, &to); before = to) {
        expect_within(from, to, before, n);
        try_cover(words, address + from, to - from);
    }
    const char *host = address_host(address, &host_size);
    expect_within((size_t)(host - address), (size_t)(host - address) + host_size, 0, n);
    host_is_loopback(host, host_size);
}

/* A password that the uri holds is found where addresses are shown, as it is written there. */
static void try_uri(const char *rest)
{
    struct buf uri = {0};
    struct mysql_target t = {0};
    struct error err = {0};
    size_t at = 0, from, to;
    buf_printf(&uri, "mysql://%s", rest);
    int rc = mysql_uri_read(buf_text(&uri), &t, &err);
    if (rc == 0 && t.password && !secret_in_address(buf_text(&uri), uri.len, &at, &from, &to))
        BUG("the password of '%s' is not seen", buf_text(&uri));
    mem_free(t.copy);
    buf_release(&uri);
}

static void try_source(const char *text, size_t n)
{
    struct secret_scan scan = {.text = text, .size = (uint32_t)n};
    uint32_t from, to, before = 0;
    for (; secret_next(&scan, &from, &to); before = to)
        expect_within(from, to, before, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct supply supply = {bytes, bytes + n};
    size_t share = supply_take(&supply, 1), left = supply_left(&supply), part = left * share / 256;
    char *address = mem_alloc(part + 1), *words = mem_alloc(left - part + 1),
         *source = mem_alloc(left ? left : 1);
    memcpy(address, supply.at, part);
    memcpy(words, supply.at + part, left - part);
    memcpy(source, supply.at, left);
    try_address(address, words);
    try_cover(words, address, strlen(address));
    try_uri(address);
    try_source(source, left);
    mem_free(address);
    mem_free(words);
    mem_free(source);
    return 0;
}
