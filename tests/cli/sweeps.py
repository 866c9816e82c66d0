#!/usr/bin/env python3
"""A point of a sweep is measured with its own values, in the data, in the run and in the settings of backends, and is shown as it was written."""
import contextlib
import csv
import io
import json
import sqlite3

import wkl
from wkl import FINE, TINY, USAGE

QUICK = ("--sample", "5")
SLOW = "param d = 5ms\nrun go { query one  sweep d in [1ms, 40ms]  for 30 requests }\nbackend memory { delay d }\n"


def p50(entry):
    return entry["response_ns"]["p50"]


def by(report, name):
    return {e["sweep"][name]: e for e in report["results"]}


def test_delay_of_memory(place):
    report, _ = place.measure(FINE, place.write("slow.wkl", TINY + SLOW), "-b", "memory", *QUICK)
    points = by(report, "d")
    assert list(points) == ["1ms", "40ms"], list(points)
    assert p50(points["40ms"]) >= 40_000_000 > p50(points["1ms"]) * 2, {d: p50(e) for d, e in points.items()}


def test_the_file_s_own_value_is_of_the_runs_that_do_not_sweep_it(place):
    file = place.write("slow.wkl", TINY + SLOW.replace("5ms", "80ms") + "run usual { query one  for 6 requests }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", *QUICK)
    usual, = (e for e in report["results"] if e["run"] == "usual")
    assert p50(usual) >= 80_000_000 and p50(by({"results": report["results"][:2]}, "d")["1ms"]) < 40_000_000, report["results"]


def test_connections(place):
    file = place.write("tiny.wkl", TINY + "param c = 2\nrun go { query one  clients 8  sweep c in [1, 8]  for 64 requests }\n"
                       "backend memory { delay 20ms  connections c }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "-j", "1", "--rounds", "1", *QUICK)
    points = by(report, "c")
    assert p50(points["1"]) > 3 * p50(points["8"]), {c: p50(e) for c, e in points.items()}


def test_connections_of_sqlite(place):
    """More clients than connections is what makes a wait for one; the rows are right either way."""
    file = place.write("tiny.wkl", TINY + "param c = 1\nparam t = off\nrun go { query all  clients 4  sweep c in [1, 4]  sweep t in [on, off]  for 40 requests }\n"
                       "backend sqlite { connections c  transaction t }\n")
    report, _ = place.measure(FINE, file, "-b", "sqlite")
    assert [tuple(e["sweep"].values()) for e in report["results"]] == [("1", "on"), ("1", "off"), ("4", "on"), ("4", "off")]
    assert all(e["requests"] == 40 and e["verified"]["mismatches"] == 0 for e in report["results"]), report["results"]
    assert report["backends"][0]["load"]["rows"] == 210, report["backends"]   # the tables are made once


def test_tables_stand_at_each_point_s_place(place):
    text = TINY + ('param f = "base.db"\nparam p = "x_"\nrun go { query all  sweep f in ["a.db", "b.db", "a.db"]  sweep p in ["", "p_"]  for 6 requests }\n'
                   'backend sqlite { path f  table_prefix p }\n')
    file = place.write("places.wkl", text)
    report, _ = place.measure(FINE, file, "-b", "sqlite", "--keep")
    assert len(report["results"]) == 6 and all(e["verified"]["mismatches"] == 0 for e in report["results"]), report["results"]
    assert report["backends"][0]["load"]["rows"] == 4 * 210, report["backends"]
    report, _ = place.measure(FINE, file, "-b", "sqlite", "--keep")
    assert report["backends"][0]["load"] and report["backends"][0]["load"]["rows"] == 0, report["backends"]
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE, "sqlite: 12 tables dropped")
    place.measure(FINE, file, "-b", "sqlite")
    for name in ("a.db", "b.db"):
        with contextlib.closing(sqlite3.connect(place.path(name))) as db:
            assert db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (0,), name


