# live: waits
"""Servers, poolers and networks that say nothing: in every phase a run ends by itself after a bounded time, and soon after one signal; what
is healthy goes on, and is never given up for taking long.

Most of that is waiting, so that several cases are at work at once, each with tables, files and a proxy of its own. Names of cases as arguments
narrow."""
import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from proxy import Proxy
from servers import BUILD, Results, Scope, Servers, address_of, secrets_of, setting_variables, setting_words

INSTANCES = {"lakebase": "postgres", "aurora_mysql": "mysql", "dynamodb": "dynamodb", "cosmosdb": "cosmosdb"}
HTTP = ("dynamodb", "cosmosdb")      # the units hold their driver to bounds, by a scripted server: here is what takes a whole run
KEYWORDS = {"aurora_mysql": "aurora { engine mysql"}
SOON = 100           # seconds: more than anything that is waited for here may take on a busy machine, less than what a signal cuts short
WORKLOAD = """
param keys = 300
entity user { id: int ~ sequence  count keys }
table profile of user { age: int ~ uniform(18..90)  word: string(200) ~ text(200) }
query look(user) { get profile }
run open   { query look  rate 100/s  clients 8  warmup 0s  for 4s }
run closed { query look  clients 8  warmup 0s  for 4s }
run long   { query look  clients 2  warmup 0s  for 300s }
"""
AT_ONCE = 6          # cases
results = Results("hangs")


class Lot:
    """What a case has to itself: a folder, a prefix of tables, and the processes that it started."""

    def __init__(self, scope, name):
        self.folder = tempfile.mkdtemp(prefix=name + "-", dir=scope.folder)
        self.prefix = os.path.basename(self.folder).replace("-", "_").lower() + "_"
        self.started = []


class Run:
    """A wklrun that reaches its server through a proxy; its stderr is in a file."""

    def __init__(self, lot, name, settings, proxy, *args, more=""):
        self.file, self.log, self.out = (os.path.join(lot.folder, name + end) for end in (".wkl", ".log", ".json"))
        settings = {key: value.replace(f":{address_of(settings)[1]}", f":{proxy.port}") for key, value in settings.items()}
        with open(self.file, "w", encoding="utf-8") as f:
            f.write(f"{WORKLOAD}backend {KEYWORDS.get(name, name + ' {')} {setting_words(settings)} table_prefix \"{lot.prefix}\" {more} }}\n")
        if os.path.exists(self.out):
            os.remove(self.out)
        self.stderr = open(self.log, "w", encoding="utf-8")
        self.process = subprocess.Popen([os.path.join(BUILD, "wklrun"), self.file, "-b", name, "-P0.1s", "--rounds", "1", "-o", self.out, *args],
                                        cwd="/", env={**os.environ, **setting_variables(settings)}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=self.stderr)
        lot.started.append(self.process)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def reach(self, word, seconds=60):
        end = time.monotonic() + seconds
        while word not in self.said():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"it never said '{word}': {self.said()[-500:]}")
            time.sleep(0.01)

    def end(self, seconds=SOON):
        """Exit code and seconds; None where it had to be killed."""
        began = time.monotonic()
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        self.stderr.close()
        return code, time.monotonic() - began

    def entry(self):
        with open(self.out, encoding="utf-8") as f:
            return json.load(f)["results"][0]


def drop(lot, name, settings, proxy):
    proxy.pass_on()
    Run(lot, name, settings, proxy, "--only", "drop", "-q").end()


# From what on the server is silent: what a client sends, or what wklrun says, or at once; and with what arguments.
PHASES = {
    "connecting": ("", ["--only", "load"]),
    "creating": (b"CREATE TABLE", ["--only", "load"]),
    "loading": ("rows, ", ["-D", "keys=2M", "--only", "load"]),
    "sealing": (b"UPDATE ", ["--only", "load"]),
    "measuring": ("round 1/1", ["--run", "long"]),
    "dropping": (b"DROP TABLE", ["--run", "open", "-T", "0.1s"]),
}


