# backends/: one file each; drivers stand apart (…_driver.c) and are built where their library is there
libwkl_a_SOURCES += backends/backend.c backends/backend.h backends/instances.c backends/instances.h backends/memory.c backends/registry.c
# The HTTP backends: what they say is built always, what drives them needs libcurl.
libwkl_a_SOURCES += \
    backends/dynamodb.c backends/dynamodb.h backends/json_values.c backends/json_values.h \
    backends/retry.c backends/retry.h backends/sigv4.c backends/sigv4.h
if HAVE_CURL
libwkl_a_SOURCES += \
    backends/dynamodb_admin.c backends/dynamodb_client.c backends/dynamodb_client.h backends/dynamodb_driver.c \
    backends/dynamodb_load.c backends/http.c backends/http.h
endif

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/retry tests/unit/sigv4
TESTS += tests/unit/retry tests/unit/sigv4
tests_unit_retry_SOURCES = tests/unit/retry.c
tests_unit_retry_LDADD = $(UNIT_LIBS)
tests_unit_sigv4_SOURCES = tests/unit/sigv4.c
tests_unit_sigv4_LDADD = $(UNIT_LIBS)
endif