def test_a_place_that_is_not_there_fails_the_backend_alone(place):
    file = place.write("places.wkl", TINY + 'param f = "a.db"\nrun go { query one  sweep f in ["a.db", "no/where.db"]  for 6 requests }\nbackend sqlite { path f }\n')
    report, done = place.measure(USAGE, file, "-b", "sqlite,memory")
    assert report["backends"][1]["status"] == "ok" and report["backends"][0]["status"] == "failed", report["backends"]
    assert [(e["backend"], e["sweep"]["f"]) for e in report["results"] if e["requests"]] == \
        [("sqlite", '"a.db"'), ("memory", '"a.db"'), ("memory", '"no/where.db"')], done


def test_prices_by_point(place):
    file = place.write("cost.wkl", TINY + "param mode = eventual\nrun go { query one  sweep mode in [eventual, strong]  for 6 requests }\n"
                       "backend dynamodb { consistency mode }\n")
    done = place.wklc(file, "--target", "dynamodb", "--emit=cost", "--json").expect(FINE)
    costs = {e["sweep"]["mode"]: e["cost"]["per_million_usd"] for e in json.loads(done.out)["costs"]}
    assert costs["strong"] == 2 * costs["eventual"], costs


def test_what_no_sweep_can_change(place):
    for block, name in (("aurora { engine e }", "engine"), ("cosmosdb { throughput e }", "throughput")):
        values = "[mysql, postgres]" if name == "engine" else "[400, 500]"
        file = place.write("fixed.wkl", TINY + f"param e = {'postgres' if name == 'engine' else 300}\nrun go {{ query one  sweep e in {values} }}\nbackend {block}\n")
        for tool in (place.wklc, place.wklrun):
            tool(file).expect(USAGE, f"E0717.*|'{name}' of backend .* cannot be swept")


def test_a_setting_that_only_one_point_gets_wrong(place):
    file = place.write("wrong.wkl", TINY + "param d = 1ms\nrun go { query one  sweep d in [1ms, soon] }\nbackend memory { delay d }\n")
    place.wklc(file).expect(USAGE, "the setting 'delay' cannot be 'soon': expected a duration")
    place.wklrun(file, "-b", "memory").expect(USAGE, "the setting 'delay' cannot be 'soon': expected a duration")


# ---- values as the language writes them ----

VALUES = [
    ('"aa"', 's: string(40) = v'), (r'"a \"b\" \\ \{c\}"', 's: string(40) = v'), ('"1h"', 's: string(40) = v'), ('""', 's: string(40) = "x{v}"'),
    ("90s", "n: double = v / 1s"), ("1.5h", "n: double = v / 1s"), ("2026-01-31", "d: date = v"), ("2026-01-31T12:00:00Z", "d: timestamp = v"),
    ("12.5%", "n: int ~ uniform(0..9) null v"), ("-3", "n: int = v"), ("true", "b: bool = v"), ("[1, 2]", "n: int = v[1]"),
    ('["x", "y, z"]', "s: string(40) = v[1]"),
]


def test_values_of_every_kind_are_swept_as_they_are_written(place):
    for value, column in VALUES:
        text = (f"param first = {value}\nparam v = {value}\nentity u {{ id: int ~ sequence  count 20 }}\ntable tab of u {{ {column} }}\nquery q(u) {{ get tab }}\n"
                f"run go {{ query q  sweep v in [first, {value}]  for 6 requests }}\n")
        file = place.write("value.wkl", text)
        report, done = place.measure(FINE, file, "-b", "memory", "-o", place.path("r.csv"), "-o", place.path("r.md"), "-o", place.path("r.html"))
        shown = report["results"][0]["sweep"]["v"]
        assert report["params"]["v"] == shown and report["results"][1]["sweep"]["v"] == shown, (value, report["params"], done)
        assert shown.replace("5400s", "1.5h").replace("90m", "1.5h").replace("1.5m", "90s") == value, (value, shown)
        with open(place.path("r.csv"), encoding="utf-8") as f:
            rows = list(csv.DictReader(io.StringIO(f.read())))
        assert any(f"v={shown}" in cell for cell in rows[0].values()), rows[0]
        place.wklc(file, "-D", f"v={shown}").expect(FINE)         # what is shown can be given back


