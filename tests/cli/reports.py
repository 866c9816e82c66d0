#!/usr/bin/env python3
"""Reports made later from results in JSON (--report): the same as at once; of several files side by side; of anything else one clear error."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading

import wkl
from wkl import EXPECTATION, FINE, RUN, RUN_ERRORS, TINY, USAGE, WRONG_ROWS

FORMS = ("txt", "json", "csv", "html", "md")


def measured(place, name, *args, run=RUN, code=FINE):
    """A result of the tiny workload in JSON, under this name."""
    path = place.path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    place.wklrun(place.write("tiny.wkl", TINY + run), "-q", "-o", path, *args).expect(code)
    return path


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def test_what_is_said_once(place):
    """A mix names its queries; why a backend was left out is not repeated with each expectation; a column that all leave empty is not there."""
    whys = "Loaded, verified, or left out</span>(?:(?!<tbody>).)*>why<"
    mix = "run go { query all 80%, one  for 200 requests  expect errors == 0, p99 < 1h }\n"
    file = place.write("mix.wkl", TINY + mix + 'backend postgres { host "127.0.0.1"  port 1 }\n')
    done = place.wklrun(file, "-b", "memory", "-o", "r.html")
    said, page = re.sub(r"\s+", " ", done.expect(FINE).out), re.sub(r"\s+", " ", read(place.path("r.html")))
    assert "queries all 80 %, one 20 % · closed loop" in said and "both expectations held" in said, said
    assert "queries all 80 %, one 20 %; closed loop" in page and not re.search(whys, page)
    done = place.wklrun(file, "-b", "memory,postgres", "-o", "r.html", "-o", "-")
    said, page = re.sub(r"\s+", " ", done.out), read(place.path("r.html"))
    assert done.code == USAGE and "postgres (1): left out, see above" in said.replace("postgres, single:", "postgres (1):"), done
    assert said.count("Connection refused") == 1 and re.search(whys, page), said


def test_the_recommended_one(place):
    """Its name and figures are not repeated where it has the lowest p99 too, though that is in doubt against one that does not qualify."""
    blocks = "backend memory as a { }\nbackend memory as b { }\nbackend memory as c { delay 1ms }\n"
    file = place.write("three.wkl", TINY + "run go { query all  for 100 requests  expect errors == 0, on c: p99 < 1ns }\n" + blocks)
    said = re.sub(r"\s+", " ", place.wklrun(file, "-b", "a,b,c", "--rounds", "2").expect(EXPECTATION).out)
    assert re.search(r"Lowest p99: the recommended one, \S+ requests/s, not shown to be faster than [ab], single \(p99 \S+ \S+\) or 1 other\.", said), said


def test_the_same_later(place):
    """Every form of report of a real run, made at once and made from its JSON."""
    run = ("run go { query all 80%, one 20%  strategy single, binpacked  clients 2  sweep clients in [1, 2]  for 200 requests"
           "  expect errors == 0, p99 < 1ns }\n")
    at_once = [place.path(f"now.{ext}") for ext in FORMS]
    done = place.wklrun(place.write("tiny.wkl", TINY + run), "-b", "sqlite,memory", *(a for path in at_once for a in ("-o", path)))
    done.expect(EXPECTATION)
    later = [place.path(f"later.{ext}") for ext in FORMS]
    again = place.wklrun("--report", place.path("now.json"), *(a for path in later for a in ("-o", path))).expect(EXPECTATION)
    assert again.out == done.out, (done.out, again.out)
    for ext, now, then in zip(FORMS, at_once, later):
        assert read(now) == read(then), f"{ext} is not the same"
    entry = json.loads(read(at_once[1]))["results"][0]
    assert entry["plan"].count("\n") > 1 and entry["histograms"]["response"]["hdr"].startswith("HISTF"), entry
    assert entry["slowest"]["calls"] and entry["rounds"][0]["slices"], entry


def test_side_by_side(place):
    before, after = measured(place, "before.json", "-b", "sqlite,memory"), measured(place, "after.json", "-b", "sqlite", "--seed", "7", "-D", "keys=50")
    joined = place.path("joined.json")
    place.wklrun("--report", before, after, "-q", "-o", joined).expect(FINE)
    report = json.loads(read(joined))
    names = [b["name"] for b in report["backends"]]
    assert sorted(names) == ["memory", "sqlite@after", "sqlite@before"], names
    assert sorted(e["backend"] for e in report["results"]) == ["memory", "sqlite@after", "sqlite@before"]
    was = {e["backend"]: e for e in json.loads(read(before))["results"]}
    for entry in report["results"]:
        if entry["backend"] == "sqlite@before":
            assert entry["histograms"] == was["sqlite"]["histograms"]
    said = [r["text"] for r in report["remarks"] if r["differs"]]
    assert said == ["seed: 1 in before; 7 in after", "params: keys 100 in before; keys 50 in after"], said
    assert {e["backend"]: e["part"] for e in report["results"]} == {"sqlite@before": 0, "memory": 0, "sqlite@after": 1}
    for found in report["comparisons"]:               # rounds of different runs did not take turns
        assert found["paired"] == ("@after" not in found["backend"] + found["against_backend"]) or not found["rounds"], found
    text = place.wklrun("--report", before, after).expect(FINE).out
    assert "DIFFERS:" in text and "sqlite@after" in text, text
    once_more = place.path("once_more.json")
    place.wklrun("--report", joined, "-q", "-o", once_more).expect(FINE)
    assert read(joined) == read(once_more)


def test_alike(place):
    """Nothing differs but the backends; those that one file has skipped and the other measured are not missing."""
    one, other = measured(place, "one/r.json", "-b", "sqlite"), measured(place, "other/r.json", "-b", "memory")
    text = place.wklrun("--report", one, other).expect(FINE).out
    assert "Joined:" in text and "DIFFERS:" not in text and "left out" not in text and "@" not in text, text
    same = measured(place, "third/r.json", "-b", "sqlite")
    names = {e["backend"] for e in place.measure(FINE, "--report", one, same)[0]["results"]}
    assert names == {f"sqlite@{one}", f"sqlite@{same}"}, names      # files of one name are told apart by their folders


def test_other_tables(place):
    """The same names, the same seed, yet other tables and other requests."""
    one = measured(place, "one.json", "-b", "sqlite")
    path = place.path("two.json")
    other = TINY.replace("0..1000", "0..7").replace("get rare }", "get rates[30d] }").replace("get rates[*], rare }", "get rates[*] }") + RUN
    place.wklrun(place.write("other.wkl", other), "-q", "-o", path, "-b", "memory").expect(FINE)
    text = place.wklrun("--report", one, path).expect(FINE).out
    assert "tables: those of run go are not the same in one and in two" in " ".join(text.split()), text
    assert "requests: those of run go are not the same in one and in two" in " ".join(text.split()), text


def test_gates(place):
    """A result can be held against a baseline later, and become one."""
    one = measured(place, "one.json", "-b", "sqlite")
    place.wklrun("--report", one, "--save-baseline", "main").expect(FINE, "baseline 'main' saved")
    assert "baseline main of " in place.wklrun("--report", one, "--baseline", "main", "--details").expect(FINE).out
    place.wklrun("--report", one, "--baseline", "none").expect(USAGE, "there is no baseline 'none'", lines=1)
    other = measured(place, "other.json", "-b", "sqlite", "--seed", "3")
    place.wklrun("--report", other, "--baseline", "main").expect(USAGE, "seed", lines=1)
    place.wklrun("--report", one, "--fail-if", "p99 > 1ns").expect(USAGE, "--fail-if is held against what is measured", lines=1)


def save_ranked(place, file, targets):
    """A baseline that is ranked: on a busy machine the client may be saturated, and its figures are then held against nothing."""
    for _ in range(30):
        report, _ = place.measure(FINE, file, "-b", "memory", "--targets", targets)
        if report["results"][0]["ranked"]:
            break
    place.wklrun("--report", place.write("base.json", json.dumps(report)), "--save-baseline", "main").expect(FINE)


def test_a_baseline_that_is_not_at_hand(place):
    """What was slower than in the baseline, or could not be held against it, is so in every later report, with the exit code."""
    slow, fast = (place.write(f"{name}.wkl", f"backend memory {{ delay {delay} }}\n") for name, delay in (("slow", "40ms"), ("fast", "1ms")))
    other = measured(place, "other.json", "-b", "memory")
    file = place.write("tiny.wkl", TINY + "run go { query one  clients 4  for 120 requests }\n")
    save_ranked(place, file, fast)
    at_once, later = ([place.path(f"{when}.{ext}") for ext in FORMS] for when in ("now", "later"))
    for args, words in (["--targets", slow], "FAILED: go on memory with single: p50 against the baseline: slower"), (["--targets", fast, "--rounds", "2"], "NOT MEASURED: go on memory"):
        done = place.wklrun(file, "-b", "memory", *args, "--baseline", "main", *(a for path in at_once for a in ("-o", path))).expect(EXPECTATION, words)
        again = place.wklrun("--report", place.path("now.json"), *(a for path in later for a in ("-o", path))).expect(EXPECTATION, words)
        assert again.out == done.out and "\nBaseline:" in again.out, (done.out, again.out)
        for ext, now, then in zip(FORMS, at_once, later):
            assert read(now) == read(then), f"{ext} is not the same"
        place.wklrun("--report", place.path("now.json"), other).expect(EXPECTATION, words.replace("memory", "memory@now"))
    place.wklrun(file, "-b", "memory", "--targets", slow, "--baseline", "main", "-q", "-o", "slow.json").expect(EXPECTATION)
    place.wklrun("--report", place.path("slow.json"), "--baseline", place.path("slow.json")).expect(FINE)     # another one takes its place
    noisy = json.loads(read(place.path("slow.json"))) | {"noise": 1000}
    place.wklrun("--report", place.write("noisy.json", json.dumps(noisy))).expect(FINE)     # judged by what is measured, not by the word


def test_results_that_were_changed(place):
    """What figures say counts, not the verdict that stands beside them; results without figures pass nothing."""
    run = RUN.replace("}", "  expect errors == 0, p99 < 1h }")
    place.wklrun(place.write("tiny.wkl", TINY + run), "-b", "memory", "-q", "-o", "one.json").expect(FINE)
    with open(place.path("one.json"), encoding="utf-8") as f:
        whole = f.read()

    def again(change, code, *words):
        report = json.loads(whole)
        change(report)
        with open(place.path("changed.json"), "w", encoding="utf-8") as f:
            json.dump(report, f)
        return place.wklrun("--report", place.path("changed.json")).expect(code, *words)

    def set_errors(report):
        report["results"][0]["errors"] = 5

    def set_mismatches(report):
        report["results"][0]["verified"]["mismatches"] = 3

    def set_backend_mismatches(report):
        report["backends"][0]["verified"]["mismatches"] = 3

    def claim(report):
        report["expectations"][1].update(ok=False, verdict="failed", value=9e12)

    again(lambda report: None, FINE)
    again(set_errors, RUN_ERRORS, "FAILED: go on memory with single: errors == 0 failed: 5")
    again(claim, FINE)
    again(set_mismatches, WRONG_ROWS)
    again(set_backend_mismatches, WRONG_ROWS)
    again(lambda report: report["results"].clear(), EXPECTATION, "NOT MEASURED: go on memory with single: .*: not judged: the result has no")
    again(lambda report: (report["results"].clear(), report["expectations"].clear()), EXPECTATION, "NOT MEASURED: the results have no measurement")


def test_exits_as_the_run_did(place):
    """With errors, with a backend that failed on the way and with one that was never there: 2, 2, 1."""
    faulty = "backend memory { fail_every 50 }\n"
    absent = 'backend postgres { host "127.0.0.1"  port 1  connect_timeout 1s }\n'
    for name, more, backends, code in (("errors", faulty, "memory", RUN_ERRORS), ("absent", absent, "memory,postgres", USAGE)):
        path = place.path(f"{name}.json")
        place.wklrun(place.write(f"{name}.wkl", TINY + RUN + more), "-b", backends, "-n", "400", "-q", "-o", path).expect(code)
        place.wklrun("--report", path, "-q").expect(code)
    for change in (lambda r: r["backends"][0].update(status="failed", reason="gone"), lambda r: r.update(stopped="interrupted by the user")):
        report = json.loads(read(measured(place, "good.json", "-b", "memory")))
        change(report)
        place.wklrun("--report", place.write("changed.json", json.dumps(report)), "-q").expect(RUN_ERRORS)


def test_queries_that_were_changed(place):
    """Each query of a mix is in the result with its figures: what is expected of it is judged by these, and they are the whole's parts."""
    run = "run go { query all 80%, one 20%  strategy single  clients 2  for 200 requests  expect all.p99 < 1h, one.errors == 0 }\n"
    place.wklrun(place.write("tiny.wkl", TINY + run), "-b", "memory", "-q", "-o", "one.json").expect(FINE)
    whole = read(place.path("one.json"))
    entry = json.loads(whole)["results"][0]
    assert [(q["query"], q["share"]) for q in entry["queries"]] == [("all", 0.8), ("one", 0.2)], entry["queries"]
    for key in ("requests", "errors", "rows", "bytes", "trips"):
        assert sum(q[key] for q in entry["queries"]) == entry[key], key
    assert [x["query"] for x in json.loads(whole)["expectations"]] == ["all", "one"]

    def again(change, code, *words):
        report = json.loads(whole)
        change(report["results"][0]["queries"], report)
        return place.wklrun("--report", place.write("changed.json", json.dumps(report))).expect(code, *words)

    again(lambda queries, report: queries[1].update(errors=5), EXPECTATION, "FAILED: go on memory with single: one.errors == 0 failed: 5")
    again(lambda queries, report: report["expectations"][0].update(ok=False, verdict="failed", value=9e12), FINE)
    again(lambda queries, report: queries.pop(), USAGE, r"results\[0\]: its requests are", "those of its queries")
    again(lambda queries, report: queries[0].update(requests=1), USAGE, r"results\[0\].queries\[0\]: its requests are 1, those in its histogram")
    again(lambda queries, report: queries.clear(), EXPECTATION, "all.p99 < 1h, and 1 more: not judged: the result has no figures of it")


