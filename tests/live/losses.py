#!/usr/bin/env python3
# live: waits
"""What networks and crashes do to writes on real servers is no fault: answers that are lost behind a commit, a first try that lands after
a newer write, a server that crashes and recovers. A server, or what stands before it, that acknowledges writes and does not carry them out is
found.

Names of tests narrow."""
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from proxy import Relay
from servers import BUILD, NIGHTLY, Results, Scope, Servers, address_of, backend_block, psql, mysql, setting_variables

INSTANCES = {"lakebase": "postgres", "dynamodb": "dynamodb", "aurora_mysql": "mysql"}     # the last is killed
RUNS = 20 if NIGHTLY else 1
EVERY = 23                                            # of the writes one is lied about, or late
WORKLOAD = """
entity user { id: char(12) ~ hex  count 300 }
table users of user { name: string(20) ~ text(1..20)  rows 80% }
query look(user)   { get users }
query rename(user) { update users set name ~ text(1..20) }
query save(user)   { put users set name = "saved" }
query drop(user)   { delete users }
query join()       { insert users set name = "new" }
run go { query look 40%, rename 30%, save 10%, drop 10%, join  keys zipf(0.6)  clients 8  for 600 requests }
"""
THINKING = WORKLOAD.replace("keys zipf(0.6)  clients 8", "clients 32  think 500ms")
results = Results("losses")


class Lot:
    """A server, and what is to run on it."""

    def __init__(self, scope, name, settings):
        self.scope, self.name, self.settings = scope, name, settings

    def sql(self, text):
        return (psql if self.name == "lakebase" else mysql)(self.settings["uri"], text)

    def through(self, port):
        """Its settings, by way of this port."""
        host, own = address_of(self.settings)
        return {name: value.replace(f"{host}:{own}", f"127.0.0.1:{port}") for name, value in self.settings.items()}

    def run(self, *args, settings=None, more="", workload=WORKLOAD):
        file = os.path.join(self.scope.folder, "losses.wkl")
        kind = "aurora { engine mysql" if self.name == "aurora_mysql" else self.name + " {"
        with open(file, "w", encoding="utf-8") as f:
            f.write(workload + backend_block(self.name, self.settings, "l_").replace(f"{self.name} {{", kind + " " + more))
        return subprocess.run([os.path.join(BUILD, "wklrun"), file, "-b", self.name, "-q", "--rounds", "2", "--sample", "40", *args], text=True, check=False,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=300, cwd=self.scope.folder,
                              env={**os.environ, **setting_variables(settings or self.settings)})


class Lossy(Relay):
    """Cuts a connection where an answer comes back, once in a while as long as it is armed."""
    armed, last, cuts = False, 0, 0

    def heard(self, data, from_server, first, back):
        now = time.monotonic()
        if not from_server or not self.armed or now < self.last + 0.1:
            return data
        self.last = now
        self.cuts += 1
        return None


class Between(Relay):
    """Before DynamoDB: of the writes that clients send one in so many is treated its own way."""

    def __init__(self, target):
        self.lock, self.writes, self.struck = threading.Lock(), 0, 0
        super().__init__(target)

    def is_its_turn(self, data):
        if not re.match(rb"POST / [\s\S]*DynamoDB_20120810\.UpdateItem", data):
            return False
        with self.lock:
            self.writes += 1
            self.struck += self.writes % EVERY == 0
            return self.writes % EVERY == 0

    def heard(self, data, from_server, first, back):
        return self.treat(data, back) if not from_server and self.is_its_turn(data) else data


class Liar(Between):
    def treat(self, data, back):
        back.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}")
        return b""


class Late(Between):
    """The connection is gone, and what was sent on it arrives later."""

    def send(self, data):
        with socket.create_connection(self.target) as server:
            server.sendall(data)
            server.recv(1 << 16)

    def treat(self, data, back):
        threading.Timer(0.15, self.send, (data,)).start()
        return None


def no_false_alarm(what, done, strikes, codes, least=4):
    results.expect(f"{what}: {strikes} of them, no wrong row", done.returncode in codes and "WRONG" not in done.stderr and strikes >= least,
                   f"exit {done.returncode}, {strikes}: {done.stderr[-800:]}")


FOUND = "WRONG ROWS: table 'l_users', key '.*((lost write|stale read): |'update users' changed 1, not 0 rows)"   # of a row that was never there


def is_found(what, done):
    results.expect(f"{what} is found", done.returncode == 3 and re.search(FOUND, done.stderr),
                   f"exit {done.returncode}: {done.stderr[-800:]}")


def while_it_writes(lot, do, arguments=(), **more):
    """A run of some seconds, and `do` again and again from its first write on."""
    over = threading.Event()

    def work():
        writing = False
        while not over.wait(0.1):
            writing = writing or lot.sql("SELECT coalesce(max(wkl_v), 0) FROM l_users") != "0"
            if writing:
                do()
    lot.run("--only", "load", workload=more.get("workload", WORKLOAD))
    thread = threading.Thread(target=work)
    thread.start()
    try:
        return lot.run("--only", "run", *arguments, **more)
    finally:
        over.set()
        thread.join()
        lot.run("--only", "drop")


def lost_answers(lot):
    if lot.name == "dynamodb":
        return
    for _ in range(RUNS):
        with Lossy(address_of(lot.settings)) as relay:
            done = while_it_writes(lot, lambda: setattr(relay, "armed", True), ("-T", "5s"), settings=lot.through(relay.port))
        no_false_alarm(f"{lot.name}: answers lost behind a commit", done, relay.cuts, (2,))


