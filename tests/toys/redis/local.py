"""A throw-away Redis for `wklrun --local`; it keeps nothing on disk."""
import shutil
import socket
import subprocess

from wkl_local import Missing, Server


class Local(Server):
    def find(self):
        self.program = shutil.which("redis-server")
        if not self.program:
            raise Missing("redis-server is missing (Debian: redis-server)")

    def command(self, port):
        return [self.program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no",
                "--dir", self.folder], {}

    def answers(self, port):
        try:
            with socket.create_connection(("127.0.0.1", port), 3) as peer:
                peer.sendall(b"PING\r\n")
                return peer.recv(100).startswith(b"+PONG")
        except OSError:
            return False

    def title(self, port):
        words = subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout
        return "Redis " + words.partition("v=")[2].partition(" ")[0]

    def settings(self, port, instance):
        return {"host": "127.0.0.1", "port": port, "table_prefix": f"{instance}_"}
