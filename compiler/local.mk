# compiler/: what the build takes from here
libwkl_a_SOURCES += compiler/metric.c
