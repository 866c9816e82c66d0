/* endpoint.c - what an endpoint may be, before anything is sent there. */
#include "config.h"

#include "backends/http/endpoint.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "backends/trust.h"
#include "base/bug.h"
#include "base/loopback.h"

static const struct { CURLUPart part; const char *what; } refused[] = {
    {CURLUPART_USER, "a user or a password: credentials have settings of their own"},
    {CURLUPART_PASSWORD, "a user or a password: credentials have settings of their own"},
    {CURLUPART_QUERY, "parameters after a '?'"},
    {CURLUPART_FRAGMENT, "a '#'"},
};

static bool has_part(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    bool found = curl_url_get(u, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return found;
}

static int check(const struct instance *inst, const char *from, CURLU *u, const char *url, struct error *err)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (has_part(u, refused[i].part))
            return error_set(err, ERR_USAGE, "'%s' cannot hold %s", from, refused[i].what);
    char *host = NULL, *port = NULL;
    curl_url_get(u, CURLUPART_HOST, &host, 0);
    curl_url_get(u, CURLUPART_PORT, &port, 0);
    int rc = 0;
    if (!host || !*host || (port && !strcmp(port, "0")))
        rc = error_set(err, ERR_USAGE,
                       "'%s' is not a URL: a host is missing, or a port from 1 to 65535 after its ':'", from);
    else if (!strncasecmp(url, "http:", 5) && !host_is_loopback(host, strlen(host)) &&
             !instance_is_on(inst, "allow_http"))
        rc = error_set(err, ERR_USAGE,
                       "'%s' would send requests to '%s' in clear text, signed by the credentials: write https://, or set "
                       "'allow_http on' where the network between may read them", from, host);
    curl_free(host);
    curl_free(port);
    return rc;
}

/* Whether "scheme:" stands in front; "host:8000" has none. */
static bool has_scheme(const char *s)
{
    return strstr(s, "://") && strcspn(s, ":/?#") == (size_t)(strstr(s, "://") - s);
}

int endpoint_put(const struct instance *inst, const char *from, const char *endpoint, struct buf *out,
                 struct error *err)
{
    struct buf url = {0};
    struct trust trust;
    if (trust_find(inst, true, &trust, err) < 0)
        return ERR_USAGE;
    CURLU *u = curl_url();
    BUG_UNLESS(u);
    if (!has_scheme(endpoint))
        buf_puts(&url, address_is_loopback(endpoint) ? "http://" : "https://");
    buf_puts(&url, endpoint);
    bool http = !strncasecmp(buf_text(&url), "http://", 7) || !strncasecmp(buf_text(&url), "https://", 8);
    int rc = 0;
    if (!http || curl_url_set(u, CURLUPART_URL, buf_text(&url), 0) != CURLUE_OK)
        rc = error_set(err, ERR_USAGE, "'%s' is not a URL of the form https://host:port", from);
    else
        rc = check(inst, from, u, buf_text(&url), err);
    while (url.len && url.data[url.len - 1] == '/')
        url.data[--url.len] = 0;
    if (rc == 0)
        buf_printf(out, "%s/", buf_text(&url));
    buf_release(&url);
    curl_url_cleanup(u);
    return rc;
}
