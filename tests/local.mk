# tests/: the scripts; unit tests are named by the folder they test
# the front end alone, and what it says about mistakes
check_PROGRAMS += tests/fronttool
tests_fronttool_SOURCES = tests/fronttool.c
TESTS += tests/diag.py tests/front.py
EXTRA_DIST += tests/front.py tests/front/small.wkl tests/front/small.tokens tests/front/small.ast tests/front/small.ir tests/front/fraud.ir tests/front/ycsb.ir \
    tests/diag.py tests/diag/names.wkl tests/diag/queries.wkl tests/diag/runs.wkl tests/diag/syntax.wkl tests/diag/units.wkl

# the layout of texts
TESTS += tests/fmt.py
EXTRA_DIST += tests/fmt.py tests/fmt/messy.wkl tests/fmt/messy.out
