# vm/: what the build takes from here
