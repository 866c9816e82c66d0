#!/usr/bin/env python3
# live: works
"""TLS with a MariaDB server of its own: a whole run by each word, against the server with and without TLS, and with who stands between and takes
the offer of TLS out of the greeting."""
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tests")
sys.path[:0] = [os.path.join(TESTS, "cli"), os.path.join(TESTS, "live")]
import servers  # noqa: E402
import wkl  # noqa: E402
from authority import Authority  # noqa: E402
from proxy import Relay  # noqa: E402
from wkl import FINE, RUN, TINY, USAGE  # noqa: E402

PASSWORD = "pl4nted-Passw0rd"
CLIENT_SSL = 0x800


def found(*names):
    folders = os.environ["PATH"].split(":") + ["/usr/sbin", "/usr/local/sbin"]
    return next((p for n in names if (p := shutil.which(n, path=":".join(folders)))), None)


class MariaDB:
    """certificate None: it offers no TLS."""

    def __init__(self, folder, certificate=None):
        self.port, self.folder = servers.free_port(), folder
        data, user = os.path.join(folder, "data"), ["--user=root"] if os.getuid() == 0 else []
        first = os.path.join(folder, "first.sql")
        with open(first, "w", encoding="ascii") as f:
            f.write("CREATE DATABASE d;\n")
            for host in ("%", "localhost"):           # where the server has its anonymous user, who comes first
                f.write(f"CREATE USER 'me'@'{host}' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON d.* TO 'me'@'{host}';\n")
        if not os.path.exists(data):
            subprocess.run([found("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db", "--auth-root-authentication-method=normal", *user],
                           check=True, capture_output=True, timeout=120)
        tls = [f"--ssl-cert={certificate}", f"--ssl-key={certificate}"] if certificate else ["--skip-ssl"]
        self.log = open(os.path.join(folder, "log"), "wb")
        self.process = subprocess.Popen([found("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1",
                                         f"--socket={folder}/s", f"--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0", *user, *tls,
                                         *([f"--init-file={first}"] if not os.path.exists(os.path.join(data, "d")) else [])],
                                        stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def __enter__(self):
        end = time.monotonic() + 60
        while True:
            assert self.process.poll() is None and time.monotonic() < end, open(self.log.name, errors="replace").read()[-2000:]
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                    if s.recv(1):
                        return self
            except OSError:
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Between(Relay):
    """Passes on what it hears, but for the offer of TLS in the first packet of the server where `strips`; keeps what the client says."""

    def __init__(self, port, strips):
        self.strips, self.said = strips, b""
        super().__init__(("127.0.0.1", port))

    def heard(self, data, from_server, first, back):
        if not from_server:
            self.said += data
        elif first and self.strips:
            data = bytearray(data)
            at = data.index(0, 5) + 1 + 4 + 8 + 1
            struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] & ~CLIENT_SSL)
        return data


def run(place, port, more, code, host="127.0.0.1"):
    block = f'backend aurora {{ engine mysql host "{host}" port {port} user "me" database "d" password env("PW") {more} }}\n'
    return place.wklrun(place.write("tls.wkl", TINY + RUN + block), "-b", "aurora_mysql", "-q", env={"PW": PASSWORD}).expect(code)


def in_clear(between):
    return b"SELECT" in between.said or b"CREATE" in between.said or b"mysql_native_password" in between.said


def test_without_tls(place):
    with MariaDB(place.folder) as server:
        for word in ("on", "verify", "required", "verify-full"):
            with Between(server.port, False) as between:
                done = run(place, between.port, f"ssl {word}", USAGE)
                assert "TLS is required" in done.err and not between.said, (word, between.said, done.err)
        for more in ("", "ssl off", "ssl prefer"):
            run(place, server.port, more, FINE)


def test_with_tls(place):
    own, other = Authority(place.folder, "own"), Authority(place.folder, "other")
    with MariaDB(place.folder, own.issue("good", "IP:127.0.0.1,DNS:localhost")) as server:
        for more in ("ssl on", "ssl prefer", f'ssl verify ca "{own.file}"'):
            with Between(server.port, False) as between:
                run(place, between.port, more, FINE, "localhost")
                assert not in_clear(between), more
        run(place, server.port, f'ssl verify ca "{own.file}"', FINE)      # by its address
        for more in ("ssl verify", f'ssl verify ca "{other.file}"'):
            run(place, server.port, more, USAGE, "localhost")
        for more in ("ssl on", f'ssl verify ca "{own.file}"'):
            with Between(server.port, True) as between:
                done = run(place, between.port, more, USAGE, "localhost")
                assert "TLS is required" in done.err and not between.said, (more, between.said, done.err)


def test_wrong_certificates(place):
    own = Authority(place.folder, "own")
    for certificate in (own.issue("host", "DNS:elsewhere.test"), own.issue("expired", "IP:127.0.0.1,DNS:localhost", days=-1)):
        with MariaDB(place.folder, certificate) as server:
            with Between(server.port, False) as between:
                run(place, between.port, f'ssl verify ca "{own.file}"', USAGE, "localhost")
                assert not in_clear(between), between.said
            run(place, server.port, "ssl on", FINE, "localhost")


def in_place(name, test):
    with tempfile.TemporaryDirectory() as folder:
        place = wkl.Place(folder)
        try:
            test(place)
        finally:
            place.end_all()
    results.say("PASS", name)


results = servers.Results("mysql_tls")
if not found("mariadbd") or not found("mariadb-install-db") or not shutil.which("openssl"):
    results.say("SKIP", "all", "mariadbd, mariadb-install-db or openssl is missing")
else:
    for each in (test_without_tls, test_with_tls, test_wrong_certificates):
        results.attempt(each.__name__, in_place, each.__name__, each)
results.end()
