# show/: results as people and machines read them, and read back
libwkl_a_SOURCES += \
    show/chart.h show/chart_pareto.c show/chart_percentiles.c show/chart_rows.c show/chart_sweep.c \
    show/chart_time.c show/chart_trace.c show/comparison_fields.c show/comparison_fields.h \
    show/cost_fields.c show/cost_fields.h show/cost_table.c show/csv.c show/csv.h \
    show/entry_fields.c show/entry_fields.h show/field.c show/field.h show/grid.c show/grid.h \
    show/hdr.c show/hdr.h show/headline.c show/headline.h show/histogram_fields.c \
    show/histogram_fields.h show/hlog.c show/html.c show/html.h show/html_answer.c \
    show/html_answer.h show/html_backends.c show/html_backends.h show/html_compare.c \
    show/html_cost.c show/html_expect.c show/html_page.c show/html_point.c show/html_queries.c show/html_run.c \
    show/html_run.h show/html_style.c show/html_style.h show/html_sweep.c show/html_table.c \
    show/html_table.h show/json.c show/json_read.c show/json_read.h show/json_schema.c \
    show/json_schema.h show/json_write.c show/json_write.h show/junit.c show/latency_fields.c \
    show/latency_fields.h show/markdown.c show/plain.c show/plain.h show/plot.c show/plot.h \
    show/progress.c show/progress.h show/read_json.c show/read_json.h show/recommendation_fields.c \
    show/recommendation_fields.h show/report.c show/report.h show/result_fields.c \
    show/result_fields.h show/round_fields.c show/round_fields.h show/spark.c show/spark.h \
    show/text.c show/text.h show/text_answer.c show/text_block.c show/text_block.h \
    show/text_compare.c show/text_cost.c show/text_fastest.c show/text_figures.c \
    show/text_glance.c show/text_line.c show/text_load.c show/text_queries.c show/text_remarks.c show/text_run.c \
    show/xml.c show/xml.h
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
check_PROGRAMS += tests/unit/answers tests/unit/hdr tests/unit/progress tests/unit/read_json tests/unit/report
TESTS += tests/unit/answers tests/unit/hdr tests/unit/progress tests/unit/read_json tests/unit/report
report_cases_sources = tests/unit/report_cases.c tests/unit/report_cases.h
tests_unit_answers_SOURCES = tests/unit/answers.c $(report_cases_sources)
tests_unit_answers_LDADD = $(UNIT_LIBS)
tests_unit_hdr_SOURCES = tests/unit/hdr.c
tests_unit_hdr_LDADD = $(UNIT_LIBS)
tests_unit_progress_SOURCES = tests/unit/progress.c
tests_unit_progress_LDADD = $(UNIT_LIBS)
tests_unit_read_json_SOURCES = tests/unit/read_json.c
tests_unit_read_json_LDADD = $(UNIT_LIBS)
tests_unit_report_SOURCES = tests/unit/report.c $(report_cases_sources)
tests_unit_report_LDADD = $(UNIT_LIBS)
endif
dist_check_SCRIPTS += tests/results_schema.py tests/html.py
TESTS += tests/results_schema.py tests/html.py
