# results/: what was measured, in memory
libwkl_a_SOURCES += \
    results/results.c results/results.h
