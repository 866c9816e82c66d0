#!/usr/bin/env python3
"""make bench: what wkl costs beside its peers, side by side in one run. README.md in this folder says how each figure is made.

    make bench                           all measurements; the results go to bench/RESULTS.md
    make bench BENCH=point_read,load     some of them; printed, and written only with BENCH_OUTPUT=FILE
    make bench QUICK=1                   one short round of each, for a look whether everything still works
    BENCH_SECONDS=5 BENCH_ROUNDS=9 BENCH_SOAK=3600    how long a side is measured, how often, and how long memory is watched"""
import argparse
import collections
import datetime
import os
import platform
import re
import signal
import subprocess
import sys
import time
import traceback

import aa
import embedded
import http_request
import loading
import postgres
import procedure
import stall
import writes
from tools import HERE, Bench, Failed, Skip, goal_text, put, servers

PAIRS = 15    # rounds of the point read
MET = {None: "–", True: "yes", False: "**no**"}



Measurement = collections.namedtuple("Measurement", "name title measure goals")
# Neighbours share a server. A goal is a relation and a number; "within" is a distance from 1.
MEASUREMENTS = [
    Measurement("point_read", "Prepared point read, PostgreSQL on a Unix socket", postgres.point_read,
                {"throughput": ("≥", 1.0), "cpu": ("≤", 0.75)}),
    Measurement("pipelined", "Sixteen queries a sync, PostgreSQL", postgres.pipelined, {"cpu": ("≤", 0.65)}),
    Measurement("load", "Loading PostgreSQL", loading.load, {"copy": ("≥", 0.9), "pgbench": ("≥", 1.5)}),
    Measurement("stall", "Open loop, the server stopped for 100 ms each second", stall.both,
                {"pgbench": ("within", 0.05), "arithmetic": ("within", 0.10)}),
    Measurement("binpacked", "Thirty tables by one procedure, PostgreSQL", procedure.binpacked, {"p50": ("≤", 0.45)}),
    Measurement("writes_postgres", "One row written by a statement, PostgreSQL on a Unix socket", writes.postgres,
                {"loop": ("≤", 1.15), "pgbench": ("≥", 1.0)}),
    Measurement("bulk_postgres", "A thousand rows inserted at once, PostgreSQL on a Unix socket", writes.bulk,
                {"rows": ("≥", 0.9), "cpu": ("≤", 1.3), "many": ("≥", 2.5)}),
    Measurement("sysbench_postgres", "Prepared point read beside sysbench, PostgreSQL", postgres.sysbench_postgres, {}),
    Measurement("soak_postgres", "Memory over time, PostgreSQL", embedded.soak_postgres, {"flat": ("≤", 1.05), "most": ("≤", 64)}),
    Measurement("sysbench_mariadb", "Prepared point read beside sysbench, MariaDB", postgres.sysbench_mariadb, {}),
    Measurement("writes_mariadb", "One row written by a statement, MariaDB", writes.mariadb, {"throughput": ("≥", 1.0), "cpu": ("≤", 1.0)}),
    Measurement("writes_dynamodb", "Items written, DynamoDB", writes.dynamodb, {"libcurl": ("≤", 1.15), "boto3": ("≤", 1 / 15)}),
    Measurement("signed_request", "A signed request to DynamoDB", http_request.signed_request, {"libcurl": ("≤", 1.15)}),
    Measurement("sqlite", "Point read, SQLite", embedded.sqlite, {"cpu": ("≤", 1.15)}),
    Measurement("writes_sqlite", "Rows written, SQLite", writes.sqlite, {"loop": ("≤", 1.15)}),
    Measurement("memory", "wkl alone: the memory backend", embedded.memory, {"zipf": ("≤", 200)}),
    Measurement("generating", "Generating rows", embedded.generating, {"rows": ("≥", 10)}),
    Measurement("many_clients", "10,000 open-loop clients, memory backend with 5 ms delay", embedded.many_clients,
                {"p99": ("within", 0.01)}),
    Measurement("timers", "Starts of an open loop, memory backend", embedded.timers, {"late": ("≤", 50)}),
    Measurement("soak", "Memory over time, wkl alone", embedded.soak, {"flat": ("≤", 1.05), "most": ("≤", 64)}),
    Measurement("aa", "A/A: two measurements of the same thing", aa.measure, {"wrong": ("≤", 0.05)}),
]


