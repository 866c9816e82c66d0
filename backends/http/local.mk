# backends/http/: services over HTTP: what they say is built always, what drives them needs libcurl
libwkl_a_SOURCES += backends/http/json_values.c backends/http/json_values.h backends/http/pace.c backends/http/pace.h \
    backends/http/retry.c backends/http/retry.h
if HAVE_CURL
libwkl_a_SOURCES += backends/http/endpoint.c backends/http/endpoint.h backends/http/http.c backends/http/http.h \
    backends/http/load.c backends/http/service.c backends/http/service.h
endif
if HAVE_CMOCKA
# Scripted servers and requests by hand, which the tests of each service share.
http_fixture = backends/http/tests/fixture.h
http_scripted = $(http_fixture) backends/http/tests/calls.h backends/http/tests/scripted.c backends/http/tests/scripted.h
check_PROGRAMS += backends/http/tests/json_values backends/http/tests/pace backends/http/tests/retry
TESTS += backends/http/tests/json_values backends/http/tests/pace backends/http/tests/retry
backends_http_tests_json_values_SOURCES = backends/http/tests/json_values.c
backends_http_tests_json_values_LDADD = $(UNIT_LIBS)
backends_http_tests_pace_SOURCES = backends/http/tests/pace.c
backends_http_tests_pace_LDADD = $(UNIT_LIBS)
backends_http_tests_retry_SOURCES = backends/http/tests/retry.c
backends_http_tests_retry_LDADD = $(UNIT_LIBS)
if HAVE_CURL
check_PROGRAMS += backends/http/tests/admin
TESTS += backends/http/tests/admin
backends_http_tests_admin_SOURCES = backends/http/tests/admin.c $(http_scripted)
backends_http_tests_admin_LDADD = $(UNIT_LIBS)
backends_http_tests_admin_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime -Wl,--wrap=nanosleep
endif
endif
