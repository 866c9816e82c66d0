#!/usr/bin/env python3
# live: works
"""What wklc emits is fed to the real tools, against throw-away servers: psql, mariadb, sqlite3, the AWS command line, and plain
HTTP for Cosmos DB. Twice: the schema and the requests on empty tables of their own (prefix made_), which must be
accepted as they stand; then the requests on what `wklrun --only load` has loaded, which must bring the rows that are there. What updates must
change nothing on the former; what writes is found by the reads on the latter.

Which rows are there is read from sqlite's file with Python's own sqlite3, after wklrun has verified that it holds what the generators say.
Prints PASS, FAIL or SKIP with a name for each; ends with 1 if something failed. Names of backends as arguments narrow."""
import collections
import concurrent.futures
import http.client
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

from servers import BUILD, SOURCE, Results, Scope, Servers, setting_variables, setting_words

WKLC, WKLRUN = os.path.join(BUILD, "wklc"), os.path.join(BUILD, "wklrun")
WORKLOADS = {                                         # and the options that make them small
    "fraud": ["examples/fraud.wkl", "-D", "scale=0.002%"],
    "types": ["tests/emit/types.wkl"],
    "names": ["tests/emit/names.wkl"],
    "odd_keys": ["tests/live/odd_keys.wkl"],
    "row_keys": ["tests/live/row_keys.wkl"],
}
WRITES = {"updates": ["tests/emit/updates.wkl"], "changes": ["tests/emit/changes.wkl"], "batches": ["tests/emit/batches.wkl"],
          "counts": ["tests/emit/counts.wkl"]}
SERVERS = {"lakebase": "postgres", "aurora_mysql": "mysql", "dynamodb": "dynamodb", "cosmosdb": "cosmosdb"}
TOOLS = {"sqlite": "sqlite3", "lakebase": "psql", "aurora_mysql": "mariadb", "dynamodb": "aws", "cosmosdb": None}
BLOCKS = {"sqlite": "backend sqlite {", "lakebase": "backend lakebase {", "aurora_mysql": "backend aurora { engine mysql",
          "dynamodb": "backend dynamodb {", "cosmosdb": "backend cosmosdb {"}
CELL = "\x1f"                                         # between the cells of a row
COMMANDS = 6                                          # of the AWS command line for each strategy: each takes a second
results = Results("emitted")


class Fault(Exception):
    """A check did not hold; the text says which."""


def check(condition, text):
    if not condition:
        raise Fault(text)


def run(command, stdin=None, env=None):
    done = subprocess.run(command, cwd=SOURCE, env={**os.environ, **(env or {})}, input=stdin, capture_output=True, text=True, timeout=300,
                          check=False)
    check(done.returncode == 0, f"{os.path.basename(command[0])} ended with {done.returncode}: {last_line(done.stderr or done.stdout)}")
    return done.stdout


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no word"


# ---- what is emitted ----

