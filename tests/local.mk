# tests/: the scripts, which share checks.py; unit tests are named by the folder they test
# A tool for them: the front end alone, and what it says about mistakes.
check_PROGRAMS += tests/fronttool
tests_fronttool_SOURCES = tests/fronttool.c

# The front end, and what is printed; each goes over the files of a folder of its name. docs.py: README.md and docs/.
WKL_TEXT_TESTS = tests/diag.py tests/docs.py tests/emit.py tests/explain.py tests/fmt.py tests/front.py tests/layers.py \
    tests/modules.py tests/sample.py tests/scale.py tests/values.py
# wklc without memory: its own main, and allocations that fail.
check_PROGRAMS += tests/starved
tests_starved_SOURCES = tests/starved.c cmd/wklc.c
tests_starved_LDFLAGS = $(MODE_CFLAGS) -Wl,--wrap=main,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=realpath,--wrap=fopen
WKL_TEXT_TESTS += tests/out_of_memory.py
# wklrun with so many threads and no more.
check_PROGRAMS += tests/threadless
tests_threadless_SOURCES = tests/threadless.c cmd/wklrun.c
tests_threadless_LDFLAGS = $(MODE_CFLAGS) -Wl,--wrap=pthread_create

# The commands as a user runs them; wkl.py is what these scripts share.
WKL_CLI_TESTS = tests/cli/holds.py tests/cli/left_out.py \
    tests/cli/bad_input.py tests/cli/costs.py tests/cli/credentials.py tests/cli/files.py tests/cli/gates.py tests/cli/hlog.py \
    tests/cli/limits.py tests/cli/loading.py tests/cli/numeric_options.py tests/cli/output.py tests/cli/ownership.py \
    tests/cli/reports.py tests/cli/request_log.py tests/cli/results.py tests/cli/secrets.py tests/cli/several.py tests/cli/signals.py \
    tests/cli/sweeps.py tests/cli/timing.py tests/cli/tls.py tests/cli/truth.py tests/cli/two_at_once.py \
    tests/cli/verdict.py

dist_check_SCRIPTS += $(WKL_TEXT_TESTS) $(WKL_CLI_TESTS)
TESTS += $(WKL_TEXT_TESTS) $(WKL_CLI_TESTS)
EXTRA_DIST += tests/checks.py tests/sample.wkl tests/cli/authority.py tests/cli/wkl.py tests/diag tests/emit tests/fmt tests/front

# The contract that every driver is held to: sqlite's always, the others' by the live tests.
check_PROGRAMS += tests/contract/contract
tests_contract_contract_SOURCES = tests/contract/admin.c tests/contract/contract.h tests/contract/main.c tests/contract/requests.c \
    tests/contract/schema.c
dist_check_SCRIPTS += tests/contract/sqlite.sh
TESTS += tests/contract/sqlite.sh

# The live tests need servers: scripts/test runs them.
EXTRA_DIST += tests/live

# make bench, without servers and not judging times; what editors and shells know of wkl, whose files scripts/editors makes.
WKL_TOOL_TESTS = tests/bench.py tests/completion.py tests/editors.py
dist_check_SCRIPTS += $(WKL_TOOL_TESTS)
TESTS += $(WKL_TOOL_TESTS)
EXTRA_DIST += scripts/editors
editorsdir = $(pkgdatadir)/editors
dist_editors_DATA = editors/wkl.tmLanguage.json editors/wkl.vim
