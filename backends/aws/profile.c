/* profile.c - a profile: the section of its name in both files, the first of which goes before the other. */
#include "config.h"

#include "backends/aws/profile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "backends/aws/keys.h"
#include "backends/aws/roles.h"
#include "backends/instances.h"
#include "base/command.h"
#include "base/file.h"

enum { MOST_FILE = 1 << 20 };

/* What a profile may say, and the setting that it is. */
enum entry { ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, REGION, PROCESS, OTHER_WAYS, ENTRIES };
static const struct { const char *name; enum entry entry; } names[] = {
    {"aws_access_key_id", ACCESS_KEY}, {"aws_secret_access_key", SECRET_KEY},
    {"aws_session_token", SESSION_TOKEN}, {"region", REGION}, {"credential_process", PROCESS},
    {"sso_session", OTHER_WAYS}, {"sso_start_url", OTHER_WAYS}, {"role_arn", OTHER_WAYS},
    {"web_identity_token_file", OTHER_WAYS}, {"credential_source", OTHER_WAYS},
};

struct profile {
    struct arena *arena;
    const char *name;
    const char *entries[ENTRIES];
    bool found;
};

/* "[name]", in the config file "[profile name]" too. */
static bool is_section(char *line, const char *name)
{
    char *end = strchr(line, ']');
    if (!end)
        return false;
    *end = 0;
    line = file_trim(line + 1);
    if (!strncmp(line, "profile", 7) && isspace((unsigned char)line[7]))
        line = file_trim(line + 7);
    return !strcmp(line, name);
}

/* What was said before stays. */
static void take_line(struct profile *p, char *line)
{
    char *value = strchr(line, '=');
    if (!value)
        return;
    *value++ = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcasecmp(file_trim(line), names[i].name) && !p->entries[names[i].entry])
            p->entries[names[i].entry] = arena_strdup(
                p->arena, names[i].entry == OTHER_WAYS ? names[i].name : file_trim(value));
}

static void read_text(struct profile *p, char *text)
{
    bool ours = false;
    for (char *line = text, *next; line; line = next) {
        if ((next = strchr(line, '\n')))
            *next++ = 0;
        bool indented = isspace((unsigned char)*line);
        line = file_trim(line);
        if (*line == '[')
            p->found |= ours = is_section(line, p->name);
        else if (ours && !indented && *line != '#' && *line != ';')
            take_line(p, line);
    }
}

static int read_one(struct profile *p, const char *variable, const char *usual, struct error *err)
{
    const char *path = getenv(variable), *home = getenv("HOME");
    struct stat st;
    struct buf b = {0};
    if (!path || !*path)
        path = arena_printf(p->arena, "%s/.aws/%s", home ? home : "", usual);
    if (stat(path, &st) < 0)
        return 0;                                     /* of the two one will do */
    int rc = file_read(path, MOST_FILE, &b, err);
    if (rc == 0 && b.len)
        read_text(p, b.data);
    buf_wipe(&b);
    return rc;
}

static int ask_process(const struct profile *p, struct renewed *out, struct error *err)
{
    struct buf b = {0};
    int rc = command_read(p->entries[PROCESS], &b, err);
    if (rc == 0 && !aws_put_keys_json(out, &b, "SessionToken"))
        rc = error_set(err, ERR_USAGE,
                       "the credential_process '%s' prints no AccessKeyId and SecretAccessKey",
                       p->entries[PROCESS]);
    buf_wipe(&b);
    return rc;
}

static int find_keys(const struct profile *p, struct renewed *out, struct error *err)
{
    if (!p->found)
        return error_set(err, ERR_USAGE, "there is no profile '%s' in ~/.aws/credentials or ~/.aws/config",
                         p->name);
    if (aws_put_keys(out, p->entries[ACCESS_KEY], p->entries[SECRET_KEY], p->entries[SESSION_TOKEN], NULL))
        return 0;
    if (p->entries[PROCESS])
        return ask_process(p, out, err);
    if (p->entries[OTHER_WAYS])
        return error_set(err, ERR_USAGE,
                         "the profile '%s' signs in by its `%s`, which the AWS CLI does: give it the line "
                         "`credential_process = aws "
                         "configure export-credentials --profile %s` in a profile of its own, and name that",
                         p->name, p->entries[OTHER_WAYS], p->name);
    return error_set(err, ERR_USAGE, "the profile '%s' has no aws_access_key_id and aws_secret_access_key",
                     p->name);
}

static int read_profile(struct profile *p, struct error *err)
{
    int rc = read_one(p, "AWS_SHARED_CREDENTIALS_FILE", "credentials", err);
    return rc < 0 ? rc : read_one(p, "AWS_CONFIG_FILE", "config", err);
}

/* Also of keys that stand in the file: a sign-in by another program leaves new ones there. */
static int fetch_profile(const char *name, const char *setting, struct renewed *out, struct error *err)
{
    struct profile p = {.arena = out->arena, .name = name};
    (void)setting;
    int rc = read_profile(&p, err);
    return rc < 0 ? rc : find_keys(&p, out, err);
}

static int renew_by(struct arena *arena, struct instance *inst, renewal_fetch *fetch, const char *how,
                    struct error *err)
{
    struct renewed first = {.arena = arena};
    struct renewal *renewal = inst->renewal ? inst->renewal : renewal_new();
    int rc = renewal_add(renewal, fetch, how, "", &first, err);
    if (rc < 0) {
        if (renewal != inst->renewal)
            renewal_release(renewal);
        return rc;
    }
    inst->renewal = renewal;
    for (size_t i = 0; i < first.n; i++)
        if (first.items[i].value)
            instance_set(arena, inst, first.items[i].setting, first.items[i].value);
    return 0;
}

static int settle_profile(struct arena *arena, struct instance *inst, struct error *err)
{
    struct profile p = {.arena = arena, .name = instance_get(inst, "profile")};
    const char *region = instance_get(inst, "region");
    int rc = read_profile(&p, err);
    if (rc == 0 && p.entries[REGION] && (!region || !*region))
        instance_set(arena, inst, "region", p.entries[REGION]);
    return rc < 0 ? rc : renew_by(arena, inst, fetch_profile, p.name, err);
}

int aws_settle(struct arena *arena, struct instance *inst, bool alone, struct error *err)
{
    const char *key = instance_get(inst, "access_key"), *profile = instance_get(inst, "profile");
    if (key && *key)
        return 0;
#if HAVE_CURL
    const char *region = instance_get(inst, "region");
    region = region && *region ? region : getenv("AWS_DEFAULT_REGION");
    if (aws_has_web_identity())
        return renew_by(arena, inst, aws_fetch_web_identity, region ? region : "", err);
#endif
    if (profile && *profile)
        return settle_profile(arena, inst, err);
#if HAVE_CURL
    if (aws_has_container_role())
        return renew_by(arena, inst, aws_fetch_container, "", err);
    if (alone && aws_may_have_instance_role())
        renew_by(arena, inst, aws_fetch_instance, "", NULL);       /* elsewhere nobody answers: what there is
                                                                      to set is said then */
#endif
    (void)alone;
    return 0;
}
