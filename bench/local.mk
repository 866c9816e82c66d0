# bench/: what wkl costs beside its peers. `make bench` measures; `make check` builds the peers, so that they do not rot.
EXTRA_DIST += bench/AA.md bench/README.md bench/aa.py bench/RESULTS.md bench/bench.py bench/binpacked.wkl bench/embedded.py bench/empty.lua \
    bench/http_request.py bench/peer_writes.py bench/writes.py bench/writes.wkl bench/load.wkl bench/loading.py bench/point.wkl bench/postgres.py bench/procedure.py bench/stall.py bench/tools.py

BENCH_PEERS =
if HAVE_SQLITE
BENCH_PEERS += bench/sqlite_loop bench/sqlite_writes
endif
if HAVE_LIBPQ
BENCH_PEERS += bench/jsonb_call bench/pg_writes
endif
if HAVE_CURL
BENCH_PEERS += bench/http_post
endif
check_PROGRAMS += bench/gen $(BENCH_PEERS)
EXTRA_PROGRAMS += bench/http_post bench/jsonb_call bench/pg_writes bench/sqlite_loop bench/sqlite_writes
bench_http_post_SOURCES = bench/http_post.c bench/peer.h
bench_http_post_LDADD = $(CURL_LIBS)
bench_jsonb_call_SOURCES = bench/jsonb_call.c bench/peer.h
bench_jsonb_call_LDADD = $(LIBPQ_LIBS)
bench_pg_writes_SOURCES = bench/pg_writes.c bench/peer.h
bench_pg_writes_LDADD = $(LIBPQ_LIBS)
bench_sqlite_writes_SOURCES = bench/sqlite_writes.c bench/peer.h
bench_sqlite_writes_LDADD = $(SQLITE_LIBS)
bench_sqlite_loop_SOURCES = bench/sqlite_loop.c bench/peer.h
bench_sqlite_loop_LDADD = $(SQLITE_LIBS)

# make bench [BENCH=NAME,…] [QUICK=1] [BENCH_OUTPUT=FILE]
.PHONY: bench
bench: wklc$(EXEEXT) wklrun$(EXEEXT) bench/gen$(EXEEXT) $(BENCH_PEERS)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/bench/bench.py $${QUICK:+--quick} $${BENCH_OUTPUT:+-o "$$BENCH_OUTPUT"} $(BENCH)
