# tests/: the scripts; unit tests are named by the folder they test
# the front end alone, and what it says about mistakes
check_PROGRAMS += tests/fronttool
tests_fronttool_SOURCES = tests/fronttool.c
TESTS += tests/diag.py tests/explain.py tests/front.py tests/modules.py tests/sample.py
EXTRA_DIST += tests/explain.py tests/modules.py tests/sample.py tests/sample.wkl tests/front.py tests/front/small.wkl tests/front/small.tokens tests/front/small.ast tests/front/small.ir tests/front/fraud.ir tests/front/ycsb.ir \
    tests/diag.py tests/diag/cascades.wkl tests/diag/distributions.wkl tests/diag/limits.wkl tests/diag/unused.wkl tests/diag/names.wkl tests/diag/queries.wkl tests/diag/runs.wkl tests/diag/syntax.wkl tests/diag/units.wkl
