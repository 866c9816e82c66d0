#!/usr/bin/env python3
"""update: rows are verified by the versions that are in them, while they change; what was acknowledged and lost is found; tables that were
changed are never taken for loaded ones."""
import os
import re

import wkl
from wkl import FINE, RUN_ERRORS, USAGE, WRONG_ROWS

WORKLOAD = os.path.join(wkl.SOURCE, "tests", "live", "updates.wkl")
MEMORY = 'backend memory { %s }\n'


def text(more=""):
    with open(WORKLOAD, encoding="utf-8") as f:
        return f.read() + more


def test_every_row_while_they_change(place):
    report, _ = place.measure(FINE, WORKLOAD, "-b", "memory,sqlite", "--verify", "rows", "--rounds", "2", "-j", "2")
    for entry in report["results"]:
        assert entry["requests"] == 1000 and entry["errors"] == 0, entry
    assert all(b["verified"]["mismatches"] == 0 and b["verified"]["rows"] > 200 for b in report["backends"]), report["backends"]
    by_backend = [[r["rows"] for r in report["results"] if r["backend"] == b] for b in ("memory", "sqlite")]
    assert by_backend[0] == by_backend[1], by_backend


def test_a_lost_write_is_found(place):
    file = place.write("lost.wkl", text(MEMORY % "drop_every 20"))
    done = place.wklrun(file, "-b", "memory", "--rounds", "1", "--strategy", "single").expect(WRONG_ROWS, "WRONG ROWS: table '(users|accounts)', key '")
    assert ": stale read: it found " in done.err and " had been acknowledged " in done.err, done


def test_a_lost_write_that_nobody_reads(place):
    """It is read once more when all writes have ended."""
    file = place.write("unread.wkl", "entity user { id: char(12) ~ hex  count 300 }\n"
                       "table users of user { name: string(20) ~ text(1..20) }\n"
                       "query rename(user) { update users set name ~ text(1..20) }\n"
                       "run go { query rename  clients 8  for 200 requests }\n" + MEMORY % "drop_every 90")
    done = place.wklrun(file, "-b", "memory", "--rounds", "1", "-j", "2").expect(WRONG_ROWS, "WRONG ROWS: table 'users', key '")
    assert ": lost write: it found " in done.err, done


def test_wrong_values_are_found(place):
    file = place.write("wrong.wkl", text(MEMORY % "wrong_every 50"))
    place.wklrun(file, "-b", "memory", "--verify", "rows", "--rounds", "1").expect(WRONG_ROWS, "expected ")


def test_what_another_wrote_is_found(place):
    """A value that is not its version's; a version that nobody wrote."""
    file = place.write("changed.wkl", text('backend sqlite { path "bench.db" }\nrun all_of_them { query look, some  keys sequential  for 9 requests }\n'))
    look = ("--run", "all_of_them", "--sample", "400", "-b", "sqlite", "--rounds", "1")
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    place.wklrun(file, *look, "--keep").expect(FINE)
    for change, back, said in (
            ("balance = balance + 1", "balance = balance - 1", "column 'balance': expected "),
            ("wkl_v = 65", "wkl_v = 0", "column 'name': expected "),
            ("wkl_v2 = 63", "wkl_v2 = 0", "column 'score': no statement wrote version 63 of it"),
            ("wkl_v = NULL", "wkl_v = 0", "its version is none")):
        place.sql(f"UPDATE users SET {change} WHERE id = (SELECT min(id) FROM users)")
        place.wklrun(file, *look, "--keep").expect(WRONG_ROWS, said)
        place.sql(f"UPDATE users SET {back} WHERE id = (SELECT min(id) FROM users)")
    place.wklrun(file, *look, "--keep").expect(FINE)


def test_changed_tables_are_not_taken_for_loaded(place):
    file = place.write("kept.wkl", text('backend sqlite { path "bench.db" }\n'))
    go = ("-b", "sqlite", "--rounds", "1", "--strategy", "single", "-n", "100", "--keep")
    place.wklrun(file, *go).expect(FINE)
    assert place.sql("SELECT count(*) FROM users WHERE wkl_v + wkl_v2 + wkl_v3 > 0")[0][0] > 0
    place.wklrun(file, "--only", "run", *go[:-1]).expect(RUN_ERRORS, "holds other data than this workload's: load it first")
    place.wklrun(file, *go).expect(FINE, "2 tables of an earlier run hold other data: replaced")
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE, "2 tables dropped")


COUNTS = ("table visits { id: bigint ~ sequence  n: bigint ~ uniform(0..9)  key (id)  rows 100 }\n"
          "query visit(visits) { update visits set n = n + 1 }\n"
          "query look(visits) { get visits }\n"
          "run go { query visit, look 40%  clients 8  for 1000 requests }\n"
          "run unread { query visit  clients 8  for 1000 requests }\n"
          "run all_of_them { query look  keys sequential  for 9 requests }\n")


def test_counted_columns(place):
    """What is added is right while it is added to, and stands as loaded again for the next turn."""
    file = os.path.join(wkl.SOURCE, "tests", "live", "counts.wkl")
    report, _ = place.measure(FINE, file, "-b", "memory,sqlite", "--verify", "rows", "--rounds", "2", "-j", "2")
    assert all(b["verified"]["mismatches"] == 0 and b["verified"]["rows"] > 100 for b in report["backends"]), report["backends"]
    assert all(e["errors"] == 0 and e["requests"] == 1000 for e in report["results"]), report["results"]


def test_a_lost_count_is_found(place):
    file = place.write("lost.wkl", COUNTS + MEMORY % "drop_every 100")
    done = place.wklrun(file, "-b", "memory", "--rounds", "1", "--run", "go").expect(WRONG_ROWS, "WRONG ROWS: table 'visits', key '")
    assert re.search(": (stale read|lost write): it found [+]", done.err) and "since it was loaded, expected +" in done.err, done
    done = place.wklrun(file, "-b", "memory", "--rounds", "1", "--run", "unread").expect(WRONG_ROWS, "WRONG ROWS: table 'visits', key '")
    assert ": lost write: it found +" in done.err and "had been acknowledged" in done.err, done


def test_what_another_added_is_found(place):
    file = place.write("added.wkl", COUNTS + 'backend sqlite { path "bench.db" }\n')
    look = ("--run", "all_of_them", "--sample", "400", "-b", "sqlite", "--rounds", "1", "--keep")
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    place.wklrun(file, *look).expect(FINE)
    place.sql("UPDATE visits SET n = n + 1 WHERE id = 5")
    place.wklrun(file, *look).expect(WRONG_ROWS, "key '5': column 'n': expected ")


def test_what_cannot_be_run_yet(place):
    file = place.write("doubles.wkl", text("query double(users) { update users set score = score * 2 }\nrun doubles { query double  for 9 requests }\n")
                       .replace("query double(users)", "query double(user)"))
    place.wklrun(file, "--run", "doubles", "-b", "memory").expect(
        USAGE, "'update' in query 'double' cannot be run yet: it computes a value from the row's own columns otherwise than by adding a constant")


def test_one_snapshot_takes_no_writes(place):
    file = place.write("snapshot.wkl", text('backend sqlite { transaction on }\n'))
    place.wklrun(file, "-b", "sqlite", "--rounds", "1", "-n", "20").expect(RUN_ERRORS, "nothing can be written with `transaction on`")


wkl.main(globals(), needs_sqlite=True)
