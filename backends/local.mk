# What all backends share. Each backend is a folder with its own local.mk; what drives a database is built where its library is there.
libwkl_a_SOURCES += backends/address.c backends/address.h backends/attempt.c backends/attempt.h backends/await.c backends/await.h \
    backends/backend.c backends/backend.h backends/environment.c backends/environment.h backends/features.c backends/features.h \
    backends/holds.c backends/holds.h backends/instances.c backends/instances.h backends/lease.c backends/lease.h \
    backends/lower.c backends/lower.h backends/mark.c backends/mark.h backends/places.c backends/places.h backends/pricing.c backends/pricing.h backends/registry.c \
    backends/renewal.c backends/renewal.h backends/reopen.c backends/reopen.h backends/stand_in.c backends/stand_in.h \
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
http_units = tests/unit/cosmosdb_print tests/unit/dynamodb_print tests/unit/json_values tests/unit/retry tests/unit/sigv4 tests/unit/pace
check_PROGRAMS += $(http_units)
TESTS += $(http_units)
tests_unit_cosmosdb_print_SOURCES = tests/unit/cosmosdb_print.c tests/unit/http_fixture.h
tests_unit_cosmosdb_print_LDADD = $(UNIT_LIBS)
tests_unit_dynamodb_print_SOURCES = tests/unit/dynamodb_print.c tests/unit/http_fixture.h
tests_unit_dynamodb_print_LDADD = $(UNIT_LIBS)
tests_unit_json_values_SOURCES = tests/unit/json_values.c
tests_unit_json_values_LDADD = $(UNIT_LIBS)
tests_unit_retry_SOURCES = tests/unit/retry.c
tests_unit_retry_LDADD = $(UNIT_LIBS)
tests_unit_sigv4_SOURCES = tests/unit/sigv4.c
tests_unit_sigv4_LDADD = $(UNIT_LIBS)
tests_unit_pace_SOURCES = tests/unit/pace.c
tests_unit_pace_LDADD = $(UNIT_LIBS)
if HAVE_CURL
http_live_units = tests/unit/cosmosdb_calls tests/unit/dynamodb_calls tests/unit/http_admin
check_PROGRAMS += $(http_live_units)
TESTS += $(http_live_units)
http_calls_sources = tests/unit/http_calls.h tests/unit/http_fixture.h tests/unit/http_scripted.c tests/unit/http_scripted.h
tests_unit_cosmosdb_calls_SOURCES = tests/unit/cosmosdb_calls.c $(http_calls_sources)
tests_unit_cosmosdb_calls_LDADD = $(UNIT_LIBS)
tests_unit_dynamodb_calls_SOURCES = tests/unit/dynamodb_calls.c $(http_calls_sources)
tests_unit_dynamodb_calls_LDADD = $(UNIT_LIBS)
tests_unit_http_admin_SOURCES = tests/unit/http_admin.c $(http_calls_sources)
tests_unit_http_admin_LDADD = $(UNIT_LIBS)
tests_unit_http_admin_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime -Wl,--wrap=nanosleep
endif
endif

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/attempt tests/unit/sql_print
TESTS += tests/unit/attempt tests/unit/sql_print
tests_unit_attempt_SOURCES = tests/unit/attempt.c
tests_unit_attempt_LDADD = $(UNIT_LIBS)
tests_unit_sql_print_SOURCES = tests/unit/sql_print.c
tests_unit_sql_print_LDADD = $(UNIT_LIBS)
endif
