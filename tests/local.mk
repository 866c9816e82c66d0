# tests/: the scripts; unit tests are named by the folder they test
dist_check_SCRIPTS += tests/emit.py
TESTS += tests/emit.py
EXTRA_DIST += tests/emit
