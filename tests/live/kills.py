#!/usr/bin/env python3
"""kills.py KIND setting=value … [kills=N] [seed=N] - runs that are killed (-9) at any moment, in any phase, on a server that stands; and two
runs that want the same tables. Whatever a kill leaves: a later run resumes or loads again, and every row is right; --only drop leaves nothing;
what is not wkl's is not touched.

KIND is sqlite, lakebase, aurora_mysql, dynamodb or cosmosdb; the settings are those of its backend block, as wkl-local gives them. Ten kills,
or as many as are asked for; the same seed kills at the same moments, as far as those of another run can be the same."""
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import servers  # noqa: E402
import wkl  # noqa: E402
from wkl import FINE, RUN_ERRORS, TINY  # noqa: E402

PREFIX = "kills_"
FOREIGN = PREFIX + "not_ours"
RUN = "run go { query all  strategy single, binpacked  clients 2  for 60 requests }\n"
SETTINGS = {}
PHASES = ((), ("--keep",), ("--keep", "--reload"), ("--only", "load"), ("--only", "create"), ("--only", "drop"), ("--seed", "2"), ("--seed", "2", "--keep"))


class Sqlite:
    KEYS = 20_000

    def __init__(self):
        import sqlite3
        self.open = lambda: sqlite3.connect(SETTINGS["path"], timeout=30)

    def sql(self, text):
        with self.open() as db:
            return db.execute(text).fetchall()

    def make_foreign(self):
        self.sql(f"CREATE TABLE IF NOT EXISTS {FOREIGN} (mine)")

    def drop_foreign(self):
        self.sql(f"DROP TABLE IF EXISTS {FOREIGN}")

    def tables(self):
        return [name for name, in self.sql("SELECT name FROM sqlite_master WHERE type = 'table'")]


class Client(Sqlite):
    """By the server's own command-line tool."""

    def __init__(self):                               # pylint: disable=super-init-not-called
        pass

    def sql(self, text):
        done = subprocess.run(self.command() + [text], capture_output=True, text=True, timeout=wkl.HANG, check=False)
        assert done.returncode == 0, done.stderr
        return [(line,) for line in done.stdout.splitlines()]

    def make_foreign(self):
        self.sql(f"CREATE TABLE IF NOT EXISTS {FOREIGN} (mine int)")


class Postgres(Client):
    @staticmethod
    def command():
        return ["psql", "-XAtq", SETTINGS["uri"], "-c"]

    def tables(self):
        return [name for name, in self.sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")]


class Mysql(Client):
    @staticmethod
    def command():
        user, password, host, port, database = re.match(r"mysql://(\w+):(\w+)@([^:]+):(\d+)/(\w+)", SETTINGS["uri"]).groups()
        return ["mariadb", "-h", host, "-P", port, "-u", user, f"-p{password}", "-NB", database, "-e"]

    def tables(self):
        return [name for name, in self.sql("SHOW TABLES")]


class Dynamodb:
    KEYS = 1_000

    def make_foreign(self):
        if FOREIGN not in self.tables():
            servers.ask_dynamodb(SETTINGS, "CreateTable", TableName=FOREIGN, BillingMode="PAY_PER_REQUEST",
                                 AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                                 KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])

    def drop_foreign(self):
        servers.ask_dynamodb(SETTINGS, "DeleteTable", TableName=FOREIGN)

    def tables(self):
        return servers.ask_dynamodb(SETTINGS)["TableNames"]


class Cosmosdb:
    """What is not ours is nothing here: the test's client only reads."""
    KEYS = 500

    def make_foreign(self):
        pass

    drop_foreign = make_foreign

    def tables(self):
        try:
            return [container["id"] for container in next(v for v in servers.ask_cosmosdb(SETTINGS, "colls", "dbs/wkl", None)[0].values()
                                                          if isinstance(v, list))]
        except servers.Refused:                       # the database itself is gone
            return []