def test_progress(place):
    """-P in the manner of pgbench: time, requests a second, p50 and p99 of the interval, how late; errors; nothing with -q."""
    file = place.write("tiny.wkl", TINY + "run go { query all  clients 2  sweep clients in [2]  for 1s }\nbackend memory { fail_every 50 }\n")
    args = ("-b", "memory", "-T", "3s", "--rounds", "1", "-w", "0s", "-R", "500", "-P1")
    lines = [l for l in place.wklrun(file, *args, "-o", os.devnull).expect(RUN_ERRORS).err.splitlines() if "round 1/1" in l]
    whole = (r"run go: clients = 2: round 1/1  memory, single  \d\.\d/3 s  (\(all: \d\.\d s left\)  )?[\d.,]+/s  [\d,]+ ERRORS?  p50 [\d.,]+ (ns|µs|ms)  p99 [\d.,]+ (ns|µs|ms|s)"
             r"  late [\d.,]+ (ns|µs|ms|s)")
    assert lines and all(re.fullmatch(whole, l) for l in lines), lines
    assert " s left)  " in lines[0], lines
    quiet = place.wklrun(file, *args, "-q", "-o", os.devnull).expect(RUN_ERRORS)
    assert "round" not in quiet.err and "run go" not in quiet.err, quiet


