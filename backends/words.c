/* words.c - others' words without our secrets. */
#include "config.h"

#include "backends/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "base/secret.h"

enum { MOST = 65536 };                                /* nobody is shown as much; a server may say
                                                         megabytes */

/* As it stands, and as the server knows it: without %XX. */
static void cover(char *text, const char *secret, size_t n)
{
    char *plain = mem_alloc(n + 1), hex[3] = "";
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        bool encoded = secret[i] == '%' && i + 2 < n && isxdigit((unsigned char)secret[i + 1]) &&
                       isxdigit((unsigned char)secret[i + 2]);
        if (encoded)
            memcpy(hex, secret + i + 1, 2);
        plain[m++] = encoded ? (char)strtol(hex, NULL, 16) : secret[i];
        i += encoded ? 2 : 0;
    }
    secret_cover(text, secret, n);
    if (m != n)
        secret_cover(text, plain, m);
    mem_free(plain);
}

static void cover_parts(char *text, const char *address)
{
    size_t at = 0, from, to;
    while (secret_in_address(address, strlen(address), &at, &from, &to))
        cover(text, address + from, to - from);
}

/* The scheme of an address is no secret: messages say it themselves, as in "like 'postgresql://…'". */
static const char *behind_scheme(const char *value)
{
    size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789+");
    return n && !strncmp(value + n, "://", 3) ? value + n + 3 : value;
}

static void cover_current(void *text, const char *value)
{
    const char *from = behind_scheme(value);
    secret_cover(text, from, strlen(from));
    cover_parts(text, value);
}

void instance_redact(const struct instance *inst, char *text)
{
    for (int i = 0; inst && inst->backend->settings[i].name; i++) {
        const char *value = inst->values[i];
        if (!value)
            continue;
        if (inst->backend->settings[i].secret)
            cover_current(text, value);
        else
            cover_parts(text, value);
    }
    if (inst)
        renewal_each(inst->renewal, cover_current, text);
}

void words_put(struct buf *b, const struct instance *inst, const char *said)
{
    size_t n = strnlen(said, MOST);
    char *text = memcpy(mem_alloc(n + 1), said, n);
    instance_redact(inst, text);
    printable_make(text, "");
    buf_puts(b, text);
    mem_free(text);
}

void words_copy(char *to, size_t room, const struct instance *inst, const char *said)
{
    struct buf b = {0};
    words_put(&b, inst, said);
    snprintf(to, room, "%s", buf_text(&b));
    buf_release(&b);
}

int words_fail(const struct instance *inst, struct error *err, int code, const char *said)
{
    struct buf b = {0};
    words_put(&b, inst, said);
    error_set(err, code, "%s", buf_text(&b));
    buf_release(&b);
    return code;
}
