# compiler/: from the syntax tree to plans and bytecode
libwkl_a_SOURCES += compiler/codegen.c compiler/codegen.h compiler/ir.h compiler/pack.c compiler/plan.c compiler/plan.h
