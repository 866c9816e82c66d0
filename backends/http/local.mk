# backends/http/: services over HTTP: what they say is built always, what drives them needs libcurl
libwkl_a_SOURCES += backends/http/json_values.c backends/http/json_values.h backends/http/pace.c backends/http/pace.h \
    backends/http/retry.c backends/http/retry.h
if HAVE_CURL
libwkl_a_SOURCES += backends/http/endpoint.c backends/http/endpoint.h backends/http/http.c backends/http/http.h \
    backends/http/load.c backends/http/service.c backends/http/service.h
endif
