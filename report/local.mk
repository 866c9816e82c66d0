# report/: what the build takes from here
libwkl_a_SOURCES += \
    report/chart.c report/cost_table.c report/costs.c report/costs.h report/csv.c report/html.c report/html.h report/markdown.c report/expect.c report/expect.h report/figures.c report/figures.h report/grid.c report/grid.h report/json.c report/number.c report/number.h report/progress.c report/progress.h \
    report/report.c report/report.h report/results.c report/results.h report/text.c report/text.h report/text_answer.c report/text_cost.c report/text_run.c
EXTRA_DIST += \
    tests/report/compare.txt tests/report/compare.json tests/report/compare.csv tests/report/compare.md \
    tests/report/empty.txt tests/report/empty.json tests/report/empty.csv tests/report/empty.md \
    tests/report/failed.txt tests/report/failed.json tests/report/failed.csv tests/report/failed.md \
    tests/report/odd.txt tests/report/odd.json tests/report/odd.csv tests/report/odd.md \
    tests/report/one.txt tests/report/one.json tests/report/one.csv tests/report/one.md \
    tests/report/sweep.txt tests/report/sweep.json tests/report/sweep.csv tests/report/sweep.md
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/report tests/unit/progress tests/unit/figures
TESTS += tests/unit/report tests/unit/progress tests/unit/figures
tests_unit_figures_SOURCES = tests/unit/figures.c
tests_unit_figures_LDADD = $(UNIT_LIBS)
tests_unit_progress_SOURCES = tests/unit/progress.c
tests_unit_progress_LDADD = $(UNIT_LIBS)
tests_unit_report_SOURCES = tests/unit/report.c
tests_unit_report_LDADD = $(UNIT_LIBS)
endif
dist_check_SCRIPTS += tests/results_schema.py
TESTS += tests/results_schema.py
