# backends/mysql/
libwkl_a_SOURCES += backends/mysql/faults.c backends/mysql/faults.h backends/mysql/mysql.c backends/mysql/options.c backends/mysql/options.h backends/mysql/uri.c \
    backends/mysql/uri.h
if HAVE_MARIADB
libwkl_a_SOURCES += backends/mysql/conn.c backends/mysql/conn.h backends/mysql/driver.c backends/mysql/file.c \
    backends/mysql/file.h backends/mysql/load.c backends/mysql/mark.c backends/mysql/tls.c backends/mysql/tls.h
endif
nobase_dist_wkllocal_DATA += backends/mysql/local.py
EXTRA_DIST += backends/mysql/tests/live.py backends/mysql/tests/tls.py
