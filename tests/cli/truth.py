#!/usr/bin/env python3
"""A run says so when rows are wrong, missing or too many, when requests fail, and when a server goes away."""
import re

import wkl
from wkl import FILE, FINE, RUN, RUN_ERRORS, TINY, WRONG_ROWS

SAMPLED = ("--sample", "100", "-b", "sqlite", "-n", "30")
EVERY_KEY = "run go { query all  keys sequential  clients 2  for 60 requests }\n"


def kept_file(place, extra=EVERY_KEY):
    """A workload on an SQLite file that holds its tables."""
    file = place.write("tiny.wkl", TINY + extra + FILE)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    return file


def test_untouched_rows_are_right(place):
    report, _ = place.measure(FINE, kept_file(place), *SAMPLED)
    backend, = report["backends"]
    assert backend["load"]["reused"] and backend["status"] == "ok", backend
    assert backend["verified"]["mismatches"] == 0 and backend["verified"]["rows"] == 210, backend


def test_changed_value(place):
    file = kept_file(place)
    (key, word), = place.sql("SELECT id, word FROM rates_30d ORDER BY id LIMIT 1 OFFSET 40")
    place.sql("UPDATE rates_30d SET word = 'other' WHERE id = ?", key)
    report, done = place.measure(WRONG_ROWS, file, *SAMPLED)
    expected = f"table 'rates_30d', key '{key}': column 'word': expected '{word}', found 'other'"
    assert report["backends"][0]["verified"]["mismatches"] > 0 and expected in report["backends"][0]["verified"]["first"], report
    done = place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, re.escape(expected))
    assert expected in done.out, done


def test_where_texts_differ_is_seen(place):
    """A blank at the end, a text that reads as null, none at all, and what differs far behind the beginning."""
    file = place.write("long.wkl", TINY + "table long of card { text: string(500) ~ text(500) }\nquery read(card) { get long }\n"
                       "run go { query read  keys sequential  for 60 requests }\n" + FILE)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    (key, text), = place.sql("SELECT id, text FROM long ORDER BY id LIMIT 1")
    for found, shown in ((text + " ", f"expected '…{text[480:]}', found '…{text[480:]} '"), ("null", "found 'null'"), (None, "found null"),
                         ("", "found ''"), (text[:300] + "é~" + text[302:], f"expected '…{text[280:400]}…', found '…{text[280:300]}é~"),
                         (text[:119] + "é" + text[120:], f"expected '{text[:120]}…', found '{text[:119]}…'")):
        place.sql("UPDATE long SET text = ? WHERE id = ?", found, key)
        place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, re.escape(f"table 'long', key '{key}': column 'text': ") + ".*" + re.escape(shown))


def test_decimal_with_more_digits_than_its_type(place):
    """SQLite keeps a decimal as a double, which can be off by less than the last digit."""
    file = place.write("money.wkl", TINY + "table money of card { balance: decimal(12, 2) ~ normal(1000, 250) }\nquery read(card) { get money }\n"
                       "run go { query read  keys sequential  for 60 requests }\n" + FILE)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    place.wklrun(file, *SAMPLED).expect(FINE)
    (key, balance), = place.sql("SELECT id, balance FROM money ORDER BY id LIMIT 1")
    place.sql("UPDATE money SET balance = balance + 0.004 WHERE id = ?", key)
    place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, f"table 'money', key '{key}': column 'balance': expected {balance:.2f}, found null")


def test_whole_number_that_is_none(place):
    """SQLite would give 2 of 2.4, and 0 of a text."""
    file = place.write("whole.wkl", TINY + "table whole of card { n: int = 0 }\nquery read(card) { get whole }\nrun go { query read  keys sequential  for 60 requests }\n" + FILE)
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    (key,), = place.sql("SELECT id FROM whole ORDER BY id LIMIT 1")
    for found in ("0.4", "'none'"):
        place.sql(f"UPDATE whole SET n = {found} WHERE id = ?", key)
        place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, f"table 'whole', key '{key}': column 'n': expected 0, found null")
    place.sql("UPDATE whole SET n = 0 WHERE id = ?", key)
    place.wklrun(file, *SAMPLED).expect(FINE)


def test_value_made_null(place):
    file = kept_file(place)
    (key, at), = place.sql("SELECT id, at FROM rare ORDER BY id LIMIT 1 OFFSET 10")
    place.sql("UPDATE rare SET at = NULL WHERE id = ?", key)
    place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, f"table 'rare', key '{key}': column 'at': expected {at}, found null")


def test_deleted_row(place):
    file = kept_file(place)
    (key,), = place.sql("SELECT id FROM rare ORDER BY id LIMIT 1 OFFSET 7")
    place.sql("DELETE FROM rare WHERE id = ?", key)
    place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, f"table 'rare', key '{key}': .*expected its row, found none")


