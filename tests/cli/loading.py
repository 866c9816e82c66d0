#!/usr/bin/env python3
"""What a load costs the machine that wkl runs on: as much memory for many rows as for few; few streams, however many tables there are."""
import os
import time

import wkl
from wkl import FILE, FINE, RUN, TINY


def most_memory(place, *args):
    """The most memory that wklrun held at a time, in KiB."""
    process = place.start("wklrun", *args, "-q", stdout=None, stderr=None)
    end = time.monotonic() + 120
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            assert os.waitstatus_to_exitcode(status) == FINE, status
            process.returncode = 0
            return usage.ru_maxrss
        if time.monotonic() > end:
            process.kill()
            raise AssertionError(f"{args} has not ended")
        time.sleep(0.01)


def test_memory_is_flat(place):
    """Rows that nobody takes: twenty times as many need no more than the list of their stretches."""
    file = place.write("big.wkl", TINY + RUN)
    few, many = (most_memory(place, file, "-b", "memory", "--only", "load", "-D", f"keys={keys}") for keys in ("200k", "4M"))
    assert many < few + 1024, f"{few} KiB for 200,000 keys, {many} KiB for 4,000,000"


def test_many_tables(place):
    """A thousand tables of a few rows: each is there, sealed, with its rows."""
    names = [f"n{i}" for i in range(1000)]
    file = place.write("many.wkl", f"""
workload many
param names = [{", ".join(names)}]
entity card {{ id: char(8) ~ hex  count 10 }}
table rates[n in names] of card {{ n: int ~ uniform(0..1000)  rows 50% }}
query one(card) {{ get rates[n0] }}
run go {{ query one  clients 1  for 10 requests }}
{FILE}""")
    place.wklrun(file, "-b", "sqlite", "--keep", "--only", "load").expect(FINE, "indexing sqlite: 1,000 tables in ")
    assert place.sql("SELECT count(*), count(DISTINCT digest) FROM wkl_tables WHERE digest <> ''") == [(1000, 1000)]
    assert {place.sql(f"SELECT count(*) FROM rates_{name}")[0] for name in names} == {(5,)}
    assert place.sql("SELECT count(*) FROM wkl_loads") == [(0,)]


def test_the_last_words_of_a_load(place):
    """A phase that measures nothing says what stands, and how it goes on; nothing reads like a failure."""
    file = place.write("last.wkl", wkl.TINY + wkl.RUN + wkl.FILE)
    done = place.wklrun(file, "-b", "sqlite", "--only", "create").expect(wkl.FINE)
    assert done.err.splitlines()[-1] == "tables made on sqlite. The same command with --only load loads them, with --only drop drops them", done
    done = place.wklrun(file, "-b", "sqlite", "--only", "load").expect(wkl.FINE)
    assert done.err.splitlines()[-1] == "loaded on sqlite. The same command with --only run measures them, with --only drop drops them", done
    assert not done.out and "nothing was measured" not in done.err and "FAILED" not in done.err, done
    place.wklrun(file, "-b", "sqlite", "--only", "run").expect(wkl.FINE)


wkl.main(globals(), needs_sqlite=True)
