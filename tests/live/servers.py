"""wkl-local as the live tests use it: a scope for what it leaves behind, its events, and clients that are not our own.

A Scope is a temporary folder that wkl-local gets as its TMPDIR and working folder. Every process that it starts works below
that folder, so what is left of them is found by their working folder, and other runs on the machine are not looked at."""
import glob
import http.client
import json
import os
import runpy
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from checks import HANG, usual_signals  # noqa: E402, F401

SOURCE = os.environ.get("WKL_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("WKL_BUILD") or os.path.join(SOURCE, "build")
SCRIPT = os.path.join(SOURCE, "local", "wkl-local")
PROGRAM = [sys.executable, SCRIPT]
NIGHTLY = bool(os.environ.get("WKL_NIGHTLY"))     # `scripts/test nightly`: more of the same, and what takes minutes
FETCHING = 900    # seconds: two servers may have to be fetched first


class Scope:
    def __init__(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="wkl-test."))
        os.chmod(self.folder, 0o711)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/cwd").startswith(self.folder):
                    with open(f"/proc/{pid}/cmdline", "rb") as f:
                        found.append((int(pid), f.read().replace(b"\0", b" ").decode(errors="replace")))
            except OSError:
                pass    # it has ended meanwhile, or is another user's
        return found

    def wait_empty(self, seconds):
        """What is left after so long: processes and files."""
        end = time.monotonic() + seconds
        while True:
            left = [f"process {pid}: {args}" for pid, args in self.processes()] + os.listdir(self.folder)
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.1)


class Backend:
    """One that has a throw-away server (its folder has local.py), and what its tests/live.py says of it. That says nothing of a new one, which
    is held to the contract under its folder's name."""

    def __init__(self, folder):
        path = os.path.join(folder, "tests", "live.py")
        said = runpy.run_path(path) if os.path.exists(path) else {}
        self.server, self.folder = os.path.basename(folder), folder
        self.instances = said.get("INSTANCES", {self.server: ()})    # names it has in a workload, and suites that each goes through
        self.contract = said.get("CONTRACT", {})      # of a name, settings with which it is held to the contract once more
        self.own = said.get("OWN")                    # the name under which a report knows the same server as one's own
        self.stand_in = said.get("STAND_IN")          # a pattern: who answers in the place of a service; None: it is itself
        self.deviations = said.get("DEVIATIONS", [])  # what a stand-in does otherwise: (its name, check of the contract that it fails, why)

    def suite(self, name):
        """One of its own, or one that others go through too."""
        own = os.path.join(self.folder, "tests", name + ".py")
        return own if os.path.exists(own) else os.path.join(SOURCE, "tests", "live", name + ".py")


def backends():
    return [Backend(os.path.dirname(path)) for path in sorted(glob.glob(os.path.join(SOURCE, "backends", "*", "local.py")))]


class Servers:
    """A running wkl-local. After wait_done: settings and states by instance, and all events in their order."""

    def __init__(self, scope, *names, env=None, command=None):
        self.settings, self.states, self.events = {}, {}, []
        self.rest = b""
        command = command or PROGRAM
        self.process = subprocess.Popen(command + list(names), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=scope.folder,
                                        env={**os.environ, "TMPDIR": scope.folder, **(env or {})}, start_new_session=True)

    def read_event(self, seconds):
        """The next event as a list of at most four words; None at the end or when the time is up."""
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                return None
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                return None
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        text = line.decode()
        self.events.append(text)
        words = text.split(" ", 2)
        if words[0] == "set":
            name, value = words[2].split(" ", 1)
            self.settings.setdefault(words[1], {})[name] = value
        elif words[0] in ("ready", "skip", "failed"):
            self.states[words[1]] = (words[0], words[2])
        return words

    def wait_done(self, seconds=FETCHING):
        end = time.monotonic() + seconds
        while True:
            event = self.read_event(end - time.monotonic())
            if event is None or event == ["done"]:
                return event is not None

    def state(self, name):
        """Of an instance: ready, skip or failed, and the words on it."""
        return self.states.get(name, ("failed", "wkl-local never settled it"))

    def ready(self, results, names, what="{}"):
        """Those of these instances that are; of the others it is said why not."""
        for name in names:
            state, text = self.state(name)
            if state == "ready":
                yield name
            else:
                results.missing(what.format(name), state, text)

    def close(self, seconds=HANG):
        """Ends its lifetime as the end of wklrun does, and returns its exit code."""
        self.process.stdin.close()
        code = self.process.wait(seconds)
        self.process.stdout.close()
        return code


def setting_words(settings):
    """The settings as words of a backend block; they name variables (setting_variables), so that no secret stands in a file."""
    return " ".join(f'{name} {value}' if name == "engine" else f'{name} env("WKL_TEST_{name.upper()}")' for name, value in settings.items())


def backend_block(kind, settings, prefix):
    """A block of its own tables, for settings that setting_variables hands over."""
    return f'backend {kind} {{ {setting_words(settings)} table_prefix "{prefix}" }}\n'


def setting_variables(settings):
    return {f"WKL_TEST_{name.upper()}": value for name, value in settings.items()}


def secrets_of(settings):
    """The words of settings that nobody may see."""
    found = []
    for name, value in settings.items():
        if name == "secret_key":
            found.append(value)
        elif "AccountKey=" in value:
            found.append(value.split("AccountKey=")[1])
        elif "://wkl:" in value:
            found.append(value.split("://wkl:")[1].split("@")[0])
    return found


