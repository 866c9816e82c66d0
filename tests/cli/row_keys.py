#!/usr/bin/env python3
"""Tables with several rows a key: a get by the key brings them all, each is verified, and a row that is wrong, missing, too many or there twice
is found, in each strategy."""
import re

import wkl
from wkl import FINE, WRONG_ROWS

SALES = """workload sales
entity card { id: char(12) ~ hex  count 60 }
table sales[m in [jan, feb]] of card {
    n: int ~ uniform(0..9)  at: timestamp ~ uniform(2026-01-01..2026-01-31)  note: string(9) ~ text(3..9)  null 20%
    key (card, at)  per_key 0..9  rows 60%
}
table marks of card { place: int ~ sequence  day: date ~ uniform(2026-01-01..2026-01-03)  score: double ~ uniform(0..1)
                      key (id, day, place)  per_key 4 }
table one of card { v: int ~ uniform(1..5) }
query own(card) { get sales[*], marks, one }
query five(card[5]) { get sales[jan], marks }
run go { query own 50%, five  strategy single, batch, binpacked  keys sequential  for 120 requests }
backend sqlite { path "bench.db" }
"""
EVERY_KEY = ("--sample", "120", "--verify", "rows", "-b", "sqlite", "--rounds", "1", "--strategy")


def kept(place):
    file = place.write("sales.wkl", SALES)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    return file


def test_all_rows_of_a_key(place):
    report, _ = place.measure(FINE, place.write("sales.wkl", SALES), "-b", "memory,sqlite", "--verify", "rows", "--rounds", "1")
    memory, sqlite = report["backends"]
    assert memory["verified"]["mismatches"] == sqlite["verified"]["mismatches"] == 0, report["backends"]
    assert memory["verified"]["rows"] == sqlite["verified"]["rows"] > 2000, report["backends"]
    by_backend = [[r["rows"] for r in report["results"] if r["backend"] == b] for b in ("memory", "sqlite")]
    assert by_backend[0] == by_backend[1] and len(set(by_backend[0])) == 1, by_backend


def test_what_is_loaded_is_what_is_sampled(place):
    file = kept(place)
    (n,), = place.sql("SELECT count(*) FROM sales_jan")
    lines = place.wklc(file, "--sample", f"sales:{n}").expect(FINE).out.splitlines()[1:]
    keys = {tuple(line.split(",")[:2]) for line in lines}
    there = {(card, at.replace(" ", "T")[:19]) for card, at in place.sql("SELECT id, at FROM sales_jan")}
    assert len(keys) == n and {(card, at[:19].replace(" ", "T")) for card, at in keys} == there, (sorted(keys)[:2], sorted(there)[:2])


def test_what_is_wrong_is_found(place):
    file = kept(place)
    card, at, n = place.sql("SELECT id, at, n FROM sales_jan GROUP BY id HAVING count(*) > 2 ORDER BY id LIMIT 1")[0]
    where = f"table 'sales_jan', key '{card}': "
    for change, back, said in (
            (f"UPDATE sales_jan SET n = 77 WHERE id = '{card}' AND at = '{at}'", f"UPDATE sales_jan SET n = {n} WHERE id = '{card}' AND at = '{at}'",
             f"column 'n': expected {n}, found 77"),
            (f"UPDATE sales_jan SET at = '2031-01-01 00:00:00' WHERE id = '{card}' AND at = '{at}'",
             f"UPDATE sales_jan SET at = '{at}' WHERE id = '{card}' AND at = '2031-01-01 00:00:00'", "a row was found that wkl did not load"),
            (f"INSERT INTO sales_jan (id, at, n) VALUES ('{card}', '2031-01-01 00:00:00', 1)", "DELETE FROM sales_jan WHERE at > '2030'",
             "a row was found that wkl did not load"),
            (f"DELETE FROM sales_jan WHERE id = '{card}' AND at = '{at}'", None, "column 'id': expected its row with at 2026-01-")):
        place.sql(change)
        for strategy in ("single", "batch", "binpacked"):
            place.wklrun(file, *EVERY_KEY, strategy).expect(WRONG_ROWS, re.escape(where + said))
        if back:
            place.sql(back)


def test_a_missing_row_is_counted(place):
    """While it is measured rows are counted: one of several is missed."""
    file = kept(place)
    place.sql("DELETE FROM marks WHERE place = (SELECT min(place) FROM marks)")
    report, _ = place.measure(WRONG_ROWS, file, "-b", "sqlite", "--sample", "1", "--verify", "count", "--rounds", "1", "--strategy", "batch")
    assert report["results"][0]["verified"]["mismatches"] > 0, report["results"][0]


wkl.main(globals(), needs_sqlite=True)