def silent(lot, name, settings, phase, signalled):
    """By itself after silence_timeout, with the reason; or after one signal, whatever the timeout is."""
    at, args = PHASES[phase]
    more = 'connect_timeout 1s silence_timeout "%s"' % ("300s" if signalled else "2s")
    if signalled:
        more = more.replace("1s", "200s", 1)
    with Proxy(*address_of(settings)) as proxy:
        proxy.held = at == ""
        proxy.hold_at = at if isinstance(at, bytes) else None
        run = Run(lot, name, settings, proxy, *args, more=more)
        if at and not proxy.hold_at:
            run.reach(at)
            proxy.hold()
        wait_until(lambda: proxy.held and proxy.taken)
        if signalled:
            time.sleep(0.3)
            run.process.send_signal(signal.SIGTERM)
        code, seconds = run.end()
        reason = signalled or "no answer for" in run.said() or phase == "connecting"
        results.expect(f"{name} silent while {phase}, {'one signal' if signalled else 'by itself'}", code in (1, 2) and reason,
                       f"exit {code} after {seconds:.0f} s: {run.said()[-400:]}")
        drop(lot, name, settings, proxy)


def wait_until(ready):
    end = time.monotonic() + 60
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError("waited in vain")
        time.sleep(0.01)


# ---- a healthy server that takes its time ----

HOLDERS = {
    "lakebase": lambda s, table, seconds: ["psql", "-XAtq", "-c", "begin", "-c", f"lock table {table}", "-c", "select 'held'",
                                           *["-c", "select pg_sleep(1)"] * seconds, s["uri"]],
    "aurora_mysql": lambda s, table, seconds: [
        "mariadb", "--no-defaults", "-NBn", "-h", "127.0.0.1", "-P", str(address_of(s)[1]), "-u", "wkl", "-e",
        f"lock tables {table} write; select 'held'; select sleep({seconds})", s["uri"].rsplit("/", 1)[1]],
}


def busy(lot, name, settings, signalled):
    """A statement that waits for another's lock, for far longer than silence_timeout: it comes through; one signal ends it."""
    with Proxy(*address_of(settings)) as proxy:
        code, _ = Run(lot, name, settings, proxy, "--only", "load").end()
        lasts = 120 if signalled else 8
        holder = subprocess.Popen(HOLDERS[name](settings, lot.prefix + "profile", lasts), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env={**os.environ, "MYSQL_PWD": secrets_of(settings)[0]})
        lot.started.append(holder)
        held = holder.stdout.readline()
        if b"held" not in held:
            raise RuntimeError(f"it does not hold the table: {held}")
        run = Run(lot, name, settings, proxy, "--only", "drop", more='silence_timeout "1s"')
        if signalled:
            time.sleep(1)
            run.process.send_signal(signal.SIGTERM)
        code, seconds = run.end()
        held = code == 2 if signalled else code == 0 and seconds > 2 and "1 table dropped" in run.said()
        results.expect(f"{name} a statement that takes long, {'one signal' if signalled else 'by itself'}", held,
                       f"exit {code} after {seconds:.0f} s: {run.said()[-400:]}")
        holder.kill()
        holder.communicate()
        drop(lot, name, settings, proxy)


def wanted(case):
    """Of the cases that are named on the command line; all, where none is."""
    return not sys.argv[1:] or case in sys.argv[1:]


# ---- connections that break, and cannot be opened again ----

def broken(lot, name, settings, run, most):
    """Connections are cut and new ones are taken and not answered: with some left the others do the work, and nobody waits for those that are
    gone; with none the calls fail for that reason, and the run ends."""
    with Proxy(*address_of(settings)) as proxy:
        process = Run(lot, name, settings, proxy, "--run", run, "--connections", "8", "-j", "1", more="connect_timeout 20s" if most else "connect_timeout 2s")
        process.reach("round 1/1")
        time.sleep(0.5)
        proxy.hold_new = True
        cut = proxy.cut(most)
        code, seconds = process.end()
        entry, what = process.entry(), f"{name} {run} loop, {'one' if most else 'every'} connection cut"
        said = f"exit {code} after {seconds:.0f} s, {cut} cut: {entry['requests']} requests, {entry['errors']} errors: {process.said()[-300:]}"
        if most:                                      # what was in flight on it is lost, and nothing else
            longest = entry["response_ns"]["max"] / 1e9
            results.expect(what, code in (0, 2) and entry["errors"] <= 1 and entry["requests"] > (250 if run == "open" else 100)
                           and longest < 10, f"{said}; the longest took {longest:.2f} s")
        else:
            classes = set(entry["error_classes"])
            results.expect(what, code == 2 and entry["errors"] >= 8 and classes <= {"lost", "connect", "timeout"}, f"{said}; {classes}")
        proxy.hold_new = False
        drop(lot, name, settings, proxy)


