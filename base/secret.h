/* secret.h - secrets, and how they are kept out of what is shown.
 *
 * Before any backend has said which of its settings are secret, their names tell it: the texts of workloads
 * are shown in diagnostics and dumps. In a backend block only the settings that are known to be harmless are
 * shown, so that a misspelt name shows nothing either. An address may hold a secret in any setting. A known
 * secret is masked in the words of servers and libraries, however they encode it. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A password, key, token or secret, or an address that may hold one. */
bool secret_name(const char *name, size_t n);
/* Whether the value of a setting of a backend block is hidden: of all whose name is not that of a harmless
 * one. */
bool secret_setting(const char *name, size_t n);

/* Puts the value of a setting of a backend block without what is secret in it. */
void secret_put_setting(struct buf *, const char *name, size_t nname, const char *value, size_t n);

struct secret_scan {                                  /* start from {text, size} */
    const char *text;
    uint32_t size, at;
    /* inside */
    bool named, backend, inside, hides, value, adjacent;
    bool titled;                                      /* the next word is a workload's name, its title behind it */
    uint32_t string_at, string_end;                   /* a string that is shown but for what its address
                                                         holds */
};
/* The next piece that is hidden: the bytes of a literal after such a name, without its quotes. false: there
 * is none. Needs no text that parses. */
bool secret_next(struct secret_scan *, uint32_t *from, uint32_t *to);

/* The next secret in an address, from *at on: scheme://user:SECRET@host, ?sig=SECRET, password=SECRET,
 * AccountKey=SECRET; n bytes. */
bool secret_in_address(const char *address, size_t n, size_t *at, size_t *from, size_t *to);

/* Stars, three at most, wherever these n bytes stand in a text: as they are, percent-encoded, escaped as in
 * JSON or HTML or by doubled quotes, in base64; a beginning of a dozen of them, and of a few where the text
 * ends within. What is short is covered only where it stands apart. */
void secret_cover(char *text, const char *secret, size_t n);

#endif
