# vm/: bytecode, the machine that runs it, and what it measures
libwkl_a_SOURCES += vm/opcodes.def vm/program.c vm/program.h
