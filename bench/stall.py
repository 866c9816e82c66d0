"""A server that stops for 100 ms each second, and an open loop of arrivals: what a user waits, by wklrun, by pgbench -R, by arithmetic.

The stall: every backend process of PostgreSQL that serves our database gets SIGSTOP, and 100 ms later SIGCONT. Sockets stay open and
take what is sent, as with a server that is busy with itself; the clients are not touched."""
import glob
import math
import os
import signal
import threading
import time

from postgres import POINT, connect, load, script
from tools import Result, find, median, percentile, put_time, ratios, take_turns

EVERY, STALL, CLIENTS = 1.0, 0.1, 64


def children(pid):
    """Processes whose parent is pid, with their command lines."""
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
            if parent == pid:
                with open(f"/proc/{entry}/cmdline", encoding="utf-8", errors="replace") as f:
                    yield int(entry), f.read()
        except (OSError, IndexError):
            pass    # it has ended meanwhile


class Staller:
    """Stops the server's backends in a thread while a client runs; spans are when it really did."""

    def __init__(self, bench):
        with open(glob.glob(os.path.join(bench.scope.folder, "*", "postgres", "data", "postmaster.pid"))[0], encoding="utf-8") as f:
            self.postmaster = int(f.readline())
        self.database, self.spans = bench.env["PGDATABASE"], []

    def send(self, which):
        for pid, words in children(self.postmaster):
            if f" {self.database} " in words:
                try:
                    os.kill(pid, which)
                except ProcessLookupError:
                    pass

    def run(self, ended):
        due = time.monotonic() + EVERY / 2
        while not ended.wait(max(0, due - time.monotonic())):
            self.send(signal.SIGSTOP)
            began = time.monotonic()
            try:
                time.sleep(STALL)
            finally:
                self.send(signal.SIGCONT)
            self.spans.append(time.monotonic() - began)
            due += EVERY

    def during(self, _pid):
        ended = threading.Event()
        thread = threading.Thread(target=self.run, args=(ended,))
        thread.start()

        def after():
            ended.set()
            thread.join()
        return after


def expected(stalls, seconds, busy, service=0.0, share=0.01):
    """The response time that this share of Poisson arrivals exceeds. Who arrives t into a stall of s waits s - t, and then for those
    before: the wait shrinks by 1 - busy a second, busy being the rate by what the server could do. So a stall keeps (s - x) / (1 - busy)
    seconds' arrivals waiting for longer than x; x is found by halving."""
    low, high = 0.0, max(stalls, default=0.0)
    for _ in range(60):
        x = (low + high) / 2
        over = sum(max(0.0, s - x) for s in stalls) / (1 - busy) / seconds
        low, high = (x, high) if over > share else (low, x)
    return low + service


def pgbench_latencies(bench, prefix):
    """Response times (s) from pgbench's logs: since the arrival was due, with -R."""
    found = []
    for path in glob.glob(bench.path(prefix) + ".*"):
        with open(path, encoding="ascii") as f:
            found += [int(line.split()[2]) / 1e6 for line in f]
        os.remove(path)
    return found


def seconds_of(bench):
    """Whole seconds, each with a stall: the first comes after half a second, in which a client must have started."""
    return 2 if bench.quick else max(10, math.ceil(bench.seconds))


def stalls(bench, goals):
    connect(bench)
    load(bench)
    file = script(bench, "select.sql")
    seconds, rate = seconds_of(bench), 500
    capacity = 20_000    # requests a second, roughly; at this rate it hardly matters

    def arithmetic(staller):
        return expected(staller.spans, seconds, rate / capacity) or math.nan       # it ended before the first

    def wkl():
        staller = Staller(bench)
        _, result = bench.wklrun(POINT, "postgres", "--only", "run", "--keep", "--run", "accounts", "--rounds", "1", "-c", str(CLIENTS),
                                 "-R", str(rate), "-T", f"{seconds}s", during=staller.during)
        result, = result["results"]
        return {"p99": result["response_ns"]["p99"] / 1e9, "due": arithmetic(staller), "service": result["service_ns"]["p99"] / 1e9}

    def pgbench():
        staller = Staller(bench)
        bench.run([find("pgbench", "postgresql"), "-n", "-M", "prepared", "-f", file, "-c", str(CLIENTS), "-j", "2", "-R", str(rate),
                   "-T", str(seconds), "-l", "--log-prefix=waits"], during=staller.during)
        return {"p99": percentile(pgbench_latencies(bench, "waits"), 0.99), "due": arithmetic(staller)}

    figures = take_turns(bench.rounds, wkl=wkl, pgbench=pgbench)
    ours, theirs = figures["wkl"], figures["pgbench"]
    yield Result("response P99 ÷ pgbench -R", ratios(ours, theirs, "p99"), put_time(median([f["p99"] for f in ours])),
                 put_time(median([f["p99"] for f in theirs])), goals["pgbench"])
    for name, side, goal in (("response P99", ours, goals["arithmetic"]), ("pgbench -R's P99", theirs, None)):
        yield Result(f"{name} ÷ arithmetic", [f["p99"] / f["due"] for f in side], put_time(median([f["p99"] for f in side])),
                     put_time(median([f["due"] for f in side])), goal)


def memory_stalls(bench, goals):
    """The same of the memory backend, which stalls by itself."""
    target = bench.write("stall.wkl", "backend memory { delay 1ms   stall_every 1s   stall 100ms }\n")
    seconds, found = seconds_of(bench), []
    for _ in range(bench.rounds):
        _, result = bench.wklrun(POINT, "memory", "--targets", target, "--run", "accounts", "--rounds", "1", "-c", "1000",
                                 "--connections", "1000", "-R", "1000", "-T", f"{seconds}s")
        found.append(result["results"][0]["response_ns"]["p99"] / 1e9)
    due = expected([STALL] * seconds, seconds, 0.0)
    yield Result("response P99 of `memory` ÷ arithmetic", [p / due for p in found], put_time(median(found)), put_time(due),
                 goals["arithmetic"])


def both(bench, goals):
    yield from memory_stalls(bench, goals)
    yield from stalls(bench, goals)
