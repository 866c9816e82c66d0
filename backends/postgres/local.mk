# backends/postgres/
libwkl_a_SOURCES += backends/postgres/postgres.c backends/postgres/binary.c backends/postgres/binary.h \
    backends/postgres/faults.c backends/postgres/faults.h
if HAVE_LIBPQ
libwkl_a_SOURCES += backends/postgres/conn.c backends/postgres/conn.h backends/postgres/driver.c \
    backends/postgres/mark.c
endif
nobase_dist_wkllocal_DATA += backends/postgres/local.py
EXTRA_DIST += backends/postgres/tests/live.py backends/postgres/tests/truth.py
