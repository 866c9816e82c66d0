#!/usr/bin/env python3
# live: waits
"""What servers, roles and poolers have set is not what is measured: sessions set what they need. What a server refuses to a user costs the
strategy that needs it alone. Sweeps over settings are applied to connections, to places and to how tables are made."""
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse

from servers import BUILD, SOURCE, Results, Scope, Servers, address_of, free_port, mysql, psql, secrets_of, setting_variables

INSTANCES = {"lakebase": "postgres", "aurora_mysql": "mysql"}
LIMIT = 300
WORKLOAD = """
param keys = 400
entity card { id: char(16) ~ hex  count keys }
table rates[w in [30d, 90d]] of card {
    n: int ~ uniform(0..1000) null 30%  word: string(40) = "it's \\\\ {row}\\t\\n"  empty: string(8) = ""  word2: char(8) ~ text(8)
    b: bytes(9) ~ hex  at: timestamp ~ uniform(2026-01-01 .. 2026-02-01)  d: date ~ uniform(2026-01-01 .. 2026-02-01)
    f: double ~ uniform(0..1)  m: decimal(12, 4) ~ uniform(0..1000)  t: bool = row % 2 == 0
    rows 90%
}
query all(card) { get rates[*] }
"""
RUN = "run go { query all  strategy single, batch, binpacked  clients 2  for 60 requests  expect errors == 0 }\n"
results = Results("sessions")


class Lot:
    """What a test needs: a folder, the settings of a server, and another's hand on it."""

    def __init__(self, scope, name, settings):
        self.folder, self.name, self.settings = scope.folder, name, settings
        self.client = psql if INSTANCES[name] == "postgres" else mysql

    def sql(self, text, uri=None):
        return self.client(uri or self.settings["uri"], text)

    def uri(self, **parts):
        """The server's, with another user, password, port or query."""
        u = urllib.parse.urlsplit(self.settings["uri"])
        user, password, port = (parts.get(k, v) for k, v in (("user", u.username), ("password", u.password), ("port", u.port)))
        return f"{u.scheme}://{user}:{password}@{u.hostname}:{port}{u.path}"

    def run(self, text, *args, uri=None, env=None, code=0):
        """A run that ends with this code; its report, and what it said."""
        file, out = (os.path.join(self.folder, name) for name in ("work.wkl", "report.json"))
        with open(file, "w", encoding="utf-8") as f:
            f.write(text)
        if os.path.exists(out):
            os.remove(out)
        done = subprocess.run([os.path.join(BUILD, "wklrun"), file, "-b", self.name, "-q", "--sample", "50", "-o", out, *args], text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=LIMIT, cwd=self.folder,
                              env={**os.environ, **setting_variables({"uri": uri or self.settings["uri"]}), **(env or {})})
        if done.returncode != code:
            raise AssertionError(f"exit {done.returncode}, not {code}: {done.stderr.strip()[-600:]}")
        report = None
        if os.path.exists(out):
            with open(out, encoding="utf-8") as f:
                report = json.load(f)
        return report, done.stderr

    def block(self, more="", prefix="s_"):
        keyword = {"aurora_mysql": "aurora { engine mysql"}.get(self.name, self.name + " {")
        return f'backend {keyword} uri env("WKL_TEST_URI") table_prefix "{prefix}" {more} }}\n'

    def left(self):
        """Tables of the prefixes that are used here."""
        where = "table_name LIKE 's\\_%'" if self.client is mysql else "table_name LIKE 's!_%' ESCAPE '!'"
        return self.sql(f"SELECT table_name FROM information_schema.tables WHERE {where} ORDER BY 1").split()


def all_right(lot, report, strategies=3):
    """Verified, without errors, and nothing is left."""
    entries = report["results"]
    good = len(entries) == strategies and all(e["requests"] and not e["errors"] and e["verified"] and not e["verified"]["mismatches"] for e in entries)
    return good and not lot.left()


# ---- what servers and roles have set ----

