# backends/memory/
libwkl_a_SOURCES += backends/memory/memory.c