class Bench:
    """One backend: its settings, its tool, a folder of its own."""
    def __init__(self, name, folder, settings):
        self.name, self.folder, self.settings = name, folder, settings
        self.env = setting_variables(settings)
        self.targets = self.write("targets.wkl", f"{BLOCKS[name]} {setting_words(settings)} }}\n")
        self.made = self.write("made.wkl", f'{BLOCKS[name]} table_prefix "made_" }}\n')

    def write(self, name, text):
        path = os.path.join(self.folder, f"{self.name}.{name}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def emit(self, stage, workload, strategy=None, made=False, folder=None):
        command = [WKLC, f"--emit={stage}", "--target", self.name] + {**WORKLOADS, **WRITES}[workload] + ([self.made] if made else [])
        return run(command + (["--strategy", strategy] if strategy else []) + (["-o", folder] if folder else []))

    def feed_in_turn(self, text):
        """One request after the other."""
        return self.feed(text)

    def load(self, workload):
        run([WKLRUN, "-q", "--only", "load", "-b", self.name, "--targets", self.targets] + {**WORKLOADS, **WRITES}[workload], env=self.env)


def lines_of(text):
    return [line.split(CELL) for line in text.splitlines() if line]


class Sqlite(Bench):
    def feed(self, text):
        rows = lines_of(run(["sqlite3", "-batch", "-bail", "-noheader", "-quote", "-separator", CELL, self.settings["path"]], text))
        return [[c[1:-1].replace("''", "'") if c.startswith("'") else c for c in row] for row in rows]


class Lakebase(Bench):
    def feed(self, text):
        uri = urllib.parse.urlsplit(self.settings["uri"])
        env = {"PGHOST": uri.hostname, "PGPORT": str(uri.port), "PGUSER": uri.username, "PGPASSWORD": uri.password,
               "PGDATABASE": uri.path[1:], "PGOPTIONS": "-c client_min_messages=warning"}
        return lines_of(run(["psql", "-XqAt", "-F", CELL, "-v", "ON_ERROR_STOP=1"], text, env))


class AuroraMysql(Bench):
    def feed(self, text):
        uri = urllib.parse.urlsplit(self.settings["uri"])
        command = ["mariadb", "--no-defaults", "--batch", "--binary-as-hex", "--skip-column-names", "--default-character-set=utf8mb4",
                   "-h", uri.hostname, "-P", str(uri.port), "-u", uri.username, "--protocol=tcp", uri.path[1:]]
        rows = lines_of(run(command, text, {"MYSQL_PWD": uri.password}).replace("\t", CELL))
        return [[c.replace("\\\\", "\\") for c in row] for row in rows]


class Dynamodb(Bench):
    """Each line is a command of its own, run by the shell as it stands."""
    def environment(self):
        return {"AWS_ENDPOINT_URL_DYNAMODB": self.settings["endpoint"], "AWS_DEFAULT_REGION": self.settings["region"], "AWS_PAGER": "",
                "AWS_ACCESS_KEY_ID": self.settings["access_key"], "AWS_SECRET_ACCESS_KEY": self.settings["secret_key"]}

    def commands(self, commands):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return [json.loads(t) for t in pool.map(self.answer, commands)]

    def answer(self, command):
        """An update or a delete that finds no item is refused by its condition."""
        try:
            return run(command, env=self.environment())
        except Fault as fault:
            check("(ConditionalCheckFailedException)" in str(fault) and re.search("(update|delete)-item", command[-1]), str(fault))
            return "{}"

    def feed(self, text):
        return rows_of_dynamodb(self.commands([["sh", "-c", line] for line in text.splitlines() if not line.startswith("#")]))

    def feed_in_turn(self, text):
        return [row for line in text.splitlines() for row in self.feed(line)]

    def feed_files(self, folder, names):
        def command(name):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                body = json.load(f)
            verb = "create-table" if "KeySchema" in body else "batch-get-item" if "RequestItems" in body else \
                "query" if "KeyConditionExpression" in body else "get-item"
            return ["aws", "dynamodb", verb, "--cli-input-json", "file://" + os.path.join(folder, name)]
        return rows_of_dynamodb(self.commands([command(n) for n in names]))


def rows_of_dynamodb(answers):
    items = []
    for answer in answers:
        items += [answer["Item"]] if "Item" in answer else answer.get("Items", [])
        for found in answer.get("Responses", {}).values():
            items += found
        check(not answer.get("UnprocessedKeys"), "keys were left over")
    return [[str(v) for attribute in item.values() for v in attribute.values()] for item in items]


class Cosmosdb(Bench):
    """What stands for a date and a signature is filled in; the local server checks no signature."""
    def feed(self, text):
        endpoint = re.search(r"AccountEndpoint=([^;]*)", self.settings["uri"]).group(1)
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=60)
        rows = []
        text = text.replace("{{date}}", "thu, 01 jan 2026 00:00:00 gmt").replace("{{authorization}}", "type%3dmaster%26ver%3d1.0%26sig%3dx")
        for one in re.split(r"^###.*\n", text, flags=re.MULTILINE):
            if one.strip():
                rows += self.send(connection, one)
        connection.close()
        return rows

    @staticmethod
    def send(connection, text):
        head, _, body = text.partition("\n\n")
        first, *headers = head.splitlines()
        method, path, _ = first.split(" ")
        connection.request(method, path, body.strip().encode() or None, dict(h.split(": ", 1) for h in headers))
        reply = connection.getresponse()
        answer = json.loads(reply.read() or b"{}")
        if reply.status == 404 and method in ("GET", "PATCH", "DELETE"):
            return []
        check(reply.status in (200, 201, 204), f"{first}: {reply.status} {json.dumps(answer)[:200]}")
        if path.endswith(("/dbs", "/colls")) or method in ("PATCH", "DELETE") or "x-ms-documentdb-is-upsert: True" in headers:
            return []
        documents = answer["Documents"] if method == "POST" else [answer]
        return [[str(v) for k, v in d.items() if k != "id"] for d in documents]


