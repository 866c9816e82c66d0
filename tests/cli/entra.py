#!/usr/bin/env python3
"""Cosmos DB by a token of Entra ID, which reads and writes documents and makes no containers: a whole run on containers that were made for it.
The service here knows what such a run asks for, and refuses what a token may not."""
import http.server
import json
import re
import threading
import urllib.parse

import wkl
from wkl import FINE, RUN, RUN_ERRORS, TINY, listening

TABLES = ("rates_30d", "rates_90d", "rare")


class Account(http.server.BaseHTTPRequestHandler):
    protocol_version, wbufsize, disable_nagle_algorithm = "HTTP/1.1", 1 << 16, True      # an answer in one piece
    lock = threading.Lock()
    containers, refused, tokens, etags = {}, [], [], 0

    def answer(self, status, document=None, **headers):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "x-ms-request-charge": "1", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, words):
        self.answer(status, {"code": "Refused", "message": words})

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/":
            return self.answer(200, {})
        kind, _, token = urllib.parse.unquote(self.headers["Authorization"]).partition("&ver=1.0&sig=")
        with Account.lock:
            Account.tokens.append(token)
            if kind != "type=aad" or (token == "hunter1" and len(Account.tokens) > 20):
                return self.refuse(401, "the token has expired")
            parts = [urllib.parse.unquote(part) for part in self.path.strip("/").split("/")]
            if parts[:2] != ["dbs", "wkl"] or len(parts) in (1, 3) or (len(parts) in (2, 4) and self.command != "GET"):
                Account.refused.append(f"{self.command} {self.path}")
                return self.refuse(403, "a token may not")
            if len(parts) == 2:
                return self.answer(200, {"id": "wkl"})
            if parts[3] not in Account.containers:
                return self.answer(404, {"code": "NotFound", "message": "Owner resource does not exist"})
            return self.of_container(Account.containers[parts[3]], parts[5] if len(parts) > 5 else None, len(parts) == 4, body)

    def of_container(self, documents, name, itself, body):
        if itself:
            return self.answer(200, {"id": "it"})
        if self.headers["x-ms-documentdb-isquery"]:
            query = json.loads(body)
            keys = {p["value"] for p in query["parameters"]}
            key = re.search(r'c\["(\w+)"\] AS k', query["query"])
            found = [d for d in documents.values() if not keys or d["id"] in keys]
            return self.answer(200, {"Documents": [{**d, "k": d.get(key[1])} for d in found] if key else found})
        if self.command in ("POST", "PUT"):
            document = json.loads(body)
            there = documents.get(document["id"])
            if self.command == "POST" and there and not self.headers["x-ms-documentdb-is-upsert"]:
                return self.refuse(409, "it is there")
            if self.headers["If-Match"] and (not there or there["_etag"] != self.headers["If-Match"]):
                return self.refuse(412, "it has changed")
            Account.etags += 1
            documents[document["id"]] = {**document, "_etag": f'"{Account.etags}"'}
            return self.answer(201, {})
        if name not in documents:
            return self.refuse(404, "Entity does not exist")
        if self.command == "DELETE":
            del documents[name]
            return self.answer(204)
        return self.answer(200, documents[name])

    do_GET = do_POST = do_PUT = do_DELETE = handle_one

    def log_message(self, *_):
        pass


def account(*containers):
    Account.containers = {name: {} for name in containers}
    Account.refused, Account.tokens = [], []
    return listening(Account)


def workload(place, url):
    place.write("count", "")
    place.write("next.sh", "echo x >> count\necho hunter$(($(wc -l < count)))\n")
    return place.write("told.wkl", TINY + RUN + f'backend cosmosdb {{ endpoint "{url}"  token command("sh next.sh") }}\n')


def test_run(place):
    """Loads, verifies, measures with a token that ends meanwhile, and leaves the containers as they were: there, and empty."""
    with account(*TABLES, "wkl_tables") as url:
        report, done = place.measure(FINE, workload(place, url), "-b", "cosmosdb")
        backend, = report["backends"]
        assert backend["status"] == "ok" and backend["verified"]["mismatches"] == 0 and backend["verified"]["rows"] > 0, backend
        assert Account.refused == [] and not any(Account.containers.values()), (Account.refused, Account.containers)
        assert Account.tokens[0] == "hunter1" and Account.tokens[-1] == "hunter2", Account.tokens
        assert "hunter" not in done.out + done.err + json.dumps(report), done


def test_kept(place):
    with account(*TABLES, "wkl_tables") as url:
        file = workload(place, url)
        place.wklrun(file, "-b", "cosmosdb", "--only", "load").expect(FINE)
        assert all(Account.containers[name] for name in TABLES), Account.containers
        place.wklrun(file, "-b", "cosmosdb", "--only", "run").expect(FINE)
        place.wklrun(file, "-b", "cosmosdb", "--only", "drop").expect(FINE)
        assert Account.refused == [] and not any(Account.containers.values()), (Account.refused, Account.containers)


def test_what_is_missing(place):
    with account() as url:
        done = place.wklrun(workload(place, url), "-b", "cosmosdb").expect(RUN_ERRORS, "the container 'wkl_tables' does not exist, and an Entra ID token",
                                                                           "az cosmosdb sql container create")
        assert Account.refused == [] and "hunter" not in done.err, done
    with account("wkl_tables", *TABLES[1:]) as url:
        place.wklrun(workload(place, url), "-b", "cosmosdb").expect(RUN_ERRORS, "the container 'rates_30d' does not exist, and an Entra ID token")
    with account("wkl_tables", *TABLES) as url:
        Account.containers["rare"]["x"] = {"id": "x", "_etag": '"0"'}
        place.wklrun(workload(place, url), "-b", "cosmosdb").expect(RUN_ERRORS, "'rare'.* wkl did not (make|create)")
        assert Account.containers["rare"] == {"x": {"id": "x", "_etag": '"0"'}}, Account.containers


wkl.main(globals())
