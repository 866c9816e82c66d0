# data/: rows and keys as pure functions of the seed
libwkl_a_SOURCES += data/data.c data/data.h data/dist.c data/dist.h data/expr.c data/expr.h data/gen.c data/gen.h data/rng.c data/rng.h \
    data/schema.h data/value.c data/value.h data/zipf.c data/zipf.h