CLASSES = {"sqlite": Sqlite, "lakebase": Lakebase, "aurora_mysql": AuroraMysql, "dynamodb": Dynamodb, "cosmosdb": Cosmosdb}


# ---- what should come back ----

def tables_of(path):
    """{table: {key as text: its rows}} of what wklrun loaded into sqlite."""
    def quoted(name):
        return '"' + name.replace('"', '""') + '"'
    with sqlite3.connect(path) as db:
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'wkl_%'")]
        keys = {n: db.execute("SELECT name FROM pragma_table_info(?) WHERE cid = 0", (n,)).fetchone()[0] for n in names}
        return {n: collections.Counter(str(k) for (k,) in db.execute(f"SELECT {quoted(keys[n])} FROM {quoted(n)}")) for n in names}


def asked_of(workload):
    """[(table, key)]: what the requests ask for, as sqlite's single ones say it."""
    text = run([WKLC, "--emit=request", "--target", "sqlite", "--strategy", "single"] + WORKLOADS[workload])
    points = re.findall(r' FROM "([^"]+)" WHERE "[^"]+" = (?:\'((?:[^\']|\'\')*)\'|(\S+));$', text, flags=re.MULTILINE)
    check(len(points) == text.count("request "), f"{len(points)} points are read of {text.count('request ')}")
    return [(table, string.replace("''", "'") or number) for table, string, number in points]


def compare(rows, asked, tables):
    """Each key comes back as often as it has rows in the tables that are asked."""
    want = collections.Counter()
    for table, key in asked:
        want.update({key: tables[table][key]} if key in tables[table] else {})
    check(sum(want.values()) > 0, "no row is there to come back: the test is blind")
    got = collections.Counter(next((cell for cell in row if cell in want), None) for row in rows)
    check(len(rows) == sum(want.values()), f"{len(rows)} rows, expected {sum(want.values())}")
    check(got == want or len(want) == 1, f"rows of other keys: {dict(got - want)}, expected {dict(want - got)}")
    return f"{len(rows)} rows of {len(asked)} asked for"


def strategies_of(workload):
    text = run([WKLC, "--emit=request", "--target", "sqlite"] + WORKLOADS[workload])
    return list(dict.fromkeys(re.findall(r"^-- \w+, (.*), sqlite: request", text, flags=re.MULTILINE)))


# ---- the checks ----

def accepts(bench, workload):
    """Schema and requests on empty tables, as they stand."""
    if bench.name == "dynamodb" and workload == "fraud":
        return accepts_files(bench, workload)
    schema, requests = bench.emit("schema", workload, made=True), bench.emit("request", workload, made=True)
    check(bench.feed(schema) == [], "the schema brought rows")
    rows = bench.feed(requests)
    check(rows == [], f"{len(rows)} rows from empty tables")
    return f"{len(schema.splitlines())} lines of schema, {len(requests.splitlines())} of requests"


def accepts_files(bench, workload):
    """The same with some of the files of -o."""
    folder = os.path.join(bench.folder, "files")
    for stage in "schema", "request":
        check(bench.emit(stage, workload, made=True, folder=folder) == "", "-o leaves nothing for standard output")
    names = sorted(os.listdir(folder))
    schema = [n for n in names if ".schema." in n and "time_since_card" in n]
    requests = [n for n in names if ".features." in n and ".single." in n and holds(os.path.join(folder, n), "time_since_card")]
    requests += [n for n in names if ".batch_by_family." in n and holds(os.path.join(folder, n), "time_since_card")]
    check(len(schema) == 3 and len(requests) == 4, f"-o wrote {len(names)} files, {len(schema)} and {len(requests)} for time_since by card")
    check(bench.feed_files(folder, schema) == [] and bench.feed_files(folder, requests) == [], "rows from empty tables")
    return f"{len(schema) + len(requests)} of {len(names)} files"


def holds(path, text):
    with open(path, encoding="utf-8") as f:
        return text in f.read()


