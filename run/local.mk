# run/: a run from the file to the report
libwkl_a_SOURCES += run/costing.c run/costing.h run/estimate.c run/gates.c run/local.c run/local.h run/measure.c run/options.h run/point.c run/run.c run/runner.h run/sites.c run/tables.c \
    run/tempdir.c run/tempdir.h
