# live: works
"""The project's own programs on every server that can be had here: the contract of a backend, then a whole run of wklrun."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

from servers import BUILD, NIGHTLY, SOURCE, Results, Scope, Servers, backends

# An instance's kind has its name. One server answers under each of OWN and SAME, of which the first are itself.
INSTANCES = {name: backend for backend in backends() for name in backend.instances}
OWN = [backend.own for backend in backends() if backend.own]
SAME = {name: backend.own for name, backend in INSTANCES.items() if backend.own}
LIMIT = 7200 if NIGHTLY else 900    # seconds for one program, after which it is taken for hung
KILLS = 60 if NIGHTLY else 4    # of each backend
CONTRACT = os.path.join(BUILD, "tests", "contract", "contract")
results = Results("live")


def last_words(text):
    return "; ".join(line.strip() for line in text.strip().splitlines()[-4:])


def hold(what, command, is_fault, server="", deviations=()):
    """A program that ends with 0 where all is right, 77 where it cannot be tried here; is_fault picks the lines that say why not.
    What the server is known to do otherwise is a skip with its reason."""
    began = time.monotonic()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return results.say("FAIL", what, f"no end after {LIMIT} s")
    print(f"{what}: {time.monotonic() - began:.1f} s", file=sys.stderr)
    if done.returncode == 77:
        return results.say("SKIP", what, last_words(done.stdout))
    faults = [line for line in done.stdout.splitlines() if is_fault(line)]
    known = [(fault, why) for fault in faults for name, check, why in deviations if name in server and check in fault]
    for fault, why in known:
        results.say("SKIP", f"{what}: {re.sub('^not ok [0-9]+ ', '', fault)}", f"{server} differs from the service: {why}")
    faults = [fault for fault in faults if fault not in [k for k, _ in known]]
    right = done.returncode == 0 or (done.returncode == 1 and known and not faults)
    results.expect(what, right, f"exit {done.returncode}: " + ("; ".join(faults) or last_words(done.stdout + done.stderr)))


def contract(name, settings, server, more):
    command = [CONTRACT, name] + [f"{k}={v}" for k, v in {**settings, **more}.items()]
    what = " ".join(["contract", name, *(f"{k}={v}" for k, v in more.items())])
    hold(what, command, lambda line: line.startswith("not ok"), server, INSTANCES[name].deviations)


def script(path, name, settings):
    which = os.path.basename(path)[:-3]
    more = [f"kills={KILLS}"] if which == "kills" else []
    hold(f"{which} {name}", [sys.executable, path, name] + [f"{k}={v}" for k, v in settings.items()] + more, lambda line: "FAIL" in line)


def of_embedded():
    with tempfile.TemporaryDirectory() as folder:
        script(os.path.join(SOURCE, "tests", "live", "kills.py"), "sqlite", {"path": os.path.join(folder, "kills.db")})


def of_server(name, settings, server):
    """All that is held against one of them, one thing after another: kills count on nobody else's work there."""
    backend = INSTANCES[name]
    for more in ({}, *backend.contract.get(name, ())):
        contract(name, settings, server, more)
    for which in backend.instances[name]:
        script(backend.suite(which), name, settings)


def contracts():
    """Of every server, which have nothing to do with each other; make check has held the embedded database to it."""
    if not os.path.exists(CONTRACT):
        return results.say("FAIL", "contract", f"'{CONTRACT}' is not built")
    with Scope() as scope:
        servers = Servers(scope, *[f"{backend.server}/{name}" for name, backend in INSTANCES.items()])
        servers.wait_done()
        todo = [("kills sqlite", of_embedded)]
        for name in INSTANCES:
            state, text = servers.state(name)
            if state == "ready":
                todo.append((name, of_server, name, servers.settings[name], text))
            else:
                results.missing(f"contract {name}", state, text)
        with concurrent.futures.ThreadPoolExecutor(len(todo)) as pool:
            for _ in pool.map(lambda each: results.attempt(*each), todo):
                pass
        servers.close()
        left = scope.wait_empty(0)
        results.expect("contract leaves nothing", not left, str(left))


# Where a server is, which a report must say: a server's host, port and database, a service's URL, a file; no user.
SERVER_AT = r"(127\.0\.0\.1:\d+(/\w+)?|http://127\.0\.0\.1:\d+/\w*|a temporary file|/\S+)$"


def whose_is_it(backend, name):
    """Why a report misleads about who answered; None if it does not."""
    if not re.match(SERVER_AT, backend["where"] or ""):
        return f"where: {backend['where']}"
    said = (backend["stand_in"], backend["place"], backend["server"])
    expected = INSTANCES[name].stand_in if name in INSTANCES else None
    if not expected:                                  # embedded, or a server of one's own
        return None if said == (False, None, None) and not backend["same_server_as"] else f"no stand-in: {said}"
    if said[:2] != (True, "this machine") or not re.match(expected, said[2] or ""):
        return f"a stand-in on this machine: {said}"
    return None if backend["same_server_as"] == SAME.get(name) else f"same server as {backend['same_server_as']}"


