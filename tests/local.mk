# tests/: the scripts; unit tests are named by the folder they test
dist_check_SCRIPTS += tests/emit.py
TESTS += tests/emit.py
EXTRA_DIST += tests/emit
# Run by hand, or by the live tests: it starts servers.
dist_check_SCRIPTS += tests/live/emitted.py
EXTRA_DIST += tests/live/odd_keys.wkl
