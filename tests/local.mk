# tests/: the scripts; unit tests are named by the folder they test

# The commands as a user runs them; wkl.py is what these scripts share
EXTRA_DIST += tests/cli/wkl.py
dist_check_SCRIPTS += tests/cli/truth.py
TESTS += tests/cli/truth.py
