"""MariaDB or MySQL as it is installed here, with a database for each instance."""
import os
import secrets
import subprocess

from wkl_local import Failed, Missing, Server, have

# The socket is named from within the data folder: its path has room for 107 bytes. Clients come over TCP.
CLIENT = """[client]
host = 127.0.0.1
protocol = tcp
user = wkl
password = {}
connect_timeout = 3
"""
CONFIG = """[mysqld]
datadir = {0}/data
socket = wkl.sock
pid_file = {0}/server.pid
tmpdir = {0}
init_file = {0}/init.sql
bind_address = 127.0.0.1
skip_name_resolve
skip_log_bin
local_infile = 1
max_connections = 300
max_allowed_packet = 64M
character_set_server = utf8mb4
innodb_buffer_pool_size = 256M
innodb_fast_shutdown = 2
loose_mysqlx = 0
"""


class Local(Server):
    users = ("mysql",)            # it refuses to be root

    def find(self):
        self.mysqld, self.mysql = have("mariadbd") or have("mysqld"), have("mariadb") or have("mysql")
        if not self.mysqld or not self.mysql:
            raise Missing("no MariaDB or MySQL server programs: install mariadb-server (Debian)")
        said = subprocess.run([self.mysqld, "--no-defaults", "--version"], capture_output=True, check=False).stdout
        self.maria = b"mariadb" in said.lower()
        if self.maria and not have("mariadb-install-db"):
            raise Missing("no mariadb-install-db: install mariadb-server (Debian)")

    def prepare(self):
        """MariaDB's own root is let in by the socket only, and only as the system's root; MySQL's gets a password."""
        root = "" if self.maria else f"alter user 'root'@'localhost' identified by '{secrets.token_hex(16)}';\n"
        self.write("server.cnf", CONFIG.format(self.folder))
        self.write("init.sql", f"create user 'wkl'@'127.0.0.1' identified by '{self.password}';\n"
                   f"grant all on *.* to 'wkl'@'127.0.0.1' with grant option;\n{root}"
                   + "".join(f"create database `wkl_{i}`;\n" for i in self.instances))
        self.write("client.cnf", CLIENT.format(self.password))
        data = os.path.join(self.folder, "data")
        os.mkdir(data)
        self.give(data)
        where = [f"--datadir={data}", f"--tmpdir={self.folder}"]
        install = ["mariadb-install-db", "--no-defaults", *where, "--skip-test-db", "--skip-name-resolve",
                   "--auth-root-authentication-method=socket", "--auth-root-socket-user=root"]
        if not self.maria:
            install = [self.mysqld, "--no-defaults", "--initialize-insecure", *where]
        if not self.step(*install, user=self.user):
            raise Failed(f"the database folder could not be made: {self.words(self.log_text())}")

    def command(self, port):
        return [self.mysqld, f"--defaults-file={self.folder}/server.cnf", f"--port={port}"], {}

    def query(self, port, text):
        own = f"--defaults-file={self.folder}/client.cnf"
        return self.ask(self.mysql, own, f"--port={port}", "-N", "-B", text=text)

    def answers(self, port):
        return self.query(port, "select 1;")[1]

    def title(self, port):
        return ("MariaDB " if self.maria else "MySQL ") + self.query(port, "select version()")[0].split("-")[0]

    def settings(self, port, instance):
        return {"uri": f"mysql://wkl:{self.password}@127.0.0.1:{port}/wkl_{instance}"}
