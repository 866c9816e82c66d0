/* aws_profile.h - credentials from the files that the AWS CLI keeps: ~/.aws/credentials and ~/.aws/config (or AWS_SHARED_CREDENTIALS_FILE and
 * AWS_CONFIG_FILE). A profile holds keys, or names a `credential_process` that prints them; both are read again where they end within a run. */
#ifndef BACKENDS_AWS_PROFILE_H
#define BACKENDS_AWS_PROFILE_H

#include <time.h>

#include "backends/backend.h"

/* Has keys by a way of AWS's (renewal.h) and sets what came of it. */
int aws_renew_by(struct arena *, struct instance *, renewal_fetch *, const char *how, struct error *);
/* "2026-11-28T01:00:00Z"; 0: it is none. */
time_t aws_time(const char *text);

/* Fills the settings region, access_key, secret_key and session_token that are not set from the setting `profile`. ERR_USAGE where that
 * names none, or one that signs in by other ways. Nothing where it is not set, or keys are. */
int aws_profile_settle(struct arena *, struct instance *, struct error *);

#endif
