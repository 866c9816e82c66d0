#!/usr/bin/env python3
"""Several workloads in one command: each is run in turn, and they are reported together."""
import json
import os
import signal

import wkl
from wkl import EXPECTATION, FINE, RUN_ERRORS, TINY, USAGE

OTHER = TINY.replace("workload tiny", "workload other").replace("rare", "seldom")
QUICK = "run go { query one  for 20 requests }\n"


def two(place, first=TINY + QUICK, second=OTHER + QUICK):
    return place.write("b.wkl", first), place.write("c.wkl", second)


def names_in(place, name):
    with open(place.path(name), encoding="utf-8") as f:
        return [r["workload"] for r in json.load(f)]


def test_in_turn(place):
    """In the order of the files; of a folder, by name, and only what has a run. One array of JSON, one CSV, one text."""
    files = two(place)
    place.write("pieces.wkl", "param unused = 1\n")
    place.write("a.txt", "nothing")
    outputs = ("-o", "r.json", "-o", "r.csv", "-o", "r.md", "-o", "r.txt")
    for args in (files, (place.folder,), (place.folder + "/",)):
        done = place.wklrun(*args, "-b", "memory", *outputs).expect(FINE, "workload 1 of 2: .*b.wkl", "workload 2 of 2: .*c.wkl")
        assert done.out.endswith("\n2 workloads\n  b  fine\n  c  fine\n") and done.out.startswith("tiny\n") and "\nother\n" in done.out, done
        assert names_in(place, "r.json") == ["tiny", "other"]
    assert place.wklrun(*reversed(files), "-b", "memory", "-q", "-o", "r.json").expect(FINE, lines=None).out == ""
    assert names_in(place, "r.json") == ["other", "tiny"]
    with open(place.path("r.csv"), encoding="utf-8") as f:
        rows = [line.split(",")[0] for line in f]
    assert rows == ["workload", "tiny", "other"], rows
    with open(place.path("r.txt"), encoding="utf-8") as f:
        text = f.read()
    assert text.startswith("tiny\n") and "\n\nother\n" in text, text
    shown = json.loads(place.wklrun(*files, "-b", "memory", "-q", "--format", "json").expect(FINE).out)
    assert [r["workload"] for r in shown] == ["tiny", "other"]
    place.wklrun("--report", "r.json").expect(USAGE, "holds the results of several workloads", lines=1)


def test_a_file_for_each(place):
    """What holds one workload has its name: pages, JUnit, histograms, logs, baselines."""
    files = two(place)
    args = (*files, "-b", "memory", "-q")
    place.wklrun(*args, "-o", "r.html", "-o", "r.xml", "--hdr", "all", "--log", "l.csv", "--save-baseline", "main").expect(FINE)
    made = {n for n in os.listdir(place.folder) if not n.endswith(".wkl")} - {"tmp"}
    assert made == {f"{a}.{n}{z}" for n in "bc" for a, z in (("r", ".html"), ("r", ".xml"), ("all", ""), ("l", ".csv"))}, made
    assert sorted(os.listdir(place.path(".wkl/baselines"))) == ["main.b.json", "main.c.json"]
    done = place.wklrun(*args, "--baseline", "main", "--noise", "100%")
    assert done.code in (FINE, EXPECTATION), done     # each found its own; of 20 requests a difference may not be told
    place.wklrun(*args, "--baseline", "next").expect(USAGE, "there is no baseline 'next.b'.*b", "there is no baseline 'next.c'")
    for wrong, words in ((("--format", "html"), "html is a file for each workload"), (("--log", "-"), "--log is a file for each workload"),
                         (("--baseline", ".wkl/baselines/main.b.json"), "is of one workload, and here are 2")):
        place.wklrun(*args, *wrong).expect(USAGE, words, lines=1)
    os.mkdir(place.path("x"))
    twin = place.write("x/b.wkl", TINY + QUICK)
    place.wklrun(files[0], twin, "-b", "memory", "-o", "r.html").expect(USAGE, "two workloads are called 'b'", lines=1)
    place.wklrun(files[0], twin, "-b", "memory", "-q").expect(FINE)
    place.wklrun(files[0], "./b.wkl", "-b", "memory").expect(USAGE, "'./b.wkl' is given twice", lines=1)


