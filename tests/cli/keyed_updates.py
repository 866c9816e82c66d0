#!/usr/bin/env python3
"""Writes on services that are asked item by item: the requests of DynamoDB and Cosmos DB, answered here from a dict, with what
a service may do to them."""
import copy
import http.server
import json
import os
import re
import threading
import time
import urllib.parse

import wkl
from wkl import FINE, RUN_ERRORS, WRONG_ROWS, listening


def workload(name):
    with open(os.path.join(wkl.SOURCE, "tests", "live", name + ".wkl"), encoding="utf-8") as f:
        return f.read()


CONVERGES = 0.15  # seconds after a write in which a read may find what stood before it


class Service:
    """every: how often something befalls a write or a read. Of each item the one before its last write is kept, for stale reads."""
    OVERLOADED = FAILED = 500, {}

    def __init__(self, **every):
        self.lock, self.tables, self.before, self.every, self.counts, self.writes = threading.RLock(), {}, {}, every, {}, 0

    def strikes(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1
        return what in self.every and self.counts[what] % self.every[what] == 0

    def write(self, table, key, item):
        """An item over another, or over none; None deletes it."""
        if table.endswith("wkl_tables") or not self.strikes("drop"):
            self.before[table, key] = time.monotonic(), self.tables[table].pop(key, None)
            if item is not None:
                self.tables[table][key] = item
        self.writes += 1

    def read(self, table, key, stale):
        """What is there, or for a while what was there before."""
        since, item = self.before.get((table, key), (0, None))
        late = stale and time.monotonic() < since + CONVERGES and self.strikes("stale")
        return item if late else self.tables[table].get(key)


class DynamoDB(Service):
    """Items are {name: {tag: value}}."""
    OVERLOADED = 400, {"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"}
    FAILED = 500, {"__type": "x#InternalServerError", "message": "oops"}
    MISSED = 400, {"__type": "x#ConditionalCheckFailedException", "message": "The conditional request failed"}
    keys = {}

    @staticmethod
    def settings(url):
        return f'dynamodb {{ endpoint "{url}"  access_key "AKID"  secret_key "hunter2"'

    def is_write(self, request):
        """Of a client: what brings a row back has no version."""
        operation = request.headers["X-Amz-Target"].split(".")[1]
        puts = operation == "PutItem" and json.loads(request.body)["Item"].get("wkl_v", {"N": "0"})["N"] != "0"
        return (puts or operation in ("UpdateItem", "DeleteItem")) and b"wkl_tables" not in request.body

    def answer(self, request):
        """Status, body and headers."""
        operation = request.headers["X-Amz-Target"].split(".")[1]
        r = json.loads(request.body)
        name = r.get("TableName")
        if operation == "CreateTable":
            self.tables[name], self.keys[name] = {}, [key["AttributeName"] for key in r["KeySchema"]]
            return 200, {}
        if name and name not in self.tables:
            return 400, {"__type": "x#ResourceNotFoundException", "message": "no such table"}
        return getattr(self, operation)(name, self.tables.get(name), r)

    def key_of(self, table, item):
        return json.dumps([item[name] for name in self.keys[table]], sort_keys=True)

    @staticmethod
    def holds(r, item):
        condition = r.get("ConditionExpression")
        if not condition:
            return True
        names = r["ExpressionAttributeNames"]
        if found := re.fullmatch(r"attribute_(not_)?exists\((#\w+)\)", condition):
            return (item is not None and names[found[2]] in item) != bool(found[1])
        name, value = re.fullmatch(r"(#\w+) = (:\w+)", condition).groups()
        return item is not None and item.get(names[name]) == r["ExpressionAttributeValues"][value]

    def DescribeTable(self, name, table, r):
        return 200, {"Table": {"TableStatus": "ACTIVE"}}

    def DeleteTable(self, name, table, r):
        del self.tables[name]
        return 200, {}

    def Scan(self, name, table, r):
        return 200, {"Items": list(table.values()), "Count": len(table)}

    def BatchWriteItem(self, name, table, r):
        for name, puts in r["RequestItems"].items():
            for put in puts:
                item = put["PutRequest"]["Item"]
                self.tables[name][self.key_of(name, item)] = item
        return 200, {}

    def PutItem(self, name, table, r):
        key = self.key_of(name, r["Item"])
        if not self.holds(r, table.get(key)):
            return self.MISSED
        self.write(name, key, r["Item"])
        return 200, {}

    def DeleteItem(self, name, table, r):
        key = self.key_of(name, r["Key"])
        if not self.holds(r, table.get(key)):
            return self.MISSED
        self.write(name, key, None)
        return 200, {}

    def UpdateItem(self, name, table, r):
        key = self.key_of(name, r["Key"])
        if not self.holds(r, table.get(key)):
            return self.MISSED
        item, names, values = copy.deepcopy(table[key]), r["ExpressionAttributeNames"], r["ExpressionAttributeValues"]
        sets, removes = re.fullmatch(r"(?:SET (.+?))?(?: ?REMOVE (.+))?(?:ADD .+)?", r["UpdateExpression"]).groups()
        for part in sets.split(", ") if sets else ():
            item[names[part.split(" = ")[0]]] = values[part.split(" = ")[1]]
        for part in removes.split(", ") if removes else ():
            item.pop(names[part], None)
        if sets:
            self.write(name, key, item)
        return 200, {"ConsumedCapacity": {"TableName": name, "CapacityUnits": 1}}

    def GetItem(self, name, table, r):
        item = self.read(name, self.key_of(name, r["Key"]), not r.get("ConsistentRead"))
        return 200, {"Item": item} if item else {}


class CosmosDB(Service):
    """A document's key is its partition's and its id. A session's token is the number of the last write that it has seen: a replica
    that has not come so far says so, unless the service forgets about it (forgetful)."""
    OVERLOADED = 429, {"code": "429", "message": "slow down"}, {"x-ms-retry-after-ms": "1"}
    FAILED = 500, {"code": "InternalServerError", "message": "oops"}
    MISSING = 404, {"code": "NotFound", "message": "no such thing"}

    def __init__(self, **every):
        super().__init__(**every)
        self.lsn, self.written = 0, {}                # of each document the number of its last write

    @staticmethod
    def settings(url):
        return f'cosmosdb {{ endpoint "{url}"  key "U0VDUkVU"'

    def is_write(self, request):
        """Of a client: what is loaded, or brings a row back, has no version."""
        puts = request.command == "POST" and b'"wkl_v":' in request.body and json.loads(request.body)["wkl_v"]
        return puts or (request.command in ("PATCH", "DELETE") and "/docs/" in request.path and "wkl_tables" not in request.path)

    def answer(self, request):
        parts = urllib.parse.unquote(request.path).strip("/").split("/")
        body = json.loads(request.body) if request.body else {}
        if request.command == "POST" and len(parts) in (1, 3):      # a database, a container
            self.tables["/".join(parts + [body["id"]])] = {}
            return 201, {}
        if len(parts) < 5:
            path = "/".join(parts)
            if path not in self.tables:
                return self.MISSING
            if request.command == "DELETE":
                del self.tables[path]
            return 204 if request.command == "DELETE" else 200, {}
        table = "/".join(parts[:4])
        if table not in self.tables:
            return *self.MISSING, {"x-ms-substatus": "1003"}
        key = request.headers["x-ms-documentdb-partitionkey"], parts[5] if len(parts) == 6 else body.get("id")
        return self.document(request, table, key, body)

    def document(self, request, table, key, body):
        documents, command = self.tables[table], request.command
        there = documents.get(key)
        if request.headers["x-ms-documentdb-isquery"]:
            return 200, {"Documents": list(documents.values())}
        if command == "GET":
            return self.get(request, table, key)
        if command == "POST" and there and not request.headers["x-ms-documentdb-is-upsert"]:
            return 409, {"code": "Conflict", "message": "it is there"}
        if command != "POST" and not there:
            return self.MISSING
        if request.headers["if-match"] and request.headers["if-match"] != there["_etag"]:
            return 412, {"code": "PreconditionFailed", "message": "it has changed"}
        self.lsn += 1
        self.written[table, key] = self.lsn
        operations = body.get("operations", ())
        assert len(operations) <= 10 and all(set(one) == {"op", "path", "value"} and one["op"] == "set" for one in operations), body
        new = {**there, **{one["path"][1:]: one["value"] for one in operations}} if command == "PATCH" else {**body, "_etag": str(self.lsn)}
        if command == "DELETE":
            new = None
        if self.is_write(request):
            self.write(table, key, new)
        elif new:
            documents[key] = new
        else:
            del documents[key]
        return 204 if command == "DELETE" else 200, {}, {"x-ms-session-token": f"0:-1#{self.lsn}"}

    def get(self, request, table, key):
        seen = int((request.headers["x-ms-session-token"] or "0:-1#0").split("#")[1])
        written = self.written.get((table, key), 0)
        stale = request.headers["x-ms-consistency-level"] != "Strong" and not table.endswith("wkl_tables")
        if stale and seen >= written > 0 and "forgetful" not in self.every:
            if self.strikes("behind"):
                return *self.MISSING, {"x-ms-substatus": "1002"}
            stale = False
        item = self.read(table, key, stale)
        seen = max(seen, written if item is self.tables[table].get(key) else 0)
        return *((200, item) if item else self.MISSING), {"x-ms-session-token": f"0:-1#{seen}", "x-ms-request-charge": "1"}


def handler(service):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        served = 0                                    # on this connection

        def reply(self, status, body, headers=()):
            body = json.dumps(body).encode() if status != 204 else b""
            self.send_response(status)
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def ask(self):
            self.body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            with service.lock:
                writes = service.is_write(self)
                answer = service.OVERLOADED if writes and service.strikes("overloaded") else service.answer(self)
                silent, cut, failed = (writes and self.served and service.strikes(what) for what in ("silent", "cut", "failed"))
            self.served += 1
            if silent:                                # it was carried out, and its answer is lost: all of it, or half
                self.close_connection = True
            elif cut:
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.close_connection = True
            else:
                self.reply(*(service.FAILED if failed else answer))

        do_POST = do_PUT = do_PATCH = do_DELETE = ask

        def do_GET(self):                             # "/": how a session connects
            if self.path == "/":
                self.reply(200, {})
            else:
                self.ask()

        def log_message(self, *_):
            pass

    return Handler


def run(place, kind, code, settings="", said=None, name="updates", **every):
    service = kind(**every)
    with listening(handler(service)) as url:
        file = place.write("keyed.wkl", f"{workload(name)}backend {service.settings(url)}  {settings} }}\n")
        report, done = place.measure(code, file, "-b", kind.__name__.lower(), "--verify", "rows", "--rounds", "2", "--sample", "40", "-w", "0s", "-n", "160",
                                     "--strategy", "single parallel 3", timeout=600)
        assert not said or re.search(said, done.err), done
    return service, report["results"][0]


def on_each(test):
    for kind in (DynamoDB, CosmosDB):
        for name in ("updates", "changes"):
            test(kind, name)


def test_every_row_while_they_change(place):
    def each(kind, name):
        service, entry = run(place, kind, FINE, name=name)
        assert entry["errors"] == 0 and entry["retries"] == 0 and service.writes > 80, entry
        assert not any(service.tables.values()), "nothing was created, and all is dropped"
    on_each(each)


def test_a_lost_write_is_found_where_reads_are_strong(place):
    on_each(lambda kind, name: run(place, kind, WRONG_ROWS, "consistency strong", "(lost write|stale read): it found ", name, drop=5))


def test_a_read_that_may_be_stale_is_not_wrong(place):
    on_each(lambda kind, name: run(place, kind, FINE, "consistency eventual", name=name, stale=3))


def test_a_session_reads_what_it_has_seen(place):
    """Each client says what that is; who forgets about it is found, as far as clients read what they had written or read before."""
    for name in ("updates", "changes"):
        service, entry = run(place, CosmosDB, FINE, "consistency session", name=name, stale=2, behind=5)
        assert entry["errors"] == 0 and service.counts["behind"] > 20 and entry["retries"] > 5, (service.counts, entry)
    run(place, CosmosDB, WRONG_ROWS, "consistency session", "stale read: it found ", stale=1, forgetful=1)


def test_refused_for_load(place):
    def each(kind, name):
        service, entry = run(place, kind, FINE, "consistency strong", name=name, overloaded=6)
        assert entry["errors"] == 0 and entry["throttles"] > 10, entry
    on_each(each)


def test_carried_out_and_answered_with_a_failure(place):
    """It is sent again: a repeated update changes nothing more."""
    def each(kind, name):
        service, entry = run(place, kind, FINE, "consistency strong", name=name, failed=6)
        assert entry["errors"] == 0 and entry["retries"] > 10, entry
    on_each(each)


def test_without_an_answer_it_is_sent_again(place):
    def each(kind, name):
        service, entry = run(place, kind, FINE, "consistency strong", name=name, silent=12)
        assert entry["errors"] == 0 and entry["retries"] > 5, entry
    on_each(each)


def test_an_insert_is_sent_once(place):
    """Where it is not known whether it was carried out it is an error, of an outcome that is not known, and no wrong row."""
    for kind in (DynamoDB, CosmosDB):
        run(place, kind, FINE, "consistency strong", name="inserts", overloaded=6)
        for fault in ("failed", "silent"):
            service, entry = run(place, kind, RUN_ERRORS, "consistency strong", name="inserts", **{fault: 10})
            assert entry["errors"] > 2 and entry["outcome_unknown"] > 2, entry


def test_answers_that_are_cut_are_errors_and_no_wrong_rows(place):
    def each(kind, name):
        service, entry = run(place, kind, RUN_ERRORS, "consistency strong", name=name, cut=30)
        assert entry["errors"] > 2, entry
    on_each(each)


WIDE = """entity user { id: char(8) ~ hex  count 20 }
table wide of user { """ + "  ".join(f"c{i}: int ~ uniform(0..9)" for i in range(10)) + """ }
table days of user { day: date ~ uniform(2026-01-01..2026-12-31)  n: int ~ uniform(0..9)  key (user, day)  per_key 1..3 }
query wider(user) { update wide set """ + ", ".join(f"c{i} = 1" for i in range(10)) + """ }
query fits(user)  { update wide set """ + ", ".join(f"c{i} = 1" for i in range(8)) + """ }
query all_of(user) { update days set n = 1 }
query one_of(days) { update days set n = 1 }
run wider { query wider  for 5 requests }
run all_of { query all_of  for 5 requests }
run one_of { query one_of 50%, fits  for 5 requests }
"""


def test_what_one_request_cannot_take(place):
    file = place.write("wide.wkl", WIDE)

    def plan(backend, run):
        return place.wklc(file, "--emit=plan", "--target", backend, "--run", run)

    plan("dynamodb", "wider").expect(FINE)
    done = plan("cosmosdb", "wider").expect(FINE)
    assert "'update' in query 'wider' cannot be run: it sets 12 columns, those for versions included, and PATCH takes 10\n" in done.out, done
    for backend, form in (("dynamodb", "UpdateItem"), ("cosmosdb", "PATCH")):
        done = plan(backend, "all_of").expect(FINE)
        assert f"'update' in query 'all_of' cannot be run: {form} takes a row's whole key, as of `query all_of(days)`\n" in done.out, done
        done = plan(backend, "one_of").expect(FINE)
        assert "cannot be run" not in done.out and form in done.out, done


wkl.main(globals())
