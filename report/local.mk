# report/: what the build takes from here
