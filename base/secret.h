/* secret.h - which settings are nobody's business, told by their names: the texts of workloads are shown in diagnostics and dumps before
 * any backend has said which of its settings are secret. What a backend declares as secret must have such a name. And how a secret that is
 * known is covered in what others say. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A password, key, token or secret, or an address that may hold one. */
bool secret_name(const char *name, size_t n);

struct secret_scan {                                  /* start from {text, size} */
    const char *text;
    uint32_t size, at;
    bool named;                                       /* the last word was such a name */
};
/* The next literal string that follows such a name: the bytes between its quotes. false: there is none. Needs no text that parses. */
bool secret_next(struct secret_scan *, uint32_t *from, uint32_t *to);

/* Stars, three at most, wherever these n bytes stand in a text. */
void secret_cover(char *text, const char *secret, size_t n);

#endif
