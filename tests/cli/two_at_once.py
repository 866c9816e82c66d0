#!/usr/bin/env python3
"""Two runs that want the same tables, and others who touch them: the second run waits or says for whom, a mark ends with its holder, and
figures of tables that were another's meanwhile are not valid."""
import contextlib
import glob
import json
import os
import re
import signal
import sqlite3

import wkl
from wkl import FILE, FINE, RUN, RUN_ERRORS, TINY, USAGE

LONG = "run go { query all  clients 1  rate 50/s  for 1h }\n"
SLOW = "run go { query all  clients 1  rate 50/s  for 2s }\n"
USED = r"another wklrun \(pid {} on \S+ since [-0-9]+ [:0-9]+ UTC\) is using these tables"
OTHER = TINY.replace("0..1000", "0..7")


def begin(place, name, file, *args, until="round 1/"):
    """A run in the background that has come so far as to say `until`."""
    log = place.path(name + ".log")
    with open(log, "w", encoding="utf-8") as f:
        process = place.start("wklrun", file, "-b", "sqlite", "--progress=100ms", "--rounds", "1", "-o", place.path(name + ".json"), *args, stdout=f, stderr=f)
    process.log = log
    process.report = place.path(name + ".json")
    wait_for(process, until)
    return process


def said(process):
    with open(process.log, encoding="utf-8", errors="replace") as f:
        return f.read()


def wait_for(process, word):
    wkl.wait_until(f"'{word}'", lambda: word in said(process) or process.poll() is not None)
    assert word in said(process), said(process)


def end(process, code, *patterns):
    try:
        process.wait(wkl.HANG)
    finally:
        process.kill()
    text = said(process)
    assert process.returncode == code, f"exit {process.returncode}\n{text}"
    for pattern in patterns:
        assert re.search(pattern, text), f"/{pattern}/\n{text}"
    with open(process.report, encoding="utf-8") as f:
        return json.load(f)["results"]


def stop(process, sig=signal.SIGTERM):
    process.send_signal(sig)
    process.wait(wkl.HANG)


