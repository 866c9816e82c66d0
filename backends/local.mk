# backends/: one file each; drivers stand apart (…_driver.c) and are built where their library is there
libwkl_a_SOURCES += backends/backend.c backends/backend.h backends/instances.c backends/instances.h backends/memory.c backends/registry.c

# SQL: one writer of statements, one administration, three dialects
libwkl_a_SOURCES += \
    backends/sql.c backends/sql.h backends/sql_admin.c backends/sql_driver.h backends/sqlite.c backends/postgres.c backends/mysql.c \
    backends/postgres_binary.c backends/postgres_binary.h
if HAVE_SQLITE
libwkl_a_SOURCES += backends/sqlite_driver.c
endif
if HAVE_LIBPQ
libwkl_a_SOURCES += backends/postgres_conn.c backends/postgres_conn.h backends/postgres_driver.c
endif
