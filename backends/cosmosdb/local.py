"""Cosmium, built by Go, or cosmosdb-server of npm."""
import base64
import os
import secrets
import shutil

from wkl_local import Server, Way, have

COSMOSDB_SERVER = "1.0.1"
GO_LIMIT = 90         # seconds for Go to fetch and build one
START = "require(process.argv[1]).createHttpServer({ keepAlive: true }).listen(process.argv[2], '127.0.0.1')"


def run_node(folder, port):
    return ["node", "-e", START, f"{folder}/node_modules/@vercel/cosmosdb-server", str(port)]


def run_cosmium(folder, port):
    return [have("cosmium") or f"{folder}/cosmium", "-Host", "127.0.0.1", "-Port", str(port), "-DisableTls"]


class Local(Server):
    lacks = "no Cosmos DB server: it takes nodejs and npm (Debian; cosmosdb-server), or Cosmium"

    def find(self):
        self.key = base64.b64encode(secrets.token_bytes(64)).decode()
        package = f"cosmosdb-server-{COSMOSDB_SERVER}"
        fetch = self.npm("@vercel/cosmosdb-server", COSMOSDB_SERVER)
        self.choose(cosmium=Way("Cosmium", lambda: True, None if have("cosmium") else "cosmium", self.go, run_cosmium),
                    npm=Way(f"cosmosdb-server {COSMOSDB_SERVER}", lambda: have("node"), package, fetch, run_node))

    def go(self, folder):
        if not have("go"):
            return False
        self.note("building Cosmium with Go")
        env = {"GOBIN": f"{folder}/bin", "GOPATH": f"{folder}/go", "GOCACHE": f"{folder}/cache",
               "GOFLAGS": "-modcacherw", "GIT_TERMINAL_PROMPT": "0"}
        if not self.step("go", "install", "github.com/pikami/cosmium/cmd/server@latest", limit=GO_LIMIT, env=env):
            self.note(f"Cosmium is not to be had through Go: {self.words(self.log_text(), 2)}")
            return False
        for made in ("go", "cache"):
            shutil.rmtree(f"{folder}/{made}")
        os.rename(f"{folder}/bin/server", f"{folder}/cosmium")
        return True

    def command(self, port):
        words, env = super().command(port)
        return words, {**env, "COSMIUM_ACCOUNTKEY": self.key}

    def settings(self, port, instance):
        return {"uri": f"AccountEndpoint=http://127.0.0.1:{port}/;AccountKey={self.key}"}