def brings(bench, workload, strategy, tables):
    """The rows that are there, no more and no less."""
    asked, text = asked_of(workload), bench.emit("request", workload, strategy)
    commands = text.splitlines(keepends=True)
    if bench.name == "dynamodb" and strategy == "single" and len(commands) > 2 * COMMANDS:
        asked, text = asked[:COMMANDS], "".join(commands[:2 * COMMANDS])   # a comment and a command each
    return compare(bench.feed(text), asked, tables)


def writes(bench, workload):
    """Its requests once, and once more: the reads then bring the versions that the writes before them have set."""
    bench.load(workload)
    text = bench.emit("request", workload, "batch" if workload == "batches" else "single")
    want = {cell for cell in re.findall(r"\b\d{16}\b", text)}
    first, second = bench.feed_in_turn(text), bench.feed_in_turn(text)
    found = {cell for row in second for cell in row} & want
    check(len(first) == len(second) > 0 and len(want) > 1, f"{len(first)} and {len(second)} rows, {len(want)} versions")
    check(len(found) == (3 if workload == "batches" else 2), f"the versions {sorted(found)} of {sorted(want)}")       # others' are not read, or written over
    return f"{len(second)} rows, {len(found)} versions in them"


def attempt(name, function, *arguments):
    try:
        results.say("PASS", name, function(*arguments))
        return True
    except Exception as fault:
        results.say("FAIL", name, str(fault) if isinstance(fault, Fault) else f"{type(fault).__name__}: {fault}")
        return False


def try_backend(bench, truth):
    if bench.name == "cosmosdb":
        bench.feed('POST /dbs HTTP/1.1\nx-ms-date: {{date}}\nauthorization: {{authorization}}\n\n{"id":"wkl"}\n')
    drives = f"\n{bench.name} " in re.sub(r"\n.*plans it only.*", "", run([WKLC, "--list-backends"]))
    for workload in WORKLOADS:
        attempt(f"{bench.name}: emitted schema and requests of {workload} are accepted", accepts, bench, workload)
        if not drives:
            results.say("SKIP", f"{bench.name}: rows of {workload}", "this build does not drive it")
        elif attempt(f"{bench.name}: wklrun loads {workload}", bench.load, workload):
            for strategy in strategies_of(workload):
                attempt(f"{bench.name}: rows of {workload}, {strategy}", brings, bench, workload, strategy, truth[workload])
    if drives:
        try_writes(bench)


def try_writes(bench):
    for workload in WRITES:
        if workload == "updates":
            attempt(f"{bench.name}: emitted writes of {workload} find nothing to write", accepts, bench, workload)
        attempt(f"{bench.name}: emitted writes of {workload} are found by its reads", writes, bench, workload)


def settle_truth(folder):
    """{workload: {table: {key: rows}}}: loaded into sqlite and verified there against the generators, value for value."""
    truth = {}
    for workload in WORKLOADS:
        bench = Sqlite("sqlite", folder, {"path": os.path.join(folder, f"{workload}.db")})
        bench.load(workload)
        brief = ["-n", "20", "-w", "0s", "--rounds", "1"]
        run([WKLRUN, "-q", "--only", "run", "-b", "sqlite", "--targets", bench.targets] + brief + WORKLOADS[workload], env=bench.env)
        truth[workload] = tables_of(bench.settings["path"])
    return truth


def with_servers(names, folder, scope, truth):
    if not names:
        return
    servers = Servers(scope, *[f"{SERVERS[name]}/{name}" for name in names])
    try:
        servers.wait_done()
        for name in names:
            state, text = servers.state(name)
            if state == "ready":
                try_backend(CLASSES[name](name, folder, servers.settings[name]), truth)
            else:
                results.missing(name, state, text)
    finally:
        servers.close()


def main():
    wanted = [n for n in CLASSES if n in (sys.argv[1:] or CLASSES)]
    usable = []
    for name in wanted:
        if TOOLS[name] and not shutil.which(TOOLS[name]):
            results.say("SKIP", name, f"{TOOLS[name]} is not installed")
        else:
            usable.append(name)
    with tempfile.TemporaryDirectory(prefix="wkl-emitted-") as folder, Scope() as scope:
        os.chmod(folder, 0o700)
        truth = settle_truth(folder)
        if "sqlite" in usable:
            try_backend(Sqlite("sqlite", folder, {"path": os.path.join(folder, "sqlite.db")}), truth)
        with_servers([name for name in usable if name in SERVERS], folder, scope, truth)
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
