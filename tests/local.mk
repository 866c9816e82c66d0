# tests/: the scripts, which share checks.py. Unit tests are in tests/unit, and named by the folder they test; those of a backend lie in its folder.
# A tool for them: the front end alone, and what it says about mistakes.
check_PROGRAMS += tests/fronttool
tests_fronttool_SOURCES = tests/fronttool.c

# The front end, and what is printed; each goes over the files of a folder of its name. docs.py: README.md and docs/.
WKL_TEXT_TESTS = tests/diag.py tests/docs.py tests/emit.py tests/explain.py tests/fmt.py tests/front.py tests/layers.py \
    tests/local_servers.py tests/modules.py tests/sample.py tests/scale.py tests/values.py
# wklc without memory: its own main, and allocations that fail.
check_PROGRAMS += tests/starved
tests_starved_SOURCES = tests/starved.c cmd/wklc.c
tests_starved_LDFLAGS = $(MODE_CFLAGS) -Wl,--wrap=main,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=realpath,--wrap=fopen
WKL_TEXT_TESTS += tests/out_of_memory.py
# wklrun with so many threads and no more.
check_PROGRAMS += tests/threadless
tests_threadless_SOURCES = tests/threadless.c cmd/wklrun.c
tests_threadless_LDFLAGS = $(MODE_CFLAGS) -Wl,--wrap=pthread_create

# The commands as a user runs them; wkl.py is what these scripts share. Memory and files are at stake in the first ones: sanitizers see them.
WKL_CLI_CORE = tests/cli/bad_input.py tests/cli/changes.py tests/cli/credentials.py tests/cli/entra.py tests/cli/faults.py tests/cli/holds.py tests/cli/keyed_updates.py tests/cli/limits.py tests/cli/loading.py \
    tests/cli/ownership.py tests/cli/request_log.py tests/cli/row_keys.py tests/cli/secrets.py tests/cli/several.py tests/cli/slices.py tests/cli/sweeps.py tests/cli/tls.py tests/cli/updates.py \
    tests/cli/truth.py tests/cli/tuples.py
WKL_CLI_TESTS = $(WKL_CLI_CORE) tests/cli/costs.py tests/cli/gates.py tests/cli/hlog.py tests/cli/left_out.py tests/cli/output.py \
    tests/cli/reports.py tests/cli/toys.py tests/cli/verdict.py
# Those that take longest, most of it in waiting, begin first.
WKL_LONG_TESTS = tests/cli/two_at_once.py tests/cli/timing.py tests/cli/results.py tests/cli/files.py tests/cli/signals.py \
    tests/cli/numeric_options.py

dist_check_SCRIPTS += $(WKL_TEXT_TESTS) $(WKL_CLI_TESTS) $(WKL_LONG_TESTS)
TESTS += $(WKL_TEXT_TESTS) $(WKL_CLI_TESTS)
EXTRA_DIST += tests/toys tests/checks.py tests/sample.wkl tests/cli/authority.py tests/cli/wkl.py tests/diag tests/emit tests/fmt tests/front

# The contract that every driver is held to: what is embedded always, by its folder; the others by the live tests.
check_PROGRAMS += tests/contract/contract
tests_contract_contract_SOURCES = tests/contract/admin.c tests/contract/contract.h tests/contract/main.c tests/contract/requests.c \
    tests/contract/schema.c tests/contract/statements.c
if HAVE_LIBPQ
tests_contract_contract_SOURCES += tests/contract/full.c
tests_contract_contract_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=PQputCopyData
endif

# The live tests need servers: scripts/test runs them.
EXTRA_DIST += tests/live

# make bench, without servers and not judging times; what editors and shells know of wkl, whose files scripts/editors makes.
WKL_TOOL_TESTS = tests/bench.py tests/completion.py tests/editors.py
dist_check_SCRIPTS += $(WKL_TOOL_TESTS)
TESTS += $(WKL_TOOL_TESTS)
EXTRA_DIST += scripts/editors
editorsdir = $(pkgdatadir)/editors
dist_editors_DATA = editors/wkl.tmLanguage.json editors/wkl.vim

# Beside a whole `make check` in one build, what another one can add. Another compiler: whatever is compiled and judged by figures. Sanitizers:
# also what handles memory, files and faults; texts alone are the same in each build. A tarball, of which the list of files is compared as well:
# something of each kind.
WKL_COMPILED_TESTS = $(WKL_CONTRACTS) fuzz/replay.sh
WKL_SANITIZED_TESTS = tests/cli/two_at_once.py tests/cli/files.py tests/cli/signals.py $(WKL_COMPILED_TESTS) tests/diag.py tests/emit.py \
    tests/modules.py tests/out_of_memory.py $(WKL_CLI_CORE)
WKL_TARBALL_TESTS = tests/unit/data $(WKL_CONTRACTS) tests/diag.py tests/docs.py tests/emit.py tests/modules.py tests/cli/output.py
.PHONY: check-compiler check-sanitized check-tarball nightly
check-compiler:
	@$(MAKE) check TESTS="$(WKL_COMPILED_TESTS) `echo $(TESTS) | tr ' ' '\n' | grep -v '[.]'`"
check-sanitized:
	@$(MAKE) check TESTS="$(WKL_SANITIZED_TESTS) `echo $(TESTS) | tr ' ' '\n' | grep -v '[.]'`"
check-tarball:
	@$(MAKE) distcheck TESTS='$(WKL_TARBALL_TESTS)' AM_DISTCHECK_CONFIGURE_FLAGS='CFLAGS=-O0'
	@here=`pwd`; cd '$(srcdir)' && git ls-files 2>/dev/null | grep -v -e '^[.]' -e '/[.]' | sort >"$$here/tracked.tmp"; cd "$$here" && \
	tar -tf '$(PACKAGE)-$(VERSION).tar.xz' | sed 's|^[^/]*/||' | sort | comm -23 tracked.tmp - >lost.tmp; \
	sed 's/$$/: not in the tarball/' lost.tmp >&2; test ! -s lost.tmp; code=$$?; rm -f tracked.tmp lost.tmp; exit $$code
# Everything in every build, hundreds of faults, and how fast it is: hours.
nightly:
	cd '$(top_srcdir)' && $(SHELL) scripts/test nightly
