#!/usr/bin/env python3
"""What wkl made it drops; what it did not make it leaves alone; what was kept is used again."""
import wkl
from wkl import FILE, FINE, RUN, RUN_ERRORS, TINY, USAGE

OURS = ["rare", "rates_30d", "rates_90d", "wkl_loads", "wkl_tables"]
QUICK = ("-b", "sqlite", "-n", "6", "--sample", "5")


def workload(place, extra=RUN):
    return place.write("tiny.wkl", TINY + extra + FILE)


def load_of(report):
    return report["backends"][0]["load"]


def test_all_is_dropped(place):
    report, _ = place.measure(FINE, workload(place), *QUICK)
    assert load_of(report)["rows"] == 210 and not load_of(report)["reused"], load_of(report)
    assert place.tables() == [], place.tables()


def test_foreign_table_survives(place):
    place.sql("CREATE TABLE rare (mine)")
    place.sql("INSERT INTO rare VALUES ('precious')")
    for more in ((), ("--reload",), ("--only", "load"), ("--only", "create")):
        done = place.wklrun(workload(place), *QUICK, *more).expect(RUN_ERRORS, r"table 'rare' is there that wkl did not make.*table_prefix")
        assert "dropping" not in done.err and "run go:" not in done.err, done       # nothing was made, nor measured
        assert place.tables() == ["rare"], place.tables()
        assert place.sql("SELECT * FROM rare") == [("precious",)]
    place.wklrun(workload(place), "-b", "sqlite", "--only", "drop").expect(FINE)
    assert place.tables() == ["rare"], place.tables()


def test_the_harmless_way_out_comes_first(place):
    place.sql("CREATE TABLE rare (mine)")
    done = place.wklrun(workload(place), *QUICK).expect(RUN_ERRORS)
    assert -1 < done.err.find('backend sqlite { table_prefix "bench_" }') < done.err.find("drop"), done.err


def test_a_dry_run_finds_and_changes_nothing(place):
    """In no phase; and what would stop a run stops it."""
    for phase in ("load", "create", "drop"):
        place.wklrun(workload(place), "-b", "sqlite", "--only", phase, "--dry-run").expect(FINE)
        assert place.tables() == [], place.tables()
    place.sql("CREATE TABLE rare (mine)")
    for more in ((), ("--only", "load"), ("--only", "create")):
        place.wklrun(workload(place), *QUICK, "--dry-run", *more).expect(RUN_ERRORS, "table 'rare' is there that wkl did not make")
    place.sql("DROP TABLE rare")
    place.wklrun(workload(place), *QUICK, "--dry-run", "--only", "run").expect(RUN_ERRORS, "table '[a-z0-9_]+' is not there: load it first")
    place.wklrun(workload(place), "-b", "sqlite", "--only", "load").expect(FINE)
    place.wklrun(workload(place), "-b", "sqlite", "--only", "drop", "--dry-run").expect(FINE, "sqlite: 3 tables would be dropped")
    assert place.tables() == OURS, place.tables()


def test_foreign_view_survives(place):
    place.sql("CREATE VIEW rare AS SELECT 1 AS one")
    place.wklrun(workload(place), *QUICK).expect(RUN_ERRORS, "table 'rare' is there that wkl did not make")
    assert place.sql("SELECT * FROM rare") == [(1,)] and place.tables() == []


def test_prefix_keeps_them_apart(place):
    place.sql("CREATE TABLE rare (mine)")
    file = place.write("prefix.wkl", TINY + RUN + 'backend sqlite { path "bench.db" table_prefix "bench_" }\n')
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    assert place.tables() == ["bench_rare", "bench_rates_30d", "bench_rates_90d", "bench_wkl_loads", "bench_wkl_tables", "rare"], place.tables()
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE)
    assert place.tables() == ["rare"], place.tables()