def verdict_on(report, name):
    """Why a backend's part of a run is not all right; None if it is."""
    backend = next((b for b in report["backends"] if b["name"] == name), None)
    mine = [r for r in report["results"] if r["backend"] == name]
    if backend is None or backend["status"] != "ok":
        return f"{backend and backend['status']}: {backend and backend['reason']}"
    verified = backend["verified"]
    if not verified or verified["rows"] == 0 or verified["mismatches"]:
        return f"verified: {verified}"
    if len(mine) != 5 or any(r["requests"] == 0 or r["errors"] or r["failed"] for r in mine):
        return f"results: {[(r['strategy'], r['requests'], r['errors'], r['failed']) for r in mine]}"
    if any(r["stand_in"] != backend["stand_in"] for r in mine):
        return "its results do not say whose they are"
    return whose_is_it(backend, name)


def whole_run():
    with Scope() as scope:
        path = os.path.join(scope.folder, "result.json")
        command = [os.path.join(BUILD, "wklrun"), os.path.join(SOURCE, "examples", "fraud.wkl"), "--backends", ",".join(["all", *INSTANCES]), "--local", "--run",
                   "serve", "-D", "scale=0.02%", "-c", "2", "-w", "0s", "-n", "20", "--rounds", "1", "-o", path]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, cwd=scope.folder,
                              env={**os.environ, "TMPDIR": scope.folder})
        # 99 says that an expectation of the file did not hold, which is about the machine
        if done.returncode not in (0, 99) or not os.path.exists(path):
            return results.say("FAIL", "wklrun", f"exit {done.returncode}: {last_words(done.stderr)}")
        with open(path) as f:
            report = json.load(f)
        os.remove(path)
        for name in ["sqlite"] + OWN + list(INSTANCES):
            backend = next((b for b in report["backends"] if b["name"] == name), {})
            if backend.get("status") == "skipped":
                results.say("SKIP", f"wklrun {name}", backend["reason"])
            else:
                why = verdict_on(report, name)
                results.expect(f"wklrun {name}", why is None, why)
        notes = {b: any("reads may miss recent writes" in n for r in report["results"] if r["backend"] == b for n in r["notes"])
                 for b in {r["backend"] for r in report["results"]}}
        results.expect("wklrun says whose reads may be stale", all(says == (b in ("dynamodb", "cosmosdb")) for b, says in notes.items()), str(notes))
        left = scope.wait_empty(0)
        results.expect("wklrun leaves nothing", not left, str(left))


def right_on(what, backends, least, *more):
    """A workload of this folder, loaded and read back on several backends at once: every row is right."""
    with Scope() as scope:
        path = os.path.join(scope.folder, "result.json")
        command = [os.path.join(BUILD, "wklrun"), os.path.join(SOURCE, "tests", "live", what + ".wkl"), "--backends", backends, "--local", "--rounds", "1",
                   "-o", path, *more]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, cwd=scope.folder,
                              env={**os.environ, "TMPDIR": scope.folder})
        if done.returncode or not os.path.exists(path):
            return results.say("FAIL", what, f"exit {done.returncode}: {last_words(done.stderr)}")
        with open(path) as f:
            report = json.load(f)
        for backend in report["backends"]:
            if backend["status"] == "skipped":
                results.say("SKIP", f"{what} {backend['name']}", backend["reason"])
                continue
            verified = backend.get("verified") or {}
            results.expect(f"{what} {backend['name']}", verified.get("rows", 0) >= least and verified.get("mismatches") == 0, str(backend))
        return [b["name"] for b in report["backends"]]


def ends_of_types():
    """The least and the greatest of every type."""
    names, found = ["sqlite", *OWN, "dynamodb", "cosmosdb"], right_on("extremes", "all", 300, "--sample", "300")
    results.expect("all is one name of each server", sorted(found or []) == sorted(names), str(found))


def rows_of_keys():
    """All rows of a key, in each strategy, and rows by keys of several columns."""
    right_on("row_keys", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 2000, "--verify", "rows")
    right_on("slices", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 1500, "--verify", "rows")
    right_on("tuples", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 2000, "--verify", "rows")
    right_on("updates", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 200, "--verify", "rows", "-j", "2")
    right_on("inserts", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 100, "--verify", "rows", "-j", "2")
    right_on("batches", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 100, "--verify", "rows", "-j", "2")
    right_on("counts", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 100, "--verify", "rows", "-j", "2")
    right_on("changes", ",".join(["sqlite", *OWN, "dynamodb", "cosmosdb"]), 200, "--verify", "rows", "-j", "2")


def faults_are_found():
    """What is damaged on each server is found."""
    with Scope() as scope:
        backends = ["memory", "sqlite", *OWN, "dynamodb", "cosmosdb"]
        command = [os.path.join(BUILD, "wklrun"), os.path.join(SOURCE, "tests", "live", "changes.wkl"), "-b", ",".join(backends), "--local", "--prove"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, cwd=scope.folder,
                              env={**os.environ, "TMPDIR": scope.folder})
        results.expect("prove", done.returncode == 0, f"exit {done.returncode}: {last_words(done.stdout + done.stderr)}")
        for name in backends:
            said = [line for line in done.stdout.splitlines() if line.startswith(name + ": ")]
            found = [line for line in said if ": found: " in line]
            results.expect(f"prove {name}", len(said) == 4 and len(found) == (3 if name == "memory" else 4), str(said))


