# backends/memory/
libwkl_a_SOURCES += backends/memory/faults.c backends/memory/faults.h backends/memory/memory.c
