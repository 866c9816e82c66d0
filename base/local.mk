# base/: what everything may use and that uses nothing
libwkl_a_SOURCES += \
    base/base64.c base/base64.h base/bounds.h base/text.h base/file.c base/file.h \
    base/arena.c base/arena.h base/buf.c base/buf.h base/bug.c base/bug.h base/clock.h base/command.c base/command.h base/diag.c base/diag.h base/error.c base/error.h base/fault.c base/fault.h \
    base/exact.c base/exact.h base/handles.c base/handles.h base/loop.c base/loop.h base/loopback.c base/loopback.h base/map.c base/map.h \
    base/mem.c base/mem.h base/printable.c base/printable.h base/secret.c base/secret.h base/secret_cover.c \
    base/thread.c base/thread.h base/units.c base/units.h base/utf8.c base/utf8.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/diag tests/unit/exact tests/unit/loop tests/unit/printable tests/unit/secret
TESTS += tests/unit/diag tests/unit/exact tests/unit/loop tests/unit/printable tests/unit/secret
tests_unit_diag_SOURCES = tests/unit/diag.c
tests_unit_diag_LDADD = $(UNIT_LIBS)
tests_unit_exact_SOURCES = tests/unit/exact.c
tests_unit_exact_LDADD = $(UNIT_LIBS)
tests_unit_loop_SOURCES = tests/unit/loop.c
tests_unit_loop_LDADD = $(UNIT_LIBS)
tests_unit_printable_SOURCES = tests/unit/printable.c
tests_unit_printable_LDADD = $(UNIT_LIBS)
tests_unit_secret_SOURCES = tests/unit/secret.c
tests_unit_secret_LDADD = $(UNIT_LIBS)
endif
