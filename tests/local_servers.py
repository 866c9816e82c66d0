"""wkl-local with folders of backends that are made here: a local.py is enough for a server to be found, started,
asked and stopped, and whatever ends it, nothing is left. No database's program is needed: these are Python's own."""
import http.client
import os
import shutil
import signal
import socket
import sys
import tempfile

from checks import HANG, SOURCE, check, end

sys.path.insert(0, os.path.join(SOURCE, "tests", "live"))
from servers import SCRIPT, Scope, Servers, address_of  # noqa: E402

TOY = """
import sys
from wkl_local import Server

class Local(Server):
    def find(self):
        pass

    def prepare(self):
        self.write("index.html", "a toy")

    def command(self, port):
        return [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", self.folder, str(port)], {}

    def title(self, port):
        return "Toy 1.0"

    def settings(self, port, instance):
        return {"endpoint": f"http://127.0.0.1:{port}/", "mine": instance}
"""
DEAD = TOY.replace('"-m", "http.server"', '"-c", f"import sys; sys.exit(\'the moon is full, {self.password}\')"')
LOST = TOY.replace("import Server", "import Missing, Server").replace("pass", "raise Missing('no moon: install one')")
FAULTY = TOY.replace("pass", "return self.moon")
SILENT = TOY.replace('"-m", "http.server"', '"-c", "import time; time.sleep(999)"')


def tree_of(folder, **backends):
    os.mkdir(os.path.join(folder, "local"))
    os.symlink(SCRIPT, os.path.join(folder, "local", "wkl-local"))
    for name, text in backends.items():
        os.makedirs(os.path.join(folder, "backends", name))
        with open(os.path.join(folder, "backends", name, "local.py"), "w", encoding="ascii") as f:
            f.write(text)
    return [sys.executable, os.path.join(folder, "local", "wkl-local")]


def fetched(settings):
    connection = http.client.HTTPConnection(*address_of(settings), timeout=HANG)
    connection.request("GET", "/index.html")
    return connection.getresponse().read()


def each_as_it_says(command):
    with Scope() as scope, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        servers = Servers(scope, "toy/a", "toy/b", "dead/c", "lost/d", "faulty/e", command=command,
                          env={"WKL_LOCAL_FIRST_PORT": str(port)})
        check(servers.wait_done(HANG), f"all are settled: {servers.events}")
        at = address_of(servers.settings["a"])
        check(at[1] != port and servers.settings["b"]["mine"] == "b", f"on a port that is free: {servers.settings}")
        check(servers.state("a") == ("ready", f"Toy 1.0 on 127.0.0.1:{at[1]}"), f"ready: {servers.events}")
        check(fetched(servers.settings["a"]) == b"a toy", "it is the one that was prepared")
        check(servers.state("c") == ("failed", "the moon is full, ***"), f"last words, no password: {servers.events}")
        check(servers.state("d") == ("skip", "no moon: install one"), f"what is missing: {servers.events}")
        check(servers.state("e") == ("failed", "AttributeError: 'Local' object has no attribute 'moon'"),
              f"a fault of a local.py: {servers.events}")
        check(servers.close() == 0, "it ends with its input")
        left = scope.wait_empty(0)
        check(not left, f"nothing is left: {left}")


def whatever_ends_it(command, name, signals):
    """What works there is seen first; after SIGTERM nothing is left when it has ended, after SIGKILL soon."""
    for number in signals:
        with Scope() as scope:
            servers = Servers(scope, f"{name}/a", command=command)
            if name == "toy":
                servers.wait_done(HANG)
                check(len(scope.processes()) >= 2, f"a server works here: {scope.processes()}")
            else:
                servers.read_event(HANG)
            servers.process.send_signal(number)
            code = servers.close()
            left = scope.wait_empty(0 if number == signal.SIGTERM else HANG)
            right = code == (1 if number == signal.SIGTERM else -number)
            check(right and not left, f"{name} after {number.name}: {code}, {left}")


if not shutil.which("setpriv"):
    print("skipped: setpriv is missing")
    sys.exit(77)
with tempfile.TemporaryDirectory() as place:
    program = tree_of(place, toy=TOY, dead=DEAD, lost=LOST, faulty=FAULTY, silent=SILENT)
    each_as_it_says(program)
    for which in ("toy", "silent"):
        whatever_ends_it(program, which, (signal.SIGTERM, signal.SIGKILL))
end()
