# backends/aws/: credentials and signatures of AWS
libwkl_a_SOURCES += backends/aws/keys.c backends/aws/keys.h backends/aws/profile.c backends/aws/profile.h \
    backends/aws/sigv4.c backends/aws/sigv4.h
if HAVE_CURL
libwkl_a_SOURCES += backends/aws/roles.c backends/aws/roles.h
endif
if HAVE_CMOCKA
check_PROGRAMS += backends/aws/tests/sigv4
TESTS += backends/aws/tests/sigv4
backends_aws_tests_sigv4_SOURCES = backends/aws/tests/sigv4.c
backends_aws_tests_sigv4_LDADD = $(UNIT_LIBS)
endif
