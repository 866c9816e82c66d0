# report/: what the build takes from here
libwkl_a_SOURCES += \
    report/baseline.c report/baseline.h report/baseline_judge.c report/baseline_judge.h \
    report/busy.c report/busy.h report/chart.h \
    report/html_page.c report/rank.c report/rank.h \
    report/chart_pareto.c \
    report/chart_percentiles.c \
    report/chart_rows.c \
    report/chart_sweep.c \
    report/chart_time.c \
    report/chart_trace.c \
    report/compare.c report/compare.h \
    report/cost_table.c report/costs.c report/costs.h \
    report/csv.c report/csv.h \
    report/doubt.c report/doubt.h \
    report/expect.c report/expect.h \
    report/fields.c report/fields.h \
    report/figures.c report/figures.h \
    report/gate.c report/gate.h \
    report/grid.c report/grid.h \
    report/hdr.c report/hdr.h \
    report/hlog.c \
    report/headline.c report/headline.h \
    report/html.c report/html.h \
    report/html_answer.c report/html_answer.h \
    report/html_backends.c report/html_backends.h \
    report/html_cost.c \
    report/html_compare.c \
    report/html_expect.c \
    report/html_point.c \
    report/html_run.c report/html_run.h \
    report/html_style.c report/html_style.h \
    report/html_sweep.c \
    report/html_table.c report/html_table.h \
    report/join.c report/join.h \
    report/json.c \
    report/junit.c \
    report/limit.c report/limit.h \
    report/markdown.c \
    report/number.c report/number.h \
    report/plain.c report/plain.h \
    report/plot.c report/plot.h \
    report/points.c report/points.h \
    report/power.c report/power.h \
    report/progress.c report/progress.h \
    report/read_baseline.c report/read_baseline.h \
    report/read_cost.c report/read_cost.h \
    report/read_json.c report/read_json.h \
    report/recommend.c report/recommend.h \
    report/report.c report/report.h \
    report/results.c report/results.h \
    report/spark.c report/spark.h \
    report/stats.c report/stats.h \
    report/text.c report/text.h \
    report/text_answer.c \
    report/text_compare.c \
    report/text_cost.c \
    report/text_run.c \
    report/whose.c report/whose.h \
    report/xml.c report/xml.h
EXTRA_DIST += \
    tests/report/junit.xsd \
    tests/report/compare.txt tests/report/compare.details.txt \
    tests/report/compare.json tests/report/compare.csv tests/report/compare.md tests/report/compare.xml \
    tests/report/close.txt tests/report/close.details.txt tests/report/close.json \
    tests/report/close.csv tests/report/close.md tests/report/close.xml \
    tests/report/empty.txt tests/report/empty.details.txt tests/report/empty.json \
    tests/report/empty.csv tests/report/empty.md tests/report/empty.xml \
    tests/report/failed.txt tests/report/failed.details.txt tests/report/failed.json \
    tests/report/failed.csv tests/report/failed.md tests/report/failed.xml \
    tests/report/odd.txt tests/report/odd.details.txt tests/report/odd.json tests/report/odd.csv tests/report/odd.md tests/report/odd.xml \
    tests/report/one.txt tests/report/one.details.txt tests/report/one.json tests/report/one.csv tests/report/one.md tests/report/one.xml \
    tests/report/limits.txt tests/report/limits.details.txt tests/report/limits.json \
    tests/report/limits.csv tests/report/limits.md tests/report/limits.xml \
    tests/report/stand_ins.txt tests/report/stand_ins.details.txt \
    tests/report/stand_ins.json tests/report/stand_ins.csv tests/report/stand_ins.md tests/report/stand_ins.xml \
    tests/report/sweep.txt tests/report/sweep.details.txt tests/report/sweep.json \
    tests/report/sweep.csv tests/report/sweep.md tests/report/sweep.xml
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/report tests/unit/answers tests/unit/progress tests/unit/figures tests/unit/statistics tests/unit/recommend tests/unit/hdr tests/unit/read_json
TESTS += tests/unit/report tests/unit/answers tests/unit/progress tests/unit/figures tests/unit/statistics tests/unit/recommend tests/unit/hdr tests/unit/read_json
tests_unit_hdr_SOURCES = tests/unit/hdr.c
tests_unit_hdr_LDADD = $(UNIT_LIBS)
tests_unit_read_json_SOURCES = tests/unit/read_json.c
tests_unit_read_json_LDADD = $(UNIT_LIBS)
tests_unit_figures_SOURCES = tests/unit/figures.c
tests_unit_figures_LDADD = $(UNIT_LIBS)
tests_unit_recommend_SOURCES = tests/unit/recommend.c
tests_unit_recommend_LDADD = $(UNIT_LIBS)
tests_unit_statistics_SOURCES = tests/unit/statistics.c
tests_unit_statistics_LDADD = $(UNIT_LIBS)
tests_unit_progress_SOURCES = tests/unit/progress.c
tests_unit_progress_LDADD = $(UNIT_LIBS)
report_cases_sources = tests/unit/report_cases.c tests/unit/report_cases.h
tests_unit_report_SOURCES = tests/unit/report.c $(report_cases_sources)
tests_unit_report_LDADD = $(UNIT_LIBS)
tests_unit_answers_SOURCES = tests/unit/answers.c $(report_cases_sources)
tests_unit_answers_LDADD = $(UNIT_LIBS)
endif
dist_check_SCRIPTS += tests/results_schema.py tests/html.py
TESTS += tests/results_schema.py tests/html.py