@contextlib.contextmanager
def stopped(process):
    """It stands still while others act: however slow they are, they come before its end."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def meanwhile(place, process, *statements):
    """Other hands on the tables of a run that measures: in one go, and again where it was stopped while it read."""
    def done():
        with stopped(process), contextlib.closing(sqlite3.connect(place.path("bench.db"), timeout=0)) as db, db:
            try:
                for text in statements:
                    db.execute(text)
                db.commit()
                return True
            except sqlite3.OperationalError as e:
                assert "locked" in str(e), e
                db.rollback()
                return False
    wkl.wait_until("a moment between two reads", done)


def nothing_left(place, *names):
    assert place.tables() == sorted(names), place.tables()
    assert not glob.glob(place.path("*-wkl*")), os.listdir(place.folder)


def test_the_second_waits(place):
    """The same tables with other contents: each measures its own, and nothing is left."""
    first = begin(place, "first", place.write("a.wkl", TINY + SLOW + FILE))
    with stopped(first):
        second = begin(place, "second", place.write("b.wkl", OTHER + RUN + FILE), until="is using these tables")
    results = end(first, FINE)
    other = end(second, FINE, USED.format(first.pid) + r": waiting up to 60.0 s \(--wait\)")
    assert results[0]["errors"] == 0 and results[0]["verified"]["mismatches"] == 0, results
    nothing_left(place)
    assert other[0]["errors"] == 0 and other[0]["verified"]["mismatches"] == 0, other
    assert "every value correct" in said(second), said(second)


def test_who_cannot_wait_has_touched_nothing(place):
    first = begin(place, "first", place.write("a.wkl", TINY + LONG + FILE))
    before = place.sql("SELECT * FROM rare ORDER BY id"), place.sql("SELECT * FROM wkl_tables ORDER BY name")
    for more in ((), ("--reload",), ("--only", "load"), ("--only", "create"), ("--only", "run"), ("--only", "drop"), ("--keep",)):
        place.wklrun(place.write("b.wkl", OTHER + RUN + FILE), "-b", "sqlite", "--wait", "0s", *more).expect(
            RUN_ERRORS, USED.format(first.pid) + r", and still was after .*: nothing was touched; wait longer with --wait, or set 'table_prefix'")
        assert before == (place.sql("SELECT * FROM rare ORDER BY id"), place.sql("SELECT * FROM wkl_tables ORDER BY name")), more
    stop(first)
    results = end(first, RUN_ERRORS)
    assert results[0]["requests"] > 0 and results[0]["errors"] == 0, results
    nothing_left(place)


def test_other_tables_are_not_waited_for(place):
    first = begin(place, "first", place.write("a.wkl", TINY + LONG + FILE))
    for backend in ('backend sqlite { path "bench.db" table_prefix "b_" }\n', 'backend sqlite { path "other.db" }\n'):
        done = place.wklrun(place.write("b.wkl", TINY + RUN + backend), "-b", "sqlite", "--wait", "0s").expect(FINE)
        assert "another wklrun" not in done.err, done
    place.wklrun(place.write("c.wkl", TINY + RUN + FILE), "-b", "sqlite", "--dry-run", "--wait", "0s").expect(FINE)
    stop(first)
    end(first, RUN_ERRORS)
    nothing_left(place)


def test_two_names_of_one_store_are_one_run(place):
    """As before there were marks: a run does not wait for itself."""
    file = place.write("a.wkl", TINY + RUN + 'backend sqlite as one { path "bench.db" }\nbackend sqlite as two { path "./bench.db" }\n')
    place.wklrun(file, "-b", "one,two", "--wait", "0s").expect(FINE)
    nothing_left(place)


def test_a_link_is_the_same_file(place):
    first = begin(place, "first", place.write("a.wkl", TINY + LONG + FILE))
    os.symlink("bench.db", place.path("link.db"))
    place.wklrun(place.write("b.wkl", TINY + RUN + 'backend sqlite { path "link.db" }\n'), "-b", "sqlite", "--wait", "0s").expect(RUN_ERRORS, USED.format(first.pid))
    stop(first)


def test_a_wait_is_interrupted(place):
    first = begin(place, "first", place.write("a.wkl", TINY + LONG + FILE))
    second = begin(place, "second", place.write("b.wkl", OTHER + RUN + FILE), "--wait", "1h", until="is using these tables")
    stop(second)
    assert second.returncode == RUN_ERRORS, said(second)
    assert place.sql("SELECT count(*) FROM rare") == [(30,)]
    stop(first)


def test_a_killed_run_leaves_no_mark(place):
    first = begin(place, "first", place.write("a.wkl", TINY + LONG + FILE))
    stop(first, signal.SIGKILL)
    done = place.wklrun(place.write("b.wkl", OTHER + RUN + FILE), "-b", "sqlite", "--wait", "0s").expect(FINE)
    assert "another wklrun" not in done.err, done
    nothing_left(place)


def test_ten_at_once(place):
    file = place.write("a.wkl", TINY + RUN + FILE)
    runs = [place.start("wklrun", file, "-b", "sqlite", "-q", "-n", "6", "--sample", "5") for _ in range(10)]
    for run in runs:
        _, err = run.communicate(timeout=wkl.HANG)
        assert run.returncode == FINE, err.decode()
    nothing_left(place)


def test_a_bad_wait(place):
    place.wklrun(place.write("a.wkl", TINY + RUN), "--wait", "soon").expect(USAGE, "--wait 'soon'", lines=1)


def test_what_a_killed_run_left_is_dropped(place):
    """By the next that drops, whether it made all of it anew or used some; and by no other: what --keep makes stays."""
    file = place.write("a.wkl", TINY + LONG + FILE)
    stop(begin(place, "first", file), signal.SIGKILL)
    place.wklrun(file, "-b", "sqlite", "--only", "run", "-T", "100ms").expect(FINE)
    report, done = place.measure(FINE, file, "-b", "sqlite", "-T", "100ms")
    assert report["backends"][0]["load"]["reused"], done
    nothing_left(place)
    stop(begin(place, "first", file), signal.SIGKILL)
    place.wklrun(file, "-b", "sqlite", "-T", "100ms", "--keep").expect(FINE, "sqlite: 3 tables that an earlier run was to drop: replaced")
    place.wklrun(file, "-b", "sqlite", "-T", "100ms").expect(FINE)
    nothing_left(place, "rare", "rates_30d", "rates_90d", "wkl_loads", "wkl_tables")


# ---- others who touch what is ours ----

def test_tables_that_were_replaced_are_not_wrong_rows(place):
    """Whatever it was that replaced them, their note says so: it is not the database that is wrong."""
    run = begin(place, "run", place.write("a.wkl", TINY + SLOW + FILE), "--verify", "rows")
    meanwhile(place, run, "UPDATE wkl_tables SET digest = 'another' WHERE name = 'rates_30d'", "UPDATE rates_30d SET n = n + 1")
    results = end(run, RUN_ERRORS, "table 'rates_30d' was replaced while this run used it: somebody else, not this run, did that", "not valid: table 'rates_30d'")
    assert "WRONG ROWS" not in said(run), said(run)
    assert "was replaced" in results[0]["failed"] and not results[0]["ranked"], results[0]
    assert "rates_30d" in place.tables() and "rare" not in place.tables(), "what is another's by now is left alone"


def test_the_same_where_the_rows_are_not_compared(place):
    """Other values of as many rows: no check of the rows while measuring sees that."""
    run = begin(place, "run", place.write("a.wkl", TINY + SLOW + FILE))
    meanwhile(place, run, "UPDATE wkl_tables SET digest = 'another' WHERE name = 'rates_30d'")
    results = end(run, RUN_ERRORS, "table 'rates_30d' was replaced")
    assert results[0]["errors"] == 0 and not results[0]["ranked"], results[0]


def test_rows_that_are_wrong_are_said_to_be(place):
    run = begin(place, "run", place.write("a.wkl", TINY + SLOW + FILE), "--verify", "rows")
    meanwhile(place, run, "UPDATE rates_30d SET n = n + 1")
    end(run, wkl.WRONG_ROWS, "WRONG ROWS")


def test_notes_that_are_gone(place):
    """The tables may be dropped by nobody then but by hand: their names are said, now and later."""
    file = place.write("a.wkl", TINY + SLOW + FILE)
    run = begin(place, "run", file)
    meanwhile(place, run, "DROP TABLE wkl_tables")
    end(run, RUN_ERRORS, "table '[a-z0-9_]+' is no longer noted in 'wkl_tables' as made by wkl while this run used it",
        "left behind: 'rates_30d', 'rates_90d', 'rare': 'wkl_tables' no longer says that this run made them; drop yourself what nobody needs")
    place.wklrun(file, "-b", "sqlite").expect(RUN_ERRORS, "a table 'rates_30d' is there that wkl did not make, or whose note in 'wkl_tables' is gone")
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE, "a table 'rare' is there that wkl did not make, or whose note .* is gone: left alone")
    for name in ("rates_30d", "rates_90d", "rare"):
        place.sql(f"DROP TABLE {name}")
    place.wklrun(file, "-b", "sqlite", "-n", "6").expect(FINE)
    nothing_left(place)


def test_a_mark_that_is_lost(place):
    """Taken again where nobody was faster; else the tables are the other's."""
    run = begin(place, "run", place.write("a.wkl", TINY + SLOW + FILE))
    os.unlink(place.path("bench.db-wkl"))
    end(run, FINE)
    nothing_left(place)
    run = begin(place, "run", place.write("a.wkl", TINY + SLOW + FILE))
    with stopped(run):
        os.unlink(place.path("bench.db-wkl"))
        other = begin(place, "other", place.write("b.wkl", OTHER + LONG + FILE), "--wait", "0s")
    end(run, RUN_ERRORS, r"this run's mark on its tables was lost, .*: another wklrun \(pid %d on" % other.pid)
    assert place.sql("SELECT count(*) FROM rates_30d") == [(90,)], "they are the other's"
    stop(other)
    assert end(other, RUN_ERRORS)[0]["errors"] == 0
    nothing_left(place)


def test_a_plain_run_after_a_load_that_was_killed(place):
    """It does not go on with the load, which only --keep and --only load do: all is its own, and dropped."""
    file = place.write("a.wkl", TINY + RUN + FILE)
    loading = place.start("wklrun", file, "-b", "sqlite", "-q", "--keep", "-D", "keys=250k")
    wkl.wait_until("a stretch", lambda: "wkl_loads" in place.tables() and place.sql("SELECT count(*) FROM wkl_loads") > [(1,)])
    loading.kill()
    loading.communicate(timeout=wkl.HANG)
    noted = place.sql("SELECT count(*) FROM wkl_loads")
    assert noted > [(0,)], noted
    report, done = place.measure(FINE, file, "-b", "sqlite", "-D", "keys=250k", "-n", "6", "--sample", "5")
    assert report["backends"][0]["load"]["rows"] == 525_000, done
    nothing_left(place)


wkl.main(globals(), needs_sqlite=True)
