"""wklc --sample: its rows are those that wklrun loads, its requests those that wklrun asks.

The second is seen thus: of all loaded rows only those of the sampled keys are left, then wklrun verifies as many requests; a single other
key would find no row. With some of the sampled keys taken away as well, it must complain."""
import csv
import datetime
import io
import json
import os
import shutil
import sqlite3
import tempfile

from checks import SOURCE, WKLC, WKLRUN, check, end, run

text = os.path.join(SOURCE, "tests", "sample.wkl")


def wklc(*arguments):
    return run(WKLC, text, *arguments)


def sample(what, *options):
    done = wklc("--sample", what, "--json", *options)
    check(done.returncode == 0, f"--sample {what}: {done.stderr}")
    return json.loads(done.stdout)


def as_sqlite(name, value):
    """A value of the JSON sample as the sqlite backend keeps it."""
    if name == "raw":
        return bytes.fromhex(value)
    if name == "j":
        return json.dumps(value, separators=(",", ":"))
    return int(value) if name == "ok" else value


def check_rows(db):
    for table in ("rates_30d", "rates_90d", "mails"):
        rows = sample(table + ":1M")
        loaded = db.execute(f"select * from {table}")
        names = [c[0] for c in loaded.description]
        stored = {r[0]: r for r in loaded}
        check(len(rows) == len(stored) == 2000, f"{table}: {len(rows)} rows sampled, {len(stored)} loaded")
        for row in rows:
            wanted = tuple(None if row[n] is None else as_sqlite(n, row[n]) for n in names)
            if stored.get(wanted[0]) != wanted:
                check(False, f"{table}: sampled {wanted}, loaded {stored.get(wanted[0])}")
                break
    start = datetime.datetime(2026, 1, 1)
    for i, row in enumerate(sample("rates_30d:100")):
        hour, eve = start + datetime.timedelta(hours=i), start + datetime.timedelta(hours=36 * i)
        check(row["hour"] == hour.strftime("%Y-%m-%dT%H:%M:%S.000000Z") and row["eve"] == eve.strftime("%Y-%m-%d"), f"row {i}: {row['hour']}, {row['eve']}")
    check(200 < sum(r["word"] is None for r in sample("rates_30d:1000")) < 400, "some words are null, some are not")


def check_forms():
    rows = sample("rates_30d:20")
    done = wklc("--sample", "rates_30d:20")
    parsed = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    check(len(parsed) == 20 and all(
        c["odd"] == r["odd"] and c["id"] == r["id"] and c["rate"] == f'{r["rate"]:.6f}' and (c["word"] or None) == r["word"] and
        json.loads(c["j"]) == r["j"] and c["ok"] == str(r["ok"]).lower() for c, r in zip(parsed, rows)), "CSV and JSON have the same rows")
    check(len(wklc("--sample", "mails").stdout.splitlines()) == 11, "ten rows, and a header")
    check(all(
        (',"",' in line) == False for line in wklc("--sample", "mails").stdout.splitlines()) and ',""\n' in done.stdout, "null is nothing, the empty string is quoted")
    check(sample("mails:50") == sample("mails:50", "--seed", "1") != sample("mails:50", "--seed", "2"), "one seed, one sample")
    check(sample("many:50") == sample("many:50", "--seed", "1") != sample("many:50", "--seed", "2"), "requests differ by seed too")
    check(sample("many:50")[:20] == sample("many:20"), "a sample's start is a shorter sample")
    family = wklc("--sample", "rates:3")
    check(family.stdout == wklc("--sample", "rates_30d:3").stdout and "'rates_30d'" in family.stderr, f"a family: {family.stderr}")
    check(all(len(set(r["card"])) == 3 for r in sample("many:500")), "all requests have distinct keys")
    share = len(sample("mail:300")) / max(r["request"] * 3 + r["client"] for r in sample("mail:300"))
    check(0.24 < share < 0.36, f"the mix's share: {share}")
    idle = wklc("--sample", "idle:2")
    check(idle.returncode == 0 and "no run asks 'idle'" in idle.stderr, f"a query that no run asks: {idle.stderr}")


def check_mistakes():
    for what, words in (("rates_30", "did you mean 'rates_30d'?"), ("mny", "did you mean 'many'?"), ("nothing_like_it", "--emit=ir"),
                        ("mails:0", ":100 or :10k"), ("mails:some", ":100 or :10k"), ("mails:10s", ":100 or :10k")):
        done = wklc("--sample", what)
        check(done.returncode == 1 and words in done.stderr and not done.stdout, f"--sample {what}: {done}")
    done = wklc("--sample", "idle", "--run", "r")
    check(done.returncode == 1 and "does not ask" in done.stderr, f"another run's query: {done}")
    done = wklc("--sample", "many", "--run", "rr")
    check(done.returncode == 1 and "unknown run 'rr'" in done.stderr, f"no such run: {done}")


