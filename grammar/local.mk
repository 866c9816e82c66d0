# grammar/: what the build takes from here
