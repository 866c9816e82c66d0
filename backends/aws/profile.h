/* profile.h - credentials from the files that the AWS CLI keeps: ~/.aws/credentials and ~/.aws/config (or
 * AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE), or from a role (roles.h). A profile holds keys, or names
 * a `credential_process` that prints them; both are read again where they end within a run. */
#ifndef BACKENDS_AWS_PROFILE_H
#define BACKENDS_AWS_PROFILE_H

#include "backends/backend.h"

/* Fills the settings access_key, secret_key and session_token, where no access_key is set, from the first
 * that there is, in the order of AWS's SDKs: a web identity, the setting `profile` (which gives the region
 * too), a container's role, and where the backend is used alone an instance's. ERR_USAGE where one of these
 * is there and gives none; 0 where there is none of them. */
int aws_settle(struct arena *, struct instance *, bool alone, struct error *);

#endif