def wklrun(folder, *options):
    with open(os.path.join(folder, "own.wkl"), "w", encoding="utf-8") as f:
        f.write(f'use "{text}"\nbackend sqlite {{ path "{folder}/bench.db" }}\n')
    return run(WKLRUN, os.path.join(folder, "own.wkl"), "-b", "sqlite", "-q", *options)


def keep_only(path, whole, asked):
    """The whole file again, with the rows of these keys."""
    for behind in ("", "-wal", "-shm"):
        if os.path.exists(path + behind):
            os.remove(path + behind)
    shutil.copy(whole, path)
    db = sqlite3.connect(path)
    for table, keys in asked.items():
        db.execute("create temp table kept (id)")
        db.executemany("insert into kept values (?)", [(k,) for k in keys])
        db.execute(f"delete from {table} where id not in (select id from kept)")
        db.execute("drop table kept")
        db.commit()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()


def keys_of(requests_from, requests_to):
    """By table, the keys of each client's requests with these numbers."""
    asked = {"rates_30d": set(), "rates_90d": set(), "mails": set()}
    for query in ("many", "mail", "both"):
        for r in sample(query + ":300"):
            if not requests_from <= r["request"] < requests_to:
                continue
            cards = r.get("card", [])
            cards = cards if isinstance(cards, list) else [cards]
            asked["rates_30d"].update(cards)
            asked["rates_90d"].update(cards if query == "many" else [])
            asked["mails"].update([r["email"]] if "email" in r else [])
    return asked


def check_requests(folder):
    path, whole = os.path.join(folder, "bench.db"), os.path.join(folder, "whole.db")
    db = sqlite3.connect(path)
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    shutil.copy(path, whole)
    once = ("--only", "run", "--sample", "60", "-j", "1", "-n", "1", "--rounds", "1", "-w", "0s", "--verify", "none")
    asked, soon = keys_of(0, 60), keys_of(0, 5)       # 60 by three clients: at least 5 by each
    check(all(len(keys) < 1000 for keys in asked.values()), "far from all keys are asked for")
    keep_only(path, whole, asked)
    done = wklrun(folder, *once)
    check(done.returncode == 0, f"the sampled keys are all that is asked for: {done.returncode} {done.stdout} {done.stderr}")
    for table in asked:
        keep_only(path, whole, {**asked, table: asked[table] - soon[table]})
        done = wklrun(folder, *once)
        check(done.returncode == 3, f"{table} without some of them: {done.returncode} {done.stdout} {done.stderr}")


def check_keys():
    """Keys of several columns, and those of a table's own: distinct, as many as said, and what requests ask for."""
    path = os.path.join(SOURCE, "tests", "emit", "keys.wkl")

    def rows_of(what):
        done = run(WKLC, path, "--sample", what, "--json")
        check(done.returncode == 0, f"--sample {what}: {done.stderr}")
        return json.loads(done.stdout)

    for table, key, wanted in (("sales_jan", ("id", "at"), 5946), ("marks", ("id", "day", "place"), 10_000), ("visits", ("user", "page"), 1000),
                               ("tokens", ("token",), 1000)):
        rows = rows_of(table + ":1M")
        check(len(rows) == wanted, f"{table}: {len(rows)} rows")
        check(len({tuple(r[c] for c in key) for r in rows}) == wanted, f"{table}: a key comes twice")
        if table == "marks":
            check(all(sum(r["id"] == i for r in rows) == 10 for i in range(0, 1000, 50)), "marks: ten rows of each card")
        if table == "sales_jan":
            counts = [sum(r["id"] == i for r in rows) for i in range(1000)]
            check(max(counts) == 20 and 380 < sum(c == 0 for c in counts) < 450, f"sales_jan: {max(counts)} rows of one card")
    visits, tokens = rows_of("visits:1M"), rows_of("tokens:1M")
    check({sum(v["user"] == u for v in visits) for u in range(1, 41)} == {25}, "40 visitors have 25 pages each")
    asked = rows_of("seen:50")
    check({(r[f"visits[{k}].user"], r[f"visits[{k}].page"]) for r in asked for k in (0, 1)} <= {(v["user"], v["page"]) for v in visits},
          "visits are asked for by keys that there are")
    check({r["tokens"] for r in rows_of("token:50")} <= {t["token"] for t in tokens}, "tokens are asked for by keys that there are")


check_forms()
check_mistakes()
check_keys()
with tempfile.TemporaryDirectory() as folder:
    loaded = wklrun(folder, "--only", "load")
    if "built without" in loaded.stderr:
        print("no sqlite in this build: rows and requests are not compared")
    else:
        check(loaded.returncode == 0, f"load: {loaded.stdout} {loaded.stderr}")
        check_rows(sqlite3.connect(os.path.join(folder, "bench.db")))
        check_requests(folder)
end()
