#!/usr/bin/env python3
"""What is timed, by laws that hold however fast the machine is: requests in flight (Little's law), the wait for a connection or for one's turn,
arrivals of an open loop, and that no request's cost grows as the square of its keys."""
import csv

import wkl
from wkl import FINE, TINY

RUN = "run go { query one  for 1s }\n"


def entry_of(place, file, backend, *args):
    entry, = place.measure(FINE, file, "-b", backend, *args)[0]["results"]
    return entry


def in_flight(entry, think=0):
    return entry["throughput_per_s"] * (entry["response_ns"]["mean"] / 1e9 + think)


def holds(place, clients, think, *asked):
    def at_work():
        seen = in_flight(entry_of(place, *asked, "-c", str(clients)), think)
        assert abs(seen / clients - 1) < 0.05, (asked, clients, seen)
    wkl.one_of_five(at_work)


def test_littles_law(place):
    """Clients are at work all the time: throughput times mean response is how many there are, also where a thread answers one at a time."""
    for name, block in (("memory", ""), ("memory", "backend memory { delay 2ms }\n"), ("sqlite", "")):
        file = place.write("law.wkl", TINY + RUN + block)
        for clients in (1, 8, 64):
            for jobs in (1, 2):
                holds(place, clients, 0, file, name, "-j", str(jobs), "-T", "600ms", "--rounds", "2")


def test_littles_law_with_pauses(place):
    """A client that thinks is free when it has thought, whether the worker has time for it then or not."""
    file = place.write("think.wkl", TINY + "run go { query one  think 20ms  warmup 200ms  for 2s }\n")
    for name in ("memory", "sqlite"):
        holds(place, 2000, 0.02, file, name, "-j", "1", "--rounds", "1")


def test_littles_law_at_the_ends(place):
    """However long an answer takes beside a round: the clients' own times count, not the last one's, with few connections and a warm-up too."""
    file = place.write("ends.wkl", TINY + RUN + "backend memory { delay 20ms }\n")
    for args in (("-T", "400ms"), ("-T", "400ms", "--connections", "3"), ("-T", "400ms", "-w", "200ms"), ("-n", "130", "-j", "2")):
        entry = entry_of(place, file, "memory", "-c", "12", "--rounds", "2", *args)
        assert abs(in_flight(entry) / 12 - 1) < 0.05, (args, in_flight(entry))


def test_littles_law_where_thinking_is_long(place):
    """Rounds that are shorter than the think time: a client's first request comes at once, and what it thinks after the last one is its time
    too. The client's CPU time is held against the time that passed, which is another."""
    file = place.write("long.wkl", TINY + "run go { query one  think 700ms  for 500ms }\n")
    for args in (("-T", "500ms"), ("-n", "40")):
        for name in ("memory", "sqlite"):
            entry = entry_of(place, file, name, "-c", "20", "--rounds", "2", *args)
            assert abs(in_flight(entry, 0.7) / 20 - 1) < 0.02, (args, name, in_flight(entry, 0.7))
            assert entry["seconds"] > 1.39 and entry["client"]["cpu_fraction"] <= 1, entry
            assert abs(entry["client"]["cpu_ns"] / 1e9 / entry["client"]["seconds"] / entry["client"]["cpu_fraction"] - 1) < 0.01, entry["client"]


def test_littles_law_where_answers_come_after_the_end(place):
    """Requests of 60 ms in rounds of 200 ms: the last one is answered 40 ms after the end, which is time that its client was at work, also
    where it has a moment's thought behind it."""
    file = place.write("after.wkl", TINY + "run go { query one  think 1ms  for 400ms }\nbackend memory { delay 60ms }\n")
    holds(place, 3, 0.001, file, "memory", "--rounds", "2")


def test_parts_make_the_whole(place):
    """Where a request is one call, response is wait and service, and in an open loop lag: nothing is lost between them, and the log's
    lines have the same sums."""
    path = place.path("parts.csv")
    for block in ("", "backend memory { delay 3ms  connections 2 }\n"):
        file = place.write("parts.wkl", TINY + RUN + block)
        for args in (("-c", "8", "-n", "400"), ("-R", "500", "-T", "400ms", "-w", "0s")):
            entry = entry_of(place, file, "memory", "--rounds", "2", "--log", path, *args)
            sums = {name: h["sum_ns"] if h else 0 for name, h in entry["histograms"].items()}
            assert sums["response"] == sums["wait"] + sums["service"] + sums["lag"], (block, args, sums)
            with open(path, encoding="utf-8", newline="") as f:
                lines = list(csv.DictReader(f))
            for name in ("response", "service"):
                assert sum(int(line[f"{name}_ns"]) for line in lines) == sums[name], (block, args, name)


def test_a_first_start_is_no_wait_for_a_connection(place):
    """Four clients of a server with a connection for each, few requests: that they begin one after another is no want of connections."""
    file = place.write("idle.wkl", TINY + RUN + "backend memory { delay 1ms }\n")
    entry = entry_of(place, file, "memory", "-c", "4", "--connections", "64", "-n", "60", "-j", "1")
    assert entry["client"]["wait_p99_ns"] == 0 and entry["client"]["limit"] != "connections", entry["client"]
    for name in ("memory", "sqlite"):
        alone = entry_of(place, place.write("alone.wkl", TINY + RUN), name, "-c", "1", "-n", "40", "-j", "1")
        assert alone["client"]["limit"] is None, (name, alone["client"])


