# bench/: what wkl costs beside its peers. `make bench` measures; `make check` builds the peers, so that they do not rot.
BENCH_PY = bench/bench.py bench/postgres.py bench/tools.py
EXTRA_DIST += bench/README.md bench/point.wkl $(BENCH_PY)
BENCH_PEERS =

# make bench [BENCH=NAME,…] [QUICK=1] [BENCH_OUTPUT=FILE]
.PHONY: bench
bench: wklc$(EXEEXT) wklrun$(EXEEXT) bench/gen$(EXEEXT) $(BENCH_PEERS)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/bench/bench.py $${QUICK:+--quick} $${BENCH_OUTPUT:+-o "$$BENCH_OUTPUT"} $(BENCH)
