# backends/cosmosdb/
libwkl_a_SOURCES += backends/cosmosdb/cosmosdb.c backends/cosmosdb/cosmosdb.h
if HAVE_CURL
libwkl_a_SOURCES += backends/cosmosdb/store.c backends/cosmosdb/client.c backends/cosmosdb/client.h \
    backends/cosmosdb/driver.c backends/cosmosdb/tokens.c backends/cosmosdb/tokens.h
endif
if HAVE_CMOCKA
check_PROGRAMS += backends/cosmosdb/tests/print
TESTS += backends/cosmosdb/tests/print
backends_cosmosdb_tests_print_SOURCES = backends/cosmosdb/tests/print.c $(http_fixture)
backends_cosmosdb_tests_print_LDADD = $(UNIT_LIBS)
if HAVE_CURL
check_PROGRAMS += backends/cosmosdb/tests/calls
TESTS += backends/cosmosdb/tests/calls
backends_cosmosdb_tests_calls_SOURCES = backends/cosmosdb/tests/calls.c $(http_scripted)
backends_cosmosdb_tests_calls_LDADD = $(UNIT_LIBS)
endif
endif
nobase_dist_wkllocal_DATA += backends/cosmosdb/local.py
EXTRA_DIST += backends/cosmosdb/tests/live.py
