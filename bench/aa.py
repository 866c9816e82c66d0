#!/usr/bin/env python3
"""The same backend under two names: how often does wklrun call them different? By itself, or as `make bench BENCH=aa`.

usage: bench/aa.py [--runs N] [--time DURATION] [--backends LIST] [--build DIR] [--write FILE]

Each run is one of `memory` or `sqlite` as `a` and as `b`, in a closed loop of 4 clients with two strategies: 6 comparisons a run of the two
names (p50, p99, throughput for each strategy), of which none should be claimed. A run counts as wrong where any is. The share of wrong runs
may be 5 % in the long run; the table gives the 95 % interval of the share that was seen (Clopper and Pearson), for the usual noise threshold
of 2 % and for none (what the intervals alone do; the same runs, reported again). With --write the table goes into FILE between its markers."""
import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WORKLOAD = """
workload same_twice
param keys = 2000
entity card { id: char(16) ~ hex  count keys }
table rates[w in [30d, 90d, 365d]] of card { n: int ~ uniform(0..1000)  word: string(40) ~ text(40)  rows 90% }
query all(card) { get rates[*] }
run go { query all  strategy single, binpacked  keys zipf(0.99)  clients 4  warmup 300ms  for 3s }
"""
THRESHOLDS = 0.02, 0.0
MARKS = "<!-- same twice -->\n", "<!-- end -->\n"


class Uncomparable(Exception):
    """No run was good enough to be compared: the machine is too busy."""


def judge(build, result, noise, folder):
    """The comparisons of the two names in a result, reported with this threshold."""
    out = os.path.join(folder, "judged.json")
    subprocess.run([os.path.join(build, "wklrun"), "--report", result, "-q", "--noise", f"{100 * noise}%", "-o", out], check=True, timeout=60)
    with open(out, encoding="utf-8") as f:
        report = json.load(f)
    unranked = [e["unranked"] for e in report["results"] if not e["ranked"]]
    return [c for c in report["comparisons"] if c["kind"] == "backends"], unranked


def run_once(build, backend, seconds, folder):
    """Measures; the path of the result."""
    path, out = os.path.join(folder, "aa.wkl"), os.path.join(folder, "r.json")
    with open(path, "w", encoding="utf-8") as f:
        f.write(WORKLOAD + f"backend {backend} as a {{ }}\nbackend {backend} as b {{ }}\n")
    subprocess.run([os.path.join(build, "wklrun"), path, "-b", "a,b", "-q", "-T", seconds, "-o", out], check=True, timeout=600,
                   stdout=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=folder))
    return out


def beta_quantile(p, a, b):
    """Of the beta distribution with whole a and b, by bisection on the binomial sum."""
    from math import comb
    n = a + b - 1
    low, high = 0.0, 1.0
    for _ in range(60):
        x = (low + high) / 2
        if sum(comb(n, k) * x ** k * (1 - x) ** (n - k) for k in range(a, n + 1)) < p:
            low = x
        else:
            high = x
    return (low + high) / 2


def interval(wrong, n):
    return (beta_quantile(0.025, wrong, n - wrong + 1) if wrong else 0.0, beta_quantile(0.975, wrong + 1, n - wrong) if wrong < n else 1.0)


def row(backend, threshold, wrong, n):
    low, high = interval(wrong, n)
    return f"| {backend} | {threshold} | {n} | {wrong} | {100 * wrong / n:.1f} % | {100 * low:.1f} % to {100 * high:.1f} % |"


def measure_backend(build, backend, runs, seconds):
    """Wrong runs by threshold, runs, and the differences that were found, without their signs."""
    wrong, n, changes = dict.fromkeys(THRESHOLDS, 0), 0, []
    with tempfile.TemporaryDirectory(prefix="wkl-aa-") as folder:
        for i in range(runs):
            result = run_once(build, backend, seconds, folder)
            judged = {threshold: judge(build, result, threshold, folder) for threshold in THRESHOLDS}
            comparisons, unranked = judged[THRESHOLDS[0]]
            if unranked or not comparisons:
                print(f"{backend} {i + 1}/{runs}: left out, not ranked: {unranked}", file=sys.stderr)
                continue
            n += 1
            for threshold, (found, _) in judged.items():
                claims = [c for c in found if c["verdict"] in ("faster", "slower")]
                wrong[threshold] += bool(claims)
                for c in claims:
                    print(f"    {threshold:.0%}: {c['strategy']}, {c['metric']}: {c['change']:+.1%} ({c['ci95'][0]:+.1%} to {c['ci95'][1]:+.1%})",
                          file=sys.stderr)
            changes += [abs(c["change"]) for c in comparisons if c["change"] is not None]
            print(f"{backend} {i + 1}/{runs}: wrong so far {wrong}", file=sys.stderr)
    if not n:
        raise Uncomparable(f"nothing of {backend} could be compared: no run was ranked")
    return wrong, n, sorted(changes)


def measure(bench, goals):
    """For bench.py: the share of wrong runs. The quick form has one of each, whose share says nothing about the goal."""
    from tools import Result, Skip, built
    build, runs, seconds = os.path.dirname(built("wklrun")), 1 if bench.quick else 40, "300ms" if bench.quick else "3s"
    for backend in ("memory", "sqlite"):
        try:
            wrong, n, changes = measure_backend(build, backend, runs, seconds)
        except Uncomparable as why:
            raise Skip(str(why)) from None
        for threshold, count in wrong.items():
            yield Result(f"{backend}: share of runs that call it different from itself, noise threshold {threshold:.0%}", [count / n],
                         f"{count} of {n} runs", f"greatest difference found: {changes[-1]:.1%}", None if bench.quick else goals["wrong"])


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--runs", type=int, default=40)
    args.add_argument("--time", default="3s")
    args.add_argument("--backends", default="memory,sqlite")
    args.add_argument("--build", default=os.environ.get("WKL_BUILD", os.path.join(HERE, "..", "build")))
    args.add_argument("--write")
    args = args.parse_args()
    lines = ["| backend | noise threshold | runs | wrong | share | 95 % interval |", "|---|--:|--:|--:|--:|--:|"]
    for backend in args.backends.split(","):
        wrong, n, changes = measure_backend(os.path.abspath(args.build), backend, args.runs, args.time)
        lines += [row(backend, f"{threshold:.0%}", count, n) for threshold, count in wrong.items()]
        print(f"{backend}: differences between the same: median {changes[len(changes) // 2]:.4f}, greatest {changes[-1]:.4f}", file=sys.stderr)
    cpu = next((l.split(":", 1)[1].strip() for l in open("/proc/cpuinfo", encoding="utf-8") if l.startswith("model name")), platform.machine())
    text = "\n".join(lines) + f"\n\n{time.strftime('%Y-%m-%d')}, {cpu}, {os.cpu_count()} cores, {args.time} of measuring for each name and strategy.\n"
    print(text)
    if args.write:
        with open(args.write, encoding="utf-8") as f:
            page = f.read()
        page, count = re.subn(re.escape(MARKS[0]) + ".*?" + re.escape(MARKS[1]), lambda m: MARKS[0] + text + MARKS[1], page, flags=re.S)
        assert count == 1, f"{args.write} has no {MARKS[0].strip()} … {MARKS[1].strip()}"
        with open(args.write, "w", encoding="utf-8") as f:
            f.write(page)


if __name__ == "__main__":
    main()
