"""Loading PostgreSQL: wkl beside the server's own COPY from a file, pgbench -i and psql \\copy.

How long a COPY took is what the server logs of it, for both sides alike, while log_min_duration_statement is 0 for this measurement."""
import datetime
import glob
import os
import re

from postgres import connect, psql
from tools import HERE, Result, find, median, put_rate, put_time, ratios, take_turns

LOAD = os.path.join(HERE, "load.wkl")
TIMED = re.compile(r"^(\d+-\d+-\d+ \d+:\d+:\d+\.\d+) \S+ \[\d+\] LOG:  duration: ([\d.]+) ms +(?:statement|execute [^:]*): *(.*)", re.M)


class Log:
    """The server's log from a moment on: how long statements took that match a pattern, from the first's start to the last's end."""

    def __init__(self, path):
        self.path, self.at = path, os.path.getsize(path)

    def seconds(self, pattern):
        with open(self.path, encoding="utf-8", errors="replace") as f:
            f.seek(self.at)
            found = [(datetime.datetime.fromisoformat(at).timestamp(), float(ms) / 1e3) for at, ms, text in TIMED.findall(f.read())
                     if re.match(pattern, text, re.I)]
        return max(end for end, _ in found) - min(end - took for end, took in found) if found else 0.0


def log_of(bench):
    return glob.glob(os.path.join(bench.scope.folder, "*", "postgres", "server.log"))[0]


def set_logging(bench, on):
    psql(bench, f"alter system {'set log_min_duration_statement = 0' if on else 'reset log_min_duration_statement'}",
         "select pg_reload_conf()")


def wkl_load(bench, rows, name, *options):
    """Wall clock of the whole process, and of what is COPY in it."""
    def side():
        psql(bench, "checkpoint")
        log = Log(log_of(bench))
        ran, result = bench.wklrun(LOAD, "postgres", "--only", "load", "--keep", "--reload", *options, "-D", f"{name}_rows={rows}",
                                   "-D", f"{'accounts' if name == 'five' else 'five'}_rows=1")
        assert result["backends"][0]["load"]["rows"] == rows + 1
        pattern = rf'(?:truncate "?{name}"?; )?copy "?{name}"?\b'
        return {"wall": rows / ran.wall, "copy": rows / (log.seconds(pattern) or float("inf"))}
    return side


def server_copy(bench, rows, file):
    """The server reads a file of its own: what no client can be faster than. Then the key and the statistics, as wkl has them."""
    def side():
        psql(bench, "checkpoint")
        log = Log(log_of(bench))
        command = [find("psql", "postgresql-client"), "-X", "-q", "-c", "drop table if exists five_again",
                   "-c", "create table five_again (like five)", "-c", f"copy five_again from '{file}' (format binary)",
                   "-c", "alter table five_again add primary key (id)", "-c", "vacuum analyze five_again"]
        ran = bench.run(command)
        return {"wall": rows / ran.wall, "copy": rows / log.seconds("copy five_again ")}
    return side


def five_columns(bench, goals, rows):
    set_logging(bench, True)
    try:
        ours = wkl_load(bench, rows, "five", "-j", "1")    # one stream
        ours()
        folder, = psql(bench, "show data_directory").split()
        file = os.path.join(folder, "five.bin")
        psql(bench, f"copy five to '{file}' (format binary)")
        figures = take_turns(bench.rounds, wkl=ours, server=server_copy(bench, rows, file))
    finally:
        set_logging(bench, False)
    for figure, what, goal in (("copy", "COPY alone", goals["copy"]), ("wall", "with key and statistics, whole process", None)):
        yield Result(f"rows/s ÷ COPY FROM a binary file, {what}", ratios(figures["wkl"], figures["server"], figure),
                     put_rate(median([f[figure] for f in figures["wkl"]]), "rows"),
                     put_rate(median([f[figure] for f in figures["server"]]), "rows"), goal)


def accounts(bench, goals, scale):
    """pgbench's table, which it fills from the client, with its key; and the same rows from a file by psql."""
    rows = 100_000 * scale
    ours = wkl_load(bench, rows, "accounts")
    ours()
    file = bench.path("accounts.txt")
    psql(bench, f"\\copy accounts to '{file}'")

    def pgbench():
        psql(bench, "checkpoint")
        ran = bench.run([find("pgbench", "postgresql"), "-i", "-q", "-s", str(scale)])
        return {"wall": rows / ran.wall}

    def copy():
        psql(bench, "checkpoint")
        ran = bench.run([find("psql", "postgresql-client"), "-X", "-q", "-c", "drop table if exists accounts_again",
                         "-c", "create table accounts_again (like accounts)", "-c", f"\\copy accounts_again from '{file}'",
                         "-c", "alter table accounts_again add primary key (aid)", "-c", "vacuum analyze accounts_again"])
        return {"wall": rows / ran.wall}
    figures = take_turns(bench.rounds, wkl=ours, pgbench=pgbench, copy=copy)
    for side, name, goal in (("pgbench", "pgbench -i", goals["pgbench"]), ("copy", "psql \\copy", None)):
        yield Result(f"rows/s with keys ÷ {name}, whole process", ratios(figures["wkl"], figures[side], "wall"),
                     put_rate(median([f["wall"] for f in figures["wkl"]]), "rows"),
                     put_rate(median([f["wall"] for f in figures[side]]), "rows"), goal)


def load(bench, goals):
    connect(bench)
    yield from five_columns(bench, goals, 100_000 if bench.quick else 2_000_000)
    yield from accounts(bench, goals, 1 if bench.quick else 10)
