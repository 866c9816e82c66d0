# backends/sql/: one writer of statements and one administration for all dialects
libwkl_a_SOURCES += backends/sql/sql.c backends/sql/sql.h backends/sql/batch.c backends/sql/store.c backends/sql/driver.h backends/sql/requests.c
if HAVE_CMOCKA
check_PROGRAMS += backends/sql/tests/print
TESTS += backends/sql/tests/print
backends_sql_tests_print_SOURCES = backends/sql/tests/print.c
backends_sql_tests_print_LDADD = $(UNIT_LIBS)
endif
