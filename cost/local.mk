# cost/: price tables, and the sums over them
libwkl_a_SOURCES += cost/billing.c cost/billing.h cost/cost.c cost/cost.h cost/prices.c cost/prices.h
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/cost tests/unit/pricing
TESTS += tests/unit/cost tests/unit/pricing
tests_unit_pricing_SOURCES = tests/unit/pricing.c
tests_unit_pricing_LDADD = $(UNIT_LIBS)
tests_unit_cost_SOURCES = tests/unit/cost.c
tests_unit_cost_LDADD = $(UNIT_LIBS)
endif
EXTRA_DIST += tests/prices