def test_exit_codes(place):
    """The worst: 3, 2, 1, 99, 0. A mistake in any is told before any runs."""
    file, other = two(place)
    failing = place.write("f.wkl", TINY + "run go { query one  for 20 requests  expect p99 < 1ns }\n")
    done = place.wklrun(failing, file, "-b", "memory").expect(EXPECTATION)
    assert done.out.endswith("2 workloads\n  f  a gate failed or was not judged\n  b  fine\n"), done
    again = place.write("g.wkl", TINY + "run go { query one  for 20 requests  expect p99 < 1ns }\n")
    quiet = place.wklrun(failing, file, again, "-b", "memory", "-q").expect(EXPECTATION, lines=4).err.splitlines()
    ended = "a gate failed or was not judged"
    assert quiet[0].startswith("FAILED: go ") and quiet[1] == f"workload 1 of 3, {failing}: {ended}" and quiet[3] == f"workload 3 of 3, {again}: {ended}", quiet
    broken = place.write("broken.wkl", "nonsense")
    done = place.wklrun(file, broken, other, "-b", "memory", "-o", "r.json").expect(USAGE, "unexpected 'nonsense'")
    assert "workload 1" not in done.err and not done.out and not os.path.exists(place.path("r.json")), done
    place.wklrun(file, other, "--run", "nosuch").expect(USAGE, "unknown run 'nosuch'")
    down = place.write("down.wkl", TINY + QUICK + 'backend lakebase { host "127.0.0.1"  port 1  user "u"  password "p"  database "d" }\n')
    done = place.wklrun(down, failing, "-b", "memory,lakebase", "-q", env={"PGCONNECT_TIMEOUT": "1"})
    assert done.code == USAGE, done


def test_outputs_onto_another_workload(place):
    """A name may be a link: what one workload writes is no file that another reads."""
    os.mkdir(place.path("x"))
    first, second = place.write("x/b.wkl", TINY + QUICK), place.write("c.wkl", OTHER + QUICK + 'backend sqlite { path "l.b.db" }\n')
    os.makedirs(place.path("x/.wkl/baselines"))
    for name, args in (("r.b.html", ("-o", "r.html")), ("l.b.csv", ("--log", "l.csv")), ("x/.wkl/baselines/main.b.json", ("--save-baseline", "main"))):
        os.symlink(second, place.path(name))
        done = place.wklrun(first, second, "-b", "memory", *args)
        done.expect(USAGE, "cannot be (a report|the log|the baseline that is saved): it is the workload", lines=1)
        os.unlink(place.path(name))
    place.wklrun(first, second, "-b", "memory", "--log", "l.db").expect(USAGE, "'l.b.db' cannot be the log: it is a database", lines=1)
    with open(second, encoding="utf-8") as f:
        assert f.read().startswith(OTHER)


def test_pieces(place):
    """A file without a run belongs to each workload, as --targets does; where only one has a run, all are one workload."""
    file, other = two(place)
    slow = place.write("slow.wkl", "backend memory { delay 1ms }\n")
    for args in ((file, slow, other), (file, other, "--targets", slow), (slow, file, other)):
        place.wklrun(*args, "-b", "memory", "-q", "-o", "r.json").expect(FINE)
        with open(place.path("r.json"), encoding="utf-8") as f:
            assert all(e["response_ns"]["p50"] >= 1e6 for r in json.load(f) for e in r["results"])
    for args in ((file, slow), (slow, file)):
        report, _ = place.measure(FINE, *args, "-b", "memory")
        assert report["results"][0]["response_ns"]["p50"] >= 1e6


def test_stopped(place):
    """What was not begun is named; what was is reported."""
    long = place.write("a.wkl", TINY + "run go { query one  for 1h }\n")
    file, _ = two(place)
    with open(place.path("err"), "w", encoding="utf-8") as f:
        process = place.start("wklrun", long, file, "-b", "memory", "-P0.2", "-o", "r.json", stderr=f)

    def measuring():
        with open(place.path("err"), encoding="utf-8") as f:
            return "round 1/" in f.read()
    wkl.wait_until("the measuring", measuring)
    done = wkl.end_with(process, signal.SIGINT)
    assert done.code == RUN_ERRORS and done.out.endswith("2 workloads\n  a  errors during the run\n  b  not run\n"), done
    assert names_in(place, "r.json") == ["tiny"]


def test_compiled(place):
    """wklc checks each, and tells of each; what holds one workload says so."""
    file, other = two(place)
    broken, worse = place.write("x.wkl", "nonsense"), place.write("y.wkl", "rubbish")
    place.wklc(file, other).expect(FINE)
    place.wklc(broken, file, worse).expect(USAGE, "x.wkl:1:1: error", "y.wkl:1:1: error")
    found = json.loads(place.wklc(broken, file, worse, "--diagnostics", "json").expect(USAGE).out)
    assert [d["file"].rsplit("/", 1)[1] for d in found if d["severity"] == "error"] == ["x.wkl", "y.wkl"], found
    schema = place.wklc(file, other, "--emit", "schema", "--target", "sqlite").expect(FINE).out
    assert '"rare"' in schema and '"seldom"' in schema
    for args in (("--emit", "-o", place.path("out")), ("--sample", "one")):
        place.wklc(file, other, *args).expect(USAGE, "is of one workload, and here are 2", lines=1)


wkl.main(globals())
