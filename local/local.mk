# local/: the throw-away servers of --local; what each server is stands in its backend's local.py
dist_pkglibexec_SCRIPTS += local/wkl-local
EXTRA_DIST += scripts/prepare scripts/build scripts/demo scripts/test scripts/timed autogen.sh
