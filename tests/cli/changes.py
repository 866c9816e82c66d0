#!/usr/bin/env python3
"""insert, put and delete: rows that come and go are verified while they do, what was acknowledged and lost is found, and each stretch of driving
begins with the rows that were loaded."""
import os
import re

import wkl
from wkl import FINE, USAGE, WRONG_ROWS

WORKLOADS = [os.path.join(wkl.SOURCE, "tests", "live", name + ".wkl") for name in ("changes", "inserts", "batches")]
USERS = "entity user { id: char(12) ~ hex  count 300 }\ntable users of user { name: string(20) ~ text(1..20)  rows 80% }\n"


def test_every_row_while_they_come_and_go(place):
    for workload in WORKLOADS:
        report, _ = place.measure(FINE, workload, "-b", "memory,sqlite", "--verify", "rows", "--rounds", "2", "-j", "2")
        for entry in report["results"]:
            assert entry["requests"] == 1000 and entry["errors"] == 0, entry
        assert all(b["verified"]["mismatches"] == 0 and b["verified"]["rows"] > 100 for b in report["backends"]), report["backends"]


def test_what_was_verified(place):
    """Where all requests write no row is answered: the report counts those that were read when all had ended, and says so in every form."""
    file = place.write("write.wkl", USERS + 'query save(user) { put users set name = "x" }\nrun go { query save  clients 4  for 200 requests }\n')
    report, done = place.measure(FINE, file, "-b", "memory", "--rounds", "2", "-o", "r.md", "-o", "r.html", "-o", "-")
    verified = report["backends"][0]["verified"]
    assert verified["rows"] == 0 and verified["at_rest"] >= 100, verified
    forms = {"text": done.out}
    for name in ("r.md", "r.html"):
        with open(place.path(name), encoding="utf-8") as f:
            forms[name] = f.read()
    said = f"100 requests, {verified['at_rest']:,} written rows read back at rest, on 1 backend: every value correct"
    for form, text in forms.items():
        if form != "r.md":
            assert said in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text)), (form, text)
        assert form == "text" or f"{verified['at_rest']:,}" in text and "written rows, at rest" in text, (form, text)


def test_plans_of_writes(place):
    """Shown and not run: what was made ready to look at rows afterwards is given back (a build with sanitizers says so)."""
    done = place.wklrun(WORKLOADS[0], "-b", "memory", "--dry-run").expect(FINE)
    assert "put" in done.out, done


def test_the_same_start(place):
    """After each stretch rows that were deleted are back, as they were loaded, and rows that were gained are gone."""
    file = place.write("same.wkl", USERS + 'query look(user) { get users }\nquery drop(user) { delete users }\nquery save(user) { put users set name = "x" }\n'
                       "run go { query drop, save  keys sequential miss 20%  clients 4  for 600 requests }\nrun all { query look  keys sequential  for 300 requests }\n"
                       'backend sqlite { path "bench.db" }\n')
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    before = place.sql("SELECT id, name FROM users ORDER BY id")
    place.wklrun(file, "-b", "sqlite", "--run", "go", "--rounds", "2", "--keep").expect(FINE)
    after = place.sql("SELECT id, CASE WHEN wkl_v = 0 THEN name ELSE 'x' END FROM users ORDER BY id")
    assert [row[0] for row in after] == [row[0] for row in before] and len(before) == 240, (len(before), len(after))
    assert all(name in ("x", old) for (_, old), (_, name) in zip(before, after))
    restored = sum(name != "x" for _, name in after)
    assert restored > 50, restored


def test_lost_writes_are_found(place):
    """A delete after which the row is still there, a put after which there is none, or the one before."""
    for key, query, said in (("user", "delete users", "it found what stood before all writes, though a delete of client "),
                        ("", "insert 3 users", "it found no row, as before all writes, though the write of client "),
                        ("user", "put users set name = \"x\"", "though the write of client ")):
        keys = "keys uniform miss 10%" if key else ""
        file = place.write("lost.wkl", USERS + f"query change({key}) {{ {query} }}\nrun go {{ query change  clients 4  {keys}  for 300 requests }}\n"
                           "backend memory { drop_every 20 }\n")
        done = place.wklrun(file, "-b", "memory", "--rounds", "1").expect(WRONG_ROWS, "WRONG ROWS: table 'users', key '")
        assert "': lost write: " in done.err and said in done.err, done


def test_a_row_that_is_gone(place):
    """A row that nobody deleted is missed, though others may be gone."""
    file = place.write("gone.wkl", USERS + "query look(user) { get users }\nquery drop(user) { delete users }\n"
                       "run go { query look 90%, drop  clients 4  for 400 requests }\nbackend memory { lose_every 50 }\n")
    for verify in ("rows", "count"):
        place.wklrun(file, "-b", "memory", "--rounds", "1", "--verify", verify).expect(WRONG_ROWS, "expected its row|expected 1 row")


