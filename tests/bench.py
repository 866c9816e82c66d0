#!/usr/bin/env python3
"""What bench/ reckons with, and its measurements that need no server, in a form so short that the figures mean nothing. How fast
anything is decides nothing here."""
import math
import os
import random
import subprocess
import sys
import tempfile

from checks import SOURCE, check, end

BENCH = os.path.join(SOURCE, "bench")
sys.path.insert(0, BENCH)
import bench  # noqa: E402
import embedded  # noqa: E402
import loading  # noqa: E402
import stall  # noqa: E402
import tools  # noqa: E402


def expect(what, found, wanted):
    check(found == wanted, f"{what}: {found!r}, not {wanted!r}")


def near(what, found, wanted, within):
    check(abs(found - wanted) <= within * wanted, f"{what}: {found}, not {wanted} within {within:.0%}")


def statistics():
    values = list(range(1, 101))
    expect("p99 of 1 … 100", tools.percentile(values, 0.99), 99)
    expect("p50 of 1 … 100", tools.percentile(values, 0.5), 50)
    expect("p100 of 1 … 100", tools.percentile(values, 1), 100)
    expect("p99 of one", tools.percentile([7], 0.99), 7)
    expect("p99 of none, as of a client that did not get to its first request", math.isnan(tools.percentile([], 0.99)), True)
    expect("quartiles of few", tools.quartiles([3, 1, 2]), (1, 3))
    expect("quartiles", tools.quartiles([1, 2, 3, 4, 5]), (2, 4))
    order = []
    sides = {name: (lambda n=name: order.append(n) or {"x": 1}) for name in "abc"}
    figures = tools.take_turns(3, **sides)
    expect("turns", "".join(order), "abcbcacab")
    expect("rounds of each side", {k: len(v) for k, v in figures.items()}, {"a": 3, "b": 3, "c": 3})
    expect("ratios round by round", tools.ratios([{"x": 6}, {"x": 1}], [{"x": 2}, {"x": 4}], "x"), [3, 0.25])


def goals():
    def met(values, goal):
        return tools.Result("", values, "", "", goal).met()
    expect("without a goal", met([1], None), None)
    expect("at least", [met([v], ("≥", 1.0)) for v in (0.99, 1.0)], [False, True])
    expect("at most", [met([v], ("≤", 0.75)) for v in (0.75, 0.76)], [True, False])
    expect("within", [met([v], ("within", 0.05)) for v in (0.94, 0.96, 1.04, 1.06)], [False, True, True, False])
    expect("the median decides", met([0.1, 1.1, 1.2], ("≥", 1.0)), True)
    expect("figures in words", [tools.put(v) for v in (0, 0.01234, 0.5, 1.234, 56.78, 910.1, 12345, 6.5e6)],
           ["0", "0.0123", "0.500", "1.23", "56.8", "910", "12,345", "6.50 M"])
    expect("what could not be told is left out", tools.Result("", [math.nan, 2.0, 4.0], "", "").value, 3.0)
    expect("nothing could be told", (met([math.nan], ("≤", 1)), tools.put(math.nan)), (None, "too short to say"))
    expect("early and late", embedded.early_and_late([9, 1, 2, 3, 4, 5, 6, 7, 8, 7]), (2.5, 7.5))
    expect("early and late of too few", math.isnan(embedded.early_and_late([1, 2, 3])[0]), True)
    expect("CPU a request", tools.Bench.per_request((0.5, 10), 2.5, 1010), 0.002)
    expect("CPU within the noise", math.isnan(tools.Bench.per_request((0.5, 10), 0.55, 1010)), True)
    expect("times in words", [tools.put_time(v) for v in (2e-7, 3e-5, 0.09, 4)], ["200 ns", "30.0 µs", "90.0 ms", "4.00 s"])


