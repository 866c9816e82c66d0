"""Rows that are added and changed: wklrun beside tight loops over the client library, beside pgbench, sysbench and libraries of Python. The
peers write into tables of their own, of the same columns as wkl's (peer_bulk, peer_accounts)."""
import json
import os
import re
import sqlite3
import sys
import urllib.error
import urllib.parse
import urllib.request

from http_request import CONNECTIONS, headers_of, libcurl, side_of
from postgres import compare, connect, pgbench_reads, psql, sysbench_reads, wkl_reads
from tools import HERE, Failed, Result, Skip, built, find, median, put_each_time, put_rate, ratios, take_turns

WRITES = os.path.join(HERE, "writes.wkl")
CLIENTS, BATCH, ITEMS, AT_ONCE = 8, 1000, 1000, 25
PYTHON = os.environ.get("BENCH_PYTHON") or sys.executable      # of an environment that has the libraries
TABLES = ["CREATE TABLE peer_bulk (k {big} PRIMARY KEY, a int NOT NULL, b int NOT NULL, c double precision NOT NULL, t varchar(30) NOT NULL, "
          "wkl_v bigint NOT NULL)", "CREATE TABLE peer_accounts (aid {int} PRIMARY KEY, abalance int, filler char(84), wkl_v bigint)"]
INSERT = "INSERT INTO peer_bulk (k, a, b, c, t, wkl_v) VALUES"


def wkl_writes(bench, clients, run, backend="postgres", options=(), rows=1):
    """Its tables are made, and dropped again, by each of its runs, long and short. Figures are those of a row."""
    side = wkl_reads(bench, clients, run, WRITES, backend, options=("-j", "1", *options))

    def by_row():
        figures = side()
        return {**figures, "per_s": figures["per_s"] * rows, "cpu": figures["cpu"] / rows}
    return by_row


def loop(bench, command, rows=1):
    """A peer that says "N rows in S s", and perhaps what of it was CPU. rows: to which a request comes, where rows are not what counts."""
    def once(seconds):
        ran = bench.run([*command, str(seconds)], note=seconds > 0, codes=(0, 75))
        said = re.search(r"(\d+) rows in ([\d.]+) s(?:, ([\d.]+) s of CPU)?", ran.out)
        if not said:
            raise Skip(f"{command[-1]}: {ran.err.strip()} (BENCH_PYTHON=… names a Python that has it)")
        return (float(said[3]) if said[3] else ran.cpu), int(said[1]), float(said[2])
    base = bench.base(lambda: once(0)[:2])

    def side():
        cpu, n, took = once(bench.seconds)
        return {"per_s": n / took / rows, "cpu": bench.per_request((0, 0) if command[0] == PYTHON else base, cpu, n) * rows}
    return side


def python(bench, library, rows=1):
    return loop(bench, [PYTHON, os.path.join(HERE, "peer_writes.py"), library], rows)


def there(sides, more):
    """Adds those sides that can be had; returns why others cannot."""
    lacks = []
    for name, make in more.items():
        try:
            sides[name] = make()
        except (Skip, Failed) as why:
            lacks.append(str(why))
    return lacks


def make_postgres(bench):
    connect(bench)
    psql(bench, "DROP TABLE IF EXISTS peer_bulk, peer_accounts", *(t.format(big="bigint", int="int") for t in TABLES),
         "INSERT INTO peer_accounts SELECT i, 0, repeat('x', 84), 0 FROM generate_series(0, 99999) i", "VACUUM ANALYZE peer_accounts")


def postgres(bench, goals):
    """One row a statement, eight connections, one thread: wkl, a loop over libpq on epoll, pgbench."""
    make_postgres(bench)
    scripts = {"insert": f"\\set k random(1, 1000000000000000)\n\\set a random(0, 65535)\n{INSERT} (:k, :a, :a, :a * 0.5, 'the quick brown fox jumps over', 1);\n",
               "update": "\\set aid random(0, 99999)\n\\set v random(-5000, 5000)\nUPDATE peer_accounts SET abalance = :v, wkl_v = 1 WHERE aid = :aid;\n"}
    for what, run in (("insert", "add"), ("update", "change")):
        sides = {"wkl": wkl_writes(bench, CLIENTS, run), "loop": loop(bench, [built("bench/pg_writes", "libpq-dev"), what, str(CLIENTS)])}
        lacks = there(sides, {"pgbench": lambda w=what: pgbench_reads(bench, bench.write(f"{w}.sql", scripts[w]), CLIENTS, jobs=1)})
        figures = take_turns(bench.rounds, **sides)
        yield from compare(f"{what}, {CLIENTS} clients ÷ libpq on epoll", figures["wkl"], figures["loop"], None, goals["loop"])
        if "pgbench" in figures:
            yield from compare(f"{what}, {CLIENTS} clients ÷ pgbench", figures["wkl"], figures["pgbench"], goals["pgbench"])
    if lacks:
        raise Skip("; ".join(lacks))