MYSQL_SETTINGS = [("sql_mode", "'EMPTY_STRING_IS_NULL'"), ("sql_mode", "'ORACLE'"), ("sql_mode", "'NO_BACKSLASH_ESCAPES'"), ("sql_mode", "'ANSI'"),
                  ("sql_mode", "'PAD_CHAR_TO_FULL_LENGTH'"), ("sql_mode", "''"), ("completion_type", "'RELEASE'"), ("completion_type", "'CHAIN'"),
                  ("sql_select_limit", "1"), ("autocommit", "0"), ("sql_safe_updates", "1"), ("time_zone", "'+09:00'"), ("max_statement_time", "0.000001"),
                  ("tx_read_only", "1")]
LONG = {"statement_timeout": ("-D", "keys=60000"), "idle_session_timeout": ("-T", "3s")}   # so that what they end would come
POSTGRES_SETTINGS = ["default_transaction_read_only = on", "statement_timeout = '60ms'", "standard_conforming_strings = off", "bytea_output = escape",
                     "DateStyle = 'SQL, DMY'", "IntervalStyle = sql_standard", "extra_float_digits = -15", "idle_in_transaction_session_timeout = '1ms'",
                     "lock_timeout = '1ms'", "client_encoding = LATIN1", "TimeZone = 'Asia/Tokyo'", "default_transaction_isolation = serializable",
                     "idle_session_timeout = '300ms'", "client_min_messages = debug5", "exit_on_error = on"]


def mysql_settings(lot):
    for way in ("array", "insert", "file"):
        for name, value in MYSQL_SETTINGS if way == "file" else MYSQL_SETTINGS[:3] + MYSQL_SETTINGS[6:9]:
            before = lot.sql(f"SELECT @@global.{name}")
            lot.sql(f"SET GLOBAL {name} = {value}")
            try:
                report, said = lot.run(WORKLOAD + RUN + lot.block(f"load {way}"))
                results.expect(f"mysql {name} = {value}, load {way}", all_right(lot, report), said[-300:])
            except AssertionError as fault:
                results.say("FAIL", f"mysql {name} = {value}, load {way}", str(fault))
            finally:
                quoted = before if re.fullmatch(r"[0-9.]+", before) else f"'{before}'"
                lot.sql(f"SET SESSION sql_mode = ''; SET GLOBAL {name} = {quoted}")


def postgres_settings(lot):
    lot.sql("CREATE ROLE s_role LOGIN SUPERUSER PASSWORD 'pw'")
    for setting in POSTGRES_SETTINGS:
        name = setting.split()[0]
        try:
            lot.sql(f"ALTER ROLE s_role SET {setting}")
            report, said = lot.run(WORKLOAD + RUN + lot.block(), *LONG.get(name, ()), uri=lot.uri(user="s_role", password="pw"))
            results.expect(f"postgres {setting}", all_right(lot, report), said[-300:])
        except AssertionError as fault:
            results.say("SKIP" if "unrecognized configuration" in str(fault) else "FAIL", f"postgres {setting}", str(fault))
        finally:
            lot.sql("ALTER ROLE s_role RESET ALL")
    lot.sql("DROP ROLE s_role")


# ---- what a user may not do ----

def no_routines(lot, name, uri):
    """The strategy that needs a procedure is left out in the server's words, and no expectation of it passes."""
    text = WORKLOAD + RUN.replace("binpacked", "binpacked, binpacked by entity") + lot.block()
    report, said = lot.run(text, uri=uri, code=99)
    measured = sorted(e["strategy"] for e in report["results"] if e["requests"])
    left = [o for o in report["left_out"] if "binpacked" in o["what"]]
    results.expect(f"{name}: the others are measured", measured == ["batch", "single"] and not any(e["errors"] for e in report["results"]), str(measured))
    results.expect(f"{name}: left out in the server's words", len(left) == 2 and all(re.search("denied|permission", o["reason"]) for o in left), str(left))
    verdicts = {x["strategy"]: x["ok"] for x in report["expectations"]}
    results.expect(f"{name}: not measured does not pass", verdicts == {"single": True, "batch": True, "binpacked": False, "binpacked by entity": False}, str(verdicts))
    results.expect(f"{name}: nothing is left", not lot.left(), str(lot.left()))
    report, said = lot.run(WORKLOAD + RUN.replace("  expect errors == 0", "") + lot.block(), uri=uri)
    results.expect(f"{name}: without an expectation the others are enough", "left out" in said and len(report["results"]) == 2, said)
    report, said = lot.run(WORKLOAD + "run go { query all  strategy binpacked  for 6 requests }\n" + lot.block(), uri=uri, code=2)
    results.expect(f"{name}: a run of which nothing is left is no success", "left out" in said, said)