def arguments():
    env = os.environ.get
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0], usage="bench.py [OPTIONS] [MEASUREMENT…]")
    p.add_argument("names", nargs="*", metavar="MEASUREMENT", help="only these: " + ", ".join(m.name for m in MEASUREMENTS))
    p.add_argument("--quick", action="store_true", help="one short round of each")
    p.add_argument("--seconds", type=float, default=float(env("BENCH_SECONDS") or 0), help="of each side in each round (3; quick: 0.5)")
    p.add_argument("--rounds", type=int, default=int(env("BENCH_ROUNDS") or 0), help="of each measurement (5, point_read 15; quick: 1)")
    p.add_argument("--soak", type=float, default=float(env("BENCH_SOAK") or 0), help="seconds that memory is watched (60; quick: 2)")
    p.add_argument("-o", "--output", help="the report; - is standard output")
    a = p.parse_args()
    a.names = [n for word in a.names for n in word.split(",") if n]
    known = [m.name for m in MEASUREMENTS]
    for name in a.names:
        if name not in known:
            p.error(f"no measurement '{name}': there are {', '.join(known)}")
    a.seconds = a.seconds or (0.5 if a.quick else 3)
    a.soak = a.soak or (2 if a.quick else 60)
    return a


# ---- the report ----

def version_of(command, pattern=r"[\d][\w.+-]*"):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        return re.search(pattern, done.stdout + done.stderr)[0]
    except (OSError, TypeError, subprocess.TimeoutExpired):
        return None


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        cpu = re.search(r"model name\s*:\s*(.*)", f.read())
    with open("/proc/meminfo", encoding="utf-8") as f:
        memory = int(re.search(r"MemTotal:\s*(\d+)", f.read())[1]) * 1024
    system = f"{platform.system()} {platform.release()}"
    return f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory / 2**30:.0f} GiB, {system}"


def load_average():
    return "%.2f %.2f %.2f" % os.getloadavg()


def goals_table(sections):
    """What was aimed at, in short; a goal that was not measured is in it too."""
    lines = ["\n## Goals\n", "| | | ratio | goal | met |", "|---|---|---|---|---|"]
    for m, results, _ in sections:
        judged = [r for r in results if r.goal]
        for r in judged:
            lines.append(f"| {m.title} | {r.name} | **{put(r.value)}{r.unit}** | {r.goal_text()} | {MET[r.met()]} |")
        if m.goals and not judged:
            lines.append(f"| {m.title} | | – | {', '.join(goal_text(g) for g in m.goals.values())} | not measured |")
    return lines


def section(title, results, skipped):
    lines = [f"\n## {title}\n"]
    if results:
        lines += ["| | ratio | quartiles | goal | met | wkl | peer |", "|---|---|---|---|---|---|---|"]
        for r in results:
            lines.append(f"| {r.name} | **{put(r.value)}{r.unit}** | {r.spread_text()} | {r.goal_text()} | {MET[r.met()]} | {r.ours} | "
                         f"{r.theirs} |")
    lines += [f"\nNot measured: {why}" if results else f"Not measured: {why}" for why in skipped]
    return lines


