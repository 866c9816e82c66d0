# backends/dynamodb/
libwkl_a_SOURCES += backends/dynamodb/dynamodb.c backends/dynamodb/dynamodb.h
if HAVE_CURL
libwkl_a_SOURCES += backends/dynamodb/admin.c backends/dynamodb/client.c backends/dynamodb/client.h \
    backends/dynamodb/driver.c
endif
