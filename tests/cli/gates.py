#!/usr/bin/env python3
"""No gate passes unmeasured: what was asked for and has no figure ends with 99 or is refused, and every report says which and why."""
import json
import os
import re
import xml.etree.ElementTree as ET

import wkl
from wkl import EXPECTATION, FINE, RUN, RUN_ERRORS, TINY, USAGE

TOUCH = TINY + "query touch(card) { range rare limit 5 }\n"
CANNOT = r"'range' in query 'touch' cannot be run yet: no backend can"
REFUSED = rf"nothing is run: run 'go': {CANNOT}$"
BOTH = "run ok { query one  for 20 requests }\nrun go { query touch  for 20 requests  EXPECT }\n"


def all_forms(place, code, *args):
    """The run with every form of report: what it ended with, its JSON, and the others' texts by their endings."""
    forms = [place.path("r." + ending) for ending in ("json", "xml", "txt", "md", "html")]
    done = place.wklrun(*args, "-q", *(x for form in forms for x in ("-o", form))).expect(code)
    texts = {}
    for form in forms:
        with open(form, encoding="utf-8") as f:
            texts[form.rsplit(".", 1)[1]] = f.read()
    return done, json.loads(texts["json"]), texts


def outcomes(xml):
    """Of JUnit's cases: {name: failure, error, skipped or passed}."""
    return {f"{c.get('classname')} {c.get('name')}": c[0].tag if len(c) else "passed" for c in ET.fromstring(xml).iter("testcase")}


def unjudged(done, report, texts, reason, n=1):
    """So many expectations are not judged, for this reason, in every form."""
    found = [x for x in report["expectations"] if x["value"] is None]
    assert len(found) == n and all(not x["ok"] and reason in x["not_judged"] for x in found), report["expectations"]
    told = [line for line in done.err.splitlines() if line.startswith("NOT MEASURED: ") and reason in line]
    assert sum(1 + int((re.search(r", and (\d+) more: not judged", line) or [0, 0])[1]) for line in told) == n, done
    for form in ("txt", "md", "html"):
        words = " ".join(texts[form].replace("\\", "").split())
        assert "not judged: " + reason[:20] in words or "NOT MEASURED: " + reason[:20] in words, (form, words[-2000:])
    assert sum(outcome == "error" for outcome in outcomes(texts["xml"]).values()) >= n, texts["xml"]
    assert int(ET.fromstring(texts["xml"]).get("errors")) >= n, texts["xml"]


# ---- runs that nobody can run ----

def test_refused_before_anything_is_connected_to(place):
    """A server that is not there is not even looked for."""
    server = 'backend lakebase { host "127.0.0.1"  port 1  connect_timeout 1s }\n'
    alone = place.write("alone.wkl", TOUCH + "run go { query one 95%, touch  for 20 requests }\n" + server)
    two = place.write("two.wkl", TOUCH + BOTH.replace("EXPECT", "") + server)
    for args in ((alone,), (alone, "--run", "go"), (two, "--run", "go"), (alone, "--dry-run"), (alone, "--only", "run"), (alone, "--fail-if", "p99 > 1ns")):
        assert "lakebase" not in place.wklrun(*args, "-b", "lakebase").expect(USAGE, REFUSED).err
    place.wklrun(alone, "-b", "sqlite", "--only", "load").expect(FINE, "loading sqlite")


def test_a_run_left_out(place):
    """Beside one that can be run: said, not loaded for, and 99 where something is expected of it."""
    file = place.write("two.wkl", TOUCH + BOTH.replace("EXPECT", ""))
    place.wklrun(file, "-b", "memory").expect(FINE, rf"run 'go': left out: {CANNOT}")
    file = place.write("two.wkl", TOUCH + BOTH.replace("EXPECT", "expect errors == 0, p99 < 5ms"))
    done, report, texts = all_forms(place, EXPECTATION, file, "-b", "memory")
    unjudged(done, report, texts, "'range' in query 'touch' cannot be run yet", n=2)
    assert outcomes(texts["xml"])["go.memory single: p99 < 5ms"] == "error", outcomes(texts["xml"])
    done, report, texts = all_forms(place, EXPECTATION, place.write("two.wkl", TOUCH + BOTH.replace("EXPECT", "")), "-b", "memory", "--fail-if", "p99 > 1h")
    unjudged(done, report, texts, "'range' in query 'touch' cannot be run yet")
    place.wklrun("--report", place.path("r.json")).expect(EXPECTATION, "NOT MEASURED: go on memory with single: --fail-if 'p99 > 1h': not judged: 'range'")


