# tests/: the scripts; unit tests are named by the folder they test
# the front end alone, and what it says about mistakes
check_PROGRAMS += tests/fronttool
tests_fronttool_SOURCES = tests/fronttool.c
TESTS += tests/diag.py tests/front.py
EXTRA_DIST += tests/diag.py tests/front.py
# The live tests need servers: scripts/test runs them.
EXTRA_DIST += tests/live/servers.py tests/live/local.py tests/live/run.py

# The commands as a user runs them; wkl.py is what these scripts share
EXTRA_DIST += tests/cli/wkl.py
WKL_CLI_TESTS = tests/cli/truth.py tests/cli/ownership.py tests/cli/secrets.py tests/cli/bad_input.py
dist_check_SCRIPTS += $(WKL_CLI_TESTS)
TESTS += $(WKL_CLI_TESTS)
dist_check_SCRIPTS += tests/emit.py
TESTS += tests/emit.py
EXTRA_DIST += tests/emit

# the layout of texts
TESTS += tests/fmt.py
EXTRA_DIST += tests/fmt.py tests/fmt
TESTS += tests/diag.py tests/explain.py tests/front.py tests/modules.py
EXTRA_DIST += tests/explain.py tests/modules.py tests/front.py tests/front/small.wkl tests/front/small.tokens tests/front/small.ast tests/front/small.ir tests/front/fraud.ir tests/front/ycsb.ir \
    tests/diag.py tests/diag/cascades.wkl tests/diag/distributions.wkl tests/diag/limits.wkl tests/diag/unused.wkl tests/diag/names.wkl tests/diag/queries.wkl tests/diag/runs.wkl tests/diag/syntax.wkl tests/diag/units.wkl
