#!/usr/bin/env python3
"""Threads and file handles that are not to be had: a line that says so, and an end; nobody waits for what is not there."""
import json
import os
import resource

import wkl
from wkl import FILE, FINE, RUN, RUN_ERRORS, TINY, USAGE

OUT_OF = 71
MANY = "run go { query one  clients 60  for 120 requests }\n"


def handles(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_threads(place):
    """One after the other is missing: those for signals, a loader, a sealer, a worker, the log. With few loaders the others do the work."""
    file = place.write("few.wkl", TINY + RUN + FILE)
    ended = None
    for threads in range(30):
        done = place.run("tests/threadless", file, "-b", "sqlite", "-j", "2", "--rounds", "1", "--log", place.path("log.csv"), env={"THREADS": str(threads)},
                         tidy=False)
        if done.code == FINE:
            ended = threads
            break
        done.expect(OUT_OF, r"(?m)^wkl: out of threads: .* cannot be started: .*ulimit -u")
        assert sum("out of threads" in line for line in done.err.splitlines()) == 1, done
        place.await_nothing_left()
    assert ended and ended >= 6, f"with {ended} threads it came through: which of them are no longer needed?"


def test_loads_with_fewer_threads(place):
    """The second loader is missing, and the first brings all."""
    file = place.write("few.wkl", TINY + RUN + FILE)
    done = place.run("tests/threadless", file, "-b", "memory", "-j", "2", "--only", "load", env={"MISSING": "3"})
    done.expect(FINE, "loading memory: 210 rows")


def test_soft_limit_is_raised(place):
    """60 connections do not fit into the soft limit, and the hard one has room."""
    file = place.write("many.wkl", TINY + MANY + FILE)
    report, _ = place.measure(FINE, file, "-b", "sqlite", preexec_fn=handles(40, 400))
    assert report["results"][0]["requests"] == 120, report["results"]


def test_hard_limit(place):
    """How many are needed, and the way out; the tables are gone."""
    file = place.write("many.wkl", TINY + MANY + FILE)
    done = place.wklrun(file, "-b", "sqlite", preexec_fn=handles(60, 60))
    done.expect(RUN_ERRORS, r"sqlite: 60 connections: out of file handles: \d+ are needed in all, and the limit is 60: raise it \(ulimit -n \d+\), or take fewer --clients or --connections")
    assert place.tables() == [], place.tables()
    needed = int(done.err.split("(ulimit -n ")[1].split(")")[0])
    report = place.path("r.json")
    place.wklrun(file, "-b", "sqlite", "-q", "-o", report, preexec_fn=handles(needed, needed)).expect(FINE)
    with open(report, encoding="utf-8") as f:
        assert json.load(f)["results"][0]["errors"] == 0


def test_hardly_any(place):
    """From what a process is born with on: never a crash, never silence, always the way out."""
    file = place.write("few.wkl", TINY + RUN)
    for most in range(4, 26):
        done = place.wklrun(file, "-b", "sqlite", preexec_fn=handles(most, most), tidy=False)
        assert done.code in (USAGE, RUN_ERRORS, OUT_OF), done
        assert "ulimit -n" in done.err, done
        place.await_nothing_left()


assert os.path.exists("/proc/self/fd")
wkl.main(globals(), needs_sqlite=True)