def test_strings_are_swept(place):
    file = place.write("strings.wkl", 'param s = "aa"\nentity u { id: int ~ sequence  count 100 }\ntable tab of u { v: string(20) = s }\nquery q(u) { get tab }\n'
                       'run r { query q  sweep s in ["xx", "yy"]  for 6 requests }\nbackend sqlite { path "bench.db" }\n')
    report, _ = place.measure(FINE, file, "-b", "sqlite", "--keep")
    assert [e["sweep"]["s"] for e in report["results"]] == ['"xx"', '"yy"'], report["results"]
    assert place.sql("SELECT DISTINCT v FROM tab") == [("yy",)]


def test_the_sweep_goes_before_the_option(place):
    """language.md: a run is repeated for each value of its sweep; -D sets what no sweep sets."""
    file = place.write("both.wkl", TINY + 'param s = 1ms\nrun go { query one  sweep s in [2ms, 3ms]  for 6 requests }\nrun usual { query one  for 6 requests }\n'
                       "backend memory { delay s }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "-D", "s=40ms", *QUICK)
    assert report["params"]["s"] == "40ms" and [e["sweep"].get("s") for e in report["results"]] == ["2ms", "3ms", None], report["results"]
    assert p50(report["results"][2]) >= 40_000_000 > p50(report["results"][1]), report["results"]


def test_the_sweep_goes_before_rate_and_clients(place):
    """A point that is called `rate 2k/s` runs at it, whatever -R says; the option is for the runs that do not sweep it."""
    file = place.write("rates.wkl", TINY + "run go { query one  rate 1k/s  sweep rate in [2k/s, 3k/s]  for 6 requests }\n"
                       "run more { query one  clients 2  sweep clients in [3, 4]  for 6 requests }\nrun usual { query one  for 6 requests }\n")
    path = place.path("rates.json")
    done = place.wklrun(file, "-b", "memory", "-R", "4k/s", "-c", "5", "-o", path).expect(FINE)
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    assert [(e["run"], e["rate"]) for e in report["results"]] == \
        [("go", 2000), ("go", 3000), ("more", 4000), ("more", 4000), ("usual", 4000)], report["results"]
    assert [e["clients"] for e in report["results"]] == [5, 5, 3, 4, 5], report["results"]
    for note in ("run go: its `sweep rate` goes before --rate", "run more: its `sweep clients` goes before --clients"):
        assert done.err.count(note) == 1, done.err


def test_what_has_no_effect_is_told(place):
    """Once for each run, before it is measured; where it has an effect nothing is said."""
    file = place.write("idle.wkl", TINY + "run swept { query one  sweep keys in [100, 110]  for 6 requests }\n"
                       "run thinks { query one  think 1ms  for 6 requests }\n")
    err = place.wklrun(file, "-b", "memory", "-D", "keys=120", "-L", "1s").expect(FINE).err
    assert err.count("run swept: its `sweep keys` goes before -D") == 1 and err.count("goes before") == 1, err
    assert err.count("has no rate, so that no request is due, and --latency-limit has no effect") == 2 and "`think`" not in err, err
    err = place.wklrun(file, "-b", "memory", "-L", "1s", "-R", "500").expect(FINE).err
    assert err.count("no effect") == 1 and "run thinks: with --rate requests come when they are due, and its `think` has no effect" in err, err
    done = place.wklrun(file, "-b", "memory", "-R", "500", "-q", "-o", "-").expect(FINE)
    assert "think of run 'thinks'" in done.out and "with --rate requests come when they are due" in done.out, done


wkl.main(globals(), needs_sqlite=True)
