/* tls.c - the words for TLS, and a connection that keeps to them. */
#include "config.h"

#include "backends/mysql/tls.h"

#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "backends/trust.h"
#include "backends/words.h"
#include "base/clock.h"

static const struct { const char *word; enum mysql_tls tls; } words[] = {
    {"off", TLS_OFF}, {"false", TLS_OFF}, {"no", TLS_OFF}, {"0", TLS_OFF}, {"disable", TLS_OFF},
    {"disabled", TLS_OFF}, {"prefer", TLS_PREFERRED}, {"preferred", TLS_PREFERRED}, {"on", TLS_REQUIRED},
    {"true", TLS_REQUIRED}, {"yes", TLS_REQUIRED}, {"1", TLS_REQUIRED}, {"require", TLS_REQUIRED},
    {"required", TLS_REQUIRED}, {"verify", TLS_VERIFIED}, {"verify-full", TLS_VERIFIED},
    {"verify_full", TLS_VERIFIED}, {"verify-identity", TLS_VERIFIED}, {"verify_identity", TLS_VERIFIED},
};

int mysql_tls_read(const char *from, const char *word, enum mysql_tls *out, struct error *err)
{
    *out = TLS_UNSAID;
    if (!word || !*word)
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcasecmp(word, words[i].word)) {
            *out = words[i].tls;
            return 0;
        }
    bool chain = !strcasecmp(word, "verify-ca") || !strcasecmp(word, "verify_ca");
    return error_set(
        err, ERR_USAGE,
        "%s cannot be '%s'%s: expected off, prefer, on (required) or verify (verify-full, verify-identity)",
        from, word, chain ? ", a chain of certificates without the host's name" : "");
}

/* What sends a password's hash, or none; not mysql_clear_password, nor dialog, which asks for it in the name
 * of PAM. */
static const char hashing_plugins[] =
    "mysql_native_password,client_ed25519,caching_sha2_password,sha256_password,auth_gssapi_client";

int mysql_tls_ask(const struct instance *inst, enum mysql_tls tls, const char *uri_ca, MYSQL *my,
                  struct error *err)
{
    struct trust trust;
    int rc = trust_find(inst, false, &trust, err);
    my_bool on = 1, off = 0;
    const char *file = instance_get(inst, "ca") ? trust.file : uri_ca ? uri_ca : trust.file;
    if (rc < 0)
        return rc;
    if (tls != TLS_REQUIRED && tls != TLS_VERIFIED)   /* any server may ask for the password as it is, and
                                                         would get it */
        mysql_optionsv(my, MARIADB_OPT_RESTRICTED_AUTH, hashing_plugins);
    if (tls == TLS_UNSAID)
        return 0;
    mysql_optionsv(my, MYSQL_OPT_SSL_ENFORCE, tls == TLS_OFF ? &off : &on);
    mysql_optionsv(my, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, tls == TLS_VERIFIED ? &on : &off);
    if (tls != TLS_VERIFIED)
        return 0;
    if (file)
        mysql_optionsv(my, MYSQL_OPT_SSL_CA, file);
    if (trust.folder)
        mysql_optionsv(my, MYSQL_OPT_SSL_CAPATH, trust.folder);
    return 0;
}

/* ---- the greeting ---- */

enum greeting { GREETING_PART, GREETING_TLS, GREETING_PLAIN, GREETING_OTHER };

/* Its packet: length (3), number (1), version 10, the server's version and its NUL, thread (4), nonce (8), a
 * filler, what it can (2). */
static enum greeting read_greeting(const unsigned char *p, size_t n)
{
    enum { HEAD = 4, PROTOCOL = 10, BETWEEN = 4 + 8 + 1 };
    if (n <= HEAD)
        return GREETING_PART;
    if (p[HEAD] != PROTOCOL)
        return GREETING_OTHER;                        /* an error, which the library tells */
    const unsigned char *end = memchr(p + HEAD + 1, 0, n - HEAD - 1);
    size_t at = end ? (size_t)(end + 1 - p) + BETWEEN : n;
    if (at + 2 > n)
        return GREETING_PART;
    return (p[at] | p[at + 1] << 8) & CLIENT_SSL ? GREETING_TLS : GREETING_PLAIN;
}

