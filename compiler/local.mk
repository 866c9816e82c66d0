# compiler/: what the build takes from here
