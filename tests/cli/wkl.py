"""What the tests of the commands share: they are run as a user runs them, each test in a temporary folder of its own.

A script is a list of functions test_*; `wkl.main(globals())` calls each with a Place. A test fails by an exception; whatever a command
leaves in TMPDIR is a failure too. Exit 77 (skipped) where the build lacks something that the script needs."""
import contextlib
import http.server
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from checks import BUILD, HANG, SOURCE, environment  # noqa: E402

FRAUD = os.path.join(SOURCE, "examples", "fraud.wkl")
FINE, USAGE, RUN_ERRORS, WRONG_ROWS, EXPECTATION = 0, 1, 2, 3, 99

# Two tables of 90 and 30 rows. What a test adds (runs, backends) comes after it.
TINY = """
workload tiny
param keys = 100
entity card { id: char(8) ~ hex  count keys }
table rates[w in [30d, 90d]] of card { n: int ~ uniform(0..1000)  word: string(12) ~ text(12)  rows 90% }
table rare of card { at: timestamp ~ uniform(2026-01-01 .. 2026-02-01)  rows 30% }
query all(card) { get rates[*], rare }
query one(card) { get rare }
query some(card[20]) { get rates[*], rare }
"""
RUN = "run go { query all  clients 2  for 60 requests }\n"
FILE = 'backend sqlite { path "bench.db" }\n'         # which Place.sql reads and writes


class Done:
    """A command that has ended."""

    def __init__(self, args, code, out, err, seconds, cpu=None):
        self.args, self.code, self.out, self.err, self.seconds = args, code, out, err, seconds
        self.cpu = cpu                                # seconds of CPU time; None where another command may have ended meanwhile

    def __str__(self):
        return f"$ {' '.join(self.args)}\nexit {self.code} after {self.seconds:.1f} s\n--- stdout\n{self.out}\n--- stderr\n{self.err}"

    def expect(self, code, *patterns, lines=None):
        """The exit code, what stderr says (patterns), how many lines it has; nothing that looks like a crash."""
        assert self.code == code, f"expected exit {code}\n{self}"
        for pattern in patterns:
            assert re.search(pattern, self.err), f"stderr lacks /{pattern}/\n{self}"
        assert lines is None or len(self.err.splitlines()) == lines, f"expected {lines} lines on stderr\n{self}"
        for word in ("Sanitizer", "runtime error:", "Assertion", "internal error", "(null)"):
            assert word not in self.err, f"stderr has '{word}'\n{self}"
        return self


class Place:
    """A test's folder. The commands get the folder `tmp` in it as TMPDIR, which must be empty after each."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        self.tmp = self.path("tmp")
        os.mkdir(self.tmp)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        mode = {"mode": "wb"} if isinstance(text, bytes) else {"mode": "w", "encoding": "utf-8"}
        with open(self.path(name), **mode) as f:
            f.write(text)
        return self.path(name)

    def left(self):
        return sorted(os.listdir(self.tmp))

    def await_nothing_left(self):
        """Who watches over temporary files takes a moment after the end of a process."""
        try:
            wait_until("an empty TMPDIR", lambda: not self.left())
        except AssertionError as e:
            raise AssertionError(f"{e}: {self.left()}") from None

    def env(self, more):
        return {**environment(TMPDIR=self.tmp, HOME=self.folder), **more}

    def start(self, *args, env=None, **popen):
        """A command that goes on; the caller ends it, and `end_all` where the test failed before."""
        popen = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "cwd": self.folder, **popen}
        self.started.append(subprocess.Popen([os.path.join(BUILD, args[0]), *args[1:]], env=self.env(env or {}), **popen))
        return self.started[-1]

    def end_all(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()

    def run(self, *args, env=None, timeout=HANG, tidy=True, **popen):
        began, cpu = time.monotonic(), cpu_of_children()
        process = self.start(*args, env=env, **popen)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{' '.join(args)} had not ended after {timeout} s\n{(err or b'').decode(errors='replace')}") from None
        done = Done(args, process.returncode, (out or b"").decode(errors="replace"), (err or b"").decode(errors="replace"),
                    time.monotonic() - began, cpu_of_children() - cpu)
        assert not tidy or not self.left(), f"left in TMPDIR: {self.left()}\n{done}"
        return done

    def sql(self, text, *values):
        """One statement on bench.db, by another's hand; its rows."""
        import sqlite3
        with contextlib.closing(sqlite3.connect(self.path("bench.db"), timeout=30)) as db, db:
            return db.execute(text, values).fetchall()

    def tables(self):
        return sorted(name for name, in self.sql("SELECT name FROM sqlite_master WHERE type = 'table'"))

    def wklrun(self, *args, **more):
        return self.run("wklrun", *args, **more)

    def wklc(self, *args, **more):
        return self.run("wklc", *args, **more)

    def measure(self, code, *args, **more):
        """wklrun that must end with this code; returns what it reports as JSON, and itself."""
        report = self.path("report.json")
        done = self.wklrun(*args, "-q", "-o", report, **more).expect(code)
        with open(report, encoding="utf-8") as f:
            return json.load(f), done


class Door:
    """Listens on this machine while it is open, and talks to who comes, one after the other; `talk` is the subclass's."""
    faults = OSError                                  # of a talk, which end it alone

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer, contextlib.suppress(self.faults):
                peer.settimeout(10)
                self.talk(peer)


@contextlib.contextmanager
def listening(handler):
    """An HTTP server on this machine, by its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def wait_until(what, ready, seconds=HANG):
    """Polls; a test that waits for too long fails and says for what."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.02)


def one_of_five(holds):
    """A law of times, which another's work on this machine can spoil once or twice but not five times: the last try's failure is the test's."""
    for tries in range(5, 0, -1):
        try:
            return holds()
        except AssertionError:
            if tries == 1:
                raise


def ended(process, seconds=HANG):
    """Waits for a process that `start` gave."""
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError(f"{process.args} still runs after {seconds} s") from None
    return Done(process.args, process.returncode, (out or b"").decode(errors="replace"), (err or b"").decode(errors="replace"), time.monotonic() - began)


def end_with(process, sig, seconds=HANG):
    """Sends a signal; `seconds` of what comes back is how long the process took to end."""
    process.send_signal(sig)
    return ended(process, seconds)


def has_sqlite():
    try:
        import sqlite3  # noqa: F401
    except ImportError:
        return False
    listed = subprocess.run([os.path.join(BUILD, "wklc"), "--list-backends"], capture_output=True, text=True, env=environment())
    return re.search(r"^sqlite .* plans and runs it", listed.stdout, flags=re.MULTILINE) is not None


def main(names, needs_sqlite=False):
    if needs_sqlite and not has_sqlite():
        print("skipped: SQLite is missing, in this build or in Python")
        sys.exit(77)
    tests = [(name, test) for name, test in names.items() if name.startswith("test_") and (len(sys.argv) < 2 or name in sys.argv[1:])]
    failed = 0
    for name, test in tests:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="wkl-test-") as folder:
            place = Place(folder)
            try:
                test(place)
                print(f"ok      {name} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
            finally:
                place.end_all()
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not tests else 0)
