#!/usr/bin/env python3
"""Files that a user names: none is destroyed, none is left half written, none is waited for without end."""
import json
import os
import re
import resource
import signal
import stat
import time

import wkl
from wkl import EXPECTATION, FINE, RUN, RUN_ERRORS, TINY, USAGE


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def workload(place, more=""):
    return place.write("tiny.wkl", TINY + RUN + more)


# ---- outputs that are something else ----

def test_outputs_onto_what_is_read(place):
    """By any name: itself, a link to it, a hard link, a path around."""
    shapes = place.write("shapes.wkl", "param unused = 1\n")
    prices = place.write("mine.csv", "item,usd,per,date\nread_request_unit,1,million,2026-01-31\n")
    secret = place.write("secret", "word\n")
    database = place.write("bench.db", "")
    text = ('use "shapes.wkl"\n' + TINY.replace("workload tiny", "") + RUN + 'backend dynamodb { prices "mine.csv"  endpoint "http://127.0.0.1:1"  access_key "a"  secret_key file("secret") }\n'
            'backend sqlite { path "bench.db" }\n')
    file = place.write("tiny.wkl", text)
    targets = place.write("targets.wkl", "backend memory as far { }\n")
    place.wklrun(place.write("base.wkl", TINY + RUN), "-b", "memory", "-q", "--save-baseline", "main").expect(FINE)
    baseline = place.path(".wkl/baselines/main.json")
    before = {path: read(path) for path in (file, shapes, prices, secret, database, targets, baseline)}
    os.mkdir(place.path("sub"))
    for path in before:
        os.symlink(path, place.path("soft"))
        os.link(path, place.path("hard"))
        more = ("--baseline", "main") if path == baseline else ()
        source = place.path("base.wkl") if path == baseline else file
        for name in (path, "soft", "hard", os.path.join(place.folder, "sub", "..", os.path.relpath(path, place.folder))):
            for option in (("--format", "text", "-o"), ("--log",), ("--hdr",)):
                done = place.wklrun(source, "--targets", targets, "-b", "memory,dynamodb" if path == prices else "memory", *more, *option, name)
                done.expect(USAGE, r"'.*' cannot be (a report|the log): it is (the workload|a file that|the file of|a database|the baseline)")
                assert "loading" not in done.err, done
        os.unlink(place.path("soft"))
        os.unlink(place.path("hard"))
    assert {path: read(path) for path in before} == before
    result = place.path("r.json")
    place.wklrun(place.path("base.wkl"), "-b", "memory", "-q", "-o", result).expect(FINE)
    held = read(result)
    place.wklrun("--report", result, "-o", result).expect(USAGE, "cannot be a report: it is a result that is read", lines=1)
    assert read(result) == held


def test_outputs_onto_databases_that_are_named_elsewhere(place):
    """By a variable, by a sweep, and by nobody: the one that --keep leaves."""
    def held(file, database, **more):
        """It is made, and stays as it is."""
        place.wklrun(file, "-b", "sqlite", "-q", "--keep", **more).expect(FINE)
        for option in (("--format", "json", "-o"), ("--log",)):
            place.wklrun(file, "-b", "sqlite", "-q", "--keep", *option, database, **more).expect(USAGE, "cannot be (a report|the log): it is a database")
        with open(place.path(database), "rb") as f:
            assert f.read(16) == b"SQLite format 3\0", database
    held(workload(place, 'backend sqlite { path env("BENCH_DB") }\n'), "env.db", env={"BENCH_DB": "env.db"})
    held(place.write("swept.wkl", 'param p = "one.db"\n' + TINY.replace("workload tiny", "") + 'run go { query one  sweep p in ["one.db", "two.db"]  for 20 requests }\n'
                     "backend sqlite { path p }\n"), "two.db")
    held(place.write("kept.wkl", TINY + RUN), ".wkl/kept.sqlite.db")


