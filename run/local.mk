# run/: a run from the file to the report
libwkl_a_SOURCES += run/loading.c run/loading.h run/local.c run/local.h run/measure.c run/options.h run/point.c run/run.c run/runner.h run/sites.c run/tables.c \
    run/tempdir.c run/tempdir.h