def bulk(bench, goals):
    """A thousand rows a statement, one connection: wkl, COPY in binary and arrays by libpq, libraries of Python."""
    make_postgres(bench)
    writes = built("bench/pg_writes", "libpq-dev")
    sides = {"wkl": wkl_writes(bench, 1, "add_many", rows=BATCH), "copy": loop(bench, [writes, "copy", "1"]),
             "unnest": loop(bench, [writes, "unnest", "1"])}
    lacks = there(sides, {name: lambda n=name: python(bench, n) for name in ("asyncpg-copy", "asyncpg-many", "psycopg2")})
    figures = take_turns(bench.rounds, **sides)
    names = {"copy": "COPY in binary of 1000 by libpq", "unnest": "arrays by libpq", "asyncpg-copy": "asyncpg copy_records_to_table",
             "asyncpg-many": "asyncpg executemany", "psycopg2": "psycopg2 execute_values"}
    for side in figures:
        if side != "wkl":
            throughput = {"copy": goals["rows"], "asyncpg-many": goals["many"]}.get(side)
            yield Result(f"rows/s ÷ {names[side]}", ratios(figures["wkl"], figures[side], "per_s"), put_rate(median([f["per_s"] for f in figures["wkl"]])),
                         put_rate(median([f["per_s"] for f in figures[side]])), throughput)
            yield Result(f"client CPU a row ÷ {names[side]}", ratios(figures["wkl"], figures[side], "cpu"), put_each_time(figures["wkl"], "cpu"),
                         put_each_time(figures[side], "cpu"), goals["cpu"] if side == "copy" else None)
    if lacks:
        raise Skip("; ".join(lacks))


def sqlite(bench, goals):
    """One connection, a write-ahead log, synchronous = NORMAL; the loop beside it has one statement."""
    path = bench.path("peer.db")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for table in TABLES:
            db.execute(table.format(big="INTEGER", int="INTEGER"))
        db.executemany("INSERT INTO peer_accounts VALUES (?, 0, ?, 0)", ((i, "x" * 84) for i in range(100_000)))
    db.close()
    for what, run, rows in (("insert", "add", 1), ("update", "change", 1), ("batch", "add_many", BATCH)):
        figures = take_turns(bench.rounds, wkl=wkl_writes(bench, 1, run, "sqlite", rows=rows),
                             loop=loop(bench, [built("bench/sqlite_writes", "libsqlite3-dev"), path, what]))
        name = f"{what} of {BATCH}" if rows > 1 else what
        yield Result(f"client CPU a row, {name} ÷ tight loop", ratios(figures["wkl"], figures["loop"], "cpu"), put_each_time(figures["wkl"], "cpu"),
                     put_each_time(figures["loop"], "cpu"), goals["loop"])


def mariadb(bench, goals):
    """Eight connections over TCP on the loopback address, one thread; sysbench beside it writes into a table of its own."""
    find("sysbench", "sysbench")
    uri = urllib.parse.urlparse(bench.server("mysql", "aurora_mysql")["uri"])
    bench.env = {"AURORA_MYSQL_HOST": uri.hostname, "AURORA_MYSQL_PORT": str(uri.port), "AURORA_MYSQL_USER": uri.username,
                 "AURORA_MYSQL_PASSWORD": uri.password, "AURORA_MYSQL_DATABASE": uri.path.lstrip("/")}
    config = bench.write("sysbench.cnf", f"db-driver=mysql\nmysql-host={uri.hostname}\nmysql-port={uri.port}\nmysql-user={uri.username}\n"
                                         f"mysql-password={uri.password}\nmysql-db={uri.path.lstrip('/')}\n")
    os.chmod(config, 0o600)
    bench.run([find("sysbench", "sysbench"), "oltp_insert", f"--config-file={config}", "--tables=1", "--table-size=100000", "prepare"], note=False)
    for what, run in (("oltp_insert", "line"), ("oltp_update_non_index", "rename")):
        figures = take_turns(bench.rounds, wkl=wkl_writes(bench, CLIENTS, run, "aurora_mysql"),
                             sysbench=sysbench_reads(bench, CLIENTS, f"--config-file={config}", test=what))
        yield from compare(f"{CLIENTS} clients ÷ sysbench {what}", figures["wkl"], figures["sysbench"], goals["throughput"], goals["cpu"])


