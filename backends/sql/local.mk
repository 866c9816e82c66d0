# backends/sql/: one writer of statements and one administration for all dialects
libwkl_a_SOURCES += backends/sql/sql.c backends/sql/sql.h backends/sql/admin.c backends/sql/driver.h backends/sql/requests.c
