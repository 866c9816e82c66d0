# backends/: one file each; drivers stand apart (…_driver.c) and are built where their library is there
libwkl_a_SOURCES += backends/attempt.c backends/attempt.h backends/await.c backends/await.h backends/backend.c backends/backend.h \
    backends/features.c backends/features.h backends/holds.c backends/holds.h backends/instances.c backends/instances.h backends/lease.c backends/lease.h backends/lower.c backends/lower.h \
    backends/mark.c backends/mark.h backends/memory.c backends/pricing.c backends/pricing.h backends/registry.c \
    backends/reopen.c backends/reopen.h backends/stand_in.c backends/stand_in.h backends/swept.c backends/swept.h

# what people have set already
libwkl_a_SOURCES += backends/environment.c backends/environment.h backends/renewal.c backends/renewal.h \
    backends/mysql_options.c backends/mysql_options.h
libwkl_a_SOURCES += backends/address.c backends/address.h

# others' words, and whose certificates are believed
libwkl_a_SOURCES += backends/mysql_uri.c backends/mysql_uri.h backends/trust.c backends/trust.h backends/words.c backends/words.h

# SQL: one writer of statements, one administration, three dialects
libwkl_a_SOURCES += \
    backends/sql.c backends/sql.h backends/sql_admin.c backends/sql_driver.h backends/sqlite.c backends/postgres.c backends/mysql.c \
    backends/postgres_binary.c backends/postgres_binary.h
if HAVE_SQLITE
libwkl_a_SOURCES += backends/sqlite_driver.c backends/sqlite_mark.c
endif
if HAVE_LIBPQ
libwkl_a_SOURCES += backends/postgres_conn.c backends/postgres_conn.h backends/postgres_driver.c backends/postgres_mark.c
endif
if HAVE_MARIADB
libwkl_a_SOURCES += backends/mysql_conn.c backends/mysql_conn.h backends/mysql_driver.c backends/mysql_file.c backends/mysql_file.h \
    backends/mysql_load.c backends/mysql_mark.c backends/mysql_tls.c backends/mysql_tls.h
endif

# The HTTP backends: what they say is built always, what drives them needs libcurl.
libwkl_a_SOURCES += \
    backends/cosmosdb.c backends/cosmosdb.h backends/dynamodb.c backends/dynamodb.h backends/json_values.c backends/json_values.h \
    backends/retry.c backends/retry.h backends/sigv4.c backends/sigv4.h backends/pace.c backends/pace.h \
    backends/aws_keys.c backends/aws_keys.h backends/aws_profile.c backends/aws_profile.h
if HAVE_CURL
libwkl_a_SOURCES += \
    backends/aws_roles.c backends/aws_roles.h backends/cosmosdb_admin.c backends/cosmosdb_client.c backends/cosmosdb_client.h backends/cosmosdb_driver.c \
    backends/dynamodb_admin.c backends/dynamodb_client.c backends/dynamodb_client.h backends/dynamodb_driver.c \
    backends/endpoint.c backends/endpoint.h backends/http.c backends/http.h backends/http_load.c backends/http_service.c backends/http_service.h
endif

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