def test_a_row_that_came_back(place):
    """Another process puts a row that a run has deleted, and one that was never there."""
    file = place.write("back.wkl", USERS + "query look(user) { get users }\nquery drop(user) { delete users }\nquery save(user) { put users }\n"
                       "run look { query look  keys sequential  for 300 requests }\nrun go { query drop, save  for 10 requests }\n"
                       'backend sqlite { path "bench.db" }\n')
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    free = place.sql("SELECT name FROM users LIMIT 1")[0][0]
    look = ("-b", "sqlite", "--run", "look", "--sample", "300", "--rounds", "1", "--keep")
    place.wklrun(file, *look).expect(FINE)
    place.sql("DELETE FROM users WHERE name = '%s'" % free.replace("'", "''"))
    place.wklrun(file, *look).expect(WRONG_ROWS, "expected its row, found none")


def test_several_rows_of_a_key(place):
    file = place.write("several.wkl", "entity card { id: int ~ sequence  count 50 }\ntable sales of card { no: int ~ sequence  key (card, no)  per_key 1..3  sum: int ~ uniform(1..9) }\n"
                       "query drop(card) { delete sales }\nrun go { query drop  for 10 requests }\n")
    place.wklrun(file, "-b", "memory").expect(USAGE, "'delete' in query 'drop' cannot be run yet: a key has several rows there")


def test_inserted_rows(place):
    """Whoever is faster, the same rows come in: by client and number; a later stretch goes on behind the earlier ones."""
    file = place.write("insert.wkl", USERS + "query join() { insert 3 users set name = \"new\" }\nrun go { query join  strategy single, batch  clients 4  for 80 requests }\n"
                       'backend sqlite { path "bench.db" }\n')
    rows = {}
    for jobs in "1", "2":
        place.wklrun(file, "-b", "sqlite", "--rounds", "2", "-j", jobs, "--sample", "20", "--keep").expect(FINE)
        rows[jobs] = place.sql("SELECT id, name, wkl_v FROM users ORDER BY id")
        place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE)
    assert rows["1"] == rows["2"] and sum(name == "new" for _, name, _ in rows["1"]) == 2 * (20 + 80) * 3, len(rows["1"])


def test_no_keys_left(place):
    file = place.write("full.wkl", "table few { id: char(1) ~ hex  n: int ~ uniform(1..9)  key (id)  rows 4 }\nquery add() { insert few }\nrun go { query add  for 500 requests }\n")
    place.wklrun(file, "-b", "memory", "--rounds", "1").expect(wkl.RUN_ERRORS, "no keys of 'few' are left for rows to be inserted: its generator makes no more different ones")


def test_a_row_that_is_there_already(place):
    """The server's refusal is an error of the request, and what it says is passed on."""
    file = place.write("twice.wkl", USERS + "query join() { insert users }\nrun go { query join  for 50 requests }\n" 'backend sqlite { path "bench.db" }\n')
    place.wklrun(file, "-b", "sqlite", "--rounds", "1", "--sample", "10", "--keep").expect(FINE)
    taken = place.sql("SELECT id FROM users WHERE wkl_v > 0")
    place.wklrun(file, "-b", "sqlite", "--only", "load", "--reload").expect(FINE)
    place.sql("INSERT INTO users (id, name, wkl_v) VALUES ('%s', 'x', 0)" % taken[0][0])
    done = place.wklrun(file, "-b", "sqlite", "--rounds", "1", "--sample", "10", "--keep").expect(WRONG_ROWS, "WRONG ROWS: table 'users', key '.*': its version is none")
    assert "UNIQUE constraint failed: users.id" in re.sub(r"\s+", " ", done.out), done


def test_a_batch_of_which_a_row_is_there_already(place):
    """All of its rows are there, or none."""
    file = place.write("some.wkl", USERS + "query join() { insert 3 users }\nrun go { query join  strategy batch  for 20 requests }\n" 'backend sqlite { path "bench.db" }\n')
    go = ("-b", "sqlite", "--rounds", "1", "--sample", "3", "--keep")
    place.wklrun(file, *go).expect(FINE)
    taken = place.sql("SELECT id FROM users WHERE wkl_v > 0 GROUP BY wkl_v HAVING id = max(id)")
    place.wklrun(file, "-b", "sqlite", "--only", "load", "--reload").expect(FINE)
    place.sql("INSERT INTO users (id, name, wkl_v) VALUES ('%s', 'x', 0)" % taken[5][0])
    done = place.wklrun(file, *go)
    assert "UNIQUE constraint failed: users.id" in re.sub(r"\s+", " ", done.out + done.err), done
    whole = place.sql("SELECT count(*) FROM users WHERE wkl_v > 0 GROUP BY wkl_v")
    assert whole and all(rows == 3 for rows, in whole), whole


wkl.main(globals(), needs_sqlite=True)
