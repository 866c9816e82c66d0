# emit/: what a workload becomes, as text: for people, and for the backends' own tools
libwkl_a_SOURCES += emit/backends.c emit/check.c emit/emit.c emit/emit.h emit/plan_text.c emit/plan_text.h emit/same.c emit/sample.c \
    emit/sample.h
