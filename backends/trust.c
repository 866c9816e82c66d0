/* trust.c - where the certificates are that servers are held to. */
#include "config.h"

#include "backends/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *variable(const char *name)
{
    const char *v = getenv(name);
    return v && *v ? v : NULL;
}

int trust_find(const struct instance *inst, bool http, struct trust *out, struct error *err)
{
    const char *own = instance_get(inst, "ca");
    struct stat st;
    *out = (struct trust){NULL, NULL};
    if (!own || !*own) {
        out->file = http ? variable("CURL_CA_BUNDLE") : NULL;
        out->file = out->file ? out->file : variable("SSL_CERT_FILE");
        out->folder = variable("SSL_CERT_DIR");
        return 0;
    }
    if (stat(own, &st) < 0 || access(own, R_OK) < 0)
        return error_set(err, ERR_USAGE, "the certificates of the setting 'ca' cannot be read: '%s': %s", own,
                         strerror(errno));
    *(S_ISDIR(st.st_mode) ? &out->folder : &out->file) = own;
    return 0;
}