def await_recovery(lot):
    for _ in range(300):
        try:
            return lot.sql("SELECT 1")
        except AssertionError:
            time.sleep(0.1)
    raise AssertionError("it does not recover")


def crashes(lot):
    """One of its processes is killed: it ends all others, and recovers what its log has. Clients that think do not give up meanwhile."""
    if lot.name != "lakebase":
        return
    kills, since = [0], [0.0]

    def crash():
        since[0] = since[0] or time.monotonic()
        if kills[0] or time.monotonic() < since[0] + 3:
            return
        pid = lot.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND query ~ 'l_users' AND pid <> pg_backend_pid() LIMIT 1")
        if pid:
            os.kill(int(pid), signal.SIGKILL)
            kills[0] += 1
            await_recovery(lot)

    def run():
        kills[0], since[0] = 0, 0.0
        return while_it_writes(lot, crash, ("-T", "12s"), workload=THINKING)
    for _ in range(RUNS):
        no_false_alarm("lakebase: the server crashes", run(), kills[0], (2,), 1)
    lot.sql("ALTER SYSTEM SET wal_writer_delay = '10s'")
    lot.sql("ALTER ROLE wkl SET synchronous_commit = off")
    lot.sql("SELECT pg_reload_conf()")
    is_found("lakebase: what a crash takes of commits that nobody waited for", run())
    lot.sql("ALTER ROLE wkl RESET synchronous_commit")


class Killed:
    """MariaDB's process, which wkl-local started, killed and started again by us; wkl-local sleeps meanwhile, or it would end all others."""

    def __init__(self, servers, port):
        self.owner = servers.process
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    self.command = [word.decode() for word in f.read().split(b"\0")[:-1]]
                if f"--port={port}" in self.command and self.command[0].endswith(("mariadbd", "mysqld")):
                    self.pid, self.uid, self.again = int(pid), os.stat(f"/proc/{pid}").st_uid, None
                    return
            except OSError:
                pass                                  # it has ended meanwhile
        raise AssertionError(f"no server of port {port}")

    def __enter__(self):
        self.owner.send_signal(signal.SIGSTOP)
        return self

    def crash(self):
        os.kill(self.again.pid if self.again else self.pid, signal.SIGKILL)
        if self.again:
            self.again.wait()
        self.again = subprocess.Popen([*self.command, "--init-file="], user=self.uid, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)

    def __exit__(self, *_):
        if self.again:
            self.again.kill()
            self.again.wait()
        self.owner.send_signal(signal.SIGCONT)


def killed(lot, servers):
    kills, since = [0], [0.0]

    def crash():
        since[0] = since[0] or time.monotonic()
        if kills[0] or time.monotonic() < since[0] + 2:
            return
        server.crash()
        kills[0] += 1
        await_recovery(lot)
    with Killed(servers, address_of(lot.settings)[1]) as server:
        for _ in range(RUNS):
            kills[0], since[0] = 0, 0.0
            done = while_it_writes(lot, crash, ("-T", "16s"), workload=THINKING)
            no_false_alarm("aurora_mysql: the server is killed", done, kills[0], (2,), 1)


LIES = {
    "lakebase": ("CREATE FUNCTION l_lie() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.wkl_v > 0 AND random() < 0.1 THEN RETURN OLD; END IF; RETURN NEW; END $$; "
                 "CREATE TRIGGER l_lie BEFORE UPDATE ON l_users FOR EACH ROW EXECUTE FUNCTION l_lie()", "DROP FUNCTION l_lie() CASCADE"),
    "aurora_mysql": ("CREATE TRIGGER l_lie BEFORE UPDATE ON l_users FOR EACH ROW SET NEW.wkl_v = IF(@lie := rand() < 0.1 AND NEW.wkl_v > 0, OLD.wkl_v, NEW.wkl_v), "
                     "NEW.name = IF(@lie, OLD.name, NEW.name)", "DROP TRIGGER IF EXISTS l_lie"),
}


def lies(lot):
    """The server counts a row as changed, and has not changed it."""
    if lot.name not in LIES:
        return
    lie, end = LIES[lot.name]
    lot.run("--only", "load")
    lot.sql(lie)
    try:
        is_found(f"{lot.name}: an update that was acknowledged and not carried out", lot.run("--only", "run"))
    finally:
        lot.sql(end)
        lot.run("--only", "drop")


def before_a_service(lot):
    if lot.name != "dynamodb":
        return
    for consistency in "strong", "eventual":
        with Liar(address_of(lot.settings)) as relay:
            done = lot.run(settings=lot.through(relay.port), more=f"consistency {consistency}")
        is_found(f"dynamodb, {consistency}: an update that was acknowledged and not passed on", done)
    for _ in range(RUNS):
        with Late(address_of(lot.settings)) as relay:
            done = lot.run(settings=lot.through(relay.port), more="consistency strong")
        no_false_alarm("dynamodb: a first try that lands late", done, relay.struck, (0, 2))


def main():
    with Scope() as scope:
        servers = Servers(scope, *[f"{server}/{name}" for name, server in INSTANCES.items()])
        servers.wait_done()
        for name in servers.ready(results, INSTANCES):
            for test in (lost_answers, crashes, lies, before_a_service):
                if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]:
                    results.attempt(f"{test.__name__} {name}", test, Lot(scope, name, servers.settings[name]))
        if servers.state("aurora_mysql")[0] == "ready" and (len(sys.argv) < 2 or "killed" in sys.argv[1:]):
            results.attempt("killed", killed, Lot(scope, "aurora_mysql", servers.settings["aurora_mysql"]), servers)
        servers.close()


results.attempt("losses", main)
results.end()