# what makes one that is not wkl's, what drops it, what names all
PROCEDURES = {
    "lakebase": ("CREATE OR REPLACE FUNCTION wkl_get_mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION wkl_get_mine()",
                 "SELECT proname FROM pg_proc WHERE proname LIKE 'wkl_get_%' ORDER BY 1"),
    "aurora_mysql": ("CREATE PROCEDURE wkl_get_mine() SELECT 1", "DROP PROCEDURE wkl_get_mine",
                     "SELECT routine_name FROM information_schema.routines WHERE routine_name LIKE 'wkl_get_%' ORDER BY 1"),
}
KINDS = {"sqlite": Sqlite, "lakebase": Postgres, "aurora_mysql": Mysql, "dynamodb": Dynamodb, "cosmosdb": Cosmosdb}


def kind():
    return "aurora { engine mysql" if KIND == "aurora_mysql" else KIND + " {"


def workload(place, text=TINY):
    return place.write("kills.wkl", text + RUN + f'backend {kind()} {servers.setting_words(SETTINGS)} table_prefix "{PREFIX}" }}\n')


def arguments(file, *args):
    return ("wklrun", file, "-b", KIND, "-D", f"keys={STORE.KEYS}", "-j", "2", *args)


def run(place, file, *args, code=FINE):
    return place.run(*arguments(file, "--sample", "20", *args), env=servers.setting_variables(SETTINGS)).expect(code)


def ours():
    return sorted(name for name in STORE.tables() if name.startswith(PREFIX) and name != FOREIGN)


