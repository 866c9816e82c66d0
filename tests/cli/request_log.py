#!/usr/bin/env python3
"""--log: every measured request is a line, and the lines say what the report says of them all."""
import csv
import os

import wkl
from wkl import EXPECTATION, FINE, RUN, RUN_ERRORS, TINY, USAGE

COLUMNS = ["run", "sweep", "strategy", "backend", "round", "query", "client", "request", "intended_ns", "started_ns", "ended_ns", "response_ns",
           "service_ns", "status"]


def lines_of(path):
    with open(path, encoding="utf-8", newline="") as f:
        reader = csv.DictReader(f)
        lines = list(reader)
    assert reader.fieldnames == COLUMNS, reader.fieldnames
    return lines


def of_entry(lines, entry):
    sweep = "; ".join(f"{k}={v}" for k, v in entry["sweep"].items())
    return [l for l in lines if (l["run"], l["sweep"], l["strategy"], l["backend"]) == (entry["run"], sweep, entry["strategy"], entry["backend"])]


def percentile(values, percent):
    values = sorted(values)
    return values[max(0, -(-len(values) * percent // 100) - 1)]


def test_every_request(place):
    """Of each entry as many as were answered, in their rounds, with their times; what was verified before, or warms up, is not among them."""
    file = place.write("tiny.wkl", TINY + "run go { query all  strategy single, binpacked  clients 3  sweep clients in [1, 3]  for 900 requests }\n")
    path = place.path("requests.csv")
    report, _ = place.measure(FINE, file, "-b", "sqlite,memory", "--rounds", "3", "--log", path)
    lines = lines_of(path)
    assert len(lines) == sum(e["requests"] for e in report["results"]) == 8 * 900
    for entry in report["results"]:
        mine = of_entry(lines, entry)
        assert len(mine) == entry["requests"] and {l["status"] for l in mine} == {"ok"}
        assert [len([l for l in mine if l["round"] == str(i + 1)]) for i in range(3)] == [r["requests"] for r in entry["rounds"]]
        assert {int(l["client"]) for l in mine} == set(range(entry["clients"])), entry["clients"]
        assert len({(l["round"], l["client"], l["request"]) for l in mine}) == len(mine), "a request stands twice"
        for key, column in (("response_ns", "response_ns"), ("service_ns", "service_ns")):
            values = [int(l[column]) for l in mine]
            assert max(values) == entry[key]["max"]
            for name, percent in (("p50", 50), ("p99", 99)):
                assert 0 <= entry[key][name] - percentile(values, percent) <= percentile(values, percent) / 1000, (key, name)
        for l in mine:
            intended, started, ended = (int(l[c]) for c in ("intended_ns", "started_ns", "ended_ns"))
            assert intended <= started <= ended and ended - intended == int(l["response_ns"]) and ended - started == int(l["service_ns"])


def test_queries_of_a_mix(place):
    """Each line says which query it was, as often as its share says."""
    path = place.path("requests.csv")
    file = place.write("mix.wkl", TINY + "run go { query all 80%, one  clients 3  for 1000 requests }\n")
    place.measure(FINE, file, "-b", "memory", "--log", path)
    asked = [l["query"] for l in lines_of(path)]
    assert set(asked) == {"all", "one"} and 700 < asked.count("all") < 900, asked.count("all")


def test_what_was_not_answered(place):
    """Requests that failed say how; those that were too late to be sent are there too, without a client."""
    path = place.path("requests.csv")
    file = place.write("tiny.wkl", TINY + RUN + "backend memory { fail_every 20 }\n")
    report, _ = place.measure(RUN_ERRORS, file, "-b", "memory", "-n", "500", "--log", path)
    entry, lines = report["results"][0], lines_of(path)
    failed = [l for l in lines if l["status"] != "ok"]
    assert len(lines) == entry["requests"] + entry["errors"] == 500 and len(failed) == entry["errors"] > 0, (len(lines), entry["errors"])
    assert {l["status"] for l in failed} == set(entry["error_classes"])

    file = place.write("slow.wkl", TINY + RUN + "backend memory { stall_every 1s  stall 300ms }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "-R", "200", "-T", "2s", "-L", "50ms", "-w", "0s", "--rounds", "1", "--log", path)
    entry, lines = report["results"][0], lines_of(path)
    skipped = [l for l in lines if l["status"] == "skipped"]
    assert len(skipped) == entry["skipped"] and len(lines) == entry["requests"] + entry["skipped"], (len(skipped), entry["skipped"], len(lines))
    assert all(l["client"] == l["started_ns"] == l["ended_ns"] == "" and int(l["intended_ns"]) > 0 for l in skipped)


def test_a_round_in_which_nothing_was_sent(place):
    """One request of the warm-up takes longer than the round: all that was due is skipped, and counted."""
    path = place.path("requests.csv")
    file = place.write("stuck.wkl", TINY + RUN + "backend memory { delay 1500ms }\n")
    report, done = place.measure(FINE, file, "-b", "memory", "-R", "200", "-c", "1", "-T", "100ms", "-L", "10ms", "-w", "500ms", "--rounds", "1",
                                 "--sample", "1", "--log", path)
    entry, lines = report["results"][0], lines_of(path)
    assert entry["requests"] == entry["errors"] == 0 and {l["status"] for l in lines} == {"skipped"}, entry
    assert len(lines) == entry["skipped"] > 0 and len(entry["rounds"]) == 1, (len(lines), entry["skipped"])
    place.wklrun(file, "-b", "memory", "-R", "200", "-c", "1", "-T", "100ms", "-L", "10ms", "-w", "500ms", "--rounds", "1", "--sample", "1",
                 "--fail-if", "errors > 0").expect(EXPECTATION, "NOT MEASURED")


def test_places(place):
    file = place.write("tiny.wkl", TINY + RUN)
    place.wklrun(file, "-b", "memory", "--log", place.path("no/such/file.csv")).expect(USAGE, "'.*file.csv' cannot be written: No such file")
    if os.path.exists("/dev/full"):
        place.wklrun(file, "-b", "memory", "-q", "--log", "/dev/full").expect(RUN_ERRORS, "'/dev/full' cannot be written: No space left")
    place.wklrun(file, "-b", "memory", "--dry-run", "--log", place.path("dry.csv")).expect(FINE)
    assert not os.path.exists(place.path("dry.csv"))


wkl.main(globals())