def test_an_emptied_database(place):
    """A file that wkl made goes with the last of its tables, also where a later run drops them; one that stood before, or holds a table of
    somebody else, stays."""
    file = workload(place, 'backend sqlite { path "bench.db" }\n')
    place.wklrun(file, "-b", "sqlite", "-q").expect(FINE)
    place.wklrun(file, "-b", "sqlite", "-q", "--dry-run").expect(FINE)
    assert not [name for name in os.listdir(place.folder) if name.startswith("bench.db")], os.listdir(place.folder)
    for name, only in (("bench.db", file), (".wkl/kept.sqlite.db", place.write("kept.wkl", TINY + RUN))):
        place.wklrun(only, "-b", "sqlite", "-q", "--keep").expect(FINE)
        place.wklrun(only, "-b", "sqlite", "-q").expect(FINE)
        assert os.path.exists(place.path(name)), name
        place.wklrun(only, "-b", "sqlite", "-q", "--only", "drop").expect(FINE)
        assert not os.path.exists(place.path(name)), name
    place.write(".wkl/kept.sqlite.db", "")
    place.wklrun(place.path("kept.wkl"), "-b", "sqlite", "-q", "--keep").expect(FINE)
    place.wklrun(place.path("kept.wkl"), "-b", "sqlite", "--only", "drop").expect(FINE, r"sqlite: '\S*kept.sqlite.db' \(.*\) stays: delete it")
    for make in (lambda: place.write("bench.db", ""), lambda: place.wklrun(file, "-b", "sqlite", "-q", "--only", "load").expect(FINE)):
        make()
        theirs = os.path.getsize(place.path("bench.db")) > 0
        if theirs:
            place.sql("CREATE TABLE theirs (a)")
        place.wklrun(file, "-b", "sqlite", "-q", *(("--only", "drop") if theirs else ())).expect(FINE)
        assert os.path.exists(place.path("bench.db")), theirs
        os.unlink(place.path("bench.db"))


def test_pieces_onto_the_workload(place):
    """What wklc -o writes into a folder, where a name there is a link to what is read."""
    file = workload(place)
    before = read(file)
    os.mkdir(place.path("out"))
    for stage, name in (("tokens", "tokens.txt"), ("ir", "ir.txt"), ("cost", "cost.txt"), ("schema", "sqlite.schema.sql")):
        for make in (os.symlink, os.link):
            make(file, place.path("out/" + name))
            done = place.wklc("--emit=" + stage, "--target", "sqlite", "-o", "out", file)
            done.expect(USAGE, f"'out/{name}' cannot be written: it is '.*tiny.wkl', which is read")
            assert read(file) == before, (stage, make)
            os.unlink(place.path("out/" + name))
        place.wklc("--emit=" + stage, "--target", "sqlite", "-o", "out", file).expect(FINE)
        assert os.path.exists(place.path("out/" + name)), os.listdir(place.path("out"))


def test_a_saved_baseline_onto_inputs(place):
    """A name may be a link: what it leads to is looked at, as for every output. The baseline that is compared with may be saved again."""
    file, targets = place.write("q.wkl", TINY + RUN), place.write("targets.wkl", "backend memory as far { }\n")
    place.wklrun(file, "-b", "sqlite", "-q", "--keep").expect(FINE)
    os.mkdir(place.path(".wkl/baselines"))
    for path in (file, targets, place.path(".wkl/q.sqlite.db")):
        with open(path, "rb") as f:
            before = f.read()
        os.symlink(path, place.path(".wkl/baselines/linked.json"))
        done = place.wklrun(file, "-b", "sqlite", "--targets", targets, "-q", "--save-baseline", "linked")
        done.expect(USAGE, "cannot be the baseline that is saved: it is (the workload|a file that|a database)")
        with open(path, "rb") as f:
            assert f.read() == before, path
        os.unlink(place.path(".wkl/baselines/linked.json"))
    place.wklrun(file, "-b", "memory", "-q", "--save-baseline", "main").expect(FINE)
    again = place.wklrun(file, "-b", "memory", "-q", "--baseline", "main", "--save-baseline", "main")
    assert again.code in (FINE, EXPECTATION), again   # a busy machine may be slower than the baseline


def test_outputs_onto_what_sqlite_keeps_beside(place):
    """A log or a report there would be lost, or the database would be."""
    file = place.write("q.wkl", TINY + RUN + 'backend sqlite { path "k.db" }\n')
    prefixed = place.write("p.wkl", TINY + RUN + 'backend sqlite { path "k.db"  table_prefix "a_" }\n')
    for name in ("k.db-wal", "k.db-shm", "k.db-journal", "k.db-wkl", "./k.db-wal", "k.db-wkl-0123abcd"):
        for option in (("--format", "text", "-o"), ("--log",)):
            for source in (file, prefixed):
                place.wklrun(source, "-b", "sqlite", "-q", *option, name).expect(USAGE, "cannot be (a report|the log): SQLite keeps it beside 'k.db'")
    place.wklrun(file, "-b", "sqlite", "-q", "--format", "text", "-o", "k.db-walk").expect(FINE)


def test_a_database_of_two_names(place):
    """Two runs by two hard links would each have a lock of their own."""
    file = place.write("q.wkl", TINY + RUN + 'backend sqlite { path env("BENCH_DB") }\n')
    place.wklrun(file, "-b", "sqlite", "-q", "--keep", env={"BENCH_DB": "one.db"}).expect(FINE)
    os.link(place.path("one.db"), place.path("two.db"))
    for name in ("one.db", "two.db"):
        place.wklrun(file, "-b", "sqlite", "-q", env={"BENCH_DB": name}).expect(RUN_ERRORS, "'.*%s' has another name" % name)
    os.unlink(place.path("two.db"))
    place.wklrun(file, "-b", "sqlite", "-q", env={"BENCH_DB": "one.db"}).expect(FINE)