class Report:
    def __init__(self, bench, options):
        self.bench, self.options, self.began, self.load = bench, options, datetime.datetime.now(datetime.timezone.utc), load_average()
        self.sections = []

    def add(self, measurement, results, skipped):
        self.sections.append((measurement, results, skipped))

    def versions(self):
        found = {"wkl": version_of([os.path.join(servers.BUILD, "wklrun"), "--version"])}
        for name, command in (("pgbench", ["pgbench", "--version"]), ("sysbench", ["sysbench", "--version"]), ("wrk", ["wrk", "-v"]),
                              ("libcurl", ["curl-config", "--version"]), ("compiler", ["cc", "-dumpfullversion"])):
            found[name] = version_of(command, r"\d+\.[\w.+-]*\d")
        return ", ".join([f"{k} {v}" for k, v in found.items() if v] + sorted(self.bench.versions.values()))

    def text(self):
        o, b = self.options, self.bench
        goals = [r.met() for _, results, _ in self.sections for r in results if r.met() is not None]
        head = ["# What wkl costs beside its peers", "",
                "Written by `make bench`; [README.md](README.md) says how each figure is made. Ratios are wkl's figure by the peer's,",
                "medians of interleaved rounds with their quartiles; what the figures themselves are depends on the machine.", "",
                f"- {self.began:%Y-%m-%d %H:%M} UTC, {'quick' if o.quick else 'full'} form: {put(b.seconds)} s a side, {b.rounds} "
                f"round{'s' * (b.rounds > 1)} ({b.pairs} of the point read)",
                f"- {machine()}; load average {self.load} at the start, {load_average()} at the end"
                " (about 0 is an idle machine: others' work is in the figures)",
                f"- {self.versions()}",
                f"- goals met: {sum(goals)} of {len(goals)} measured"]
        if o.quick:
            head.append("- a quick form looks whether everything works: one short round says little about a goal")
        body = [line for m, results, skipped in self.sections for line in section(m.title, results, skipped)]
        commands = ["\n## Commands\n", "Of each form the first that was given.\n"]
        for m, _, _ in self.sections:
            commands += [f"- {m.name}"] + [f"  - `{c}`" for c in b.commands.get(m.name, {})]
        return "\n".join(head + goals_table(self.sections) + body + commands) + "\n"


# ---- the run ----

def measure(bench, m):
    """Results, and why there are not more of them. A measurement that breaks is told and does not end the others."""
    bench.current, results, began = m.name, [], time.monotonic()
    try:
        for result in m.measure(bench, m.goals):
            results.append(result)
            met = {None: "", True: ", met", False: ", NOT met"}[result.met()]
            print(f"{m.name}: {result.name}: {put(result.value)}{result.unit} ({result.spread_text()}; goal {result.goal_text()}{met}) "
                  f"wkl {result.ours}, peer {result.theirs}", flush=True)
    except Skip as why:
        print(f"{m.name}: skipped: {why}", flush=True)
        return results, [str(why)], False
    except Exception as why:    # whatever it is: the report has to say so
        if not isinstance(why, Failed):
            traceback.print_exc()
        print(f"{m.name}: FAILED: {why}", flush=True)
        return results, [f"it failed: {why}"], True
    finally:
        print(f"{m.name}: {put(time.monotonic() - began)} s", flush=True)
    return results, [], False


def main():
    options, failed = arguments(), 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))    # as after SIGINT, what was started is ended
    wanted = [m for m in MEASUREMENTS if not options.names or m.name in options.names]
    with servers.Scope() as scope:
        rounds = options.rounds or (1 if options.quick else 5)
        bench = Bench(scope, options.seconds, rounds, options.quick, options.soak)
        bench.pairs = options.rounds or (1 if options.quick else PAIRS)
        report = Report(bench, options)
        try:
            for m in wanted:
                results, skipped, broke = measure(bench, m)
                report.add(m, results, skipped)
                failed += broke
        finally:
            bench.close_server()
        text = report.text()
    output = options.output or (os.path.join(HERE, "RESULTS.md") if not options.names and not options.quick else None)
    if output == "-":
        print(text, end="")
    elif output:
        with open(output, "w", encoding="utf-8") as f:
            f.write(text)
        print(f"written: {output}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
