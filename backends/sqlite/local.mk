# backends/sqlite/
libwkl_a_SOURCES += backends/sqlite/faults.c backends/sqlite/faults.h backends/sqlite/sqlite.c
if HAVE_SQLITE
libwkl_a_SOURCES += backends/sqlite/driver.c backends/sqlite/mark.c
endif
WKL_CONTRACTS += backends/sqlite/tests/contract.sh
dist_check_SCRIPTS += backends/sqlite/tests/contract.sh
TESTS += backends/sqlite/tests/contract.sh