def mysql_without_routines(lot):
    lot.sql("CREATE USER 's_weak'@'127.0.0.1' IDENTIFIED BY 'pw'")
    database = urllib.parse.urlsplit(lot.settings["uri"]).path.strip("/")
    lot.sql(f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX ON {database}.* TO 's_weak'@'127.0.0.1'")
    try:
        no_routines(lot, "mysql without CREATE ROUTINE", lot.uri(user="s_weak", password="pw"))
    finally:
        lot.sql("DROP USER 's_weak'@'127.0.0.1'")


def postgres_without_routines(lot):
    lot.sql("CREATE ROLE s_weak LOGIN PASSWORD 'pw'")
    lot.sql("GRANT CREATE, USAGE ON SCHEMA public TO s_weak")
    lot.sql("REVOKE USAGE ON LANGUAGE sql, plpgsql FROM PUBLIC")
    try:
        no_routines(lot, "postgres without languages", lot.uri(user="s_weak", password="pw"))
    finally:
        lot.sql("GRANT USAGE ON LANGUAGE sql, plpgsql TO PUBLIC")
        lot.sql("DROP OWNED BY s_weak; DROP ROLE s_weak")


def postgres_without_create(lot):
    """Found by --dry-run; and in one line, with the way out and without the mark under a line of the statement."""
    lot.sql("CREATE ROLE s_bare LOGIN PASSWORD 'pw'; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    try:
        for more in (("--dry-run",), ()):
            said = lot.run(WORKLOAD + RUN + lot.block(), *more, uri=lot.uri(user="s_bare", password="pw"), code=2)[1]
            good = "GRANT CREATE ON SCHEMA" in said and "set `schema`" in said and "LINE 1" not in said and "^" not in said
            results.expect(f"postgres, a role without CREATE {more}", good, said)
    finally:
        lot.sql("DROP ROLE s_bare")


def postgres_without_schema(lot):
    for more in (("--dry-run",), ()):
        said = lot.run(WORKLOAD + RUN + lot.block('schema "nowhere"'), *more, code=2)[1]
        results.expect(f"postgres, a schema that is not there {more}", "there is no schema 'nowhere'" in said and "privilege" not in said, said)


def postgres_read_only(lot):
    """Tables that were kept, on a server that takes no change: as a replica is."""
    text = WORKLOAD + RUN.replace("  expect errors == 0", "") + lot.block()
    database = urllib.parse.urlsplit(lot.settings["uri"]).path.strip("/")
    lot.run(text, "--only", "load")
    lot.sql("CREATE ROLE s_reader LOGIN PASSWORD 'pw'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO s_reader")
    lot.sql(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE TEMP ON DATABASE {database} FROM PUBLIC")
    try:
        report, said = lot.run(text, "--only", "run", uri=lot.uri(user="s_reader", password="pw"))
        results.expect("postgres, who may read alone", [e["strategy"] for e in report["results"]] == ["single", "batch"] and "left out" in said, said)
    finally:
        lot.sql("DROP OWNED BY s_reader; DROP ROLE s_reader")
        lot.run(text, "--only", "drop")


# ---- sweeps ----

def postgres_sweep_connections(lot):
    """As many connections as the point says are open while it is measured."""
    text = WORKLOAD + "param c = 1\nrun go { query all  clients 8  sweep c in [2, 7]  for 2s }\n" + lot.block("connections c")
    seen, over = set(), threading.Event()

    def look():
        while not over.is_set():
            seen.add(int(lot.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wkl' AND query LIKE '%s!_rates%' ESCAPE '!' AND query LIKE 'SELECT%'")))
            time.sleep(0.05)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        report, _ = lot.run(text)
    finally:
        over.set()
        watcher.join()
    results.expect("a sweep over connections", {2, 7} <= seen and max(seen) <= 8 and len(report["results"]) == 2, str(sorted(seen)))


def postgres_sweep_places(lot):
    lot.sql("CREATE SCHEMA s_one; CREATE SCHEMA s_two")
    text = WORKLOAD + ('param s = "s_one"\nparam u = off\nparam p = 1\nrun go { query all  strategy single, binpacked  sweep s in ["s_one", "s_two"]  '
                       'sweep u in [on, off]  sweep p in [1, 8]  for 12 requests }\n') + lot.block("schema s  unlogged u  pipeline p")
    report, _ = lot.run(text, "--keep")
    kept = lot.sql("SELECT table_schema, count(*) FROM information_schema.tables WHERE table_name LIKE 's!_rates%' ESCAPE '!' GROUP BY 1 ORDER BY 1")
    results.expect("a sweep over schemas: tables stand in each", kept == "s_one|2\ns_two|2", kept)
    results.expect("a sweep over schemas: all points are right", len(report["results"]) == 16 and all(e["requests"] == 12 and not e["verified"]["mismatches"]
                   for e in report["results"]), "")
    results.expect("a sweep over unlogged: tables are made anew, and only then", report["backends"][0]["load"]["rows"] == 4 * 720, str(report["backends"][0]["load"]))
    logged = lot.sql("SELECT DISTINCT relpersistence FROM pg_class WHERE relname LIKE 's!_rates%' ESCAPE '!' AND relkind = 'r'")
    results.expect("a sweep over unlogged: the last value stands", logged == "p", logged)
    lot.run(text, "--only", "drop")
    results.expect("a sweep over schemas: all are dropped", not lot.left(), str(lot.left()))
    report, _ = lot.run(text)
    results.expect("a sweep over schemas leaves nothing", not lot.left(), str(lot.left()))
    lot.sql("DROP SCHEMA s_one; DROP SCHEMA s_two")


def postgres_odd_schema(lot):
    """A schema is a name, whatever is in it, and whatever the role says of backslashes."""
    lot.sql("""CREATE SCHEMA "s_o'd\\d -c x=""y" """)
    lot.sql("CREATE ROLE s_odd LOGIN SUPERUSER PASSWORD 'pw'")
    lot.sql("ALTER ROLE s_odd SET standard_conforming_strings = off")
    text = WORKLOAD + RUN + lot.block('schema env("WKL_S")')
    uri, env = lot.uri(user="s_odd", password="pw"), {"WKL_S": "s_o'd\\d -c x=\"y"}
    try:
        lot.run(text, "--only", "load", uri=uri, env=env)
        kept = lot.sql("SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_name LIKE 's!_%' ESCAPE '!'")
        results.expect("a schema of an odd name", kept == env["WKL_S"], kept)
        lot.run(text, "--only", "drop", uri=uri, env=env)
    finally:
        lot.sql("""DROP SCHEMA "s_o'd\\d -c x=""y" CASCADE""")
        lot.sql("DROP ROLE s_odd")


# ---- poolers ----

class Pooler:
    def __init__(self, lot, mode, more=""):
        host, port = address_of(lot.settings)
        self.port = free_port()
        self.folder = os.path.join(lot.folder, "pooler")
        os.makedirs(self.folder, exist_ok=True)
        user, password = urllib.parse.urlsplit(lot.settings["uri"]).username, secrets_of(lot.settings)[0]
        with open(os.path.join(self.folder, "users"), "w", encoding="utf-8") as f:
            f.write(f'"{user}" "{password}"\n')
        with open(os.path.join(self.folder, "ini"), "w", encoding="utf-8") as f:
            f.write(f"[databases]\n* = host={host} port={port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
                    f"auth_type = plain\nauth_file = {self.folder}/users\npool_mode = {mode}\nlogfile = {self.folder}/log\n{more}")
        for name in ("", "users", "ini"):
            os.chmod(os.path.join(self.folder, name), 0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self.process = subprocess.Popen([program, *(["-u", "nobody"] if os.geteuid() == 0 else []), f"{self.folder}/ini"], cwd=self.folder,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.uri = lot.uri(port=self.port)

    def __enter__(self):
        for _ in range(200):
            try:
                psql(self.uri, "SELECT 1")
                return self
            except AssertionError as fault:
                last = fault
                time.sleep(0.1)
        self.__exit__()
        raise AssertionError(f"the pooler does not answer: {last}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_poolers(lot):
    if not shutil.which("pgbouncer") and not os.path.exists("/usr/sbin/pgbouncer"):
        return results.say("SKIP", "poolers", "pgbouncer is not installed")
    lot.sql("CREATE SCHEMA s_pool")
    text = WORKLOAD + RUN + lot.block('schema "s_pool"')
    try:
        for more in ("ignore_startup_parameters = options\n", ""):
            with Pooler(lot, "session", more) as pooler:
                lot.run(text, "--only", "load", uri=pooler.uri)
                kept = lot.sql("SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_name LIKE 's!_%' ESCAPE '!'")
                results.expect(f"a pool of sessions keeps to the schema ({more.strip() or 'no options'})", kept == "s_pool", kept)
                lot.run(text, "--only", "run", uri=pooler.uri)
                lot.run(text, "--only", "drop", uri=pooler.uri)
        with Pooler(lot, "session") as pooler:
            _, said = lot.run(text, uri=pooler.uri, env={"PGOPTIONS": "-c jit=on"}, code=1)
            results.expect("options that a pooler refuses are told with the way out", "unset PGOPTIONS" in said, said)
        for mode in ("transaction", "statement"):
            with Pooler(lot, mode, "ignore_startup_parameters = options\n") as pooler:
                _, said = lot.run(text, uri=pooler.uri, code=1)
                results.expect(f"a pool of {mode}s is refused with the way out", "a pool in session mode" in said and not lot.left(), said)
    finally:
        lot.sql("DROP SCHEMA s_pool CASCADE")


CUTS = {"lakebase": "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active' "
                    r"AND pid <> pg_backend_pid() AND query ~ 's_(users|orders|tickets)' LIMIT 2) a",
        "aurora_mysql": "SELECT concat('KILL ', id) FROM information_schema.processlist WHERE command = 'Execute' LIMIT 2"}


def cut(lot):
    """A connection or two on which a request of the run is under way: how many."""
    said = lot.sql(CUTS[lot.name])
    if lot.client is psql:
        return int(said)
    gone = 0
    for kill in said.splitlines():
        try:
            lot.sql(kill)
            gone += 1
        except AssertionError:                         # it has ended by itself
            pass
    return gone


def writes_while_connections_are_cut(lot):
    """What got no answer may have been carried out or not: neither is a wrong row."""
    for workload in "changes", "inserts":
        cuts, over = [0], threading.Event()

        def keep_cutting():
            writing = False                            # until then connections are opened, and statements prepared
            while not over.wait(0.15):
                writing = writing or lot.sql("SELECT coalesce(max(wkl_v), 0) FROM s_users") != "0"
                cuts[0] += cut(lot) if writing else 0
        cutter = threading.Thread(target=keep_cutting)
        with open(os.path.join(SOURCE, "tests", "live", workload + ".wkl"), encoding="utf-8") as f:
            text = f.read() + lot.block()
        lot.run(text, "--only", "load")
        cutter.start()
        try:
            report, said = lot.run(text, "--only", "run", "--rounds", "2", "-T", "8s", code=2)
        finally:
            over.set()
            cutter.join()
            lot.run(text, "--only", "drop")
        errors, wrong = (sum(e[what] if what == "errors" else e["verified"]["mismatches"] for e in report["results"] if e["verified"]) for what in ("errors", "wrong"))
        results.expect(f"{workload} on {lot.name}: {cuts[0]} cut connections, {errors} errors, no wrong row",
                       cuts[0] > 5 and errors > 0 and not wrong and "WRONG" not in said and not lot.left(), said)


TESTS = {"lakebase": [writes_while_connections_are_cut, postgres_sweep_connections, postgres_sweep_places, postgres_settings, postgres_odd_schema, postgres_without_routines, postgres_without_create, postgres_without_schema, postgres_read_only, postgres_poolers],
         "aurora_mysql": [writes_while_connections_are_cut, mysql_settings, mysql_without_routines]}


def main():
    with Scope() as scope:
        servers = Servers(scope, *[f"{server}/{name}" for name, server in INSTANCES.items()])
        servers.wait_done()
        for name in servers.ready(results, INSTANCES):
            lot = Lot(scope, name, servers.settings[name])
            for test in TESTS[name]:
                if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]:
                    results.attempt(test.__name__, test, lot)
        servers.close()


results.attempt("sessions", main)
results.end()