# ---- names behind `on` ----

def test_unknown_names(place):
    for name, words in (("sqlte", "did you mean 'sqlite'"), ("nosuchdb", "there are memory, sqlite"), ("oracle", "there are memory, sqlite, postgres, mariadb, mysql")):
        file = place.write("on.wkl", TINY + f"run go {{ query one  for 20 requests  expect errors == 0, on {name}: p99 < 1ns }}\n")
        for done in place.wklrun(file, "-b", "memory"), place.wklc(file):
            done.expect(USAGE, rf"on\.wkl:10:\d+: error.E.....: unknown backend '{name}' after 'on'", words, "1 error(, 2 warnings)?\n$")
            assert not done.out, done
        place.wklrun(place.write("plain.wkl", TINY + RUN), "-b", "memory", "--fail-if", f"on {name}: p99 > 1ns").expect(
            USAGE, rf"--fail-if:1:4: error.E.....: unknown backend '{name}' after 'on'", words)


def test_names_that_were_not_asked_for(place):
    """A file with gates for several backends can be run on one; which gates were not judged is said."""
    file = place.write("on.wkl", TINY + "run go { query one  for 20 requests  expect on lakebase: p99 < 1ns, on far: errors == 0 }\nbackend memory as far { }\n")
    done, report, texts = all_forms(place, FINE, file, "-b", "far", "--fail-if", "on cosmosdb: errors > 0")
    assert [(x["text"], x["ok"]) for x in report["expectations"]] == [("on far: errors == 0", True)], report["expectations"]
    assert [x["what"] for x in report["left_out"]] == ["run 'go': expect 'on lakebase: p99 < 1ns'", "--fail-if 'on cosmosdb: errors > 0'"], report["left_out"]
    assert all(x["reason"].startswith("not judged: ") and x["reason"].endswith(" is not among the backends of this run") for x in report["left_out"])
    assert "skipped" in {v for k, v in outcomes(texts["xml"]).items() if "on lakebase" in k}, texts["xml"]
    assert "run 'go': expect 'on lakebase: p99 < 1ns'" in " ".join(texts["txt"].split()), texts["txt"]


def test_names_as_those_of_backends(place):
    """`on memory` is of every instance of it, as -b memory is."""
    file = place.write("on.wkl", TINY + "run go { query one  for 20 requests  expect on memory: p99 < 1ns }\nbackend memory as near { }\nbackend memory as far { }\n")
    report, _ = place.measure(EXPECTATION, file, "-b", "memory")
    assert [(x["backend"], x["ok"]) for x in report["expectations"]] == [("near", False), ("far", False)], report["expectations"]


# ---- figures that there are not ----

def test_no_price(place):
    file = place.write("cost.wkl", TINY + "run go { query one  for 20 requests  expect cost_per_million < 2 }\n")
    unjudged(*all_forms(place, EXPECTATION, file, "-b", "memory"), "no price is known")


def test_nothing_answered(place):
    """A backend that dies is an error of the run; what was expected of it is not judged, in later runs neither."""
    text = TINY + "run go { query one  for 200 requests  expect p99 < 1h }\nrun later { query one  for 20 requests  expect errors == 0 }\nbackend memory { SETTING }\n"
    done, report, texts = all_forms(place, RUN_ERRORS, place.write("dead.wkl", text.replace("SETTING", "die_after 1")), "-b", "memory")
    assert len(report["expectations"]) == 2 and not any(x["ok"] for x in report["expectations"]), report["expectations"]
    assert all(x["value"] is None and x["not_judged"] for x in report["expectations"]), report["expectations"]


