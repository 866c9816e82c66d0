# report/: what the build takes from here
libwkl_a_SOURCES += report/results.h