def variables_of(uri):
    """What people have set for such a server: each way by itself."""
    at = urllib.parse.urlparse(uri)
    parts = {"host": at.hostname, "port": str(at.port), "user": at.username, "password": urllib.parse.unquote(at.password), "database": at.path[1:]}
    if at.scheme.startswith("postgres"):
        yield "postgres", {"DATABASE_URL": uri}
        yield "postgres", {"POSTGRES_URL": uri}
        yield "pg", {f"PG{name.upper()}": value for name, value in parts.items()}
        service = "".join(f"{'dbname' if name == 'database' else name}={value}\n" for name, value in parts.items())
        yield "postgres", {"PGSERVICE": "mine", "PGSERVICEFILE": service}
    else:
        names = {"host": "HOST", "port": "TCP_PORT", "user": "USER", "password": "PWD", "database": "DATABASE"}
        yield "mysql", {"DATABASE_URL": uri}
        yield "mysql", {f"MYSQL_{names[name]}": value for name, value in parts.items()}
        yield "maria", {"MARIADB_URL": uri.replace("mysql:", "mariadb:")}


def of_ones_own():
    """The variables that people have set are enough, and with nothing named they take just that server, beside what is embedded."""
    with Scope() as scope:
        servers = Servers(scope, "postgres/own_postgres", "mysql/own_mysql")
        servers.wait_done()
        file, report = os.path.join(scope.folder, "one.wkl"), os.path.join(scope.folder, "r.json")
        with open(file, "w") as f:
            f.write("table t { id: int ~ sequence  n: int ~ uniform(0..9)  key (id)  rows 50 }\nquery q(t) { get t }\nrun go { query q  for 40 requests }\n")
        for name in servers.ready(results, ("own_postgres", "own_mysql"), "one's own {}"):
            for backend, env in variables_of(servers.settings[name]["uri"]):
                if "PGSERVICEFILE" in env:
                    with open(os.path.join(scope.folder, "service.conf"), "w") as f:
                        f.write("[mine]\n" + env["PGSERVICEFILE"])
                    env["PGSERVICEFILE"] = f.name
                for names in (["-b", backend], []):
                    done = subprocess.run([os.path.join(BUILD, "wklrun"), file, *names, "-q", "-o", report], stdin=subprocess.DEVNULL, capture_output=True,
                                          text=True, timeout=LIMIT, cwd=scope.folder, env={**os.environ, "TMPDIR": scope.folder, **env})
                    ok = done.returncode == 0
                    if ok:
                        with open(report) as f:
                            found = [(b["name"], b["stand_in"]) for b in json.load(f)["backends"] if b["status"] == "ok"]
                        kind = {"pg": "postgres", "maria": "mariadb"}.get(backend, backend)
                        ok = found == ([] if names else [("sqlite", False)]) + [(kind, False)]
                    results.expect(f"one's own by {', '.join(env)}{'' if names else ', unnamed'}", ok, f"exit {done.returncode}: {last_words(done.stderr)}")
        servers.close()


def one_for_both():
    """MariaDB that was started for `mysql`, or MySQL for `mariadb`, stands in, and is one server with what has its own name."""
    names = {"MariaDB": "mariadb", "MySQL": "mysql"}
    with Scope() as scope:
        file, report = os.path.join(scope.folder, "one.wkl"), os.path.join(scope.folder, "r.json")
        with open(file, "w") as f:
            f.write("table t { id: int ~ sequence  n: int ~ uniform(0..9)  key (id)  rows 50 }\nquery q(t) { get t }\nrun go { query q  for 40 requests }\n")
        done = subprocess.run([os.path.join(BUILD, "wklrun"), file, "-b", "mariadb,mysql", "--local", "-o", report], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=LIMIT, cwd=scope.folder, env={**os.environ, "TMPDIR": scope.folder})
        if done.returncode:
            return results.missing("one for both", "skip", last_words(done.stderr))
        with open(report) as f:
            found = {b["name"]: (b["stand_in"], b["place"], b["server"]) for b in json.load(f)["backends"]}
            f.seek(0)
            version = json.load(f)["backends"][0]["version"]
        own = names[version.split()[0]]
        other = "mysql" if own == "mariadb" else "mariadb"
        ok = found == {own: (False, None, None), other: (True, "this machine", version)} and "are the same server" in done.stdout and " is a stand-in on" in done.stdout
        results.expect("one for both", ok, f"{found}\n{done.stdout}")


def others():
    for name, test in (("extremes", ends_of_types), ("row_keys", rows_of_keys), ("prove", faults_are_found), ("one's own", of_ones_own), ("one for both", one_for_both), ("wklrun", whole_run)):
        results.attempt(name, test)


with concurrent.futures.ThreadPoolExecutor(2) as both:
    both.submit(results.attempt, "contracts", contracts)
    both.submit(others)
results.end()
