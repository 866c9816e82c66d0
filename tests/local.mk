# tests/: the scripts; unit tests are named by the folder they test