def kill(place, file, phase, seconds):
    process = place.start(*arguments(file, "-q", "--sample", "20", *phase), env=servers.setting_variables(SETTINGS), stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    _, err = process.communicate(timeout=wkl.HANG)
    assert process.returncode in (FINE, -signal.SIGKILL), f"{phase} after {seconds:.3f} s: exit {process.returncode}\n{err.decode(errors='replace')}"
    return process.returncode != FINE


def check_keep(place, file):
    """It resumes or loads again; every row that it asks for is right."""
    path = place.path("r.json")
    run(place, file, "--keep", "-q", "--verify", "rows", "-o", path)
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    assert all(r["errors"] == 0 and r["verified"]["mismatches"] == 0 and not r["failed"] for r in report["results"]), report["results"]


def check_plain(place, file):
    run(place, file, "-q", "--reload")
    assert not ours(), ours()


def check_drop(place, file):
    run(place, file, "--only", "drop")
    assert not ours(), ours()


def seconds_of(do, *args):
    began = time.monotonic()
    do(*args)
    return time.monotonic() - began


def test_kills_at_any_moment(place):
    dice = random.Random(SEED)
    file = workload(place)
    run(place, file, "--only", "drop")
    STORE.make_foreign()
    whole, killed = min(seconds_of(run, place, file) for _ in range(2)), 0
    try:
        for i in range(KILLS):
            phase, seconds = dice.choice(PHASES), whole * dice.random() ** 1.5      # most phases are shorter than a whole run
            if kill(place, file, phase, seconds):
                killed += 1
            if dice.random() < 0.3:
                continue                              # another kill on top of it
            check = dice.choice((check_keep, check_keep, check_plain, check_drop))
            try:
                check(place, file)
            except AssertionError as e:
                raise AssertionError(f"kill {i} of seed {SEED}: {' '.join(phase) or 'a plain run'} after {seconds:.3f} s, then {check.__name__}: {e}") from None
            assert KIND == "cosmosdb" or FOREIGN in STORE.tables(), "what is not ours is gone"
    finally:
        run(place, file, "--only", "drop")
        assert not ours(), ours()
        STORE.drop_foreign()
    print(f"        {killed} of {KILLS} were killed before their end")


MORE = {"sqlite": 5, "lakebase": 2}                   # kills while it writes, of each other
WRITING = """
query save(card)  { put rare }
query drop(card)  { delete rare }
query add()       { insert 3 rare }
query touch(card) { update rates[30d] set n ~ uniform(0..9) }
run go { query all 40%, save, drop, add, touch  clients 4  for 60s }
run check { query all  keys sequential  for 100 requests }
"""


def test_kills_while_it_writes(place):
    """Whatever it has written, no later run takes its tables for loaded, and each finds the rows that were loaded."""
    dice = random.Random(SEED)
    file = place.write("writing.wkl", TINY + WRITING + f'backend {kind()} {servers.setting_words(SETTINGS)} table_prefix "{PREFIX}" }}\n')
    try:
        for i in range(KILLS * MORE.get(KIND, 1)):
            log = place.path("log")
            with open(log, "wb") as out:
                process = place.start(*arguments(file, "--run", "go", "--rounds", "1", "--keep", "--sample", "5", "--progress=100ms"),
                                      env=servers.setting_variables(SETTINGS), stdout=out, stderr=out)
            wkl.wait_until("writes", lambda: re.search(b"verifying|round 1/", open(log, "rb").read()) or process.poll() is not None)
            time.sleep(0.6 * dice.random() ** 2)
            process.kill()
            assert process.wait(wkl.HANG) == -signal.SIGKILL, open(log, encoding="utf-8", errors="replace").read()
            run(place, file, "--run", "check", "--only", "run", code=RUN_ERRORS).expect(RUN_ERRORS, "load it first")
            if i % 3 == 0:
                run(place, file, "--run", "check", "--keep", "--verify", "rows")
    finally:
        run(place, file, "--only", "drop")
    assert not ours(), ours()


def test_the_second_waits_for_the_first(place):
    """With other contents of the same tables: each has its own, and the second says for whom it waits."""
    first_file = workload(place, TINY.replace("0..1000", "0..7"))
    os.rename(first_file, place.path("first.wkl"))
    with open(place.path("first.wkl"), encoding="utf-8") as f:
        place.write("first.wkl", f.read().replace("for 60 requests", "for 4s"))
    with open(place.path("log"), "wb") as log:
        first = place.start(*arguments(place.path("first.wkl"), "--progress=100ms"), env=servers.setting_variables(SETTINGS), stdout=log, stderr=log)
    wkl.wait_until("measuring", lambda: b"round 1/" in open(place.path("log"), "rb").read() or first.poll() is not None)
    file = workload(place)
    done = run(place, file, "--wait", "0s", code=RUN_ERRORS)
    assert re.search(r"another wklrun \(.+\) is using these tables, and still was after .*: nothing was touched", done.err), done
    done = run(place, file)
    assert re.search(r"another wklrun \(.+\) is using these tables: waiting up to 60.0 s", done.err), done
    assert first.wait(wkl.HANG) == FINE, open(place.path("log"), encoding="utf-8").read()
    assert not ours(), ours()


def test_drop_finds_the_procedures_of_a_killed_run(place):
    """Whatever strategies the drop itself is told of; one that wkl did not note is left alone."""
    if KIND not in PROCEDURES:
        return
    make, drop, names = PROCEDURES[KIND]
    file = workload(place, TINY)
    with open(file, encoding="utf-8") as f:
        file = place.write("long.wkl", f.read().replace("for 60 requests", "for 60s"))
    STORE.sql(make)
    try:
        with open(place.path("log"), "wb") as log:
            process = place.start(*arguments(file, "--progress=100ms"), env=servers.setting_variables(SETTINGS), stdout=log, stderr=log)
        wkl.wait_until("measuring", lambda: b"round 1/" in open(place.path("log"), "rb").read() or process.poll() is not None)
        process.kill()
        process.wait(wkl.HANG)
        assert len(STORE.sql(names)) > 1, open(place.path("log"), encoding="utf-8").read()
        run(place, file, "--only", "drop", "--strategy", "single")
        assert STORE.sql(names) == [("wkl_get_mine",)], STORE.sql(names)
        assert not ours(), ours()
    finally:
        STORE.sql(drop)


def test_unlogged_tables_that_a_crash_emptied(place):
    """They stand as TRUNCATE leaves them, and their notes, which are logged, say that they are loaded."""
    if KIND != "lakebase":
        return
    file = place.write("unlogged.wkl", TINY + RUN + f'backend lakebase {{ {servers.setting_words(SETTINGS)} table_prefix "{PREFIX}" unlogged on }}\n')
    try:
        run(place, file, "--keep")
        STORE.sql(f"TRUNCATE {PREFIX}rates_30d, {PREFIX}rates_90d, {PREFIX}rare")
        run(place, file, "--only", "run", code=RUN_ERRORS).expect(RUN_ERRORS, "lost its rows in a crash of the server .*: load it first")
        run(place, file, "--keep").expect(FINE, "3 tables lost the rows in a crash of the server .*: loaded again")
        done = run(place, file, "--keep")
        assert "lost" not in done.err, done
    finally:
        run(place, file, "--only", "drop")
    assert not ours(), ours()


# ---- answers that are lost ----

class Middleman:
    """Between wklrun and an HTTP service: the first time that a table 'rare' is made the answer is lost, though it was made."""

    def __init__(self, how):
        self.how, self.lost, self.target = how, False, servers.address_of(SETTINGS)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return                                # closed: the test is over
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    @staticmethod
    def read(sock, rest):
        """A message with its body, and what came after it; None at the end."""
        while b"\r\n\r\n" not in rest:
            data = sock.recv(65536)
            if not data:
                return None, b""
            rest += data
        head, rest = rest.split(b"\r\n\r\n", 1)
        length = re.search(rb"content-length: *(\d+)", head, re.I)
        chunked = re.search(rb"transfer-encoding: *chunked", head, re.I)
        while (length and len(rest) < int(length[1])) or (chunked and not rest.endswith(b"0\r\n\r\n")):
            rest += sock.recv(65536)
        size = int(length[1]) if length else len(rest) if chunked else 0
        return head + b"\r\n\r\n" + rest[:size], rest[size:]

    def serve(self, client):
        with client, socket.create_connection(self.target) as service:
            asked = answered = b""
            try:
                while True:
                    request, asked = self.read(client, asked)
                    if request is None:
                        return
                    service.sendall(request)
                    reply, answered = self.read(service, answered)
                    head, _, body = request.partition(b"\r\n\r\n")
                    if not self.lost and (b"CreateTable" in head or re.match(rb"POST \S*/colls HTTP", head)) and b"rare" in body:
                        self.lost = True
                        if self.how == "close":
                            return
                        reply = b"HTTP/1.1 %s X\r\ncontent-length: 2\r\n\r\n{}" % self.how.encode()
                    client.sendall(reply)
            except OSError:
                return                                # one of the two is gone


def test_a_lost_answer_leaves_no_orphan(place):
    if KIND not in ("dynamodb", "cosmosdb"):
        return
    for how in ("close", "500", "503"):
        between = Middleman(how)
        name = "endpoint" if "endpoint" in SETTINGS else "uri"
        host, port = between.target
        env = servers.setting_variables({**SETTINGS, name: SETTINGS[name].replace(f"{host}:{port}", f"127.0.0.1:{between.port}")})
        done = place.run(*arguments(workload(place), "--sample", "20"), env=env)
        between.listener.close()
        assert between.lost, done
        done.expect(FINE)
        assert not ours(), (how, ours())


if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
    print(f"usage: kills.py {'|'.join(KINDS)} setting=value … [kills=N] [seed=N]")
    sys.exit(1)
KIND = sys.argv[1]
SETTINGS.update(word.split("=", 1) for word in sys.argv[2:])
KILLS, SEED = int(SETTINGS.pop("kills", 10)), int(SETTINGS.pop("seed", 1))
STORE = KINDS[KIND]()
TOOL = {"lakebase": "psql", "aurora_mysql": "mariadb"}.get(KIND)
if TOOL and not shutil.which(TOOL):
    print(f"{TOOL} is not installed, which looks at what wklrun leaves")
    sys.exit(77)
sys.argv[1:] = []
wkl.main(globals())
