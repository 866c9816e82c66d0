# backends/dynamodb/
libwkl_a_SOURCES += backends/dynamodb/dynamodb.c backends/dynamodb/dynamodb.h backends/dynamodb/sort_key.c \
    backends/dynamodb/sort_key.h backends/dynamodb/key_range.c backends/dynamodb/key_range.h \
    backends/dynamodb/writes.c backends/dynamodb/writes.h
if HAVE_CURL
libwkl_a_SOURCES += backends/dynamodb/store.c backends/dynamodb/client.c backends/dynamodb/client.h \
    backends/dynamodb/driver.c
endif
if HAVE_CMOCKA
check_PROGRAMS += backends/dynamodb/tests/print
TESTS += backends/dynamodb/tests/print
backends_dynamodb_tests_print_SOURCES = backends/dynamodb/tests/print.c $(http_fixture)
backends_dynamodb_tests_print_LDADD = $(UNIT_LIBS)
check_PROGRAMS += backends/dynamodb/tests/range
TESTS += backends/dynamodb/tests/range
backends_dynamodb_tests_range_SOURCES = backends/dynamodb/tests/range.c $(http_fixture)
backends_dynamodb_tests_range_LDADD = $(UNIT_LIBS)
if HAVE_CURL
check_PROGRAMS += backends/dynamodb/tests/calls
TESTS += backends/dynamodb/tests/calls
backends_dynamodb_tests_calls_SOURCES = backends/dynamodb/tests/calls.c $(http_scripted)
backends_dynamodb_tests_calls_LDADD = $(UNIT_LIBS)
endif
endif
nobase_dist_wkllocal_DATA += backends/dynamodb/local.py backends/dynamodb/DynamoDBLoopback.java
EXTRA_DIST += backends/dynamodb/tests/live.py
