# grammar/: from text to the syntax tree
AM_YFLAGS += -Wno-yacc
BUILT_SOURCES += grammar/parse.h
EXTRA_DIST += grammar/keywords.def grammar/nodes.def
libwkl_a_SOURCES += \
    grammar/ast.c grammar/ast.h grammar/fmt.c grammar/fmt.h grammar/fmt_lines.c grammar/fmt_lines.h grammar/hint.c grammar/hint.h \
    grammar/parse.y grammar/recover.c grammar/recover.h grammar/scan.l grammar/scan_state.h
