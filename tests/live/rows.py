#!/usr/bin/env python3
"""rows.py dynamodb|cosmosdb setting=value … - rows of a key, by small pages, on a service that stands: rows that were changed, taken away,
put there twice or added past wklrun are found, in a query of one key and in a request for several, among all rows of a key, its last ones,
and by keys of several columns.

The settings are those of the backend block, as wkl-local gives them."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import servers  # noqa: E402
import wkl  # noqa: E402
from wkl import FINE, WRONG_ROWS  # noqa: E402

PREFIX = "rows_"
WORKLOAD = """workload rows
entity card { id: char(12) ~ hex  count 20 }
table sales of card { n: int ~ uniform(0..9)  at: timestamp ~ uniform(2026-01-01..2026-01-31)  key (card, at)  per_key 3..6 }
table marks of card { place: int ~ sequence  day: date ~ uniform(2026-01-01..2026-01-03)  n: int ~ uniform(0..9)
                      key (id, day, place)  per_key 4 }
query own(card)    { get sales, marks }
query two(card[2]) { get sales, marks }
run go { query own 50%, two  strategy single, binpacked  keys sequential  for 40 requests }
"""
SLICES = """
table lines of sales { line: int ~ sequence  n: int ~ uniform(0..9)  key (sales, line)  per_key 1..3 }
query newest(card[2]) { get sales last 2 }
query whole(sales[2]) { get sales, lines }
run last { query newest  keys sequential  for 10 requests }
run tuples { query whole  keys sequential  for 60 requests }
"""
SETTINGS = {}


class Dynamodb:
    @staticmethod
    def rows(table):
        return servers.ask_dynamodb(SETTINGS, "Scan", TableName=PREFIX + table)["Items"]

    @staticmethod
    def put(table, row):
        servers.ask_dynamodb(SETTINGS, "PutItem", TableName=PREFIX + table, Item=row)

    @staticmethod
    def drop(table, row):
        keys = ("id", "at#line") if "at#line" in row else ("id", "day#place") if "day#place" in row else ("id", "at")
        key = {name: row[name] for name in keys}
        servers.ask_dynamodb(SETTINGS, "DeleteItem", TableName=PREFIX + table, Key=key)

    @staticmethod
    def key(row):
        return row["id"]["S"]

    @staticmethod
    def with_n(row, n):
        return {**row, "n": {"N": str(n)}}

    @staticmethod
    def at(row, at):
        return {**row, "at": {"S": at}}

    @staticmethod
    def again(row):
        return {**row, "day#place": {"S": row["day#place"]["S"] + "#"}}

    @staticmethod
    def time(row):
        return row["at"]["S"]


class Cosmosdb:
    @staticmethod
    def link(table):
        return f"dbs/wkl/colls/{PREFIX}{table}"

    def rows(self, table):
        page, _ = servers.ask_cosmosdb(SETTINGS, "docs", self.link(table))
        return page["Documents"]

    def put(self, table, row):
        own = {name: value for name, value in row.items() if not name.startswith("_")}
        servers.ask_cosmosdb(SETTINGS, "docs", self.link(table), verb="POST", body=own, headers={
            "x-ms-documentdb-is-upsert": "True", "x-ms-documentdb-partitionkey": f'["{row["c_id"]}"]'})

    def drop(self, table, row):
        servers.ask_cosmosdb(SETTINGS, "docs", f"{self.link(table)}/docs/{row['id']}", verb="DELETE",
                             headers={"x-ms-documentdb-partitionkey": f'["{row["c_id"]}"]'})

    @staticmethod
    def key(row):
        return row["c_id"]

    @staticmethod
    def with_n(row, n):
        return {**row, "n": n}

    @staticmethod
    def at(row, at):
        return {**row, "at": at, "id": at}

    @staticmethod
    def again(row):
        return {**row, "id": row["id"] + "|"}


    @staticmethod
    def time(row):
        return row["at"]


KINDS = {"dynamodb": Dynamodb, "cosmosdb": Cosmosdb}


def run(place, file, *args, code=FINE, expected=""):
    return place.wklrun(file, "-b", KIND, *args, env=servers.setting_variables(SETTINGS)).expect(code, expected)


def test_what_is_wrong_is_found(place):
    service = KINDS[KIND]()
    block = servers.backend_block(KIND, SETTINGS, PREFIX).replace("{", "{ page_rows 2", 1)
    file = place.write("rows.wkl", WORKLOAD + block)
    sampled = ("--only", "run", "--sample", "40", "--verify", "rows", "--rounds", "1", "-n", "10")
    run(place, file, "--only", "drop")
    run(place, file, "--only", "load")
    done = run(place, file, *sampled)
    assert re.search(r"✓ \d+ requests, [\d,]{3,} rows on 1 backend: every value correct", done.out), done
    sale, mark = service.rows("sales")[0], service.rows("marks")[0]
    foreign, twice = service.at(sale, "2031-01-01T00:00:00.000000Z"), service.again(mark)
    for table, row, spoil, mend, said in (
            ("sales", sale, lambda: service.put("sales", service.with_n(sale, 77)), lambda: service.put("sales", sale), "column 'n': expected \\d, found 77"),
            ("sales", sale, lambda: service.drop("sales", sale), lambda: service.put("sales", sale), "column 'id': expected its row with at .*, found none"),
            ("sales", sale, lambda: service.put("sales", foreign), lambda: service.drop("sales", foreign), "a row was found that wkl did not load"),
            ("marks", mark, lambda: service.drop("marks", mark), lambda: service.put("marks", mark), "expected its row with day .*, place .*, found none"),
            ("marks", mark, lambda: service.put("marks", twice), lambda: service.drop("marks", twice), "the row came twice")):
        spoil()
        for strategy in ("single", "binpacked"):
            run(place, file, *sampled, "--strategy", strategy, code=WRONG_ROWS,
                expected=f"table '{PREFIX}{table}', key '{re.escape(service.key(row))}': .*{said}")
        mend()
    run(place, file, *sampled)
    run(place, file, "--only", "drop")


def test_what_is_wrong_is_found_among_the_last(place):
    """A row too many takes the place of one that is wanted; by whole keys and a parent's key rows are found as well."""
    service = KINDS[KIND]()
    block = servers.backend_block(KIND, SETTINGS, PREFIX).replace("{", "{ page_rows 2", 1)
    file = place.write("slices.wkl", WORKLOAD + SLICES + block)
    sampled = ("--only", "run", "--sample", "200", "--verify", "rows", "--rounds", "1")
    run(place, file, "--only", "drop")
    run(place, file, "--only", "load")
    sales = sorted(service.rows("sales"), key=lambda row: (service.key(row), service.time(row)))
    last = next(a for a, b in zip(sales, sales[1:] + sales[:1]) if service.key(a) != service.key(b))
    line = service.rows("lines")[0]
    later = service.at(last, "2031-01-01T00:00:00.000000Z")
    none = "a row was found that is none of those asked for"
    for which, table, row, spoil, mend, said in (
            ("last", "sales", last, lambda: service.put("sales", later), lambda: service.drop("sales", later), none),
            ("last", "sales", last, lambda: service.drop("sales", last), lambda: service.put("sales", last),
             f"(column 'id': expected its row with at .*, found none|{none})"),
            ("tuples", "sales", last, lambda: service.put("sales", service.with_n(last, 77)), lambda: service.put("sales", last),
             "column 'n': expected \\d, found 77"),
            ("tuples", "lines", line, lambda: service.drop("lines", line), lambda: service.put("lines", line),
             "expected its row with line .*, found none")):
        run(place, file, *sampled, "--run", which)
        spoil()
        for strategy in ("single", "binpacked"):
            run(place, file, *sampled, "--run", which, "--strategy", strategy, code=WRONG_ROWS,
                expected=f"table '{PREFIX}{table}', key '{re.escape(service.key(row))}[^']*': .*{said}")
        mend()
    run(place, file, *sampled, "--run", "last,tuples")
    run(place, file, "--only", "drop")


if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
    print(f"usage: rows.py {'|'.join(KINDS)} setting=value …")
    sys.exit(77 if len(sys.argv) > 1 else 1)
KIND = sys.argv[1]
SETTINGS.update(word.split("=", 1) for word in sys.argv[2:])
sys.argv[1:] = []
wkl.main(globals())
