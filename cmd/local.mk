# cmd/: thin mains over the library
libwkl_a_SOURCES += cmd/format.c cmd/format.h cmd/options.c cmd/options.h
bin_PROGRAMS += wklc wklrun
wklc_SOURCES = cmd/wklc.c
wklrun_SOURCES = cmd/wklrun.c
