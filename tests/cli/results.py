#!/usr/bin/env python3
"""What a run reports: as the schema says, the same requests on every backend, as many and as fast as was asked for."""
import json
import os
import re
import subprocess
import sys

import wkl
from wkl import EXPECTATION, FINE, RUN, TINY

BOTH = ("-b", "sqlite,memory")


def by_backend(report):
    return {e["backend"]: e for e in report["results"]}


def test_json_is_as_the_schema_says(place):
    file = place.write("tiny.wkl", TINY + "run go { query all 80%, one 20%  strategy single, batch, binpacked  clients 2  sweep clients in [1, 2]  for 20 requests"
                       "  expect errors == 0, p99 < 1ns }\n" + "backend memory { fail_every 100 }\n")
    done = place.wklrun(file, *BOTH, "-q", "-o", place.path("r.json"), "-o", place.path("r2.json"))
    assert done.code == wkl.RUN_ERRORS, done
    place.measure(FINE, place.write("plain.wkl", TINY + RUN))
    checker = os.path.join(wkl.SOURCE, "tests", "results_schema.py")
    paths = [place.path(name) for name in ("r.json", "r2.json", "report.json")]
    checked = subprocess.run([sys.executable, checker, *paths], capture_output=True, text=True, env={**os.environ, "WKL_SOURCE": wkl.SOURCE})
    assert checked.returncode == 0 and checked.stdout.count(": valid") == 3, checked.stdout + checked.stderr


def test_same_seed_same_requests(place):
    """Counted requests are for the same keys on all backends and in all runs, so they find as many rows."""
    file = place.write("tiny.wkl", TINY + "run go { query all 70%, some 20%, one 10%  strategy single, binpacked  keys zipf(0.99)  clients 3  for 300 requests }\n")
    rows = {}
    for args in (("--seed", "1"), ("--seed", "1"), ("--seed", "2")):
        report, _ = place.measure(FINE, file, *BOTH, *args)
        found = {(e["backend"], e["strategy"]): (e["requests"], e["rows"]) for e in report["results"]}
        assert len(found) == 4 and len(set(found.values())) == 1, found
        rows.setdefault(args, []).append(found)
    assert rows[("--seed", "1")][0] == rows[("--seed", "1")][1], rows
    assert rows[("--seed", "1")][0] != rows[("--seed", "2")][0], rows


def test_counted_requests(place):
    file = place.write("tiny.wkl", TINY + RUN)
    for args, requests, clients, rounds in ((("-n", "100"), 100, 2, 6), (("-n", "7", "-c", "5"), 7, 5, 6), (("-n", "2", "--rounds", "1"), 2, 2, 1), (("-n", "2"), 2, 2, 2),
                                            (("-n", "100", "-c", "50", "-j", "2", "--rounds", "4"), 100, 50, 4)):
        report, _ = place.measure(FINE, file, *BOTH, *args)
        for entry in report["results"]:
            assert entry["requests"] == requests and entry["clients"] == clients and len(entry["rounds"]) == rounds, (args, entry)
            assert sum(r["requests"] for r in entry["rounds"]) == requests, entry
            assert entry["trips"] == 3 * requests and entry["calls_per_request"] == 3, entry


def test_timed(place):
    report, done = place.measure(FINE, place.write("tiny.wkl", TINY + RUN), *BOTH, "-T", "1s", "-w", "0s", "--rounds", "2")
    for entry in report["results"]:
        assert 0.95 < entry["seconds"] < done.seconds and entry["requests"] > 0, entry
        assert abs(entry["throughput_per_s"] * entry["seconds"] / entry["requests"] - 1) < 0.05, entry


