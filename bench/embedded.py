"""What needs no server: SQLite beside a tight loop, the memory backend, generated rows, many clients, memory over time."""
import math
import os
import re
import threading

from postgres import LOADED, POINT, ROWS, SELECT, compare, connect, load, wkl_reads
from tools import HERE, Result, Skip, built, find, median, percentile, put, put_each_time, put_rate, put_time, quartiles, ratios, take_turns

MIB = 2**20


def sqlite_loop(bench, *more):
    """CPU a read of the tight loop over one statement."""
    def once(seconds):
        ran = bench.run([built("bench/sqlite_loop", "libsqlite3-dev"), bench.path("point.db"), SELECT.replace(":aid", "?1"), str(ROWS),
                         str(seconds), *more], note=seconds > 0)
        return ran.cpu, int(ran.out.split()[0])
    base = bench.base(lambda: once(0))

    def side():
        cpu, n = once(bench.seconds)
        return {"cpu": bench.per_request(base, cpu, n)}
    return side


def sqlite(bench, goals):
    """CPU a read: one client, one statement; each read its own transaction, and all within one, which the goal is about."""
    path = f'path "{bench.path("point.db")}"'
    plain = bench.write("sqlite.wkl", f"backend sqlite {{ {path} }}\n")
    within = bench.write("within.wkl", f"backend sqlite {{ {path}   transaction on }}\n")
    bench.wklrun(POINT, "sqlite", "--targets", plain, "--only", "load", "--keep", note=False)

    def reads(target):
        return wkl_reads(bench, 1, backend="sqlite", options=(*LOADED, "-j", "1", "--targets", target))
    sides = {"wkl": reads(plain), "loop": sqlite_loop(bench)}
    known = bench.accepts(POINT, within)
    if known:
        sides.update(wkl_within=reads(within), loop_within=sqlite_loop(bench, "transaction"))
    figures = take_turns(bench.rounds, **sides)
    if known:
        yield from compare("within a transaction ÷ tight loop", figures["wkl_within"], figures["loop_within"], None, goals["cpu"], ("cpu",))
    yield from compare("each read a transaction ÷ tight loop", figures["wkl"], figures["loop"], None, None, ("cpu",))
    if not known:
        raise Skip("this wklc knows no `backend sqlite { transaction on }`")


def sysbench_events(bench, *more):
    """CPU of an event that sends nothing."""
    command = [find("sysbench", "sysbench"), os.path.join(HERE, "empty.lua"), "--threads=1", *more]

    def once(*limits):
        ran = bench.run(command + [*limits, "run"], note="--time=0" not in limits)
        return ran.cpu, int(re.search(r"total number of events:\s+(\d+)", ran.out)[1])
    base = bench.base(lambda: once("--events=1", "--time=0"))

    def side():
        cpu, n = once("--events=0", f"--time={max(1, round(bench.seconds))}")
        return {"cpu": bench.per_request(base, cpu, n)}
    return side


def memory(bench, goals):
    """CPU a request of a backend that answers at once from the generators: key drawn, answered, checked, both latencies recorded."""
    sides = {run: wkl_reads(bench, 1, run, backend="memory", options=("-j", "1")) for run in ("zipf_accounts", "accounts")}
    try:
        sides.update(empty=sysbench_events(bench), drawn=sysbench_events(bench, "--key=on", "--rand-type=uniform"))
        why = None
    except Skip as missing:
        why = missing
    figures = take_turns(bench.rounds, **sides)
    for run, name in (("zipf_accounts", "zipf(0.99)"), ("accounts", "uniform")):
        beside = [f"sysbench's {what} {put_each_time(figures[side], 'cpu')}" for side, what in
                  (("empty", "empty event"), ("drawn", "event with a uniform key, formatted")) if side in figures]
        yield Result(f"CPU a request, keys {name}", [f["cpu"] * 1e9 for f in figures[run]], put_each_time(figures[run], "cpu"),
                     ", ".join(beside) or "–", goals["zipf"] if run == "zipf_accounts" else None, " ns")
    if why:
        raise why


