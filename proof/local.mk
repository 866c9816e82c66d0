# proof/: what happened to watched keys, and what it proves
libwkl_a_SOURCES += proof/history.c proof/history.h \
    proof/judge.c proof/judge.h proof/touched.c proof/touched.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/judge tests/unit/touched
TESTS += tests/unit/judge tests/unit/touched
tests_unit_judge_SOURCES = tests/unit/judge.c
tests_unit_judge_LDADD = $(UNIT_LIBS)
tests_unit_touched_SOURCES = tests/unit/touched.c
tests_unit_touched_LDADD = $(UNIT_LIBS)
endif
