# plan/: from queries to requests, by the limits of a backend that is not named here
libwkl_a_SOURCES += plan/cannot.c plan/caps.h plan/pack.c plan/plan.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/pack
TESTS += tests/unit/pack
tests_unit_pack_SOURCES = tests/unit/pack.c
tests_unit_pack_LDADD = $(UNIT_LIBS)
endif
