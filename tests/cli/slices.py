#!/usr/bin/env python3
"""get ... where / first / last: the rows of a key by its sort columns, in order, and what else comes is found."""
import os
import re

import wkl
from wkl import FINE, WRONG_ROWS

WORKLOAD = os.path.join(wkl.SOURCE, "tests", "live", "slices.wkl")


def test_every_row_in_order(place):
    report, _ = place.measure(FINE, WORKLOAD, "-b", "memory,sqlite", "--verify", "rows", "--rounds", "1")
    for backend in report["backends"]:
        assert backend["verified"]["mismatches"] == 0 and backend["verified"]["rows"] > 1500, report["backends"]
    by_backend = [[r["rows"] for r in report["results"] if r["backend"] == b] for b in ("memory", "sqlite")]
    assert by_backend[0] == by_backend[1], by_backend


def test_what_is_wrong_is_found(place):
    with open(WORKLOAD, encoding="utf-8") as f:
        file = place.write("slices.wkl", f.read() + 'backend sqlite { path "bench.db" }\nrun every { query last  keys sequential  for 9 requests }\n')
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    user, placed, no = place.sql("SELECT id, max(placed), no FROM orders WHERE placed >= '2026-01-12' GROUP BY id HAVING count(*) > 2 ORDER BY id LIMIT 1")[0]
    row = f"id = '{user}' AND placed = '{placed}' AND no = {no}"
    every = ("--run", "every", "--sample", "200", "--verify", "rows", "-b", "sqlite", "--rounds", "1", "--strategy")
    for change, back, said in (
            (f"INSERT INTO orders (id, placed, no, total) VALUES ('{user}', '2026-01-30T23:59:59.999999Z', 99, 1)", "DELETE FROM orders WHERE no = 99",
             f"table 'orders', key '{user}': a row was found that is none of those asked for"),
            (f"DELETE FROM orders WHERE {row}", None, f"table 'orders', key '{user}': (column 'id': expected its row|a row was found that is none)")):
        place.sql(change)
        for strategy in ("single", "batch", "binpacked"):
            place.wklrun(file, *every, strategy).expect(WRONG_ROWS, said)
        if back:
            place.sql(back)


def test_another_order_is_wrong(place):
    """Rows that are limited come in their order; all rows that a condition takes may come in any."""
    text = open(WORKLOAD, encoding="utf-8").read() + "backend memory { reorder on }\nquery some(user) { get orders where placed >= now - 20d }\n"
    for query, code, said in (("some", FINE, ""), ("last", WRONG_ROWS, "not in the order of the sort columns")):
        file = place.write("order.wkl", text + f"run alone {{ query {query}  keys sequential  for 50 requests }}\n")
        place.wklrun(file, "--run", "alone", "-b", "memory", "--verify", "rows", "--rounds", "1").expect(code, said)


def test_what_sorts_otherwise_is_refused(place):
    """Cosmos DB keeps bytes and wide whole numbers as texts: such a slice could bring other rows, so that it is not asked for."""
    text = """entity user {{ id: bigint ~ sequence  count 9 }}
table t of user {{ at: {}  n: int ~ uniform(0..9)  key (user, at)  per_key 1..3 }}
query q(user) {{ get t last 2 }}
run r {{ query q  for 9 requests }}
"""
    for column, refused in (("bytes(8) ~ hex", True), ("bigint ~ uniform(0..9_100_000_000_000_000)", True),
                            ("bigint ~ uniform(0..9_000_000_000_000_000)", False), ("bigint ~ sequence", False), ("char(8) ~ hex", False)):
        file = place.write("t.wkl", text.format(column))
        for target, cannot in (("cosmosdb", refused), ("dynamodb", False)):
            shown = place.wklc(file, "--emit", "--target", target)
            said = "cannot be run yet: its sort columns are kept as texts there that sort otherwise" in shown.out + shown.err
            assert said == cannot, (column, target, shown)


def test_now_is_the_workloads(place):
    """The latest moment of the data, unless a param says another."""
    text = open(WORKLOAD, encoding="utf-8").read()
    shown = place.wklc(place.write("a.wkl", text), "--emit=ir").expect(FINE).out
    assert re.search(r"where placed >= 2026-01-11T00:00:00.000000Z last 3", shown), shown
    shown = place.wklc(place.write("b.wkl", "param now = 2026-01-26\n" + text), "--emit=ir").expect(FINE).out
    assert re.search(r"where placed >= 2026-01-06T00:00:00.000000Z last 3", shown), shown


wkl.main(globals(), needs_sqlite=True)
