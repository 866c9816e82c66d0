"""Reads from PostgreSQL over its Unix socket: wklrun beside pgbench and sysbench; the same tables, made by wkl; the same statements."""
import glob
import math
import os
import re
import urllib.parse

from tools import HERE, Failed, Result, Skip, find, median, put_each_time, put_rate, ratios, take_turns

POINT = os.path.join(HERE, "point.wkl")
ROWS = 100_000
SELECT = 'SELECT "aid", "abalance" FROM "accounts" WHERE "aid" = :aid'


def connect(bench):
    """The server's settings as every client of PostgreSQL takes them, wklrun among them; the socket instead of the port."""
    uri = urllib.parse.urlparse(bench.server("postgres", "postgres")["uri"])
    socket = glob.glob(os.path.join(bench.scope.folder, "*", "postgres", f".s.PGSQL.{uri.port}"))
    bench.env = {"PGHOST": os.path.dirname(socket[0]) if socket else uri.hostname, "PGPORT": str(uri.port), "PGUSER": uri.username,
                 "PGPASSWORD": uri.password, "PGDATABASE": uri.path.lstrip("/")}


def load(bench, file=POINT, *options):
    bench.wklrun(file, "postgres", "--only", "load", "--keep", *options, note=False)


def psql(bench, *statements):
    command = [find("psql", "postgresql-client"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    return bench.run(command + [w for s in statements for w in ("-c", s)], note=False).out


LOADED = ("--only", "run", "--keep")


def wkl_reads(bench, clients, run="accounts", file=POINT, backend="postgres", options=LOADED):
    """A side: figures of one run of wklrun. Its CPU is the process's, less that of a run with one request a client."""
    common = ["--run", run, "-c", str(clients), "--rounds", "1", *options]

    def short():
        ran, result = bench.wklrun(file, backend, *common, "-n", str(clients), note=False)
        return ran.cpu, result["results"][0]["requests"]

    base = bench.base(short)

    def side():
        ran, result = bench.wklrun(file, backend, *common, "-T", f"{bench.seconds}s")
        result, = result["results"]
        return {"per_s": result["throughput_per_s"], "cpu": bench.per_request(base, ran.cpu, result["requests"]),
                "p50": result["response_ns"]["p50"] / 1e9, "p99": result["response_ns"]["p99"] / 1e9}
    return side


def pgbench_reads(bench, script, clients, jobs=2, queries=1, more=()):
    """The same of pgbench: it takes whole seconds. queries: in one run of the script."""
    common = [find("pgbench", "postgresql"), "-n", "-M", "prepared", "-f", script, "-c", str(clients), "-j", str(jobs), *more]

    def transactions(ran):
        return int(re.search(r"actually processed: (\d+)", ran.out)[1]) * queries

    def short():
        ran = bench.run(common + ["-t", "1"], note=False)
        return ran.cpu, transactions(ran)

    base = bench.base(short)

    def timed(seconds):
        """A second may pass before all clients are connected; then there is no throughput, and it is given longer."""
        ran = bench.run(common + ["-T", str(seconds)])
        tps = re.search(r"^tps = (\d[\d.]*)", ran.out, re.M)
        if not tps and seconds > 8 * bench.seconds + 8:
            raise Failed("pgbench measured nothing: " + ran.out)
        return (ran, float(tps[1])) if tps else timed(seconds * 2)

    def side():
        ran, tps = timed(math.ceil(bench.seconds))
        per_s = tps * queries
        return {"per_s": per_s, "cpu": bench.per_request(base, ran.cpu, transactions(ran))}
    return side


def script(bench, name, queries=1):
    """pgbench's own -S, on our table and with our statement."""
    one = f"\\set aid random(0, {ROWS - 1})\n{SELECT};\n"
    return bench.write(name, one if queries == 1 else "\\startpipeline\n" + one * queries + "\\endpipeline\n")


def compare(name, ours, theirs, throughput_goal=None, cpu_goal=None, figures=("per_s", "cpu")):
    if "per_s" in figures:
        yield Result(f"throughput, {name}", ratios(ours, theirs, "per_s"), put_rate(median([f["per_s"] for f in ours])),
                     put_rate(median([f["per_s"] for f in theirs])), throughput_goal)
    if "cpu" in figures:
        yield Result(f"client CPU a request, {name}", ratios(ours, theirs, "cpu"), put_each_time(ours, "cpu"),
                     put_each_time(theirs, "cpu"), cpu_goal)


def point_read(bench, goals):
    """1, 4, 16, 64 clients, both with two threads; at 16 wklrun as it comes too, with half of the cores, beside pgbench with one."""
    file = script(bench, "select.sql")
    connect(bench)
    load(bench)
    for clients in (1, 4, 16, 64):
        two = ("-j", "2") if clients > 1 else ()
        sides = {"wkl": wkl_reads(bench, clients, options=LOADED + two), "pgbench": pgbench_reads(bench, file, clients)}
        if clients == 16:
            sides["wkl_one"] = wkl_reads(bench, clients, options=LOADED + ("-j", "1"))
            sides["one_thread"] = pgbench_reads(bench, file, clients, jobs=1)
        figures = take_turns(bench.pairs, **sides)
        yield from compare(f"{clients} client{'s' * (clients > 1)} ÷ pgbench -j 2", figures["wkl"], figures["pgbench"], goals["throughput"],
                           goals["cpu"] if clients == 16 else None)
        if clients == 16:
            yield from compare("16 clients, wklrun -j 1 ÷ pgbench -j 1", figures["wkl_one"], figures["one_thread"])


def pipelined(bench, goals):
    """Sixteen queries behind one sync."""
    setting = bench.write("pipeline.wkl", "backend postgres { pipeline 16 }\n")
    if not bench.accepts(POINT, setting):
        raise Skip("this wklc knows no `backend postgres { pipeline 16 }`")
    file = script(bench, "pipeline.sql", queries=16)
    connect(bench)
    load(bench)
    for connections in (1,) if bench.quick else (1, 4):
        clients = 16 * connections
        options = (*LOADED, "--connections", str(connections), "--targets", setting)
        figures = take_turns(bench.rounds, wkl=wkl_reads(bench, clients, options=options),
                             pgbench=pgbench_reads(bench, file, connections, queries=16))
        yield from compare(f"{connections} connection{'s' * (connections > 1)} ÷ pgbench \\startpipeline", figures["wkl"],
                           figures["pgbench"], None, goals["cpu"])


# ---- sysbench, which asks PostgreSQL and MariaDB alike ----

def sysbench_reads(bench, clients, *driver, test="oltp_point_select"):
    common = [find("sysbench", "sysbench"), test, *driver, "--tables=1", f"--table-size={ROWS - 1}",
              "--rand-type=uniform", f"--threads={clients}"]

    def events(ran):
        return int(re.search(r"total number of events:\s+(\d+)", ran.out)[1])

    def short():
        ran = bench.run(common + [f"--events={clients}", "run"], note=False)
        return ran.cpu, events(ran)

    base = bench.base(short)

    def side():
        ran = bench.run(common + ["--events=0", f"--time={math.ceil(bench.seconds)}", "run"])
        return {"per_s": float(re.search(r"transactions:\s+\d+\s+\(([\d.]+) per sec", ran.out)[1]),
                "cpu": bench.per_request(base, ran.cpu, events(ran))}
    return side


def sysbench_postgres(bench, _goals):
    """16 clients; the password travels in the environment."""
    find("sysbench", "sysbench")
    connect(bench)
    load(bench)
    driver = ["--db-driver=pgsql"] + [f"--pgsql-{o}={bench.env[v]}" for o, v in
                                      (("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER"), ("db", "PGDATABASE"))]
    figures = take_turns(bench.rounds, wkl=wkl_reads(bench, 16, "lines"), sysbench=sysbench_reads(bench, 16, *driver))
    yield from compare("16 clients, PostgreSQL ÷ sysbench", figures["wkl"], figures["sysbench"])


def sysbench_mariadb(bench, _goals):
    """16 clients over TCP on the loopback address; the password lies in a file of mode 600."""
    find("sysbench", "sysbench")
    uri = urllib.parse.urlparse(bench.server("mysql", "aurora_mysql")["uri"])
    database = uri.path.lstrip("/")
    bench.env = {"AURORA_MYSQL_HOST": uri.hostname, "AURORA_MYSQL_PORT": str(uri.port), "AURORA_MYSQL_USER": uri.username,
                 "AURORA_MYSQL_PASSWORD": uri.password, "AURORA_MYSQL_DATABASE": database}
    config = bench.write("sysbench.cnf", f"db-driver=mysql\nmysql-host={uri.hostname}\nmysql-port={uri.port}\nmysql-user={uri.username}\n"
                                         f"mysql-password={uri.password}\nmysql-db={database}\n")
    os.chmod(config, 0o600)
    bench.wklrun(POINT, "aurora_mysql", "--only", "load", "--keep", note=False)
    figures = take_turns(bench.rounds, wkl=wkl_reads(bench, 16, "lines", backend="aurora_mysql"),
                         sysbench=sysbench_reads(bench, 16, f"--config-file={config}"))
    yield from compare("16 clients, MariaDB ÷ sysbench", figures["wkl"], figures["sysbench"])
