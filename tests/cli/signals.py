#!/usr/bin/env python3
"""Ctrl-C while loading and while measuring: what there is is reported, what was made is gone, long before it would have ended by itself. A second
one ends at once, and a kill that nobody can catch leaves no temporary folder either."""
import json
import os
import signal
import sqlite3

import wkl
from wkl import FILE, FINE, RUN, RUN_ERRORS, TINY

LONG = "run go { query all  clients 2  for 1h }\n"


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
    assert not place.left(), place.left()
    return done


def test_while_loading(place):
    file = place.write("big.wkl", TINY + LONG + FILE)
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process, log = start(place, file, "-b", "sqlite", "-D", "keys=2M", "-P")
        said(process, "rows, ", log)
        done = interrupted(place, process, log, sig).expect(RUN_ERRORS, "wklrun: stopping; a second signal exits at once")
        assert place.tables() == [], done
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
    assert place.tables() == [], place.tables()
    with open(place.path("r.json"), encoding="utf-8") as f:
        report = json.load(f)
    assert report["stopped"] == "interrupted by the user" and "interrupted" in done.out, report
    entry, = report["results"]
    assert entry["requests"] > 0 and entry["errors"] == 0 and entry["response_ns"]["p99"] > 0 and entry["seconds"] > 0, entry
    assert entry["verified"]["mismatches"] == 0, entry


