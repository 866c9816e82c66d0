# backends/cosmosdb/
libwkl_a_SOURCES += backends/cosmosdb/cosmosdb.c backends/cosmosdb/cosmosdb.h
if HAVE_CURL
libwkl_a_SOURCES += backends/cosmosdb/admin.c backends/cosmosdb/client.c backends/cosmosdb/client.h \
    backends/cosmosdb/driver.c
endif