# ---- DynamoDB ----

ITEM = '{"aid":{"N":"%d"},"abalance":{"N":"5"},"filler":{"S":"' + "x" * 84 + '"},"wkl_v":{"N":"1"}}'
BODIES = {
    "put": ("PutItem", '{"TableName":"peer_accounts","Item":' + ITEM + ',"ReturnConsumedCapacity":"TOTAL"}'),
    "update": ("UpdateItem", '{"TableName":"peer_accounts","Key":{"aid":{"N":"%d"}},"UpdateExpression":"SET #0=:0,#1=:1","ConditionExpression":'
               '"attribute_exists(#2)","ExpressionAttributeNames":{"#0":"abalance","#1":"wkl_v","#2":"aid"},"ExpressionAttributeValues":'
               '{":0":{"N":"5"},":1":{"N":"1"}},"ReturnConsumedCapacity":"TOTAL"}'),
    "batch": ("BatchWriteItem", '{"RequestItems":{"peer_accounts":[' + ",".join(['{"PutRequest":{"Item":' + ITEM + "}}"] * AT_ONCE) +
              ']},"ReturnConsumedCapacity":"TOTAL"}'),
}


def make_dynamodb(settings):
    """Its table, with all of the items that are updated."""
    def post(action, body):
        headers = {**headers_of(settings), "X-Amz-Target": "DynamoDB_20120810." + action}
        urllib.request.urlopen(urllib.request.Request(settings["endpoint"] + "/", body.encode(), headers), timeout=30).read()
    try:
        post("CreateTable", json.dumps({
            "TableName": "peer_accounts", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "aid", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "aid", "AttributeType": "N"}]}))
        for first in range(0, ITEMS, AT_ONCE):
            post("BatchWriteItem", BODIES["batch"][1] % tuple(range(first, first + AT_ONCE)))
    except urllib.error.HTTPError as refused:
        raise Failed(f"the peer's table cannot be made: {refused}: {refused.read()[:200]}") from refused


def dynamodb(bench, goals):
    """Sixteen connections, one thread: wkl, which signs; libcurl with a fixed signature; boto3 on one connection."""
    settings = bench.server("dynamodb", "dynamodb")
    bench.env = {"AWS_ENDPOINT_URL_DYNAMODB": settings["endpoint"], "AWS_REGION": settings["region"], "AWS_DEFAULT_REGION": settings["region"],
                 "AWS_ACCESS_KEY_ID": settings["access_key"], "AWS_SECRET_ACCESS_KEY": settings["secret_key"]}
    make_dynamodb(settings)
    options = ("--connections", str(CONNECTIONS), "-D", f"accounts_rows={ITEMS}")
    for what, run in (("put", "save"), ("update", "change"), ("batch", "save_25")):
        action, body = BODIES[what]
        post = libcurl(bench, settings["endpoint"] + "/", {**headers_of(settings), "X-Amz-Target": "DynamoDB_20120810." + action}, ITEMS, body)
        sides = {"wkl": wkl_writes(bench, CONNECTIONS, run, "dynamodb", options), "libcurl": side_of(bench, post, bench.base(lambda p=post: p(0)))}
        lacks = there(sides, {"boto3": lambda w=what: python(bench, "boto3-" + w, AT_ONCE if w == "batch" else 1)})
        figures = take_turns(bench.rounds, **sides)
        yield from compare(f"{action} ÷ unsigned libcurl", figures["wkl"], figures["libcurl"], None, goals["libcurl"], ("cpu",))
        if "boto3" in figures:
            yield from compare(f"{action} ÷ boto3", figures["wkl"], figures["boto3"], None, goals["boto3"], ("cpu",))
    if lacks:
        raise Skip("; ".join(lacks))
