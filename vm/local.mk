# vm/: bytecode, the machine that runs it, and what it measures
libwkl_a_SOURCES += vm/opcodes.def vm/program.c vm/program.h vm/verify.c vm/calls.c vm/check.c vm/codegen.c vm/codegen.h vm/follow.c vm/check.h vm/hist.c vm/hist.h vm/interp.c vm/make.c \
    vm/packed.c vm/packed.h vm/ring.c vm/ring.h vm/series.c vm/series.h vm/tally.c vm/tally.h vm/trace.h \
    vm/window.c vm/window.h vm/witness.c vm/witness.h vm/worker.c vm/worker.h vm/worker_parts.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/codegen tests/unit/hist tests/unit/ring tests/unit/series
TESTS += tests/unit/codegen tests/unit/hist tests/unit/ring tests/unit/series
tests_unit_codegen_SOURCES = tests/unit/codegen.c
tests_unit_codegen_LDADD = $(UNIT_LIBS)
tests_unit_hist_SOURCES = tests/unit/hist.c
tests_unit_hist_LDADD = $(UNIT_LIBS)
tests_unit_ring_SOURCES = tests/unit/ring.c
tests_unit_ring_LDADD = $(UNIT_LIBS)
tests_unit_series_SOURCES = tests/unit/series.c
tests_unit_series_LDADD = $(UNIT_LIBS)
endif