def test_turns_are_waited_for(place):
    """Where one request is answered at a time, 64 clients wait 64 times as long as one; the database takes as long as ever."""
    file = place.write("turns.wkl", TINY + RUN)
    for name in ("memory", "sqlite"):
        many = entry_of(place, file, name, "-c", "64", "-j", "1", "-T", "600ms", "--rounds", "2")
        assert many["client"]["at_once"] == 1, many["client"]
        ratio = many["response_ns"]["mean"] / many["service_ns"]["mean"]
        assert many["response_ns"]["p50"] > 20 * many["service_ns"]["p50"] and ratio > 20, (name, ratio)


def test_what_turns_mean_is_said_once(place):
    """With --details each strategy has its figure, and the first of a backend what it means and what to do about it."""
    file = place.write("once.wkl", TINY + "run go { query all  strategy single, batch, binpacked  clients 8  for 900 requests }\n")
    said = " ".join(place.wklrun(file, "-b", "sqlite,memory", "-j", "1", "--details").expect(FINE).out.split())
    assert said.count("for their turn (p99)") == 6 and said.count("use more --jobs where there are CPUs for them") == 2, said


def test_how_many_at_work_is_said(place):
    """Beside each other stand a backend that answers one request at a time and one that has 8: the reports say so, and only then."""
    run = TINY + "run go { query one  clients 8  for 160 requests }\n"
    for block, said in (("backend memory { delay 2ms }\n", True), ("", False)):
        file = place.write("beside.wkl", run + block)
        for name in ("beside.txt", "beside.html"):
            place.wklrun(file, "-b", "sqlite,memory", "-q", "-j", "1", "-o", place.path(name)).expect(FINE)
            with open(place.path(name), encoding="utf-8") as f:
                text = " ".join(f.read().split())
            assert ("in flight at most: sqlite 1, others 8" in text) == said, (name, said)


def test_service_is_without_the_wait(place):
    """8 clients share one connection whose server takes 10 ms: 80 ms as felt, 10 of them the server's; with a rate too."""
    file = place.write("wait.wkl", TINY + "run go { query one  clients 8  for 400 requests }\nbackend memory { delay 10ms }\n")
    def parts_are_apart(*args):
        entry = entry_of(place, file, "memory", "--connections", "1", "--rounds", "2", *args)
        assert entry["client"]["at_once"] == 1 and 9.9e6 < entry["service_ns"]["p50"] < 20e6, entry["service_ns"]
        assert entry["response_ns"]["p50"] > 7 * 9.9e6, entry["response_ns"]
        sums = {name: h["sum_ns"] for name, h in entry["histograms"].items() if h}
        parts = sum(sums[name] for name in sums if name != "response")
        assert abs(parts / sums["response"] - 1) < 0.02, ("response = lag + wait + service", sums)
    wkl.one_of_five(parts_are_apart)
    wkl.one_of_five(lambda: parts_are_apart("-R", "400/s"))


def test_arrivals(place):
    """4,000 a second for 5 ms are 20, give or take the root of 20, in each of 400 rounds, by one thread and by two."""
    file = place.write("rate.wkl", TINY + "run go { query one  rate 4k/s  for 2s }\n")
    for jobs in ("1", "2"):
        counts = [r["requests"] for r in entry_of(place, file, "memory", "-j", jobs, "-c", "4", "--rounds", "400", "-w", "0s")["rounds"]]
        mean = sum(counts) / len(counts)
        variance = sum((c - mean) ** 2 for c in counts) / (len(counts) - 1)
        assert len(counts) == 400 and abs(mean - 20) < 4 * (20 / 400) ** 0.5, (jobs, mean)
        assert abs(variance - 20) < 4 * 20 * (2 / 400) ** 0.5, (jobs, variance)


def test_log_of_a_closed_loop(place):
    """Each request of a client is intended for the moment at which its last one ended; none begins before, and none ends before it began."""
    file = place.write("log.wkl", TINY + RUN)
    for name in ("memory", "sqlite"):
        entry = entry_of(place, file, name, "-c", "5", "-j", "1", "-n", "500", "--rounds", "1", "--log", place.path("log.csv"))
        with open(place.path("log.csv"), encoding="utf-8") as f:
            rows = list(csv.DictReader(f))
        assert len(rows) == entry["requests"] == 500, len(rows)
        free, felt = {}, 0
        for row in rows:
            intended, started, ended = (int(row[c]) for c in ("intended_ns", "started_ns", "ended_ns"))
            assert free.get(row["client"], intended) == intended <= started <= ended, (name, row)
            free[row["client"]] = ended
            felt += ended - intended
        assert len(free) == 5 and abs(felt / 500 / entry["response_ns"]["mean"] - 1) < 1e-3, (felt / 500, entry["response_ns"])


def test_many_keys(place):
    """Twice the keys of a request take twice the work, to draw them and to check its rows."""
    def cost(n):
        file = place.write("keys.wkl", "entity s { id: char(40) ~ hex  count 90k }\ntable t of s { v: int = row }\n"
                           f"query big(s[{n}]) {{ get t }}\nrun b {{ query big  strategy batch  for 4 requests }}\n")
        return place.wklrun(file, "-b", "memory", "-q", "--sample", "4", "--verify", "rows").expect(FINE).cpu
    few, many = cost(20_000), cost(80_000)
    assert many < 8 * few + 0.5, f"20,000 keys: {few:.2f} s, 80,000 keys: {many:.2f} s"


wkl.main(globals(), needs_sqlite=True)
