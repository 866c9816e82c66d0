#!/usr/bin/env python3
"""Keys of several columns as one, and the rows of parents: each row is read by its whole key and verified, in each strategy."""
import os

import wkl
from wkl import FINE, WRONG_ROWS

WORKLOAD = os.path.join(wkl.SOURCE, "tests", "live", "tuples.wkl")
EVERY = ("--run", "every", "--sample", "1500", "--verify", "rows", "-b", "sqlite", "--rounds", "1", "--strategy")


def kept(place):
    with open(WORKLOAD, encoding="utf-8") as f:
        file = place.write("tuples.wkl", f.read() + 'backend sqlite { path "bench.db" }\nrun every { query whole  keys sequential  for 10 requests }\n')
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    return file


def test_read_by_the_whole_key(place):
    report, _ = place.measure(FINE, WORKLOAD, "-b", "memory,sqlite", "--verify", "rows", "--rounds", "1")
    for backend in report["backends"]:
        assert backend["verified"]["mismatches"] == 0 and backend["verified"]["rows"] > 3000, report["backends"]


def test_a_child_has_its_parents_key(place):
    kept(place)
    (lonely,), = place.sql("SELECT count(*) FROM items WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = items.id AND o.no = items.no)")
    lines = [n for (n,) in place.sql("SELECT count(*) FROM items GROUP BY id, no")]
    (orders,), = place.sql("SELECT count(*) FROM orders")
    assert lonely == 0 and len(lines) == orders and set(lines) == {1, 2, 3, 4, 5}, (lonely, len(lines), orders)


def test_what_is_wrong_is_found(place):
    file = kept(place)
    user, no, line, price = place.sql("SELECT id, no, line, price FROM items WHERE price IS NOT NULL ORDER BY id, no, line LIMIT 1")[0]
    key = f"id = '{user}' AND no = {no}"
    for change, back, said in (
            (f"UPDATE items SET price = 77 WHERE {key} AND line = {line}", f"UPDATE items SET price = {price!r} WHERE {key} AND line = {line}",
             f"table 'items', key '{user}, {no}': column 'price': expected [0-9.e-]+, found 77"),
            (f"UPDATE items SET line = 99 WHERE {key} AND line = {line}", f"UPDATE items SET line = {line} WHERE {key} AND line = 99",
             f"table 'items', key '{user}, {no}': a row was found that wkl did not load"),
            (f"DELETE FROM orders WHERE {key}", None, f"table 'orders', key '{user}, {no}': column 'id': expected its row, found none")):
        place.sql(change)
        for strategy in ("single", "batch", "binpacked"):
            place.wklrun(file, *EVERY, strategy).expect(WRONG_ROWS, said)
        if back:
            place.sql(back)


def test_keys_that_are_sampled_are_rows(place):
    file = place.write("tuples.wkl", open(WORKLOAD, encoding="utf-8").read())
    rows = {tuple(line.split(",")[:2]) for line in place.wklc(file, "--sample", "orders:10k").expect(FINE).out.splitlines()[1:]}
    asked = [line.split(",")[2:4] for line in place.wklc(file, "--sample", "several:50").expect(FINE).out.splitlines()[1:]]
    missed = [key for key in asked if tuple(key) not in rows]
    assert asked and len(missed) < len(asked) / 3, missed


wkl.main(globals(), needs_sqlite=True)
