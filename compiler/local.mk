# compiler/: from the syntax tree to plans and bytecode
libwkl_a_SOURCES += compiler/codegen.c compiler/codegen.h compiler/emit.c compiler/emit.h compiler/ir.h compiler/pack.c compiler/plan.c compiler/plan.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/pack
TESTS += tests/unit/pack
tests_unit_pack_SOURCES = tests/unit/pack.c
tests_unit_pack_LDADD = $(UNIT_LIBS)
endif
