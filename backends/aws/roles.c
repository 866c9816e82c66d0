#include "config.h"

#include "backends/aws/roles.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <libxml/parser.h>

#include "backends/aws/keys.h"
#include "backends/http/endpoint.h"
#include "backends/http/http.h"
#include "backends/instances.h"
#include "backends/words.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/loopback.h"

enum { TRIES = 3, MOST_TOKEN = 1 << 16, ROLE_PATIENCE_S = 5 };

static const char *variable(const char *name)
{
    const char *v = getenv(name);
    return v && *v ? v : NULL;
}

/* ---- asking ---- */

/* Who asks is no instance of a run: there is no secret to be covered, and certificates are those of AWS. */
struct asking {
    struct instance inst;
    struct http_call http;
};

static void begin(struct asking *a, struct arena *arena, uint64_t timeout)
{
    *a = (struct asking){.inst = {.name = "dynamodb", .backend = &backend_dynamodb}};
    if (variable("AWS_CA_BUNDLE"))
        instance_set(arena, &a->inst, "ca", variable("AWS_CA_BUNDLE"));
    http_call_init(&a->http, &a->inst);
    a->http.timeout = timeout;
}

static void end(struct asking *a)
{
    buf_wipe(&a->http.reply);
    buf_wipe(&a->http.body);
    http_call_release(&a->http);
}

/* The host of a container or an instance is asked itself, whatever proxy leads elsewhere. */
static void set_near(struct asking *a, const char *url)
{
    http_url(&a->http, url);
    curl_easy_setopt(a->http.easy, CURLOPT_NOPROXY, "*");
}

/* The headers stand. What is busy is asked again. */
static int ask(struct asking *a, const char *whom, int tries, struct error *err)
{
    struct http_call *c = &a->http;
    for (int i = 1;; i++) {
        http_perform(c);
        if (!c->code && c->status == 200)
            return 0;
        if (i >= tries || (!c->code && c->status < 500 && c->status != 429))
            break;
        http_sleep(&a->inst, (uint64_t)i * 100 * NS_PER_MS);
    }
    return c->code ? error_set(err, ERR_CONNECT, "%s: %s", whom, c->words)
                   : error_set(err, ERR_CONNECT, "%s answers with HTTP status %ld", whom, c->status);
}

static int take_json(struct asking *a, const char *whom, struct renewed *out, struct error *err)
{
    return aws_put_keys_json(out, &a->http.reply, "Token")
               ? 0
               : error_set(err, ERR_CONNECT, "%s gives no AccessKeyId and SecretAccessKey", whom);
}

/* A token that stands in a file, which others write anew: without the line's end. */
static const char *read_token(struct arena *arena, const char *name, struct error *err)
{
    struct buf b = {0};
    const char *token = NULL;
    if (file_read(variable(name), MOST_TOKEN, &b, err) == 0)
        token = file_first_line(arena, &b, arena_printf(arena, "the file of %s cannot be taken", name), err);
    buf_wipe(&b);
    return token;
}

/* ---- a container's ---- */

