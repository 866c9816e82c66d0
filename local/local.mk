# local/: the throw-away servers of --local; the script finds its helpers beside itself
dist_pkglibexec_SCRIPTS += local/wkl-local
wkllocaldir = $(pkglibexecdir)
dist_wkllocal_DATA = local/npm-server.js local/DynamoDBLoopback.java
EXTRA_DIST += scripts/prepare scripts/build scripts/demo scripts/test scripts/timed autogen.sh