def test_kept_tables_are_used_again(place):
    file = workload(place)
    first, _ = place.measure(FINE, file, *QUICK, "--keep")
    assert place.tables() == OURS and not load_of(first)["reused"], load_of(first)
    second, _ = place.measure(FINE, file, *QUICK, "--keep")
    assert load_of(second)["reused"] and load_of(second)["rows"] == 0, load_of(second)
    assert "reused" in place.wklrun(file, *QUICK, "--keep", "--details").expect(FINE).out


def test_kept_tables_survive_a_run_that_only_used_them(place):
    file = workload(place)
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    report, _ = place.measure(FINE, file, *QUICK)
    assert load_of(report)["reused"] and place.tables() == OURS, place.tables()


def test_other_contents_are_loaded_again(place):
    file = workload(place)
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    before = place.sql("SELECT * FROM rare ORDER BY id")
    for more, rows in ((("--seed", "2"), 210), (("-D", "keys=200"), 420), (("--reload",), 210)):
        report, done = place.measure(FINE, file, *QUICK, "--keep", *more)
        assert load_of(report)["rows"] == rows and not load_of(report)["reused"], (more, load_of(report))
        assert len(place.sql("SELECT * FROM rare")) == rows // 7, more
    assert place.sql("SELECT * FROM rare ORDER BY id") == before, "the same seed gives the same rows"


def test_only_what_changed_is_loaded_again(place):
    place.wklrun(workload(place), *QUICK, "--keep").expect(FINE)
    file = place.write("other.wkl", (TINY + RUN).replace("rows 30%", "rows 40%") + FILE)
    report, _ = place.measure(FINE, file, *QUICK, "--keep")
    assert load_of(report)["rows"] == 40 and load_of(report)["reused"], load_of(report)


def test_phases_one_by_one(place):
    file = workload(place)
    place.wklrun(file, *QUICK, "--only", "run").expect(RUN_ERRORS, "table 'rates_30d' is not there: load it first")
    assert place.tables() == []
    place.wklrun(file, *QUICK, "--only", "create").expect(FINE)
    assert place.tables() == OURS and place.sql("SELECT count(*) FROM rare") == [(0,)]
    place.wklrun(file, *QUICK, "--only", "run").expect(RUN_ERRORS, "table 'rates_30d' is not fully loaded: load it first")
    place.wklrun(file, *QUICK, "--only", "load").expect(FINE)
    assert place.sql("SELECT count(*) FROM rare") == [(30,)]
    place.wklrun(file, *QUICK, "--only", "run", "--seed", "2").expect(RUN_ERRORS, "holds other data")
    assert place.sql("SELECT count(*) FROM rare") == [(30,)]
    report, _ = place.measure(FINE, file, *QUICK, "--only", "run")
    assert load_of(report)["reused"] and place.tables() == OURS, load_of(report)
    place.wklrun(file, *QUICK, "--only", "drop").expect(FINE, "3 tables dropped")
    assert place.tables() == []
    place.wklrun(file, *QUICK, "--only", "drop").expect(FINE, "0 tables dropped")


def test_any_number_is_a_seed(place):
    for seed in ("0", "9007199254740991"):
        report, _ = place.measure(FINE, workload(place), *QUICK, "--seed", seed)
        assert report["seed"] == int(seed) and report["results"][0]["requests"] == 6, report
    for command in (place.wklc, place.wklrun):
        command(workload(place), "--seed", "9007199254740992").expect(USAGE, r"--seed '9007199254740992': out of range: 0 to 9007199254740991", lines=1)


def test_load_twice_loads_once(place):
    file = workload(place)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    report, _ = place.measure(FINE, file, "-b", "sqlite", "--only", "load")
    assert load_of(report)["reused"] and load_of(report)["rows"] == 0, load_of(report)


