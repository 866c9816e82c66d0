#!/usr/bin/env python3
"""Ctrl-C while loading and while measuring: what there is is reported, what was made is gone, within seconds. A second one ends at once,
and a kill that nobody can catch leaves no temporary folder either."""
import json
import os
import signal
import sqlite3

import wkl
from wkl import FINE, RUN_ERRORS, TINY

LONG = "run go { query all  clients 2  for 120s }\n"
FILE = 'backend sqlite { path "bench.db" }\n'


def tables(place):
    db = sqlite3.connect(place.path("bench.db"))
    names = sorted(name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
    db.close()
    return names


def said(process, word, log):
    """Waits until the process has said a word, in a file that takes its stderr."""
    def found():
        assert process.poll() is None, f"it ended with {process.poll()} before it said '{word}'"
        with open(log, encoding="utf-8", errors="replace") as f:
            return word in f.read()
    wkl.wait_until(f"'{word}'", found)


def start(place, file, *args):
    log = place.path("log")
    with open(log, "w", encoding="utf-8") as f:
        return place.start("wklrun", file, *args, stderr=f), log


def interrupted(place, process, log, sig=signal.SIGINT):
    done = wkl.end_with(process, sig)
    with open(log, encoding="utf-8") as f:
        done.err = f.read()
    assert done.seconds < 10, done
    assert not place.left(), place.left()
    return done


def test_while_loading(place):
    file = place.write("big.wkl", TINY + LONG + FILE)
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process, log = start(place, file, "-b", "sqlite", "-D", "keys=2M", "-P")
        said(process, "rows, ", log)
        done = interrupted(place, process, log, sig).expect(RUN_ERRORS, "wklrun: stopping; once more ends at once")
        assert tables(place) == [], done
        assert "interrupted by the user" in done.out, done


def test_while_loading_into_a_temporary_file(place):
    file = place.write("big.wkl", TINY + LONG)
    process, log = start(place, file, "-b", "sqlite", "-D", "keys=2M")
    wkl.wait_until("the folder", place.left)
    interrupted(place, process, log).expect(RUN_ERRORS)


def test_while_measuring(place):
    """The requests until then are in the reports, which are whole."""
    file = place.write("long.wkl", TINY + LONG + FILE)
    process, log = start(place, file, "-b", "sqlite", "-o", place.path("r.json"), "-o", "-", "-P")
    said(process, "round 1/", log)
    done = interrupted(place, process, log).expect(RUN_ERRORS)
    assert tables(place) == [], tables(place)
    with open(place.path("r.json"), encoding="utf-8") as f:
        report = json.load(f)
    assert report["stopped"] == "interrupted by the user" and "interrupted" in done.out, report
    entry, = report["results"]
    assert entry["requests"] > 0 and entry["errors"] == 0 and entry["response_ns"]["p99"] > 0 and entry["seconds"] > 0, entry
    assert entry["verified"]["mismatches"] == 0, entry


def test_kept_tables_stay(place):
    file = place.write("long.wkl", TINY + LONG + FILE)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    process, log = start(place, file, "-b", "sqlite", "-P")
    said(process, "round 1/", log)
    interrupted(place, process, log).expect(RUN_ERRORS)
    assert len(tables(place)) == 4, tables(place)


def test_a_slow_answer_is_not_waited_for_long(place):
    """A call of a minute is under way: a grace of some seconds, then the end."""
    file = place.write("slow.wkl", TINY + LONG + "backend memory { delay 60s }\n")
    process, log = start(place, file, "-b", "memory", "-P")
    said(process, "verifying", log)
    done = interrupted(place, process, log).expect(RUN_ERRORS)
    assert done.seconds < 8, done


def test_second_ends_at_once(place):
    file = place.write("slow.wkl", TINY + LONG + "backend memory { delay 60s }\n")
    process, log = start(place, file, "-b", "memory,sqlite", "-P")
    said(process, "verifying", log)
    process.send_signal(signal.SIGINT)
    said(process, "once more ends at once", log)
    done = wkl.end_with(process, signal.SIGINT)
    assert done.code == 128 + signal.SIGINT and done.seconds < 2, done
    wkl.wait_until("the watcher", lambda: not place.left())


def test_killed(place):
    file = place.write("long.wkl", TINY + LONG)
    process, log = start(place, file, "-b", "sqlite", "-P")
    said(process, "round 1/", log)
    assert place.left()
    done = wkl.end_with(process, signal.SIGKILL)
    assert done.code == -signal.SIGKILL, done
    wkl.wait_until("the watcher", lambda: not place.left())


def test_interrupted_as_a_group(place):
    """A terminal sends Ctrl-C to all processes of the group, the watcher too."""
    file = place.write("long.wkl", TINY + LONG)
    with open(place.path("log"), "w", encoding="utf-8") as f:
        process = place.start("wklrun", file, "-b", "sqlite", "-P", stderr=f, start_new_session=True)
    said(process, "round 1/", place.path("log"))
    os.killpg(process.pid, signal.SIGINT)
    done = wkl.ended(process, 10)
    assert done.code == RUN_ERRORS and not place.left(), (done, place.left())


wkl.main(globals(), needs_sqlite=True)