def test_ignored_from_the_start(place):
    """As nohup leaves it: the terminal may go, SIGTERM still ends the run."""
    file = place.write("long.wkl", TINY + LONG + FILE)
    with open(place.path("log"), "w", encoding="utf-8") as f:
        process = place.start("wklrun", file, "-b", "sqlite", "-P1", stderr=f, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    said(process, "round 1/", place.path("log"))
    process.send_signal(signal.SIGHUP)
    lines = len(open(place.path("log"), encoding="utf-8").readlines())
    wkl.wait_until("two lines more", lambda: len(open(place.path("log"), encoding="utf-8").readlines()) > lines + 1)
    with open(place.path("log"), encoding="utf-8") as f:
        assert "stopping" not in f.read()
    interrupted(place, process, place.path("log"), signal.SIGTERM).expect(RUN_ERRORS, "stopping")


def test_kept_tables_stay(place):
    file = place.write("long.wkl", TINY + LONG + FILE)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    process, log = start(place, file, "-b", "sqlite", "-P")
    said(process, "round 1/", log)
    interrupted(place, process, log).expect(RUN_ERRORS)
    assert len(place.tables()) == 5, place.tables()


def begun(place):
    """Whether some rows are there for good, and noted."""
    try:
        return place.sql("SELECT 1 FROM wkl_loads LIMIT 1")
    except sqlite3.OperationalError:                  # not made yet
        return False


def test_an_interrupted_load_goes_on(place):
    """By Ctrl-C, and by a kill that nobody can catch: what is there stays, what is left comes, no row twice."""
    keys, rows = 250_000, 2 * 225_000 + 75_000
    file = place.write("big.wkl", TINY + RUN + FILE)
    args = (file, "-b", "sqlite", "-D", f"keys={keys}", "--keep")
    there = 0
    for sig in (signal.SIGINT, signal.SIGKILL):
        process, log = start(place, *args, "-P")
        wkl.wait_until("rows that stay", lambda: begun(place) and noted_rows(place) > there)
        done = wkl.end_with(process, sig)
        assert done.code != FINE, f"all was loaded before {sig}"
        now = noted_rows(place)
        counts = [place.sql(f"SELECT count(*) FROM {name}")[0][0] for name in ("rates_30d", "rates_90d", "rare")]
        assert sum(counts) == now and there < now < rows, (there, now, counts)
        there = now
    place.await_nothing_left()
    done = place.wklrun(*args, "-o", place.path("r.json")).expect(FINE, "sqlite: an interrupted load is resumed: ")
    with open(place.path("r.json"), encoding="utf-8") as f:
        report = json.load(f)
    backend, = report["backends"]
    assert backend["load"]["rows"] == rows - there, (backend, there)
    assert report["results"][0]["verified"]["mismatches"] == 0 and backend["verified"]["mismatches"] == 0, report
    assert [place.sql(f"SELECT count(*), count(DISTINCT id) FROM {name}")[0] for name in ("rates_30d", "rates_90d", "rare")] == [
        (225_000, 225_000), (225_000, 225_000), (75_000, 75_000)]
    assert place.sql("SELECT count(*) FROM wkl_loads") == [(0,)]
    done = place.wklrun(*args, "--only", "load").expect(FINE)
    assert "goes on" not in done.err, done


def noted_rows(place):
    return place.sql("SELECT coalesce(sum(to_row - from_row), 0) FROM wkl_loads")[0][0]


def test_other_data_does_not_go_on(place):
    """A load of another seed is begun anew, and so is one with --reload."""
    file = place.write("big.wkl", TINY + RUN + FILE)
    args = (file, "-b", "sqlite", "--keep", "-D", "keys=250k")
    process, _ = start(place, *args, "--only", "load")
    wkl.wait_until("rows that stay", lambda: begun(place))
    wkl.end_with(process, signal.SIGINT)
    done = place.wklrun(file, "-b", "sqlite", "--only", "run").expect(RUN_ERRORS)
    assert "is not fully loaded: load it first" in done.out + done.err, done
    for more in (("--seed", "7"), ("--reload",)):
        place.wklrun(*args, *more, "--only", "create").expect(FINE)
        assert noted_rows(place) == 0


def test_a_slow_answer_is_not_waited_for_long(place):
    """A call of an hour is under way: a grace of some seconds, then the end."""
    file = place.write("slow.wkl", TINY + LONG + "backend memory { delay 1h }\n")
    process, log = start(place, file, "-b", "memory", "-P")
    said(process, "verifying", log)
    interrupted(place, process, log).expect(RUN_ERRORS)


def test_second_ends_at_once(place):
    file = place.write("slow.wkl", TINY + LONG + "backend memory { delay 1h }\n")
    process, log = start(place, file, "-b", "memory,sqlite", "-P")
    said(process, "verifying", log)
    process.send_signal(signal.SIGINT)
    said(process, "a second signal exits at once", log)
    done = wkl.end_with(process, signal.SIGINT)
    assert done.code == 128 + signal.SIGINT, done
    place.await_nothing_left()


def test_twice_at_once(place):
    """timeout(1) signals the process, and then its group with the process in it: that is one wish, and tables are dropped."""
    file = place.write("long.wkl", TINY + LONG + FILE)
    process, log = start(place, file, "-b", "sqlite", "-P")
    said(process, "round 1/", log)
    for sig in signal.SIGSTOP, signal.SIGTERM, signal.SIGINT:
        process.send_signal(sig)
    interrupted(place, process, log, signal.SIGCONT).expect(RUN_ERRORS, "a second signal exits at once")
    assert place.tables() == [], place.tables()


def test_what_was_not_reached(place):
    """It is not measured, and does not fail what is expected of it."""
    file = place.write("long.wkl", TINY + "run a { query one  for 1h  expect p99 < 1h }\nrun b { query one  for 1h  expect p99 < 1h }\n")
    process, log = start(place, file, "-b", "memory", "--rounds", "1", "--fail-if", "errors > 0", "-P", "-o", place.path("r.json"))
    said(process, "round 1/", log)
    done = interrupted(place, process, log).expect(RUN_ERRORS, "NOT MEASURED: b on memory with single: p99 < 1h, and 1 more: not judged: interrupted by the user")
    with open(place.path("r.json"), encoding="utf-8") as f:
        verdicts = {(x["run"], x["text"]): x["verdict"] for x in json.load(f)["expectations"]}
    assert verdicts == {("a", "p99 < 1h"): "held", ("a", "errors > 0"): "held", ("b", "p99 < 1h"): "not measured", ("b", "errors > 0"): "not measured"}, verdicts
    assert "FAILED" not in done.err + done.out, done


def test_killed(place):
    file = place.write("long.wkl", TINY + LONG)
    process, log = start(place, file, "-b", "sqlite", "-P")
    said(process, "round 1/", log)
    assert place.left()
    done = wkl.end_with(process, signal.SIGKILL)
    assert done.code == -signal.SIGKILL, done
    place.await_nothing_left()


def test_interrupted_as_a_group(place):
    """A terminal sends Ctrl-C to all processes of the group, the watcher too."""
    file = place.write("long.wkl", TINY + LONG)
    with open(place.path("log"), "w", encoding="utf-8") as f:
        process = place.start("wklrun", file, "-b", "sqlite", "-P", stderr=f, start_new_session=True)
    said(process, "round 1/", place.path("log"))
    os.killpg(process.pid, signal.SIGINT)
    done = wkl.ended(process)
    assert done.code == RUN_ERRORS and not place.left(), (done, place.left())


wkl.main(globals(), needs_sqlite=True)
