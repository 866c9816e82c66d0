"""PostgreSQL as it is installed here, with a database for each instance."""
import glob
import os
import re
import signal
import subprocess

from wkl_local import Failed, Missing, Server, have

CONFIG = """listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
logging_collector = off
log_destination = 'stderr'
"""


def folders():
    """Where its programs may be: on the path, where it was built for, the newest of Debian's."""
    initdb, config = have("initdb"), have("pg_config")
    if initdb:
        yield os.path.dirname(os.path.realpath(initdb))
    if config:
        yield subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
    yield from sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: [*map(int, re.findall(r"\d+", p))])[-1:]


class Local(Server):
    users = ("postgres",)         # it refuses to be root
    # The data is thrown away, so no checkpoint is waited for; a terminate would wait for the clients.
    asked_by = dies_by = signal.SIGQUIT

    def find(self):
        self.bin = next((f for f in folders() if have(f"{f}/initdb") and have(f"{f}/postgres")), None)
        if not self.bin:
            raise Missing("no PostgreSQL server programs: install postgresql (Debian)")
        self.psql = have(f"{self.bin}/psql") or "psql"

    def prepare(self):
        data = os.path.join(self.folder, "data")
        secret = self.write("password", self.password + "\n")
        if not self.step(f"{self.bin}/initdb", "-D", data, "-U", "wkl", "-A", "scram-sha-256", f"--pwfile={secret}",
                         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", user=self.user):
            raise Failed(f"initdb: {self.words(self.log_text())}")
        with open(os.path.join(data, "postgresql.conf"), "a") as f:
            f.write(CONFIG)

    def command(self, port):
        sockets = self.folder if len(self.folder) < 80 else ""        # a socket's path has room for 107 bytes
        return [f"{self.bin}/postgres", "-D", f"{self.folder}/data", "-c", f"port={port}", "-c",
                f"unix_socket_directories={sockets}"], {}

    def query(self, port, text):
        return self.ask(self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port),
                        "-U", "wkl", "-d", "postgres", text=text,
                        env={"PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "3"})

    def answers(self, port):
        return self.query(port, "select 1;")[1]

    def title(self, port):
        return "PostgreSQL " + self.query(port, "show server_version;")[0].split(" ")[0]

    def settings(self, port, instance):
        said, made = self.query(port, f'create database "wkl_{instance}";')
        if not made:
            raise Failed(self.words(said))
        return {"uri": f"postgresql://wkl:{self.password}@127.0.0.1:{port}/wkl_{instance}"}
