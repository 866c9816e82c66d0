# ops/: what the statements of the language mean, whatever the backend: a file each
libwkl_a_SOURCES += ops/delete.c ops/get.c ops/model.c ops/model.h ops/op.c ops/op.h \
    ops/overlay.c ops/overlay.h ops/put.c ops/slice.c ops/slice.h ops/step.h ops/update.c
