# vm/: what the build takes from here
libwkl_a_SOURCES += vm/hist.c vm/hist.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/hist
TESTS += tests/unit/hist
tests_unit_hist_SOURCES = tests/unit/hist.c
tests_unit_hist_LDADD = $(UNIT_LIBS)
endif
