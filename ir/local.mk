# ir/: the workload, settled; what all after the compiler start from
libwkl_a_SOURCES += ir/dump.c ir/dump.h ir/ir.c ir/ir.h ir/metric.c ir/narrow.c ir/narrow.h
