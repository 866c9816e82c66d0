# backends/sqlite/
libwkl_a_SOURCES += backends/sqlite/faults.c backends/sqlite/faults.h backends/sqlite/sqlite.c
if HAVE_SQLITE
libwkl_a_SOURCES += backends/sqlite/driver.c backends/sqlite/mark.c
if HAVE_CMOCKA
check_PROGRAMS += backends/sqlite/tests/session
TESTS += backends/sqlite/tests/session
backends_sqlite_tests_session_SOURCES = backends/sqlite/tests/session.c backends/http/tests/fixture.h
backends_sqlite_tests_session_LDADD = $(UNIT_LIBS)
endif
endif
WKL_CONTRACTS += backends/sqlite/tests/contract.sh
dist_check_SCRIPTS += backends/sqlite/tests/contract.sh
TESTS += backends/sqlite/tests/contract.sh
