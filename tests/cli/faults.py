#!/usr/bin/env python3
"""Faults planted in `memory`: each is found, with the row, what was found, and the writes with their times; and what is no fault is not."""
import wkl
from wkl import EXPECTATION, FINE, RUN_ERRORS, USAGE, WRONG_ROWS

WORKLOAD = """
entity user { id: char(12) ~ hex  count 300 }
table users of user { name: string(20) ~ text(1..20)  rows 80% }
query look(user)   { get users }
query drop(user)   { delete users }
query save(user)   { put users set name = "x" }
query rename(user) { update users set name ~ text(1..20) }
query join()       { insert 4 users set name = "new" }
run go { query look 50%, drop 10%, save 10%, rename 20%, join 10%  strategy batch  clients 4  for 1000 requests }
backend memory { """
TIMES = r" \(sent at [0-9.]+ .s, answered at [0-9.]+ .s\)"
ROW = "WRONG ROWS: table 'users', key '[0-9a-f]{12}': "
FAULTS = (                                            # what is planted, the exit code, what is said of it
    ("drop_every 20", WRONG_ROWS, ROW + "(lost write|stale read): .*, though .*" + TIMES + " had been acknowledged"),
    ("half_every 5", WRONG_ROWS, ROW + "lost write: it found no row, as before all writes, though the write of client .*" + TIMES),
    ("refuse_every 10", WRONG_ROWS, ROW + r"read of a failed write: it found .* \(sent at [0-9.]+ .s, refused at [0-9.]+ .s\); read"),
    ("double_every 5", WRONG_ROWS, ROW + "the row came twice"),
    ("revive_every 3", WRONG_ROWS, ROW + "(lost write|stale read): it found .*, though a delete of client [0-3]" + TIMES),
    ("stale_every 5  stale 1h", WRONG_ROWS, ROW + "stale read: it found .*, though .*" + TIMES + " had been acknowledged [0-9.]+ .s before; read at "),
    ("stale_every 5  stale 1h  consistency eventual", FINE, ""),
    ("cut_every 10", RUN_ERRORS, ""),                 # nobody knows whether it was carried out: it is an error, and no wrong row
)


def test_each_is_found(place):
    for settings, code, said in FAULTS:
        file = place.write("fault.wkl", f"{WORKLOAD}{settings} }}\n")
        for verify in "count", "rows":
            done = place.wklrun(file, "-b", "memory", "--rounds", "1", "--verify", verify).expect(code, said)
            assert code == WRONG_ROWS or "WRONG" not in done.err, done


COUNTS = """
table visits { id: bigint ~ sequence  n: bigint ~ uniform(0..9)  key (id)  rows 100 }
query look(visits)  { get visits }
query visit(visits) { update visits set n = n + 3 }
query leave(visits) { update visits set n = n - 3 }
run go { query visit, look 40%  clients 4  for 1000 requests }
run both { query visit, leave 30%, look 40%  clients 4  for 1000 requests }
backend memory { """
COUNTED = r"WRONG ROWS: table 'visits', key '[0-9]+': "
COUNT_FAULTS = (
    ("drop_every 20", WRONG_ROWS, COUNTED + r"(lost write|stale read): it found [+][0-9]+ since it was loaded, expected [+][0-9]+.*: an update of client [0-3]" + TIMES),
    ("double_every 20", WRONG_ROWS, COUNTED + r"counted twice: it found [+][0-9]+ since it was loaded, expected [+][0-9]+"),
    ("refuse_every 20", WRONG_ROWS, COUNTED + r"counted twice: it found [+][0-9]+ since it was loaded, expected [+][0-9]+"),
    ("stale_every 5  stale 1h", WRONG_ROWS, COUNTED + r"(stale read: it found [+][0-9]+ since|column 'n': expected)"),
    ("stale_every 5  stale 1h  consistency eventual", FINE, ""),
    ("cut_every 10", RUN_ERRORS, ""),
    ("fail_every 10", RUN_ERRORS, ""),
)


def test_faults_of_sums(place):
    for settings, code, said in COUNT_FAULTS:
        file = place.write("count.wkl", f"{COUNTS}{settings} }}\n")
        done = place.wklrun(file, "-b", "memory", "--rounds", "2", "--verify", "rows", "--run", "go").expect(code, said)
        assert code == WRONG_ROWS or "WRONG" not in done.err, done
        done = place.wklrun(file, "-b", "memory", "--rounds", "1", "--verify", "rows", "--run", "both").expect(code)
        assert code == WRONG_ROWS or "WRONG" not in done.err, done


