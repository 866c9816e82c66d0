#!/usr/bin/env python3
"""Whose figures they are: what held a run back, and that an expectation is judged on the backend's figures alone. The memory backend plays
a slow server, one with few connections, and a machine that stalls."""
import json
import re
import signal
import time
import xml.etree.ElementTree as xml

import wkl
from wkl import EXPECTATION, FINE, TINY


def entry_of(place, code, run, *args, backend="memory { }"):
    file = place.write("limit.wkl", f"{TINY}run go {{ query one  {run} }}\nbackend {backend}\n")
    report, done = place.measure(code, file, "-b", "memory", "--rounds", "1", *args)
    entry, = report["results"]
    return entry, report["expectations"], done


def test_a_backend_below_the_offered_rate(place):
    """One connection that answers each 10 ms carries 100 a second of 400: the backend's figures, ranked, and held against what is expected."""
    entry, expected, done = entry_of(place, EXPECTATION, "rate 400/s  for 500ms  expect p99 < 100ms", "--connections", "1", backend="memory { delay 10ms }")
    assert entry["client"]["limit"] == "rate" and entry["ranked"] and not entry["client"]["saturated"], entry
    assert [(x["verdict"], x["not_judged"]) for x in expected] == [("failed", None)], expected
    assert "FAILED: go on memory with single: p99 < 100ms failed: " in done.err, done
    text = place.wklrun("--report", place.path("report.json")).expect(EXPECTATION).out
    assert "the backend carried " in text and "/s of 400/s offered" in " ".join(text.split()) and "SATURATED" not in text, text
    assert "add --connections" in " ".join(text.split()), text


def test_too_few_connections(place):
    entry, _, _ = entry_of(place, FINE, "clients 8  for 400 requests", "--connections", "2", backend="memory { delay 2ms }")
    assert entry["client"]["limit"] == "connections" and entry["ranked"], entry
    text = place.wklrun("--report", place.path("report.json")).expect(FINE).out
    assert "for a connection (p99); add --connections" in " ".join(text.split()), text


def test_too_few_clients(place):
    """One client that is at work most of the time: requests wait for it, not for a slow machine."""
    entry, _, _ = entry_of(place, FINE, "rate 60/s  clients 1  for 150 requests", backend="memory { delay 10ms }")
    assert entry["client"]["limit"] == "clients" and entry["ranked"], entry
    text = " ".join(place.wklrun("--report", place.path("report.json")).expect(FINE).out.split())
    assert "until one of the 1 client was free; add --clients" in text, text


def test_a_machine_that_stalls(place):
    """What was late by the client is not judged, whichever way it lies, and never passes; errors are what they are."""
    file = place.write("stall.wkl", TINY + "run go { query one  rate 500/s  for 2s  expect p99 < 1ms, p99 < 1h, errors == 0 }\n")
    process = place.start("wklrun", file, "-b", "memory", "--rounds", "1", "-P0.1", "-q", "-o", "r.json", "-o", "r.xml", "-o", "r.md", "-o", "r.html", "-o", "r.txt",
                          "--log", "log.csv")
    wkl.wait_until("the measuring", lambda: len(open_lines(place, "log.csv")) > 20)
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.7)
    process.send_signal(signal.SIGCONT)
    done = wkl.ended(process).expect(EXPECTATION, "NOT MEASURED: go on memory with single: p99 < 1ms, and 1 more: not judged: the client was saturated")
    assert "FAILED" not in done.err, done
    report = json.loads("".join(open_lines(place, "r.json")))
    entry, = report["results"]
    assert entry["client"]["limit"] == "client lag" and entry["client"]["saturated"] and not entry["ranked"], entry["client"]
    verdicts = {x["text"]: x["verdict"] for x in report["expectations"]}
    assert verdicts == {"p99 < 1ms": "not measured", "p99 < 1h": "not measured", "errors == 0": "held"}, verdicts
    suite = xml.parse(place.path("r.xml")).getroot()
    assert (suite.get("failures"), suite.get("errors")) == ("0", "2"), xml.tostring(suite)
    for name, words in (("r.md", "Expectations that could not be judged"), ("r.html", "NOT MEASURED"), ("r.txt", "NOT MEASURED")):
        text = "".join(open_lines(place, name))
        assert words in text and "FAILED" not in text, text
    again = place.wklrun("--report", place.path("r.json"), "-q", "-o", "again.json").expect(EXPECTATION, "NOT MEASURED: ")
    assert json.loads("".join(open_lines(place, "again.json")))["expectations"] == report["expectations"], again


def test_how_long_it_takes_still(place):
    """Of all rounds of all points, by those that were: it ends near nothing, and what is measured stands as it was asked for."""
    file = place.write("long.wkl", TINY + "run go { query one  strategy single, batch  clients 1  sweep clients in [1, 2] }\n")
    done = place.wklrun(file, "-b", "memory", "-T", "1500ms", "--rounds", "3", "-w", "0s", "-P0.5").expect(FINE)
    left = [float(s) for s in re.findall(r"/0\.50 s  \(all: ([0-9.]+) s left\)", done.err)]
    assert len(left) >= 4 and left[-1] < left[0], done.err
    assert re.search(r"each measured for 1\.[5-9]\d s", " ".join(done.out.split())), done.out


def open_lines(place, name):
    try:
        with open(place.path(name), encoding="utf-8") as f:
            return f.readlines()
    except FileNotFoundError:
        return []


wkl.main(globals())
