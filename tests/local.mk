# tests/: the scripts; unit tests are named by the folder they test

# The commands as a user runs them; wkl.py is what these scripts share
EXTRA_DIST += tests/cli/wkl.py
WKL_CLI_TESTS = tests/cli/truth.py tests/cli/ownership.py tests/cli/secrets.py
dist_check_SCRIPTS += $(WKL_CLI_TESTS)
TESTS += $(WKL_CLI_TESTS)