def test_two_outputs_of_one_name(place):
    file = workload(place)
    for args in (("--log", "x.csv", "-o", "x.csv"), ("-o", "x.json", "-o", "./x.json"), ("-o", ".wkl/baselines/a.json", "--save-baseline", "a"), ("--hdr", "x.txt", "-o", "x.txt")):
        os.makedirs(place.path(".wkl/baselines"), exist_ok=True)
        place.wklrun(file, "-b", "memory", *args).expect(USAGE, r"'.*' cannot be (a report|the log) and (a report|the log|the baseline that is saved)")
    assert not os.path.exists(place.path("x.csv")) and not os.path.exists(place.path("x.json"))
    place.wklrun(file, "-b", "memory", "-q", "-o", "/dev/null", "-o", "/dev/null", "--log", "/dev/null").expect(FINE)


# ---- whole or as it was ----

def test_links_and_modes(place):
    """What a link leads to is written, also where it is not there yet; mode and link stay."""
    file = workload(place)
    os.mkdir(place.path("far"))
    os.symlink("far/r.json", place.path("link.json"))
    place.wklrun(file, "-b", "memory", "-q", "-o", "link.json").expect(FINE)
    assert os.path.islink(place.path("link.json")) and json.loads(read(place.path("far/r.json")))["workload"] == "tiny"
    os.chmod(place.path("far/r.json"), 0o640)
    place.wklrun(file, "-b", "memory", "-q", "-o", "link.json", "--seed", "2").expect(FINE)
    assert os.path.islink(place.path("link.json")) and stat.S_IMODE(os.stat(place.path("far/r.json")).st_mode) == 0o640
    assert json.loads(read(place.path("far/r.json")))["seed"] == 2
    os.symlink("nowhere/r.json", place.path("bad.json"))
    place.wklrun(file, "-b", "memory", "-o", "bad.json").expect(USAGE, "'bad.json' cannot be written: No such file")
    os.symlink("loop", place.path("loop"))
    place.wklrun(file, "-b", "memory", "-o", "loop").expect(USAGE, "'loop' cannot be written: Too many levels")
    assert sorted(os.listdir(place.path("far"))) == ["r.json"], os.listdir(place.path("far"))


def test_an_earlier_result_survives_a_full_disk(place):
    """As a file that may not grow: the report does not fit, what was there stays whole, and nothing is left beside it."""
    file = workload(place)
    place.wklrun(file, "-b", "memory", "-q", "-o", "r.json").expect(FINE)
    held = read(place.path("r.json"))
    done = place.wklrun(file, "-b", "memory", "-q", "-o", "r.json", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    done.expect(RUN_ERRORS, "'r.json' cannot be written: File too large")
    assert read(place.path("r.json")) == held and not [n for n in os.listdir(place.folder) if n.endswith(".new")], os.listdir(place.folder)


# ---- an embedded database that is kept ----

def test_sqlite_keeps_what_it_is_told_to(place):
    """Without a `path`: what --keep and --only load leave is beside the workload, and a later run finds it there."""
    file, kept = workload(place), place.path(".wkl/tiny.sqlite.db")
    done = place.wklrun(file, "-b", "sqlite", "--only", "run").expect(RUN_ERRORS, "is not there: load it first")
    assert not os.path.exists(kept)
    done = place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE, f"sqlite: using '{kept}'", "loading sqlite")
    assert not done.out and os.path.exists(kept), done       # no report of a run that was not asked for, which read like a failure
    done = place.wklrun(file, "-b", "sqlite", "--only", "run").expect(FINE)
    assert "loading" not in done.err, done
    assert "loading" not in place.wklrun(file, "-b", "sqlite").expect(FINE).err
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE, "sqlite: 3 tables dropped")
    assert not os.path.exists(kept)
    assert "loading" in place.wklrun(file, "-b", "sqlite", "--keep").expect(FINE, r"kept on sqlite: 3 tables, at \S+tiny.sqlite.db\. A later run reuses them, --only drop drops them").err and os.path.exists(kept)
    assert "loading" not in place.wklrun(file, "-b", "sqlite", "--keep").expect(FINE).err
    os.unlink(kept)
    place.wklrun(file, "-b", "sqlite", "--dry-run", "--keep").expect(FINE)
    assert not os.path.exists(kept)


