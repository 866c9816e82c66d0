# live: alone
"""Servers that stop for 100 ms each second, of every kind that can be had here: in an open loop the P99 of the response time is within
10 % of what arithmetic says, because a request counts from when it was due.

The stall is SIGSTOP for all processes of the server: sockets stay open and take what is sent. What the arithmetic is told is measured, for a
busy machine makes stalls longer: how long they were, and what the server can answer. Tries may be spoilt by what else runs: one of six has to
hold, and all are told where none does."""
import json
import os
import signal
import subprocess
import sys
import threading
import time

from servers import BUILD, HANG, NIGHTLY, SOURCE, Results, Scope, Servers, setting_variables, setting_words

sys.path.insert(0, os.path.join(SOURCE, "bench"))
from stall import EVERY, STALL, expected  # noqa: E402

INSTANCES = {"lakebase": "postgres", "aurora_mysql": "mysql", "dynamodb": "dynamodb", "cosmosdb": "cosmosdb"}
KEYWORDS = {"aurora_mysql": "aurora { engine mysql"}
SECONDS, WITHIN, TRIES, RATE, CLIENTS = 6, 0.10, 6, 100, 8
WORKLOAD = """
entity user { id: int ~ sequence  count 1k }
table profile of user { age: int ~ uniform(18..90) }
query look(user) { get profile }
run free { query look  clients %d  for 2s }
run stalled { query look  rate %d/s  warmup 1s  for %ds }
""" % (CLIENTS, RATE, SECONDS)
results = Results("live")


class Staller:
    """Stops all processes that work below the scope's folder; spans are when it really did."""

    def __init__(self, scope, besides):
        self.scope, self.besides, self.spans = scope, besides, []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def send(self, pids, which):
        for pid in pids:
            try:
                os.kill(pid, which)
            except ProcessLookupError:
                pass

    def run(self):
        due = time.monotonic() + EVERY
        while not self.ended.wait(max(0, due - time.monotonic())):
            pids = [pid for pid, _ in self.scope.processes() if pid not in self.besides]
            self.send(pids, signal.SIGSTOP)
            began = time.monotonic()
            try:
                time.sleep(STALL)
            finally:
                self.send(pids, signal.SIGCONT)
            self.spans.append(time.monotonic() - began)
            due += EVERY

    def end(self):
        self.ended.set()
        self.thread.join()
        return self.spans


def measure(folder, name, settings, run, *more):
    file, out = os.path.join(folder, f"{name}.wkl"), os.path.join(folder, "result.json")
    with open(file, "w", encoding="utf-8") as f:
        f.write(f"{WORKLOAD}backend {KEYWORDS.get(name, name + ' {')} {setting_words(settings)} }}\n")
    done = subprocess.run([os.path.join(BUILD, "wklrun"), file, "-b", name, "--run", run, "--rounds", "1", "-q", "-o", out, *more], cwd="/",
                          env={**os.environ, **setting_variables(settings)}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=HANG)
    if done.returncode:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()[-300:]}")
    with open(out, encoding="utf-8") as f:
        return json.load(f)["results"][0]


def stalled(scope, name, settings):
    """P99 by what arithmetic says, and both in words."""
    free = measure(scope.folder, name, settings, "free")
    staller = Staller(scope, {os.getpid()})
    try:
        found = measure(scope.folder, name, settings, "stalled")
    finally:
        spans = staller.end()
    due = expected(spans, len(spans) * EVERY, RATE / free["throughput_per_s"], found["response_ns"]["p50"] / 1e9)
    p99 = found["response_ns"]["p99"] / 1e9
    return p99 / due, f"P99 {p99 * 1e3:.1f} ms, by arithmetic {due * 1e3:.1f} ms"


def held(scope, name, settings):
    said = []
    for _ in range(TRIES):
        ratio, words = stalled(scope, name, settings)
        said.append(words)
        if abs(ratio - 1) <= WITHIN:
            break
    results.expect(f"stall {name}", abs(ratio - 1) <= WITHIN, "; ".join(said))


def clients_at_work(scope, name, settings):
    """Little's law: throughput times mean response is how many clients there are; of so many tries one holds. Each has a connection, for which
    it never waits, however soon the server answers and however late the client is."""
    seen = []
    while len(seen) < TRIES and not (seen and abs(seen[-1] / CLIENTS - 1) < 0.05):
        free = measure(scope.folder, name, settings, "free")
        seen.append(free["throughput_per_s"] * free["response_ns"]["mean"] / 1e9)
        waited = free["client"]["wait_p99_ns"]
        results.expect(f"no wait for a connection {name}", not waited, f"up to {waited} ns (p99)")
    results.expect(f"clients at work {name}", abs(seen[-1] / CLIENTS - 1) < 0.05, f"{CLIENTS} clients, at work: {seen}")


def of_server(name, server):
    with Scope() as scope:
        servers = Servers(scope, f"{server}/{name}")
        try:
            servers.wait_done()
            state, text = servers.state(name)
            if state == "ready":
                clients_at_work(scope, name, servers.settings[name])
                held(scope, name, servers.settings[name])
            else:
                results.missing(f"stall {name}", state, text)
        finally:
            servers.close()


# The arithmetic is that of the open loop, which is one for all servers: on each push one of either kind says whether it holds.
for name, server in INSTANCES.items() if NIGHTLY else (("lakebase", "postgres"), ("dynamodb", "dynamodb")):
    results.attempt(f"stall {name}", of_server, name, server)
results.end()
