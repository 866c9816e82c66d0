# tests/: the scripts; unit tests are named by the folder they test
# the front end alone, and what it says about mistakes
check_PROGRAMS += tests/fronttool
tests_fronttool_SOURCES = tests/fronttool.c
TESTS += tests/diag.py tests/front.py
EXTRA_DIST += tests/diag.py tests/front.py

# The commands as a user runs them; wkl.py is what these scripts share
EXTRA_DIST += tests/cli/wkl.py
WKL_CLI_TESTS = tests/cli/truth.py tests/cli/ownership.py
dist_check_SCRIPTS += $(WKL_CLI_TESTS)
TESTS += $(WKL_CLI_TESTS)