def test_extra_row(place):
    file = kept_file(place)
    (key,), = place.sql("SELECT id FROM rates_30d WHERE id NOT IN (SELECT id FROM rare) ORDER BY id LIMIT 1")
    place.sql("INSERT INTO rare VALUES (?, '2026-01-05 00:00:00')", key)
    place.wklrun(file, *SAMPLED).expect(WRONG_ROWS, f"table 'rare', key '{key}': a row was found that wkl did not load")


def test_missing_row_is_found_while_measuring(place):
    """The sample asks once; counting the rows of the measured requests finds what it missed."""
    for strategy in ("single", "batch", "binpacked"):
        file = kept_file(place, f"run go {{ query some  strategy {strategy}  keys sequential  for 60 requests }}\n")
        place.sql("DELETE FROM rare WHERE id IN (SELECT id FROM rare ORDER BY random() LIMIT 20)")
        report, done = place.measure(WRONG_ROWS, file, "-b", "sqlite", "--sample", "1", "--verify", "count", "--rounds", "1", "-n", "60")
        assert report["results"][0]["verified"]["mismatches"] > 1, report["results"][0]
        place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE)


def memory(place, settings, extra=RUN):
    return place.write("memory.wkl", TINY + extra + f"backend memory {{ {settings} }}\n")


def test_memory_wrong(place):
    report, _ = place.measure(WRONG_ROWS, memory(place, "wrong_every 50"), "-b", "memory")
    assert re.search(r"table '\w+', key '[0-9a-f]{8}': column '\w+': expected .*, found null", report["backends"][0]["verified"]["first"]), report


def test_memory_lost(place):
    report, _ = place.measure(WRONG_ROWS, memory(place, "lose_every 50"), "-b", "memory")
    assert "expected its row, found none" in report["backends"][0]["verified"]["first"], report


def test_memory_reordered(place):
    report, _ = place.measure(FINE, memory(place, "reorder on", "run go { query some  strategy binpacked  for 60 requests }"), "-b", "memory")
    assert report["results"][0]["verified"]["mismatches"] == 0 and report["results"][0]["errors"] == 0, report["results"][0]


def test_memory_throttled(place):
    report, _ = place.measure(FINE, memory(place, "throttle_every 10"), "-b", "memory", "--rounds", "1", "-n", "100", "-c", "1")
    entry, = report["results"]
    calls = entry["requests"] * entry["calls_per_request"]
    assert entry["requests"] == 100 and calls == 300, entry
    assert entry["throttles"] == entry["retries"] == 30 and entry["trips"] == 330 and entry["errors"] == 0, entry


def test_memory_failing(place):
    report, _ = place.measure(RUN_ERRORS, memory(place, "fail_every 60"), "-b", "memory", "--rounds", "1", "-n", "100", "-c", "1")
    entry, = report["results"]
    assert entry["errors"] == 5 and entry["requests"] == 95, entry
    assert entry["error_classes"] == {"server": {"count": 5, "first": "simulated failure"}}, entry
    assert not entry["ranked"] and entry["unranked"], entry
    assert "NaN" not in str(report) and entry["response_ns"]["max"] > 0, entry


def test_a_connection_that_is_cut_while_verifying(place):
    """It says nothing of the rows: the sample is asked for again, whole. A server that is gone stays so."""
    file = memory(place, "cut_at 20", "run go { query all  clients 2  for 300 requests }")
    report, _ = place.measure(FINE, file, "-b", "memory", "--sample", "50")
    assert report["results"][0]["verified"]["requests"] == 50 and report["results"][0]["ranked"], report["results"][0]
    place.wklrun(file, "-b", "memory", "--sample", "50").expect(FINE, r"verifying memory, single: a connection was lost \(simulated: .*\): once more")
    file = memory(place, "die_after 20", "run go { query all  clients 2  for 300 requests }")
    report, _ = place.measure(RUN_ERRORS, file, "-b", "memory", "--sample", "50")
    assert not report["results"][0]["ranked"], report["results"][0]


def test_memory_dies(place):
    """What was measured until then is reported."""
    file = memory(place, "die_after 1000", "run go { query all  clients 2  for 300 requests }")
    report, done = place.measure(RUN_ERRORS, file, "-b", "memory", "--rounds", "3", "-j", "1")
    entry, = report["results"]
    assert report["backends"][0]["status"] == "failed" and "simulated: the server is gone" in report["backends"][0]["reason"], report["backends"]
    assert 0 < entry["requests"] < 300 and entry["errors"] > 0 and "lost" in entry["error_classes"], entry
    assert not entry["ranked"], entry
    place.wklrun(file, "-b", "memory", "-j", "1").expect(RUN_ERRORS, "memory: .*simulated: the server is gone")


def test_memory_load_fails(place):
    file = memory(place, "fail_load_after 20")
    report, done = place.measure(RUN_ERRORS, file, "-b", "memory")
    assert report["results"] == [] and "loading table 'rates_30d': simulated failure after 20 rows" in report["backends"][0]["reason"], report


wkl.main(globals(), needs_sqlite=True)
