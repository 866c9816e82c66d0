# backends/sqlite/
libwkl_a_SOURCES += backends/sqlite/faults.c backends/sqlite/faults.h backends/sqlite/sqlite.c
if HAVE_SQLITE
libwkl_a_SOURCES += backends/sqlite/driver.c backends/sqlite/mark.c
endif
