# backends/sqlite/
libwkl_a_SOURCES += backends/sqlite/sqlite.c
if HAVE_SQLITE
libwkl_a_SOURCES += backends/sqlite/driver.c backends/sqlite/mark.c
endif
