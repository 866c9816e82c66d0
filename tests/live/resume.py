#!/usr/bin/env python3
"""resume.py dynamodb|cosmosdb setting=value … - an interrupted load is resumed where it stopped, on a server that stands: which rows are there
is read from the notes, past wklrun, and counted.

The settings are those of the backend block, as wkl-local gives them."""
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import servers  # noqa: E402
import wkl  # noqa: E402
from wkl import FINE, RUN_ERRORS, TINY  # noqa: E402

PREFIX = "resume_"
TABLES = ("rates_30d", "rates_90d", "rare")
EVERY_KEY = "run go { query all  strategy single, batch, binpacked  keys sequential  clients 2  for 60 requests }\n"
SETTINGS = {}


class Dynamodb:
    KEYS = 40_000                                     # ten stretches

    @staticmethod
    def pages(operation, **parameters):
        last = {}
        while last is not None:
            page = servers.ask_dynamodb(SETTINGS, operation, **parameters, **last)
            yield page
            last = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else None

    def tables(self):
        return servers.ask_dynamodb(SETTINGS)["TableNames"]

    def count(self, table):
        return sum(page["Count"] for page in self.pages("Scan", TableName=table, Select="COUNT"))

    def lists(self, table):
        """The lists of what is loaded in a table's note."""
        note = servers.ask_dynamodb(SETTINGS, "GetItem", TableName=PREFIX + "wkl_tables", Key={"name": {"S": table}}, ConsistentRead=True)
        return [value["SS"] for name, value in note.get("Item", {}).items() if name.startswith("loaded_")]


class Cosmosdb:
    KEYS = 12_000

    @staticmethod
    def listed(kind, link):
        more = None
        while True:
            page, more = servers.ask_cosmosdb(SETTINGS, kind, link, more)
            yield from next(value for value in page.values() if isinstance(value, list))
            if not more:
                return

    def tables(self):
        try:
            return [container["id"] for container in self.listed("colls", "dbs/wkl")]
        except servers.Refused:                       # the database itself is gone
            return []

    def count(self, table):
        return sum(1 for _ in self.listed("docs", f"dbs/wkl/colls/{table}"))

    def lists(self, table):
        notes = [note for note in self.listed("docs", f"dbs/wkl/colls/{PREFIX}wkl_tables") if note["id"] == table]
        return [value for note in notes for name, value in note.items() if name.startswith("loaded_")]


KINDS = {"dynamodb": Dynamodb, "cosmosdb": Cosmosdb}


def tables():
    return [name for name in STORE.tables() if name.startswith(PREFIX)]


def noted():
    """Rows that are noted. Each at most once."""
    total = 0
    for name in TABLES:
        lists = STORE.lists(PREFIX + name)
        spans = sorted(tuple(map(int, span.split("-"))) for one in lists for span in one)
        assert len(lists) <= 1 and all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), lists
        total += sum(to - start for start, to in spans)
    return total


def noted_more_than(rows):
    """While it is loading."""
    try:
        return noted() > rows
    except servers.Refused:                           # the notes are not made yet
        return False


def settled():
    """What is noted when nothing is on its way any more."""
    rows = None
    while rows != (rows := noted()):
        time.sleep(0.3)
    return rows


def workload(place):
    return place.write("big.wkl", TINY + EVERY_KEY + servers.backend_block(KIND, SETTINGS, PREFIX))


def run(place, file, *args, code=FINE):
    return place.wklrun(file, "-b", KIND, "-D", f"keys={STORE.KEYS}", *args, env=servers.setting_variables(SETTINGS)).expect(code)


def interrupt(place, file, end, there=0):
    """A load that is ended when more rows than these are noted; returns how many then are."""
    process = place.start("wklrun", file, "-b", KIND, "-D", f"keys={STORE.KEYS}", "--only", "load", "--keep", "-j", "2",
                          env=servers.setting_variables(SETTINGS))
    wkl.wait_until("rows that are noted", lambda: process.poll() is not None or noted_more_than(there))
    done = wkl.end_with(process, end)
    assert done.code != FINE, f"all was loaded before {end}\n{done}"
    return settled()


def test_an_interrupted_load_goes_on(place):
    """By a kill that nobody can catch, then by Ctrl-C: what is noted is there, the last run brings the rest, and every row is there once."""
    counts = {"rates_30d": STORE.KEYS * 9 // 10, "rates_90d": STORE.KEYS * 9 // 10, "rare": STORE.KEYS * 3 // 10}
    rows = sum(counts.values())
    file = workload(place)
    run(place, file, "--only", "drop")
    try:
        there = 0
        for end in (signal.SIGKILL, signal.SIGINT):
            now = interrupt(place, file, end, there)
            standing = sum(STORE.count(PREFIX + name) for name in TABLES)
            assert there < now <= standing and now < rows, (there, now, standing, rows)
            there = now
        path = place.path("r.json")
        done = run(place, file, "--only", "load", "--keep", "-o", path)
        assert "an interrupted load is resumed: " in done.err, done
        with open(path, encoding="utf-8") as f:
            backend, = json.load(f)["backends"]
        assert backend["load"]["rows"] == rows - there, (backend, rows, there)
        assert {name: STORE.count(PREFIX + name) for name in TABLES} == counts
        assert not any(STORE.lists(PREFIX + name) for name in TABLES), "sealed: the lists are gone"
        run(place, file, "--keep", "--sample", "500", "-n", "60")
    finally:
        run(place, file, "--only", "drop")
    assert not tables(), tables()


def test_other_data_does_not_go_on(place):
    """A load of another seed is begun anew, and so is one with --reload; half of a load, dropped, leaves nothing."""
    file = workload(place)
    run(place, file, "--only", "drop")
    try:
        for more in (("--seed", "7"), ("--reload",)):
            assert interrupt(place, file, signal.SIGKILL) > 0
            done = run(place, file, "--only", "run", code=RUN_ERRORS)
            assert "is not fully loaded: load it first" in done.out + done.err, done
            done = run(place, file, "--only", "create", *more)
            assert noted() == 0 and "goes on" not in done.err, done
        assert interrupt(place, file, signal.SIGKILL) > 0
    finally:
        run(place, file, "--only", "drop")
    assert not tables(), tables()


if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
    print(f"usage: resume.py {'|'.join(KINDS)} setting=value …")
    sys.exit(1)
KIND = sys.argv[1]
STORE = KINDS[KIND]()
SETTINGS.update(word.split("=", 1) for word in sys.argv[2:])
sys.argv[1:] = []
wkl.main(globals())