struct meeting {
    MYSQL *my;
    enum greeting greeting;
    uint64_t deadline;
};

static int left_ms(const struct meeting *m)
{
    uint64_t now = clock_ns();
    return now >= m->deadline ? 0 : (int)((m->deadline - now) / NS_PER_MS) + 1;
}

/* Waits for what the library waits for, and while the greeting is not seen for that first: a server speaks as
 * soon as a connection is there. Returns what has come. */
static int await(struct meeting *m, int wanted)
{
    struct pollfd p = {.fd = (int)mysql_get_socket(m->my)};
    bool look = m->greeting == GREETING_PART;
    p.events = (short)((wanted & MYSQL_WAIT_READ || look ? POLLIN : 0) |
                       (wanted & MYSQL_WAIT_WRITE && !look ? POLLOUT : 0) |
                       (wanted & MYSQL_WAIT_EXCEPT ? POLLPRI : 0));
    int left = left_ms(m),
        asked = wanted & MYSQL_WAIT_TIMEOUT ? (int)mysql_get_timeout_value_ms(m->my) : left;
    if (poll(&p, 1, look || left < asked ? left : asked) <= 0)
        return MYSQL_WAIT_TIMEOUT;
    if (look && p.revents & POLLIN)
        return wanted & ~MYSQL_WAIT_TIMEOUT;
    return (p.revents & (POLLIN | POLLERR | POLLHUP) ? wanted & MYSQL_WAIT_READ : 0) |
           (p.revents & (POLLOUT | POLLERR | POLLHUP) ? wanted & MYSQL_WAIT_WRITE : 0) |
           (p.revents & POLLPRI ? MYSQL_WAIT_EXCEPT : 0);
}

/* The very bytes that the library will read; they stay where they are. */
static void look_at_greeting(struct meeting *m)
{
    unsigned char bytes[512];
    ssize_t n = 0;
    while (m->greeting == GREETING_PART &&
           (n = recv((int)mysql_get_socket(m->my), bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT)) > 0 &&
           (m->greeting = read_greeting(bytes, (size_t)n)) == GREETING_PART && n < (ssize_t)sizeof bytes &&
           left_ms(m))
        poll(NULL, 0, 1);                             /* for the rest of it */
    if (n >= (ssize_t)sizeof bytes && m->greeting == GREETING_PART)
        m->greeting = GREETING_PLAIN;                 /* nobody's version is as long */
}

static bool connect_watched(struct meeting *m, const struct mysql_where *w, unsigned long flags)
{
    MYSQL *connected = NULL;
    int wanted = mysql_real_connect_start(&connected, m->my, w->host, w->user, w->password, w->database,
                                          w->port, w->socket, flags);
    while (wanted) {
        int came = await(m, wanted);
        if (m->greeting == GREETING_PART && came != MYSQL_WAIT_TIMEOUT)
            look_at_greeting(m);
        if (m->greeting == GREETING_PLAIN)
            came = MYSQL_WAIT_TIMEOUT;                /* the library gives up then, before it answers */
        wanted = mysql_real_connect_cont(&connected, m->my, came);
    }
    return connected != NULL;
}

int mysql_tls_connect(MYSQL *my, enum mysql_tls tls, const struct mysql_where *w, unsigned timeout_s,
                      struct error *err)
{
    /* An update that sets what is there already has met its row. */
    const unsigned long flags = CLIENT_MULTI_RESULTS | CLIENT_FOUND_ROWS;
    struct meeting m = {.my = my, .greeting = GREETING_PART, .deadline = clock_ns() + timeout_s * NS_PER_S};
    if (tls != TLS_REQUIRED && tls != TLS_VERIFIED)
        return mysql_real_connect(my, w->host, w->user, w->password, w->database, w->port, w->socket, flags)
                   ? 0
                   : ERR_CONNECT;
    bool connected = connect_watched(&m, w, flags);
    if (m.greeting == GREETING_PLAIN || (connected && !mysql_get_ssl_cipher(my)))
        return error_set(
            err, ERR_CONNECT,
            "TLS is required, and the server (or who answers in its place) does not offer it; nothing was "
            "sent in clear text");
    return connected ? 0 : ERR_CONNECT;
}