def test_one_cause_is_told_once(place):
    """However many expectations it keeps from being judged."""
    place.sql("CREATE TABLE rare (mine)")
    run = "run go { query all  strategy single, batch  for 20 requests  expect errors == 0, p99 < 1h }\n"
    done = place.wklrun(place.write("tiny.wkl", TINY + run + wkl.FILE), "-b", "sqlite,memory").expect(RUN_ERRORS)
    told = [line for line in done.err.splitlines() if line.startswith("NOT MEASURED")]
    assert len(told) == 1 and told[0].startswith("NOT MEASURED: go on sqlite with single: errors == 0, and 3 more: not judged: a table 'rare'"), done


def test_no_local_server(place):
    """A backend that was named and has no server here is not judged, and that fails; one that nobody named was not asked for."""
    script = place.write("servers", "#!/bin/sh\nfor name in dynamodb cosmosdb lakebase aurora_postgres aurora_mysql; do echo \"skip $name nothing is installed\"; done\n"
                         "echo done all\ncat >/dev/null\n")
    os.chmod(script, 0o755)
    file = place.write("tiny.wkl", TINY + "run go { query one  for 20 requests  expect errors == 0 }\n")
    args = (file, "--local", "-q", "-o", place.path("r.json"))
    done = place.wklrun(*args, "-b", "sqlite,dynamodb", env={"WKL_LOCAL": script})
    done.expect(EXPECTATION, "NOT MEASURED: go on dynamodb with single: errors == 0: not judged: no local server")
    place.wklrun(*args, env={"WKL_LOCAL": script}).expect(FINE)
    with open(place.path("r.json"), encoding="utf-8") as f:
        assert {x["backend"]: x["ok"] for x in json.load(f)["expectations"]} == {"sqlite": True}


def test_interrupted(place):
    """What was measured is judged, what was not reached is not, and neither is called failed."""
    import signal
    file = place.write("long.wkl", TINY + "run go { query one  for 30s  expect p99 < 1h }\nrun later { query one  for 30s  expect errors == 0 }\nbackend memory { delay 1ms }\n")
    process = place.start("wklrun", file, "-b", "memory", "-P1", "-o", place.path("r.json"), stderr=open(place.path("err"), "w"))
    wkl.wait_until("measuring", lambda: "round 1" in open(place.path("err"), encoding="utf-8").read())
    done = wkl.end_with(process, signal.SIGTERM)
    assert done.code == RUN_ERRORS, done
    with open(place.path("r.json"), encoding="utf-8") as f:
        found = {x["run"]: x for x in json.load(f)["expectations"]}
    assert found["go"]["ok"] and found["go"]["value"] > 0, found
    assert not found["later"]["ok"] and found["later"]["not_judged"] == "interrupted by the user", found
    with open(place.path("err"), encoding="utf-8") as f:
        said = f.read()
    assert "FAILED" not in said and "NOT MEASURED: later on memory with single: errors == 0: not judged: interrupted by the user" in said, said


def test_gates_where_nothing_is_measured(place):
    file = place.write("tiny.wkl", TINY + RUN)
    for gate in ("--save-baseline", "main"), ("--baseline", "main"), ("--fail-if", "p99 > 1s"):
        for phase in ("--only", "load"), ("--only", "create"), ("--only", "drop"), ("--dry-run",):
            place.wklrun(file, "-b", "memory", *gate, *phase).expect(USAGE, rf"{gate[0]} needs what is measured, and .* measures nothing")


# ---- baselines ----

def saved(place, *args, run=RUN, code=FINE):
    file = place.write("tiny.wkl", TINY + run)
    place.wklrun(file, "-b", "memory", "-q", "--save-baseline", "main", *args).expect(code)
    return file


