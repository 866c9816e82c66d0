# data/: what the build takes from here
