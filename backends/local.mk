# What all backends share. Each backend is a folder with its own local.mk; what drives a database is built where its library is there.
libwkl_a_SOURCES += backends/admin.c backends/admin.h backends/address.c backends/address.h backends/attempt.c backends/attempt.h backends/await.c backends/await.h \
    backends/backend.c backends/backend.h backends/blocking.c backends/blocking.h backends/environment.c backends/environment.h backends/features.c backends/features.h backends/feed.h \
    backends/held_rows.c backends/held_rows.h backends/holds.c backends/holds.h backends/instances.c backends/instances.h backends/lease.c backends/lease.h \
    backends/lower.c backends/lower.h backends/mark.c backends/mark.h backends/places.c backends/places.h backends/pricing.c backends/pricing.h backends/registry.c \
    backends/renewal.c backends/renewal.h backends/reopen.c backends/reopen.h backends/stand_in.c backends/stand_in.h backends/store.h \
    backends/swept.c backends/swept.h backends/trust.c backends/trust.h backends/wire.h backends/words.c backends/words.h

include backends/sql/local.mk
include backends/sqlite/local.mk
include backends/postgres/local.mk
include backends/mysql/local.mk
include backends/aws/local.mk
include backends/http/local.mk
include backends/dynamodb/local.mk
include backends/cosmosdb/local.mk
include backends/memory/local.mk

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/admin tests/unit/attempt tests/unit/blocking tests/unit/faults
TESTS += tests/unit/admin tests/unit/attempt tests/unit/blocking tests/unit/faults
tests_unit_faults_SOURCES = tests/unit/faults.c
tests_unit_faults_LDADD = $(UNIT_LIBS)
tests_unit_admin_SOURCES = tests/unit/admin.c
tests_unit_admin_LDADD = $(UNIT_LIBS)
tests_unit_attempt_SOURCES = tests/unit/attempt.c
tests_unit_attempt_LDADD = $(UNIT_LIBS)
tests_unit_blocking_SOURCES = tests/unit/blocking.c
tests_unit_blocking_LDADD = $(UNIT_LIBS)
endif
