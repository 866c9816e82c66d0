# backends/: one file each; drivers stand apart (…_driver.c) and are built where their library is there
libwkl_a_SOURCES += backends/backend.c backends/backend.h backends/instances.c backends/instances.h backends/memory.c backends/registry.c
