# proof/: what happened to watched keys, and what it proves
libwkl_a_SOURCES += proof/balance.c proof/balance.h proof/counts.c proof/counts.h proof/finding.h \
    proof/history.c proof/history.h \
    proof/judge.c proof/judge.h proof/touched.c proof/touched.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/balance tests/unit/judge tests/unit/touched
TESTS += tests/unit/balance tests/unit/judge tests/unit/touched
tests_unit_balance_SOURCES = tests/unit/balance.c
tests_unit_balance_LDADD = $(UNIT_LIBS)
tests_unit_judge_SOURCES = tests/unit/judge.c
tests_unit_judge_LDADD = $(UNIT_LIBS)
tests_unit_touched_SOURCES = tests/unit/touched.c
tests_unit_touched_LDADD = $(UNIT_LIBS)
endif
