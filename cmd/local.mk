# cmd/: what the build takes from here
