# run/: a run from the file to the report
libwkl_a_SOURCES += \
    run/costing.c run/costing.h \
    run/estimate.c \
    run/gates.c \
    run/judge.c \
    run/load.c run/load.h run/loading.c run/loading.h \
    run/local.c run/local.h \
    run/measure.c \
    run/options.h \
    run/outputs.c \
    run/owning.c \
    run/places.c \
    run/proof.c run/proof.h run/prove.c run/rest.c run/rest.h \
    run/point.c \
    run/request_log.c run/request_log.h \
    run/run.c run/runner.h \
    run/several.c run/several.h \
    run/targets.c \
    run/tables.c \
    run/tempdir.c run/tempdir.h \
    run/viewer.c run/viewer.h
if HAVE_CMOCKA
# The allocations of a run are counted: the linker puts the test's own functions in between.
check_PROGRAMS += tests/unit/steady
TESTS += tests/unit/steady
tests_unit_steady_SOURCES = tests/unit/steady.c
tests_unit_steady_LDADD = $(UNIT_LIBS)
tests_unit_steady_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=worker_run
# A program of local servers that does not end, without the wait for it.
check_PROGRAMS += tests/unit/local
TESTS += tests/unit/local
tests_unit_local_SOURCES = tests/unit/local.c
tests_unit_local_LDADD = $(UNIT_LIBS)
tests_unit_local_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=usleep
endif
