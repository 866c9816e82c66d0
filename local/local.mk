# local/: what the build takes from here