def address_of(settings):
    text = settings.get("endpoint") or settings["uri"]
    text = text.split("127.0.0.1:")[1]
    return "127.0.0.1", int("".join(c if c.isdigit() else " " for c in text).split()[0])


def listeners(port):
    """The addresses, in hexadecimal, on which somebody listens at this port."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table) as f:
                for line in f.readlines()[1:]:
                    words = line.split()
                    address, at = words[1].split(":")
                    if words[3] == "0A" and int(at, 16) == port:
                        found.append(address)
        except OSError:
            pass
    return found


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ---- statements by the servers' own clients ----

def psql(uri, text):
    done = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", text, uri], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError(f"psql: {text}: {done.stderr.strip()}")
    return done.stdout.strip()


def mysql(uri, text):
    u = urllib.parse.urlsplit(uri)
    done = subprocess.run([shutil.which("mariadb") or "mysql", "--no-defaults", "-h", u.hostname, "-P", str(u.port), "--protocol=tcp", "-u", u.username,
                           "-N", "-B", "-e", f"/*M!100101 SET SESSION max_statement_time = 0 */; {text}", u.path.strip("/")], capture_output=True, text=True, timeout=60, env={**os.environ, "MYSQL_PWD": u.password})
    if done.returncode:
        raise AssertionError(f"mysql: {text}: {done.stderr.strip()}")
    return done.stdout.strip()


# ---- one request with a client that is not ours; each returns what the server answered, or raises ----

def ask_postgres(settings):
    return subprocess.run(["psql", "-X", "-A", "-t", "-c", "select current_database()", settings["uri"]], check=True, text=True,
                          capture_output=True, timeout=30).stdout.strip()


def ask_mysql(settings):
    host, port = address_of(settings)
    password, database = secrets_of(settings)[0], settings["uri"].rsplit("/", 1)[1]
    client = shutil.which("mariadb") or "mysql"
    return subprocess.run([client, "--no-defaults", "-h", host, "-P", str(port), "--protocol=tcp", "-u", "wkl", "-N", "-B",
                           "-e", "select database()", database], check=True, text=True, capture_output=True, timeout=30,
                          env={**os.environ, "MYSQL_PWD": password}).stdout.strip()


class Refused(RuntimeError):
    """An answer with another status than 200 and its like."""


def ask_http(settings, verb, path, headers, body=None):
    """The answer, and its headers."""
    connection = http.client.HTTPConnection(*address_of(settings), timeout=30)
    connection.request(verb, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status // 100 != 2:
        raise Refused(f"HTTP {answer.status}: {text[:200]}")
    return json.loads(text or "{}"), answer.headers


def ask_dynamodb(settings, operation="ListTables", **parameters):
    credential = f"{settings['access_key']}/20260101/{settings['region']}/dynamodb/aws4_request"
    return ask_http(settings, "POST", "/", {
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}", "X-Amz-Date": "20260101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"}, json.dumps(parameters))[0]


def ask_cosmosdb(settings, kind="dbs", link="", continuation=None, verb="GET", body=None, headers=None):
    """A page of what is listed below a link, and how to ask for the next one. POST makes one of the kind there, DELETE drops what the link names."""
    import base64, hashlib, hmac, urllib.parse
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    key = base64.b64decode(settings["uri"].split("AccountKey=")[1])
    signature = base64.b64encode(hmac.new(key, f"{verb.lower()}\n{kind}\n{link}\n{date.lower()}\n\n".encode(), hashlib.sha256).digest()).decode()
    more = {"x-ms-continuation": continuation} if continuation else {}
    path = urllib.parse.quote(f"/{link}" if verb == "DELETE" else f"/{link}{'/' if link else ''}{kind}")
    answer, said = ask_http(settings, verb, path, {
        "x-ms-date": date, "x-ms-version": "2018-12-31", "x-ms-max-item-count": "1000",
        "Authorization": urllib.parse.quote(f"type=master&ver=1.0&sig={signature}", safe=""), **more, **(headers or {})},
                            json.dumps(body) if body else None)
    return answer, said.get("x-ms-continuation")


ASK = {"postgres": ask_postgres, "mysql": ask_mysql, "dynamodb": ask_dynamodb, "cosmosdb": ask_cosmosdb}


class Results:
    """Lines that scripts/test counts: PASS, FAIL or SKIP, a name, and in brackets why."""

    def __init__(self, suite):
        self.suite, self.failed = suite, 0

    def say(self, outcome, name, why=""):
        print(f"{outcome}: {self.suite} {name}" + (f" ({why})" if why else ""), flush=True)
        self.failed += outcome == "FAIL"

    def missing(self, name, state, text):
        """A server that is not ready: the words of wkl-local say why."""
        self.say("SKIP" if state == "skip" else "FAIL", name, text)

    def expect(self, name, held, why=""):
        self.say("PASS" if held else "FAIL", name, "" if held else why)

    def attempt(self, name, test, *arguments):
        """A test that says itself what holds. Where it raises, that is one failure, and the suite goes on."""
        try:
            test(*arguments)
        except Exception as fault:
            self.say("FAIL", name, f"{type(fault).__name__}: {fault}".replace("\n", "; "))
            traceback.print_exc()

    def end(self):
        sys.exit(1 if self.failed else 0)
