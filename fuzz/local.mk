# fuzz/: harnesses for libFuzzer, and what they once found, which make check replays with every compiler
fuzzers = fuzz/bytecode fuzz/text
check_PROGRAMS += $(fuzzers)
fuzz_common = fuzz/fuzz.c fuzz/fuzz.h
if ENABLE_FUZZ
fuzz_flags = $(MODE_CFLAGS) -fsanitize=fuzzer
else
fuzz_common += fuzz/replay.c
fuzz_flags = $(MODE_CFLAGS)
endif
fuzz_bytecode_SOURCES = fuzz/bytecode.c $(fuzz_common)
fuzz_bytecode_LDFLAGS = $(fuzz_flags)
fuzz_text_SOURCES = fuzz/text.c $(fuzz_common)
fuzz_text_LDFLAGS = $(fuzz_flags)
EXTRA_DIST += fuzz/replay.c