def test_half_loaded_tables_are_not_used(place):
    """A table whose digest was never noted is one that a load did not complete."""
    file = workload(place)
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    place.sql("UPDATE wkl_tables SET digest = '' WHERE name = 'rare'")
    place.sql("DELETE FROM rare WHERE id IN (SELECT id FROM rare LIMIT 20)")
    report, _ = place.measure(FINE, file, *QUICK, "--keep")
    assert load_of(report)["rows"] == 30 and len(place.sql("SELECT * FROM rare")) == 30, load_of(report)


def test_table_without_its_note_is_foreign(place):
    file = workload(place)
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    place.sql("DELETE FROM wkl_tables WHERE name = 'rare'")
    place.wklrun(file, *QUICK).expect(RUN_ERRORS, "table 'rare' is there that wkl did not make")
    assert place.tables() == OURS


def test_sweep_of_contents(place):
    """Each point has tables of other contents: loaded again, and dropped at the end."""
    file = workload(place, "run go { query all  sweep keys in [100, 200, 100]  for 6 requests }\n")
    report, _ = place.measure(FINE, file, *QUICK)
    assert load_of(report)["rows"] == 210 + 420 + 210 and place.tables() == [], (load_of(report), place.tables())
    assert [e["sweep"]["keys"] for e in report["results"]] == ["100", "200", "100"] or len(report["results"]) == 3, report["results"]


def test_replacing_kept_tables_is_said(place):
    """They are this run's from then on, and dropped with the others."""
    place.wklrun(workload(place), *QUICK, "--keep").expect(FINE)
    place.wklrun(workload(place), *QUICK, "--seed", "2", "--keep").expect(FINE, "sqlite: 3 tables of an earlier run hold other data: replaced")
    other = place.write("other.wkl", (TINY + RUN).replace("rows 30%", "rows 40%") + FILE)
    done = place.wklrun(other, *QUICK, "--seed", "2").expect(FINE, "sqlite: 1 table of an earlier run holds other data: replaced")
    assert "rare" not in place.tables() and "rates_30d" in place.tables(), done
    done = place.wklrun(workload(place), *QUICK, "--seed", "2", "--keep", "--reload").expect(FINE)
    assert "other data" not in done.err, done


def test_drop_finds_the_tables_of_every_point(place):
    file = workload(place, "param parts = [1, 2]\ntable more[p in parts] of card { n: int ~ uniform(0..9) }\nquery parts(card) { get more[*] }\n"
                    "run go { query parts  sweep parts in [[1], [1, 2, 3]]  for 6 requests }\n")
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    assert "more_3" in place.tables(), place.tables()
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE, "sqlite: 6 tables dropped")
    assert place.tables() == [], place.tables()


def test_a_drop_cut_short_is_finished(place):
    """By the next one, wherever it was cut: in the tables, after the last of them, before the tables of notes, between these."""
    cuts = (["DROP TABLE rare"], [f"DROP TABLE {name}" for name in OURS[:3]],
            [f"DROP TABLE {name}" for name in OURS[:3]] + ["DELETE FROM wkl_tables"],
            [f"DROP TABLE {name}" for name in OURS[:4]] + ["DELETE FROM wkl_tables"])
    for cut in cuts:
        place.wklrun(workload(place), *QUICK, "--keep").expect(FINE)
        for text in cut:
            place.sql(text)
        place.wklrun(workload(place), "-b", "sqlite", "--only", "drop").expect(FINE)
        assert place.tables() == [], (cut, place.tables())


def test_temporary_file_is_gone(place):
    file = place.write("plain.wkl", TINY + RUN)
    place.wklrun(file, *QUICK).expect(FINE)
    place.wklrun(file, *QUICK, "--keep").expect(FINE)
    place.wklrun(file, "-b", "sqlite", "--only", "create").expect(FINE)


def test_unknown_phase(place):
    place.wklrun(workload(place), "--only", "everything").expect(USAGE, "--only 'everything': expected create, load, run or drop", lines=1)


wkl.main(globals(), needs_sqlite=True)
