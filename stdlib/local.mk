# stdlib/: modules, written in the language, and price tables; compiled in
stdlib_modules = stdlib/crud.wkl stdlib/feature_store.wkl stdlib/ycsb.wkl
stdlib_prices = stdlib/prices/aurora.csv stdlib/prices/cosmosdb.csv stdlib/prices/dynamodb.csv stdlib/prices/lakebase.csv
EXTRA_DIST += $(stdlib_modules) $(stdlib_prices) scripts/embed examples/crud.wkl
BUILT_SOURCES += stdlib/stdlib.c
MAINTAINERCLEANFILES = stdlib/stdlib.c
libwkl_a_SOURCES += stdlib/stdlib.c stdlib/stdlib.h
stdlib/stdlib.c: $(stdlib_modules) $(stdlib_prices) scripts/embed
	$(AM_V_GEN)$(MKDIR_P) stdlib && \
	$(SHELL) $(top_srcdir)/scripts/embed $(stdlib_modules:%=$(top_srcdir)/%) $(stdlib_prices:%=$(top_srcdir)/%) > $@.tmp && mv $@.tmp $@