def test_sweep_and_rounds(place):
    file = place.write("tiny.wkl", TINY + "param share = 50%\nrun go { query all  keys hot(10%, share)  sweep share in [100%, 0%]  sweep clients in [1, 3]  for 30 requests }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "--rounds", "5")
    assert [(e["sweep"], e["requests"], len(e["rounds"])) for e in report["results"]] == \
        [({"share": s, "clients": c}, 30, 5) for s in ("100%", "0%") for c in ("1", "3")], [e["sweep"] for e in report["results"]]
    assert [e["clients"] for e in report["results"]] == [1, 3, 1, 3], report["results"]


def test_mix(place):
    """`all` makes three calls, `one` makes one."""
    file = place.write("tiny.wkl", TINY + "run go { query all 25%, one 75%  for 4000 requests }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "--rounds", "1")
    entry, = report["results"]
    assert entry["requests"] == 4000 and entry["calls_per_request"] == 1.5, entry
    assert abs(entry["trips"] / 4000 - 1.5) < 0.1, entry      # six standard deviations are 0.08


def test_open_loop(place):
    """Arrivals come at the rate that was asked for, however fast the answers are."""
    file = place.write("tiny.wkl", TINY + RUN)
    wkl.one_of_five(lambda: comes_at_its_rate(place, file))


def comes_at_its_rate(place, file):
    report, _ = place.measure(FINE, file, "-b", "memory", "-R", "1k/s", "-T", "2s", "--rounds", "2", "-c", "20")
    entry, = report["results"]
    assert entry["rate"] == 1000 and 1700 < entry["requests"] < 2300, entry
    assert 0.85 < entry["throughput_per_s"] / 1000 < 1.15, entry


def test_waiting_is_part_of_the_response(place):
    """Three calls at once over one connection: two of them wait, side by side, and that is never more than the response."""
    file = place.write("tiny.wkl", TINY + "run go { query all  strategy single parallel all  clients 2  for 50 requests }\nbackend memory { delay 5ms }\n")
    targets = place.write("one.wkl", "backend memory as pooled { delay 5ms   connections 1 }\n")
    for name, more in (("memory", ["--connections", "1"]), ("pooled", ["--targets", targets])):
        entry = place.measure(FINE, file, "-b", name, "--rounds", "1", *more)[0]["results"][0]
        assert 10e6 < entry["client"]["wait_p99_ns"] < entry["response_ns"]["p99"], entry


def test_as_many_clients_as_are_needed(place):
    """200 arrivals a second that each take 100 ms are 20 at a time. One client that answers at once needs no other."""
    text = TINY + "run go { query one  rate 200/s  for 100 requests }\n"
    entry, = place.measure(FINE, place.write("slow.wkl", text + "backend memory { delay 100ms }\n"), "-b", "memory", "--rounds", "1")[0]["results"]
    assert 5 < entry["clients"] <= 101, entry
    entry, = place.measure(FINE, place.write("quick.wkl", text), "-b", "sqlite", "--rounds", "1")[0]["results"]
    assert entry["clients"] == 1, entry


def test_clients_think(place):
    """Ten requests a client have nine pauses in between, however fast the answers are; with a rate nobody thinks."""
    file = place.write("think.wkl", TINY + "run go { query one  clients 4  think 50ms  for 40 requests }\n")
    entry, = place.measure(FINE, file, "-b", "memory", "--rounds", "1")[0]["results"]
    assert entry["requests"] == 40 and entry["seconds"] >= 0.45, entry
    assert entry["response_ns"]["p50"] < 50e6, entry
    entry, = place.measure(FINE, file, "-b", "memory", "--rounds", "1", "-R", "100k/s", "-c", "1", "-n", "4000")[0]["results"]
    assert entry["requests"] == 4000 and entry["seconds"] < 3999 * 0.05, entry


def test_stalls_are_felt(place):
    """Of each second the server is silent for 100 ms. A tenth of the arrivals fall into that and wait for what is left of it, 0 to 100 ms:
    the slowest percent waits for 90 ms and more. Two clients, who are all that ever waits for an answer, see next to nothing of it."""
    file = place.write("stall.wkl", TINY + "run go { query one  for 4s }\nbackend memory { stall 100ms  stall_every 1s }\n")
    wkl.one_of_five(lambda: stalls_are_felt(place, file))


def stalls_are_felt(place, file):
    report, _ = place.measure(FINE, file, "-b", "memory", "-R", "1k/s", "-T", "4s", "--rounds", "1", "-c", "2", "-w", "0s")
    entry, = report["results"]
    assert 3500 < entry["requests"] < 4500, entry
    assert 80e6 < entry["response_ns"]["p99"] < 130e6 and 90e6 < entry["response_ns"]["max"], entry["response_ns"]
    assert entry["response_ns"]["p50"] < 20e6, entry["response_ns"]
    assert entry["service_ns"]["p99"] < entry["response_ns"]["p99"] / 3, entry["service_ns"]
    report, _ = place.measure(FINE, file, "-b", "memory", "-R", "1k/s", "-T", "2s", "--rounds", "1", "-c", "2", "-w", "0s", "-L", "20ms")
    entry, = report["results"]
    assert entry["skipped"] > 100, entry


def test_expectations(place):
    for expect, code, oks in (("errors == 0, rows > 0", FINE, [True, True]), ("p99 < 1ns", EXPECTATION, [False]), ("throughput > 1/s, p50 > 1h", EXPECTATION, [True, False]),
                              ("on sqlite: p99 < 1ns", FINE, []), ("on memory: p99 < 1ns", EXPECTATION, [False])):
        file = place.write("tiny.wkl", TINY + f"run go {{ query all  for 20 requests  expect {expect} }}\n")
        report, done = place.measure(code, file, "-b", "memory")
        assert [x["ok"] for x in report["expectations"]] == oks, (expect, report["expectations"])
        said = place.wklrun(file, "-b", "memory").expect(code)
        assert (code == FINE) or "p" in said.out, said


def test_gates(place):
    """What failed is said on standard error too: by name, by how much, and how sure that is."""
    file = place.write("tiny.wkl", TINY + "run go { query all  clients 2  for 3000 requests  expect on memory: p50 < 1ns }\n")
    report, done = place.measure(EXPECTATION, file, *BOTH, "--fail-if", "p50 > 1ns", "--fail-if", "on sqlite: errors > 0", "--fail-if", "p99 > 1h")
    assert {(x["text"], x["fail_if"], x["backend"], x["ok"]) for x in report["expectations"]} == {
        ("on memory: p50 < 1ns", False, "memory", False), ("p50 > 1ns", True, "memory", False), ("p99 > 1h", True, "memory", True),
        ("p50 > 1ns", True, "sqlite", False), ("on sqlite: errors > 0", True, "sqlite", True), ("p99 > 1h", True, "sqlite", True),
    }, report["expectations"]
    failed = [line for line in done.err.splitlines() if line.startswith("FAILED: ")]
    assert len(failed) == 3, done
    assert any(re.fullmatch(r"FAILED: go on sqlite with single: --fail-if 'p50 > 1ns' holds: [\d.,]+ .?s \([\d.,]+-[\d.,]+\), [\d.,k]+ times the limit", line)
               for line in failed), failed
    assert any(line.startswith("FAILED: go on memory with single: on memory: p50 < 1ns failed: ") for line in failed), failed
    for wrong, said in (("p98 > 1ms", "unknown metric"), ("p99 >", "unexpected end of the condition"), ("p99", "a condition is a comparison, such as p99 > 20ms"), ("p99 > 3/s", "--fail-if"), ("1", "unexpected")):
        done = place.wklrun(file, "--fail-if", wrong).expect(wkl.USAGE)
        assert said in done.err and "--fail-if" in done.err, done
    assert "expected a share" in place.wklrun(file, "--noise", "5ms").expect(wkl.USAGE).err


def test_comparisons(place):
    """A server that waits for 40 ms is slower for sure than one of 5 ms: enough for neither to be the client's own lag on a busy machine."""
    file = place.write("tiny.wkl", TINY + RUN + "backend memory as near { delay 5ms }\nbackend memory as far { delay 40ms }\n")
    report, done = place.measure(FINE, file, "-b", "near,far")
    median, = [c for c in report["comparisons"] if c["kind"] == "backends" and c["metric"] == "p50"]
    assert (median["backend"], median["against_backend"], median["rounds"], median["paired"]) == ("far", "near", 6, True), median
    assert median["verdict"] == "slower" and 1 < median["change"] and median["ci95"][0] <= median["change"] <= median["ci95"][1], median
    tail, = [c for c in report["comparisons"] if c["kind"] == "backends" and c["metric"] == "p99"]
    assert tail["verdict"] == "not known" and tail["why"] == "too few rounds or requests" and tail["ci95"] is None, tail


def test_baselines(place):
    """A regression ends with 99 and is named; what measured something else is refused before anything is run; a failed run is not saved."""
    def write(delay, upto=1000):
        return place.write("tiny.wkl", TINY.replace("0..1000", f"0..{upto}") + RUN + f"backend memory {{ delay {delay} }}\n")
    saved = place.path(".wkl/baselines/main.json")
    said = place.wklrun(write("10ms"), "-b", "memory", "--save-baseline", "main").expect(FINE)
    assert f"baseline 'main' saved: {saved}" in said.err and os.listdir(os.path.dirname(saved)) == ["main.json"], said
    done = place.wklrun(write("10ms"), "-b", "memory", "-q", "--baseline", "main", "--noise", "100%", "-o", place.path("same.json"))
    assert done.code in (FINE, EXPECTATION), done         # on a busy machine the same may take twice as long in all rounds
    file = write("80ms")
    done = place.wklrun(file, "-b", "memory", "-q", "--baseline", saved, "-o", place.path("slow.json"), "--save-baseline", "next").expect(EXPECTATION)
    assert "FAILED: go on memory with single: p50 against the baseline: slower, " in done.err and "baseline 'next' was not saved" in done.err, done
    assert not os.path.exists(place.path(".wkl/baselines/next.json"))
    for name in ("same", "slow"):
        with open(place.path(name + ".json"), encoding="utf-8") as f:
            report = json.load(f)
        median, = [c for c in report["comparisons"] if c["kind"] == "baseline" and c["metric"] == "p50"]
        assert report["baseline"]["name"] == ("main" if name == "same" else saved) and not median["paired"] and median["rounds"] == 12, report["baseline"]
        assert name == "same" or median["verdict"] == "slower" and median["change"] > 1, median
    for args, words in ((("--baseline", "main", "--seed", "2"), "the seed was 1, is 2"), (("--baseline", "main", "-D", "keys=200"), "param keys was 100, is 200"),
                        (("--baseline", "old"), "there is no baseline 'old'")):
        done = place.wklrun(file, "-b", "memory", *args).expect(wkl.USAGE)
        assert words in done.err and "loading" not in done.err, done
    done = place.wklrun(write("10ms", 1001), "-b", "memory", "--baseline", "main").expect(wkl.USAGE)
    assert "the tables of run 'go'" in done.err, done
    done = place.wklrun(place.write("tiny.wkl", TINY + RUN.replace("query all", "query one")), "-b", "memory", "--baseline", "main").expect(wkl.USAGE)
    assert "what run 'go' asks for" in done.err, done
    done = place.wklrun(place.write("tiny.wkl", TINY.replace("workload tiny", "workload other") + RUN), "-b", "memory", "--baseline", "main").expect(wkl.USAGE)
    assert "the workload was tiny, is other" in done.err, done
    file = place.write("tiny.wkl", TINY + RUN)
    report, _ = place.measure(EXPECTATION, file, "-b", "memory", "--baseline", "main", "-c", "3")
    assert not [c for c in report["comparisons"] if c["kind"] == "baseline"], report["comparisons"]
    assert any("it had 2 clients then, 3 now" in note for note in report["baseline"]["notes"]), report["baseline"]
    assert "expected a name" in place.wklrun(file, "--save-baseline", "a/b").expect(wkl.USAGE).err
    with open(saved, "w", encoding="utf-8") as f:
        f.write('{"wkl": 1}')
    assert saved in place.wklrun(file, "--baseline", "main").expect(wkl.USAGE).err


def test_every_format(place):
    file = place.write("tiny.wkl", TINY + RUN)
    for name in ("text", "json", "csv", "html", "md"):
        done = place.wklrun(file, *BOTH, "-q", "--format", name, "-o", place.path("named"), "-o", "-").expect(FINE)
        with open(place.path("named"), encoding="utf-8") as f:
            written = f.read()
        assert "memory" in written and "sqlite" in written and len(done.out) > 100, (name, written)
        assert name != "json" or json.loads(written)["seed"] == 1


def test_where(place):
    """A report says what was measured, and so does --dry-run before anything is made."""
    path = place.path("own.db")
    file = place.write("tiny.wkl", TINY + RUN + f'backend sqlite {{ path "{path}" }}\n')
    place.wklrun(file, "-b", "sqlite", "--dry-run").expect(FINE, f"sqlite: SQLite .* at {re.escape(path)}")
    names = {name: place.path("r." + name) for name in ("json", "csv", "html", "txt", "junit.xml")}
    outputs = [word for name in names.values() for word in ("-o", name)]
    place.wklrun(file, *BOTH, "--details", *outputs).expect(FINE)
    for name in names.values():
        with open(name, encoding="utf-8") as f:
            text = f.read()
        assert path in text, (name, text)
        if name.endswith(".json"):
            assert [b["where"] for b in json.loads(text)["backends"]] == [path, None], text
    again = place.wklrun("--report", names["json"], "--details").expect(FINE)
    assert f"at {path}" in again.out, again
    place.wklrun(place.write("tiny.wkl", TINY + RUN), "-b", "sqlite", "--dry-run").expect(FINE, "at a temporary file")


def test_dry_run(place):
    done = place.wklrun(place.write("tiny.wkl", TINY + RUN), *BOTH, "--dry-run").expect(FINE)
    assert "all" in done.out and "loading" not in done.err, done


wkl.main(globals(), needs_sqlite=True)
