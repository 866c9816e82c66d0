#!/usr/bin/env python3
"""truth.py KIND setting=value … - the truth of a run on a PostgreSQL server that stands: rows changed, deleted and added with psql are found,
somebody else's table survives, a connection that is cut is reported, and nothing is left behind.

KIND is lakebase or aurora (with engine=postgres); the settings are those of its backend block: host, port, user, password, database."""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tests")
sys.path[:0] = [os.path.join(TESTS, "cli"), os.path.join(TESTS, "live")]
import servers  # noqa: E402
import wkl  # noqa: E402
from wkl import FINE, RUN_ERRORS, TINY, WRONG_ROWS  # noqa: E402

KINDS = ("lakebase", "aurora")
PREFIX = "truth_"
EVERY_KEY = "run go { query all  strategy single, batch, binpacked  keys sequential  clients 2  for 60 requests }\n"
SETTINGS = {}


def block():
    return servers.backend_block(KIND, SETTINGS, PREFIX)


def secrets():
    return servers.setting_variables(SETTINGS)


def variables():
    """The settings as psql knows them."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "database": "PGDATABASE"}
    found = dict(SETTINGS)
    if "uri" in found:
        uri = urllib.parse.urlsplit(found["uri"])
        query = dict(urllib.parse.parse_qsl(uri.query))
        found.update(host=query.get("host") or urllib.parse.unquote(uri.hostname or ""), port=str(uri.port or 5432), user=uri.username,
                     password=urllib.parse.unquote(uri.password or ""), database=uri.path.strip("/"))
    return {names[k]: v for k, v in found.items() if k in names and v}


def psql(sql):
    env = {**os.environ, "PGDATABASE": "postgres", **variables()}
    done = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"psql: {sql}: {done.stderr}"
    return done.stdout.strip()


def tables():
    return psql(f"SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE tablename LIKE '{PREFIX}%'").split()


def run(place, file, *args, code=FINE):
    return place.wklrun(file, "-b", KIND, *args, env=secrets()).expect(code)


def loaded(place, extra=EVERY_KEY):
    file = place.write("tiny.wkl", TINY + extra + block())
    run(place, file, "--only", "drop")
    run(place, file, "--only", "load")
    return file


def spoiled(place, sql, expected):
    """After the change the run ends with 3 and says this; then all is dropped."""
    file = loaded(place)
    try:
        psql(sql)
        done = run(place, file, "--sample", "100", "-n", "30", code=WRONG_ROWS)
        assert re.search(expected, done.err), f"stderr lacks /{expected}/\n{done}"
    finally:
        run(place, file, "--only", "drop")
    assert not tables(), tables()


def test_missing_schema(place):
    """The server speaks of a schema that was not selected, and names none."""
    file = place.write("tiny.wkl", TINY + EVERY_KEY + block().replace("{", '{ schema "no such \'schema"', 1))
    done = run(place, file, code=RUN_ERRORS)
    assert "there is no schema 'no such 'schema' that this user may use: make it (CREATE SCHEMA), or set another `schema`: " in done.err, done


def test_untouched(place):
    file = loaded(place)
    run(place, file, "--sample", "100", "-n", "30")
    run(place, file, "--only", "drop")
    assert not tables(), tables()


def test_changed_value(place):
    spoiled(place, f"UPDATE {PREFIX}rates_30d SET n = n + 1 WHERE id = (SELECT min(id) FROM {PREFIX}rates_30d)",
            rf"table '{PREFIX}rates_30d', key '[0-9a-f]{{8}}': column 'n': expected \d+, found \d+")


def test_deleted_row(place):
    spoiled(place, f"DELETE FROM {PREFIX}rare WHERE id = (SELECT max(id) FROM {PREFIX}rare)", rf"table '{PREFIX}rare', key '[0-9a-f]{{8}}': .*expected its row, found none")


def test_extra_row(place):
    spoiled(place, f"INSERT INTO {PREFIX}rare SELECT min(id), '2026-01-05' FROM {PREFIX}rates_30d WHERE id NOT IN (SELECT id FROM {PREFIX}rare)",
            rf"table '{PREFIX}rare', key '[0-9a-f]{{8}}': a row was found that wkl did not load")


def test_foreign_table_survives(place):
    psql(f"DROP TABLE IF EXISTS {PREFIX}rare; CREATE TABLE {PREFIX}rare (mine int); INSERT INTO {PREFIX}rare VALUES (42)")
    try:
        done = run(place, place.write("tiny.wkl", TINY + EVERY_KEY + block()), code=RUN_ERRORS)
        assert f"table '{PREFIX}rare' is there that wkl did not make" in done.err, done
        assert psql(f"SELECT mine FROM {PREFIX}rare") == "42" and tables() == [f"{PREFIX}rare"], tables()
    finally:
        psql(f"DROP TABLE {PREFIX}rare")


def test_an_interrupted_load_goes_on(place):
    """Killed while rows are on their way over several streams: what is noted is there, a later run brings the rest, no row twice."""
    keys, rows = 1_000_000, 2 * 900_000 + 300_000
    file = place.write("big.wkl", TINY + EVERY_KEY + block())
    args = ("-D", f"keys={keys}", "--keep", "--only", "load", "-j", "2")
    run(place, file, "--only", "drop")
    noted = f"SELECT coalesce(sum(to_row - from_row), 0) FROM {PREFIX}wkl_loads"

    def begun():
        return "wkl_loads" in " ".join(tables()) and int(psql(noted)) > there
    there = 0
    for end in (signal.SIGKILL, signal.SIGINT):
        process = place.start("wklrun", file, "-b", KIND, *args, env=secrets())
        wkl.wait_until("rows that stay", begun)
        assert wkl.end_with(process, end).code != FINE
        gone = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wkl' AND query ~ '^(TRUNCATE|COPY) .*{PREFIX}'"
        wkl.wait_until("the server to see it", lambda: psql(gone) == "0")
        counts = [int(psql(f"SELECT count(*) FROM {PREFIX}{name}")) for name in ("rates_30d", "rates_90d", "rare")]
        assert there < sum(counts) == int(psql(noted)) < rows, (there, counts, psql(noted))
        there = sum(counts)
    done = run(place, file, *args)
    assert "an interrupted load is resumed: " in done.err, done
    for name, n in (("rates_30d", 900_000), ("rates_90d", 900_000), ("rare", 300_000)):
        assert psql(f"SELECT count(*), count(DISTINCT id) FROM {PREFIX}{name}") == f"{n}|{n}"
    assert psql(f"SELECT count(*) FROM {PREFIX}wkl_loads") == "0"
    run(place, file, "-D", f"keys={keys}", "--keep", "--sample", "100", "-n", "30")
    run(place, file, "--only", "drop")
    assert not tables(), tables()


def test_connections_cut(place):
    """A server that throws its clients out while they measure: errors are counted, the others go on, nothing is left."""
    file = place.write("long.wkl", TINY + "run go { query all  clients 4  for 6s }\n" + block())
    log = place.path("log")
    with open(log, "w", encoding="utf-8") as f:
        process = place.start("wklrun", file, "-b", KIND, "-P", env=secrets(), stderr=f)

    def measuring():
        assert process.poll() is None, "it ended too early"
        with open(log, encoding="utf-8") as f:
            return "round 1/" in f.read()
    wkl.wait_until("the measuring", measuring)
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'wkl' AND pid <> pg_backend_pid()")
        time.sleep(0.01)
    done = wkl.ended(process)
    assert done.code == RUN_ERRORS, done
    assert "go" in done.out and not place.left(), done
    run(place, file, "--only", "drop")
    assert not tables(), tables()


if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
    print(f"usage: truth.py {'|'.join(KINDS)} setting=value …")
    sys.exit(77 if len(sys.argv) > 1 else 1)
KIND = sys.argv[1]
SETTINGS.update(word.split("=", 1) for word in sys.argv[2:])
sys.argv[1:] = []
if not shutil.which("psql"):
    print("skipped: psql is missing")
    sys.exit(77)
wkl.main(globals())
