/* roles.h - credentials of a role that the machine or the container has, by the ways of AWS's own SDKs and
 * without its CLI. All of them end within hours: each is a way of a renewal. */
#ifndef BACKENDS_AWS_ROLES_H
#define BACKENDS_AWS_ROLES_H

#include "backends/renewal.h"

/* AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN: STS gives a role for the token. how: the region, or "". */
bool aws_has_web_identity(void);
renewal_fetch aws_fetch_web_identity;

/* AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (ECS), AWS_CONTAINER_CREDENTIALS_FULL_URI (EKS and others), with
 * what AWS_CONTAINER_AUTHORIZATION_TOKEN or …_TOKEN_FILE says. */
bool aws_has_container_role(void);
renewal_fetch aws_fetch_container;

/* The metadata service of an EC2 instance (IMDSv2), which has a second to answer;
 * AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_EC2_METADATA_DISABLED are heeded. */
bool aws_may_have_instance_role(void);
renewal_fetch aws_fetch_instance;

#endif
