# findings/: what follows from results: figures, intervals, verdicts; pure functions, but for what they add to the results
libwkl_a_SOURCES += \
    findings/baseline.c findings/baseline.h findings/baseline_judge.c findings/baseline_judge.h \
    findings/busy.c findings/busy.h findings/compare.c findings/compare.h findings/costs.c \
    findings/costs.h findings/errors.c findings/errors.h findings/doubt.c findings/doubt.h findings/expect.c findings/expect.h \
    findings/figures.c findings/figures.h findings/gate.c findings/gate.h findings/join.c findings/join.h \
    findings/limit.c findings/limit.h findings/number.c findings/number.h findings/points.c \
    findings/points.h findings/power.c findings/power.h findings/rank.c findings/rank.h \
    findings/recommend.c findings/recommend.h findings/stats.c findings/stats.h findings/whose.c \
    findings/whose.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/figures tests/unit/recommend tests/unit/statistics
TESTS += tests/unit/figures tests/unit/recommend tests/unit/statistics
tests_unit_figures_SOURCES = tests/unit/figures.c
tests_unit_figures_LDADD = $(UNIT_LIBS)
tests_unit_recommend_SOURCES = tests/unit/recommend.c
tests_unit_recommend_LDADD = $(UNIT_LIBS)
tests_unit_statistics_SOURCES = tests/unit/statistics.c
tests_unit_statistics_LDADD = $(UNIT_LIBS)
endif