def test_no_results(place):
    good = measured(place, "good.json", "-b", "memory")
    whole = read(good)
    bad = {
        "cut.json": (whole[:len(whole) // 2], r"cut short in line \d+"),
        "foreign.json": ('{"benchmarks": []}', r"not a result that wklrun wrote"),
        "text.json": ("p99: 3\n", r"not JSON"),
        "changed.json": (whole.replace('"seed":\t1', '"seed":\t"one"'), r"seed: a whole number is expected"),
        "older.json": (whole.replace('"histograms"', '"shapes"'), r"results\[0\]\.histograms: it is missing"),
    }
    for name, (text, words) in bad.items():
        path = place.write(name, text)
        place.wklrun("--report", good, path).expect(USAGE, rf"^wklrun: '{path}': .*{words}", lines=1)
    place.wklrun("--report", place.path("none.json")).expect(USAGE, "No such file", lines=1)
    place.wklrun("--report", place.folder).expect(USAGE, "directory", lines=1)
    place.wklrun("--report", good, good).expect(USAGE, "is named twice", lines=1)
    place.wklrun("--report").expect(USAGE, "which file", lines=1)
    place.wklrun("--report", good, "-o", place.path("no/such/folder.html")).expect(USAGE, "cannot be written", lines=1)
    future = json.loads(whole)
    future["weather"] = {"rain": True}
    future["results"][0]["colour"] = "red"
    assert place.wklrun("--report", place.write("future.json", json.dumps(future))).expect(FINE).out == place.wklrun("--report", good).out


def on_terminal(place, columns, *args, **env):
    """What a terminal of so many columns shows of standard output and standard error."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    shown = []

    def collect():
        try:
            while part := os.read(leader, 65536):
                shown.append(part)
        except OSError:
            pass                                      # the last writer has closed it

    reader = threading.Thread(target=collect)
    reader.start()
    place.run("wklrun", *args, env={"TERM": "xterm", "LC_ALL": "C.UTF-8", **env}, stdout=follower, stderr=follower)
    os.close(follower)
    reader.join()
    os.close(leader)
    return b"".join(shown).decode()


def test_a_terminal(place):
    """The answer comes last, as wide as the terminal is, and what failed is said once: above it."""
    file = place.write("slow.wkl", TINY + RUN.replace("}", "  strategy single, batch  expect p99 < 1ns }"))
    path = place.path("slow.json")
    place.wklrun(file, "-b", "sqlite,memory", "-q", "-o", path).expect(EXPECTATION)
    for columns, width in ((80, 80), (140, 140), (300, 160)):
        text = on_terminal(place, columns, "--report", path, NO_COLOR="1")
        assert text.count("FAILED") == 1 and "\033[" not in text.replace("\033[K", ""), text
        lines = text.replace("\r", "").split("\n")
        assert max(len(line) for line in lines) == width, (columns, max(lines, key=len))
        assert [line for line in lines if "─" in line][-1].startswith("result ─"), text
    joined = subprocess.run([os.path.join(wkl.BUILD, "wklrun"), "--report", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False).stdout
    assert joined.count("FAILED") == 1 and "failed: p99 < 1ns in all 4 measurements" in joined, joined    # `2>&1`, too
    assert place.wklrun("--report", path).err.count("FAILED") == 4
    assert "\033[1;31m" in on_terminal(place, 100, "--report", path)
    short, whole = (place.wklrun("--report", path, *more).expect(EXPECTATION).out for more in ([], ["--details"]))
    assert "\nloaded and verified ─" in whole and "\nloaded and verified ─" not in short, short


wkl.main(globals())