def generating(bench, goals):
    """Rows made and handed to nobody, on one core; the last form that bench/gen tells is how loading makes them."""
    found = {}
    for _ in range(bench.rounds):
        ran = bench.run([built("bench/gen"), "rows"])
        for form, ns in re.findall(r"^(row[^:]*): 5 uniform columns\s+([\d.]+) ns", ran.out, re.M):
            found.setdefault(form, []).append(1e9 / float(ns))
    for form, rates in found.items():
        yield Result(f"{form}: 5 columns, rows a second and core", [r / 1e6 for r in rates], put_rate(median(rates), "rows"), "–",
                     goals["rows"] if form == list(found)[-1] else None, " M/s")


def many_clients(bench, goals):
    """10,000 open-loop clients, answers after exactly 5 ms: how far is P99 from that?"""
    delay = 0.005
    target = bench.write("late.wkl", f"backend memory {{ delay {delay * 1e3:g}ms }}\n")
    rate = 20_000
    found = []
    for _ in range(bench.rounds):
        _, result = bench.wklrun(POINT, "memory", "--targets", target, "--run", "accounts", "-c", "10000", "--connections", "10000",
                                 "-R", str(rate), "-T", f"{bench.seconds}s", "--rounds", "1", "-j", "1")
        found.append(result["results"][0])
    p99 = [r["response_ns"]["p99"] / 1e9 for r in found]
    yield Result(f"response P99 ÷ 5 ms, {put_rate(rate)} due", [p / delay for p in p99],
                 f"{put_time(median(p99))}, answered {put_rate(median([r['throughput_per_s'] for r in found]))}",
                 f"{put_time(delay)} by arithmetic", goals["p99"])


def timers(bench, goals):
    """How late one thread begins the requests of an open loop, which nothing but its timer holds up."""
    for rate in (100, 1_000, 10_000, 50_000):
        found = []
        for _ in range(bench.rounds):
            _, result = bench.wklrun(POINT, "memory", "--run", "accounts", "-R", str(rate), "-T", f"{max(bench.seconds, 300 / rate)}s", "--rounds", "1",
                                     "-j", "1")
            found.append(result["results"][0]["client"]["lag_p99_ns"] / 1e3)
        yield Result(f"schedule lag P99 at {put_rate(rate)}", found, put_time(median(found) / 1e6), "–", goals["late"], " µs")


# ---- memory over time ----

def watch_memory(samples):
    """For Bench.run: notes the bytes that a process has resident ten times a second while it lives."""
    def during(pid):
        ended = threading.Event()

        def watch():
            while not ended.wait(0.1):
                try:
                    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
                        samples.append(int(re.search(r"VmRSS:\s*(\d+)", f.read())[1]) * 1024)
                except (OSError, TypeError):
                    return    # it has ended
        thread = threading.Thread(target=watch)
        thread.start()

        def after():
            ended.set()
            thread.join()
        return after
    return during


def early_and_late(samples):
    """Medians of the second and of the last fifth of the samples; NaN where there are too few."""
    fifth = len(samples) // 5
    return (median(samples[fifth:2 * fifth]), median(samples[-fifth:])) if fifth else (math.nan, math.nan)


def soak(bench, goals, backend="memory", options=()):
    """A long run at 10,000 requests a second: what is resident near its end beside what was near its start."""
    samples = []
    ran, result = bench.wklrun(POINT, backend, *options, "--run", "accounts", "-c", "64", "-R", "10000", "-T", f"{bench.soak:g}s",
                               "--rounds", "1", during=watch_memory(samples), limit=bench.soak + 300)
    early, late = early_and_late(samples)
    what = f"{put(early / MIB)} MiB early, {put(late / MIB)} MiB near the end"
    yield Result(f"{backend}: resident at the end ÷ early, {put(bench.soak)} s at {put_rate(result['results'][0]['throughput_per_s'])}",
                 [late / early], what, "–", goals["flat"])
    yield Result(f"{backend}: most resident", [ran.rss / MIB], f"{put(ran.rss / MIB)} MiB", "–", goals["most"], " MiB")


def soak_postgres(bench, goals):
    connect(bench)
    load(bench)
    yield from soak(bench, goals, "postgres", LOADED)
