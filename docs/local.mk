# docs/: pages for people. Those that are made from the sources stand in the repository; tests/docs.py says when one is out of date.
dist_man_MANS += docs/wklc.1 docs/wklrun.1 docs/wkl.5
# They are installed as they stand here, so that their links lead somewhere.
nobase_dist_doc_DATA = README.md CONTRIBUTING.md docs/report.png bench/AA.md bench/README.md bench/RESULTS.md examples/crud.wkl examples/fraud.wkl \
    examples/ycsb.wkl $(stdlib_modules) $(stdlib_prices) docs/architecture.md docs/backends.md docs/ci.md docs/cost.md docs/data.md docs/diagnostics.md docs/grammar.md docs/language.md \
    docs/opcodes.md docs/results.md docs/results.schema.json docs/tutorial.md
EXTRA_DIST += scripts/docs

.PHONY: docs
docs: wklc$(EXEEXT) wklrun$(EXEEXT)
	$(PYTHON3) $(srcdir)/scripts/docs --source $(srcdir) --build .
