# compiler/: from the syntax tree to plans and bytecode
libwkl_a_SOURCES += \
    compiler/codegen.c compiler/codegen.h compiler/columns.c compiler/consts.c compiler/elab.h compiler/emit.c compiler/emit.h \
    compiler/emit_backends.c compiler/emit_check.c compiler/same.c compiler/explain.c compiler/explain.h compiler/exprs.c compiler/front.c \
    compiler/front.h compiler/holds.c compiler/holds.h compiler/ir.c compiler/ir.h compiler/ir_dump.c compiler/metric.c compiler/moments.c compiler/names.c compiler/narrow.c \
    compiler/narrow.h compiler/pack.c compiler/plan.c compiler/plan.h compiler/queries.c compiler/runs.c \
    compiler/sample.c compiler/sample.h compiler/schema.c
EXTRA_DIST += compiler/diagnostics.def
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/codegen tests/unit/pack
TESTS += tests/unit/codegen tests/unit/pack
tests_unit_codegen_SOURCES = tests/unit/codegen.c
tests_unit_codegen_LDADD = $(UNIT_LIBS)
tests_unit_pack_SOURCES = tests/unit/pack.c
tests_unit_pack_LDADD = $(UNIT_LIBS)
endif