def test_a_baseline_that_cannot_be_saved_is_told_at_once(place):
    """Not after an hour of measuring: a file where its folder would be, or a folder that takes no file."""
    file = place.write("tiny.wkl", TINY + RUN)
    place.write(".wkl", "")
    done = place.wklrun(file, "-b", "memory", "--save-baseline", "main").expect(USAGE, "'.*.wkl/baselines/main.json' cannot be written: Not a directory")
    assert "loading" not in done.err, done
    os.remove(place.path(".wkl"))
    os.makedirs(place.path(".wkl/baselines/main.json"))
    place.wklrun(file, "-b", "memory", "--save-baseline", "main").expect(USAGE, "main.json' cannot be written: Is a directory", lines=1)
    os.rmdir(place.path(".wkl/baselines/main.json"))
    if os.getuid():
        os.chmod(place.path(".wkl/baselines"), 0o500)
        place.wklrun(file, "-b", "memory", "--save-baseline", "main").expect(USAGE, "main.json' cannot be written: Permission denied", lines=1)
        os.chmod(place.path(".wkl/baselines"), 0o700)
    os.rmdir(place.path(".wkl/baselines"))
    place.wklrun(file, "-b", "memory", "--save-baseline", "main", "--dry-run").expect(USAGE)
    assert os.listdir(place.path(".wkl")) == [], "a look made a folder"
    place.wklrun(file, "-b", "memory", "-q", "--save-baseline", "main").expect(FINE)
    assert os.path.exists(place.path(".wkl/baselines/main.json"))


def against(place, code, file, why, *args, n=1):
    done, report, texts = all_forms(place, code, file, "--baseline", "main", *args)
    found = report["baseline"]["unjudged"]
    assert len(found) == n and all(why in u["why"] for u in found), found
    assert sum("against the baseline: not judged: " + why in line and line.startswith("NOT MEASURED") for line in done.err.splitlines()) == n, done
    assert sum(v == "error" for v in outcomes(texts["xml"]).values()) == n, texts["xml"]
    assert f"Baseline:       ✗ 'main': nothing could be compared with it: {why}" in texts["txt"].replace("\n" + 16 * " ", " "), texts["txt"]
    assert "0 slower" not in texts["txt"]


def test_another_load(place):
    against(place, EXPECTATION, saved(place), "it had 2 clients then, 3 now", "-b", "memory", "-c", "3")


def test_too_little_to_tell(place):
    against(place, EXPECTATION, saved(place), "too few rounds or requests to tell a difference", "-b", "memory", "--rounds", "2")


def test_nothing_in_common(place):
    against(place, EXPECTATION, saved(place), "it has no run, backend and strategy that this result has too", "-b", "sqlite")


def test_another_way_of_verifying(place):
    place.wklrun(saved(place), "-b", "memory", "--baseline", "main", "--verify", "rows").expect(USAGE, "--verify was count, is rows")


def test_a_backend_that_is_gone(place):
    """What the baseline has of a backend that was asked for and could not be measured."""
    two = RUN + "backend memory as near { }\nbackend memory as far { die_after BAD }\n"
    saved(place, "-b", "near,far", run=two.replace("die_after BAD", ""))
    file = place.write("tiny.wkl", TINY + two.replace("BAD", "1"))
    done = place.wklrun(file, "-b", "near,far", "-q", "--baseline", "main")
    assert done.code == RUN_ERRORS and "NOT MEASURED: go on far with single: against the baseline: not judged: it is not ranked now: " in done.err, done


def test_empty_baselines(place):
    file = saved(place)
    path = place.path(".wkl/baselines/main.json")
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    report["results"] = []
    with open(path, "w", encoding="utf-8") as f:
        json.dump(report, f)
    place.wklrun(file, "-b", "memory", "--baseline", "main").expect(USAGE, "the baseline 'main' measured nothing")
    place.wklrun("--report", path, "--save-baseline", "next").expect(EXPECTATION, "baseline 'next' was not saved: nothing was measured")
    assert not os.path.exists(place.path(".wkl/baselines/next.json"))


def test_names_of_baselines(place):
    """A name is no path: nothing but .wkl/baselines is written to."""
    file, mine = place.write("tiny.wkl", TINY + RUN), place.write("package.json", "mine")
    place.wklrun(file, "-b", "memory", "--save-baseline", "package.json").expect(USAGE, "without .json")
    with open(mine, encoding="utf-8") as f:
        assert f.read() == "mine"


if __name__ == "__main__":
    wkl.main(globals(), needs_sqlite=True)
