# run/: what the build takes from here