def test_a_refused_write_is_not_missed(place):
    """What was refused and not carried out is no lost write."""
    file = place.write("refused.wkl", f"{WORKLOAD}fail_every 15 }}\n")
    done = place.wklrun(file, "-b", "memory", "--rounds", "1", "--verify", "rows").expect(RUN_ERRORS)
    assert "WRONG" not in done.err, done


def test_rows_that_nobody_watches(place):
    """Their table's count shows what was lost, and what is there twice."""
    for settings, said in (("drop_every 50", "lost rows: expected 20001[0-9]{2} rows when all writes had ended, by those loaded .2000000. and what writes answered; found 2000[0-9]{3}"),
                           ("double_every 50", "rows too many: expected 20001[0-9]{2} rows"), ("fail_every 50", None)):
        file = place.write("many.wkl", "table orders { no: bigint ~ sequence  total: int ~ uniform(1..9)  key (no)  rows 2000000 }\n"
                           f"query order() {{ insert orders }}\nrun go {{ query order  clients 4  for 300 requests }}\nbackend memory {{ {settings} }}\n")
        done = place.wklrun(file, "-b", "memory", "--rounds", "2").expect(WRONG_ROWS if said else RUN_ERRORS, said or "")
        assert said or "WRONG" not in done.err, done


def test_stale_reads_are_figures(place):
    """Where they are no fault: their share and age, of each query, in every report and as what is expected."""
    expects = "expect stale < 50%, look.stale > 0, staleness.p50 > 0ms, look.staleness.max < 1h, rename.stale == 0"
    file = place.write("stale.wkl", WORKLOAD.replace("for 1000 requests", f"for 1000 requests  {expects}") + "stale_every 5  stale 1h  consistency eventual }\n")
    report, _ = place.measure(EXPECTATION, file, "-b", "memory", "--rounds", "2")
    entry = report["results"][0]
    queries = {q["query"]: q for q in entry["queries"]}
    assert 0 < entry["stale_reads"] == queries["look"]["stale_reads"] < entry["watched_reads"], entry
    assert 0 < entry["staleness_ns"]["p50"] <= entry["staleness_ns"]["p99"] <= entry["staleness_ns"]["max"], entry
    held = {x["text"]: x["ok"] for x in report["expectations"]}
    assert not held.pop("rename.stale == 0") and all(held.values()), held      # it reads nothing: what is not measured does not pass
    assert "reads older than an acknowledged write: " in place.wklrun("--report", place.path("report.json")).out


def test_prove(place):
    """What is damaged is found, on standard output a line each; the tables are dropped, and nothing is measured."""
    file = place.write("prove.wkl", WORKLOAD + "}\n" + wkl.FILE)
    done = place.wklrun(file, "--prove", "-b", "sqlite,memory", "-q").expect(FINE)
    said = done.out.splitlines()
    assert len(said) == 8 and sum("': " in line and ": found: " in line for line in said) == 7, done
    assert "memory: 'users': another row's values: cannot be made: it keeps no values" in said, done
    assert not place.tables(), place.tables()
    place.wklrun(file, "--prove", "-b", "sqlite", "--keep", "-q").expect(FINE)
    before = place.sql("SELECT id, name, wkl_v FROM users ORDER BY id")
    assert len(before) == 240 and not any(version for _, _, version in before), before
    place.wklrun(file, "-b", "sqlite", "--only", "run").expect(RUN_ERRORS, "load it first")      # whatever ended it in between


def test_prove_says_what_is_not_found(place):
    file = place.write("blind.wkl", WORKLOAD + "lose_every 1 }\n")
    done = place.wklrun(file, "--prove", "-b", "memory").expect(WRONG_ROWS)
    assert "nothing damaged: WRONG: table 'users', key '" in done.out, done
    place.wklrun(file, "--prove", "--dry-run", "-b", "memory").expect(USAGE, "leave out --only, --dry-run, --report and -o")
    nothing = place.write("keys.wkl", "table t { id: int ~ sequence  key (id)  rows 50 }\nquery q(t) { get t }\nrun go { query q  for 40 requests }\n")
    assert "memory: not proven: no table has " in place.wklrun(nothing, "--prove", "-b", "memory").expect(RUN_ERRORS).out


wkl.main(globals(), needs_sqlite=True)