def report():
    """A goal that could not be told counts neither as met nor as missed, and one that was not measured is named."""
    names = ["load", "stall", "memory"]
    options = type("", (), {"quick": True, "names": names})
    doing = type("", (), {"seconds": 1, "rounds": 1, "pairs": 1, "versions": {}, "commands": {"load": {"a --command": True}}})
    r = bench.Report(doing, options)
    of = {m.name: m for m in bench.MEASUREMENTS}
    r.add(of["load"], [tools.Result("one", [2.0], "", "", ("≥", 1.5)), tools.Result("two", [1.0], "", "", ("≥", 1.5)),
                       tools.Result("three", [math.nan], "", "", ("≥", 1.5)), tools.Result("four", [0.5], "", "")], [])
    r.add(of["stall"], [], ["no server: install one"])
    text = r.text()
    for line in ("- goals met: 1 of 2 measured", "| Loading PostgreSQL | one | **2.00** | ≥ 1.50 | yes |",
                 "| Loading PostgreSQL | two | **1.00** | ≥ 1.50 | **no** |",
                 "| Loading PostgreSQL | three | **too short to say** | ≥ 1.50 | – |",
                 f"| {of['stall'].title} | | – | within 5 %, within 10 % | not measured |", "Not measured: no server: install one",
                 "  - `a --command`"):
        expect(f"the report has '{line}'", line in text.split("\n"), True)


def simulate(stalls, seconds, rate, service):
    """Response times of one server that stops at each full second, arrivals by chance, first come first served."""
    r, at, free, found = random.Random(7), 0.0, 0.0, []
    while True:
        at += r.expovariate(rate)
        if at >= seconds:
            return found
        free = max(free, at)
        second = int(free)
        if free - second < stalls:
            free = second + stalls
        free += service
        found.append(free - at)


def arithmetic():
    """The formula of the stall, beside a simulation of what it is a formula of."""
    near("idle server", stall.expected([0.1] * 10, 10, 0.0), 0.09, 1e-6)
    near("stalls of two lengths", stall.expected([0.1, 0.2], 2, 0.0), 0.18, 1e-6)
    expect("no stall", stall.expected([], 5, 0.0), 0.0)
    for rate, service in ((500, 50e-6), (2000, 200e-6)):
        p99 = tools.percentile(simulate(0.1, 400, rate, service), 0.99)
        near(f"simulated at {rate}/s", stall.expected([0.1] * 400, 400, rate * service, service), p99, 0.02)


def log_lines():
    """What the server says of a statement's time, however it was sent."""
    text = ("2026-01-31 10:00:01.500 UTC [77] LOG:  duration: 500.000 ms  statement: COPY \"five\" FROM STDIN (FORMAT binary)\n"
            "2026-01-31 10:00:02.000 UTC [78] LOG:  duration: 800.000 ms  execute <unnamed>: copy five from stdin\n"
            "2026-01-31 10:00:09.000 UTC [77] LOG:  duration: 3.000 ms  statement: COMMIT\n")
    expect("statements found", [(ms, words.split()[0]) for _, ms, words in loading.TIMED.findall(text)],
           [("500.000", "COPY"), ("800.000", "copy"), ("3.000", "COMMIT")])

    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as f:
        log = loading.Log(f.name)
        f.write(text)
        f.flush()
        near("two COPYs that overlap, from first start to last end", log.seconds(r'copy "?five"?\b'), 1.0, 1e-6)
        expect("what was not there", log.seconds("vacuum"), 0.0)


def measurements():
    """Those without servers, and what the command says of a wrong name."""
    names = ["sqlite", "memory", "generating", "many_clients", "timers", "soak"]
    command = [sys.executable, os.path.join(BENCH, "bench.py"), "--quick", "--seconds", "0.05", "--soak", "0.5", "-o", "-"]
    done = subprocess.run(command + [",".join(names)], capture_output=True, text=True, timeout=300)
    expect("exit code", (done.returncode, done.stdout[-500:] + done.stderr[-500:] if done.returncode else ""), (0, ""))
    for m in bench.MEASUREMENTS:
        expect(f"'{m.title}' is in the report", f"## {m.title}\n" in done.stdout, m.name in names)
    wrong = subprocess.run(command + ["sqlte"], capture_output=True, text=True, timeout=60)
    expect("a wrong name", (wrong.returncode, "no measurement 'sqlte': there are point_read," in wrong.stderr), (2, True))
    with open(os.path.join(BENCH, "README.md"), encoding="utf-8") as f:
        text = f.read()
    for m in bench.MEASUREMENTS:
        expect(f"README.md tells of {m.name}", f"| `{m.name}` |" in text, True)


for test in (statistics, goals, report, arithmetic, log_lines, measurements):
    test()
end()
