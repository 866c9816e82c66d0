# data/: types and values, random numbers, generators, keys and rows, key distributions
# Each operation of a double is rounded by itself: generated rows have the same bits on every machine (data/portable_math.h).
AM_CFLAGS += -ffp-contract=off
libwkl_a_SOURCES += \
    data/data.c data/data.h data/date.c data/digest.c data/dist.c data/dist.h data/distinct.c \
    data/distinct.h data/draw.c data/draw.h data/expr.c data/expr.h data/expr_bounds.c data/finder.c \
    data/finder.h data/gen.c data/gen.h data/gen_bounds.c data/gen_text.c data/keys.c data/keys.h data/most.c \
    data/place.c data/portable_math.c data/portable_math.h data/rng.c data/rng.h data/rows.c data/rows.h \
    data/schema.h data/scratch.c data/scratch.h data/stream.c data/stream.h data/value.c data/value.h \
    data/value_parse.c data/version.c data/version.h data/written.c data/written.h data/zipf.c data/zipf.h

EXTRA_DIST += tests/unit/stats.h
if HAVE_CMOCKA
data_tests = tests/unit/data tests/unit/dist tests/unit/gen tests/unit/holds tests/unit/portable_math tests/unit/rng tests/unit/value \
    tests/unit/version tests/unit/written
check_PROGRAMS += $(data_tests)
TESTS += $(data_tests)
tests_unit_data_SOURCES = tests/unit/data.c
tests_unit_data_LDADD = $(UNIT_LIBS)
tests_unit_dist_SOURCES = tests/unit/dist.c
tests_unit_dist_LDADD = $(UNIT_LIBS)
tests_unit_gen_SOURCES = tests/unit/gen.c
tests_unit_gen_LDADD = $(UNIT_LIBS)
tests_unit_holds_SOURCES = tests/unit/holds.c
tests_unit_holds_LDADD = $(UNIT_LIBS)
tests_unit_portable_math_SOURCES = tests/unit/portable_math.c
tests_unit_portable_math_LDADD = $(UNIT_LIBS)
tests_unit_rng_SOURCES = tests/unit/rng.c
tests_unit_rng_LDADD = $(UNIT_LIBS)
tests_unit_value_SOURCES = tests/unit/value.c
tests_unit_value_LDADD = $(UNIT_LIBS)
tests_unit_version_SOURCES = tests/unit/version.c
tests_unit_version_LDADD = $(UNIT_LIBS)
tests_unit_written_SOURCES = tests/unit/written.c
tests_unit_written_LDADD = $(UNIT_LIBS)
endif

# make bench-gen: what values, keys and rows cost
EXTRA_PROGRAMS += bench/gen
bench_gen_SOURCES = bench/gen.c
CLEANFILES += bench/gen
bench-gen: bench/gen
	bench/gen
.PHONY: bench-gen
