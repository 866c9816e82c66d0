# compiler/: from the syntax tree to the IR
libwkl_a_SOURCES += compiler/changes.c compiler/columns.c compiler/consts.c compiler/elab.h compiler/explain.c compiler/explain.h \
    compiler/exprs.c compiler/front.c compiler/front.h compiler/moments.c compiler/names.c compiler/queries.c compiler/queries_parts.h \
    compiler/runs.c compiler/schema.c compiler/slices.c compiler/writes.c
EXTRA_DIST += compiler/diagnostics.def