bool aws_has_container_role(void)
{
    return variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
           variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

/* What goes to it is a token, and what comes back are keys: in clear text on this machine alone, or to ECS's
 * and EKS's own addresses. */
static int find_container(struct arena *arena, const char **url, struct error *err)
{
    static const char *const near[] = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
    const char *relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    *url = relative ? arena_printf(arena, "http://169.254.170.2%s", relative) : variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    size_t n;
    const char *host = address_host(*url, &n);
    bool good = !strncasecmp(*url, "https://", 8) ||
                (!strncasecmp(*url, "http://", 7) && host_is_loopback(host, n));
    for (size_t i = 0; i < sizeof near / sizeof *near && !good; i++)
        good = !strncasecmp(*url, "http://", 7) && n == strlen(near[i]) && !strncasecmp(host, near[i], n);
    return good ? 0 : error_set(err, ERR_USAGE,
                                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https:// nor of this machine or its container service");
}

int aws_fetch_container(const char *how, const char *setting, struct renewed *out, struct error *err)
{
    static const char whom[] = "the container's role (AWS_CONTAINER_CREDENTIALS_…)";
    const char *url, *token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    struct asking a;
    (void)how, (void)setting;
    int rc = find_container(out->arena, &url, err);
    if (rc == 0 && variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") &&
        !(token = read_token(out->arena, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", err)))
        rc = ERR_IO;
    if (rc == 0 && token && strpbrk(token, "\r\n"))
        rc = error_set(err, ERR_USAGE, "AWS_CONTAINER_AUTHORIZATION_TOKEN holds a line break");
    if (rc < 0)
        return rc;
    begin(&a, out->arena, ROLE_PATIENCE_S * NS_PER_S);
    set_near(&a, url);
    http_begin(&a.http, "GET");
    if (token)
        http_header(&a.http, "authorization", token);
    rc = ask(&a, whom, TRIES, err);
    rc = rc < 0 ? rc : take_json(&a, whom, out, err);
    end(&a);
    return rc;
}

/* ---- an instance's ---- */

bool aws_may_have_instance_role(void)
{
    const char *off = variable("AWS_EC2_METADATA_DISABLED");
    return !off || strcasecmp(off, "true");
}

static const char *line_of(struct arena *arena, const struct http_call *c)
{
    return arena_strndup(arena, buf_text(&c->reply), strcspn(buf_text(&c->reply), "\r\n"));
}

int aws_fetch_instance(const char *how, const char *setting, struct renewed *out, struct error *err)
{
    static const char whom[] = "the instance's role (EC2's metadata service)",
                      roles[] = "latest/meta-data/iam/security-credentials/";
    const char *base = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"), *token = "";
    struct asking a;
    (void)how, (void)setting;
    base = base ? base : "http://169.254.169.254";
    base = arena_printf(out->arena, "%s%s", base, base[strlen(base) - 1] == '/' ? "" : "/");
    begin(&a, out->arena, NS_PER_S);
    set_near(&a, arena_printf(out->arena, "%slatest/api/token", base));
    http_begin(&a.http, "PUT");
    http_header(&a.http, "x-aws-ec2-metadata-token-ttl-seconds", "21600");
    int rc = ask(&a, whom, 1, err);
    if (rc == 0) {
        token = line_of(out->arena, &a.http);
        set_near(&a, arena_printf(out->arena, "%s%s", base, roles));
        http_begin(&a.http, "GET");
        http_header(&a.http, "x-aws-ec2-metadata-token", token);
        rc = ask(&a, whom, TRIES, err);
    }
    if (rc == 0) {
        set_near(&a, arena_printf(out->arena, "%s%s%s", base, roles, line_of(out->arena, &a.http)));
        rc = ask(&a, whom, TRIES, err);
    }
    rc = rc < 0 ? rc : take_json(&a, whom, out, err);
    end(&a);
    return rc;
}

/* ---- of a web identity ---- */

bool aws_has_web_identity(void)
{
    return variable("AWS_WEB_IDENTITY_TOKEN_FILE") && variable("AWS_ROLE_ARN");
}

/* The text of the first element of that name, by whatever namespace; NULL: there is none. */
static const char *text_of(struct arena *arena, xmlNode *node, const char *name)
{
    const char *text = NULL;
    for (; node && !text; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name)) {
            xmlChar *content = xmlNodeGetContent(node);
            text = content ? arena_strdup(arena, (const char *)content) : NULL;
            xmlFree(content);
        }
        text = text ? text : text_of(arena, node->children, name);
    }
    return text;
}

static void put_field(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%s%s=", b->len ? "&" : "", name);
    http_put_segment(b, value, strlen(value));
}

static int put_sts(struct asking *a, const char *region, struct buf *url, struct error *err)
{
    const char *own = variable("AWS_ENDPOINT_URL_STS"), *usual = variable("AWS_ENDPOINT_URL");
    struct buf b = {0};
    if (own || usual)
        buf_puts(&b, own ? own : usual);
    else if (*region)
        buf_printf(&b, "https://sts.%s.amazonaws.com%s", region, !strncmp(region, "cn-", 3) ? ".cn" : "");
    else
        buf_puts(&b, "https://sts.amazonaws.com");
    int rc = endpoint_put(&a->inst, own ? "AWS_ENDPOINT_URL_STS" : usual ? "AWS_ENDPOINT_URL" : "region",
                          buf_text(&b), url, err);
    buf_release(&b);
    return rc;
}

static int take_xml(struct asking *a, const char *whom, int rc, struct renewed *out, struct error *err)
{
    const struct http_call *c = &a->http;
    xmlDoc *doc = c->reply.len && !c->code
                      ? xmlReadMemory(c->reply.data, (int)c->reply.len, "sts.xml", NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
                      : NULL;
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    const char *code = text_of(out->arena, root, "Code"), *message = text_of(out->arena, root, "Message");
    if (rc < 0 && code && err) {
        char words[HTTP_WORDS];
        words_copy(words, sizeof words, c->instance, message ? message : "no message");
        *err = (struct error){0};
        error_set(err, rc, "%s: %s: %s", whom, code, words);
    }
    if (rc == 0 &&
        !aws_put_keys(out, text_of(out->arena, root, "AccessKeyId"),
                      text_of(out->arena, root, "SecretAccessKey"), text_of(out->arena, root, "SessionToken"),
                      text_of(out->arena, root, "Expiration")))
        rc = error_set(err, ERR_CONNECT, "%s gives no AccessKeyId and SecretAccessKey", whom);
    xmlFreeDoc(doc);
    return rc;
}

int aws_fetch_web_identity(const char *region, const char *setting, struct renewed *out, struct error *err)
{
    static const char whom[] = "STS (AssumeRoleWithWebIdentity)";
    const char *token = read_token(out->arena, "AWS_WEB_IDENTITY_TOKEN_FILE", err),
               *session = variable("AWS_ROLE_SESSION_NAME");
    struct asking a;
    struct buf url = {0};
    (void)setting;
    if (!token)
        return ERR_IO;
    begin(&a, out->arena, ROLE_PATIENCE_S * NS_PER_S);
    int rc = put_sts(&a, region, &url, err);
    if (rc == 0) {
        struct buf *b = &a.http.body;
        put_field(b, "Action", "AssumeRoleWithWebIdentity");
        put_field(b, "Version", "2011-06-15");
        put_field(b, "RoleArn", variable("AWS_ROLE_ARN"));
        put_field(b, "RoleSessionName", session ? session : "wkl");
        put_field(b, "WebIdentityToken", token);
        http_url(&a.http, buf_text(&url));
        http_begin(&a.http, "POST");
        http_header(&a.http, "content-type", "application/x-www-form-urlencoded");
        rc = take_xml(&a, whom, ask(&a, whom, TRIES, err), out, err);
    }
    buf_release(&url);
    end(&a);
    return rc;
}