def test_a_phase_that_only_loads(place):
    """Its report is asked for, and says that nothing went wrong."""
    file = workload(place)
    text = place.wklrun(file, "-b", "memory", "--only", "load", "-q", "-o", "-").expect(FINE).out
    assert "loaded; nothing was measured" in text and "not checked" in text and " no\n" not in text, text


# ---- what never ends ----

def limited(what, most):
    """A limit of memory, for those who start a command; none in a build with sanitizers, which map terabytes for themselves."""
    if "-fsanitize=address" in read(os.path.join(wkl.BUILD, "Makefile")):
        return {}
    return {"preexec_fn": lambda: resource.setrlimit(what, (most, most))}


def wait_for_signals(process):
    """From when signals are no longer the end of it; and then it has a second to come to its pipe."""
    def blocked():
        mask = next(line for line in read(f"/proc/{process.pid}/status").splitlines() if line.startswith("SigBlk:"))
        return int(mask.split()[1], 16) >> (signal.SIGTERM - 1) & 1
    wkl.wait_until("signals that are waited for", blocked)
    time.sleep(1)


def test_endless_files(place):
    file = workload(place)
    limits = limited(resource.RLIMIT_AS, 3 << 30)
    place.wklrun(file, "-b", "memory", "--baseline", "/dev/zero", **limits).expect(USAGE, "'/dev/zero' is larger than 256 MB")
    place.wklrun("--report", "/dev/zero", **limits).expect(USAGE, "'/dev/zero' is larger than 256 MB", lines=1)
    secret = place.write("s.wkl", TINY + RUN + 'backend lakebase { host "127.0.0.1"  port 1  password file("/dev/zero") }\n')
    place.wklrun(secret, "-b", "lakebase", **limits).expect(USAGE, "error.E.....: the file '/dev/zero' is larger than 1 MB")


def test_large_reports(place):
    """Tens of MB of small values would take gigabytes as a tree."""
    path = place.write("many.json", '{"wkl": "0.1", "x": [' + "1," * 12_000_000 + "1]}")
    done = place.wklrun("--report", path, **limited(resource.RLIMIT_DATA, 1 << 30))
    done.expect(USAGE, r"many\.json': it has more than 10 million values", lines=1)


def test_pipes_that_nobody_opens(place):
    """A few seconds, then a word, which all of them wait for side by side; one signal ends the wait at once."""
    file = workload(place)
    pipes = [place.path(f"pipe{i}") for i in range(5)]
    for pipe in pipes:
        os.mkfifo(pipe)
    secret = place.write("s.wkl", TINY + RUN + f'backend lakebase {{ host "127.0.0.1"  port 1  password file("{pipes[0]}") }}\n')
    waits = [((secret, "-b", "lakebase"), USAGE, "nobody writes the pipe"), (("--report", pipes[1]), USAGE, "nobody writes the pipe"),
             ((file, "-b", "memory", "--log", pipes[2]), RUN_ERRORS, "nobody reads the pipe"), ((pipes[3], "-b", "memory"), USAGE, "nobody writes the pipe"),
             ((file, "-b", "memory", "-q", "-o", pipes[4]), RUN_ERRORS, "'.*pipe4' cannot be written: nobody reads the pipe")]
    started = [(place.start("wklrun", *args), code, words) for args, code, words in waits]
    for process, code, words in started:
        wkl.ended(process).expect(code, words)

    def ends_at_once(option):
        process = place.start("wklrun", file, "-b", "memory", "-q", option, pipes[0])
        wait_for_signals(process)
        done = wkl.end_with(process, signal.SIGTERM).expect(RUN_ERRORS, "stopping")
        assert done.seconds < 3, done                 # of the five that it would have waited
    for option in "--log", "-o":
        wkl.one_of_five(lambda option=option: ends_at_once(option))


def test_a_reader_that_does_not_read(place):
    """One signal ends it."""
    file = place.write("long.wkl", TINY + "run go { query one  for 60s }\n")
    pipe = place.path("pipe")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    process = place.start("wklrun", file, "-b", "memory", "-q", "--log", pipe)
    wait_for_signals(process)
    done = wkl.end_with(process, signal.SIGTERM)
    os.close(reader)
    assert done.code == RUN_ERRORS, done


def test_pipes_that_are_used(place):
    """Process substitution: a secret, a report."""
    done = place.run("wklrun", workload(place), "-b", "memory", "-q", "--format", "text", "-o", "/dev/stderr").expect(FINE)
    assert "memory" in done.err, done
    left, right = os.pipe()
    os.write(right, (TINY + RUN).encode())
    os.close(right)
    place.wklrun(f"/dev/fd/{left}", "-b", "memory", "-q", pass_fds=(left,)).expect(FINE)
    os.close(left)


if __name__ == "__main__":
    wkl.main(globals(), needs_sqlite=True)