def come_back(lot, name, settings):
    """Every connection is cut, twice, and the server answers: each is opened again, and the run goes on."""
    with Proxy(*address_of(settings)) as proxy:
        process = Run(lot, name, settings, proxy, "--run", "open", "--connections", "8", "-j", "1")
        process.reach("round 1/1")
        for _ in range(2):
            time.sleep(1.3)
            cut = proxy.cut()
        code, seconds = process.end()
        entry = process.entry()
        lost = entry["error_classes"].get("lost", {"count": 0})["count"]
        results.expect(f"{name} connections come back", code in (0, 2) and entry["errors"] <= 16 and entry["errors"] == lost
                       and entry["requests"] + entry["errors"] > 250,
                       f"exit {code} after {seconds:.0f} s, {cut} cut: {entry['requests']} requests, {entry['errors']} errors")
        drop(lot, name, settings, proxy)


def trickles(lot, name, settings):
    """Answers come a byte in half a second: no silence on any wire, and yet measuring is over a bounded time after its end."""
    with Proxy(*address_of(settings)) as proxy:
        process = Run(lot, name, settings, proxy, "--run", "closed", "--connections", "8", "-T", "1s")
        process.reach("round 1/1")
        proxy.trickle = 0.5
        time.sleep(2)
        began = time.monotonic()
        process.reach("no answer for 30 s", 140)          # what it then says of the tables waits for the server's word
        proxy.trickle = 0
        code, _ = process.end()
        seconds = time.monotonic() - began
        results.expect(f"{name} answers trickle", code == 2 and seconds < 160, f"exit {code} after {seconds:.0f} s: {process.said()[-300:]}")
        drop(lot, name, settings, proxy)


# The first request for a row, as no other phase sends it.
FIRST_READS = {"dynamodb": '"TableName":"{}profile","Key"', "cosmosdb": "GET /dbs/wkl/colls/{}profile/docs/"}


def reset_while_verifying(lot, name, settings):
    """Every connection is reset while the first row is asked for: it is asked for again, and all is verified and measured."""
    with Proxy(*address_of(settings)) as proxy:
        proxy.hold_at = FIRST_READS[name].format(lot.prefix).encode()
        run = Run(lot, name, settings, proxy, "--run", "closed", "-n", "40")
        wait_until(lambda: proxy.held)
        run.reach("verifying")
        cut = proxy.cut()
        proxy.pass_on()
        code, seconds = run.end()
        entry = run.entry()
        results.expect(f"{name} a reset while verifying", cut and code == 0 and entry["verified"]["rows"]
                       and not entry["verified"]["mismatches"] and entry["requests"] == 40,
                       f"exit {code} after {seconds:.0f} s, {cut} cut, {entry['verified']}: {run.said()[-300:]}")


def attempt(scope, what, case, name, *args):
    """And where it failed before its end nothing goes on: the longest run takes minutes, and holds its tables."""
    lot = Lot(scope, name)
    began = time.monotonic()
    results.attempt(what, case, lot, name, *args)
    for process in lot.started:
        if process.poll() is None:
            process.kill()
            process.wait()
    print(f"{what} {args[1:]}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def cases(name, settings):
    """What to call for each, those first that take longest."""
    if name in HTTP:
        if wanted("reset_while_verifying"):
            yield f"{name} reset while verifying", reset_while_verifying, name, settings
        return
    for case in filter(lambda case: wanted(case.__name__), (trickles, come_back)):
        yield f"{name} {case.__name__}", case, name, settings
    for run in ("open", "closed") if wanted("broken") else ():
        for most in (1, None):
            yield f"{name} {run} broken", broken, name, settings, run, most
    for signalled in (True, False) if wanted("busy") else ():
        yield f"{name} busy", busy, name, settings, signalled
    for phase in filter(wanted, PHASES):
        for signalled in (True, False):
            yield f"{name} {phase}", silent, name, settings, phase, signalled


def main():
    with Scope() as scope, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        servers = Servers(scope, *[f"{server}/{name}" for name, server in INSTANCES.items()])
        try:
            servers.wait_done()
            todo = []
            for name in INSTANCES:
                state, text = servers.state(name)
                if state == "ready":
                    todo += cases(name, servers.settings[name])
                else:
                    results.missing(name, state, text)
            for _ in pool.map(lambda case: attempt(scope, *case), todo):
                pass
        finally:
            servers.close()


main()
results.end()
