# fuzz/: harnesses for libFuzzer, and what they once found, which make check replays with every compiler
fuzzers = fuzz/addresses fuzz/bytecode fuzz/prices fuzz/report fuzz/text fuzz/values
fuzz_common = fuzz/fuzz.c fuzz/fuzz.h
if ENABLE_FUZZ
fuzz_flags = $(MODE_CFLAGS) -fsanitize=fuzzer
else
fuzz_common += fuzz/replay.c
fuzz_flags = $(MODE_CFLAGS)
endif
fuzz_addresses_SOURCES = fuzz/addresses.c $(fuzz_common)
fuzz_addresses_LDFLAGS = $(fuzz_flags)
fuzz_bytecode_SOURCES = fuzz/bytecode.c $(fuzz_common)
fuzz_bytecode_LDFLAGS = $(fuzz_flags)
fuzz_prices_SOURCES = fuzz/prices.c $(fuzz_common)
fuzz_prices_LDFLAGS = $(fuzz_flags)
fuzz_report_SOURCES = fuzz/report.c $(fuzz_common)
fuzz_report_LDFLAGS = $(fuzz_flags)
fuzz_text_SOURCES = fuzz/text.c $(fuzz_common)
fuzz_text_LDFLAGS = $(fuzz_flags)
fuzz_values_SOURCES = fuzz/values.c $(fuzz_common)
fuzz_values_LDFLAGS = $(fuzz_flags)
if HAVE_CURL
fuzzers += fuzz/replies
fuzz_replies_SOURCES = fuzz/played.c fuzz/played.h fuzz/replies.c $(fuzz_common)
fuzz_replies_LDFLAGS = $(fuzz_flags) -Wl,--wrap=http_new,--wrap=http_free,--wrap=http_start,--wrap=http_perform \
    -Wl,--wrap=http_reply_header,--wrap=retry_wait,--wrap=nanosleep
endif
check_PROGRAMS += $(fuzzers)
dist_check_SCRIPTS += fuzz/replay.sh
TESTS += fuzz/replay.sh
EXTRA_DIST += fuzz/found fuzz/replay.c fuzz/run.sh fuzz/seeds.py

# Not part of make check: FUZZ_SECONDS (60) for each harness, or those of FUZZ="text values".
.PHONY: fuzz
fuzz: $(fuzzers)
if ENABLE_FUZZ
	WKL_BUILD='$(abs_top_builddir)' WKL_SOURCE='$(abs_top_srcdir)' WKL_FUZZERS='$(fuzzers)' PYTHON3='$(PYTHON3)' $(SHELL) '$(top_srcdir)/fuzz/run.sh'
else
	@echo "make fuzz: this build has no libFuzzer: ./configure CC=clang --enable-fuzz" >&2; exit 1
endif
