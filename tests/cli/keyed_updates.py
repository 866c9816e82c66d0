#!/usr/bin/env python3
"""update on a service that is asked item by item: DynamoDB's requests, answered here from a dict, with what a service may do to them."""
import copy
import http.server
import json
import os
import re
import threading

import wkl
from wkl import FINE, RUN_ERRORS, WRONG_ROWS, listening

with open(os.path.join(wkl.SOURCE, "tests", "live", "updates.wkl"), encoding="utf-8") as f:
    WORKLOAD = f.read()


class Service:
    """Tables of items by key, each of which is {name: {tag: value}}; every: how often something befalls an UpdateItem or a GetItem."""

    def __init__(self, **every):
        self.lock, self.tables, self.keys, self.every, self.counts, self.asked = threading.RLock(), {}, {}, every, {}, []
        self.before = {}                              # items as they were before their last update

    def strikes(self, what):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1
            return what in self.every and self.counts[what] % self.every[what] == 0

    def key_of(self, table, item):
        return json.dumps([item[name] for name in self.keys[table]], sort_keys=True)

    def holds(self, r, item):
        condition = r.get("ConditionExpression")
        if not condition:
            return True
        names = r["ExpressionAttributeNames"]
        if found := re.fullmatch(r"attribute_(not_)?exists\((#\w+)\)", condition):
            return (item is not None and names[found[2]] in item) != bool(found[1])
        name, value = re.fullmatch(r"(#\w+) = (:\w+)", condition).groups()
        return item is not None and item.get(names[name]) == r["ExpressionAttributeValues"][value]

    def answer(self, operation, r):
        """Status and body."""
        name = r.get("TableName")
        if operation == "CreateTable":
            self.tables[name] = {}
            self.keys[name] = [key["AttributeName"] for key in r["KeySchema"]]
            return 200, {}
        if name and name not in self.tables:
            return 400, {"__type": "x#ResourceNotFoundException", "message": "no such table"}
        return getattr(self, operation)(name, self.tables.get(name), r)

    def DescribeTable(self, name, table, r):
        return 200, {"Table": {"TableStatus": "ACTIVE"}}

    def DeleteTable(self, name, table, r):
        del self.tables[name]
        return 200, {}

    def Scan(self, name, table, r):
        return 200, {"Items": list(table.values())}

    def BatchWriteItem(self, name, table, r):
        for name, puts in r["RequestItems"].items():
            for put in puts:
                item = put["PutRequest"]["Item"]
                self.tables[name][self.key_of(name, item)] = item
        return 200, {}

    def PutItem(self, name, table, r):
        key = self.key_of(name, r["Item"])
        if not self.holds(r, table.get(key)):
            return 400, {"__type": "x#ConditionalCheckFailedException", "message": "no"}
        table[key] = r["Item"]
        return 200, {}

    def DeleteItem(self, name, table, r):
        key = self.key_of(name, r["Key"])
        if not self.holds(r, table.get(key)):
            return 400, {"__type": "x#ConditionalCheckFailedException", "message": "no"}
        table.pop(key, None)
        return 200, {}

    def UpdateItem(self, name, table, r):
        key = self.key_of(name, r["Key"])
        if not self.holds(r, table.get(key)):
            return 400, {"__type": "x#ConditionalCheckFailedException", "message": "The conditional request failed"}
        item, names, values = copy.deepcopy(table[key]), r["ExpressionAttributeNames"], r["ExpressionAttributeValues"]
        sets, removes = re.fullmatch(r"(?:SET (.+?))?(?: ?REMOVE (.+))?(?:ADD .+)?", r["UpdateExpression"]).groups()
        for part in (sets or "").split(", "):
            if part:
                item[names[part.split(" = ")[0]]] = values[part.split(" = ")[1]]
        for part in (removes or "").split(", "):
            item.pop(names.get(part), None)
        if not name.endswith("wkl_tables"):
            self.before[name, key] = table[key]
            if self.strikes("drop"):
                item = table[key]
        table[key] = item
        return 200, {"ConsumedCapacity": {"TableName": name, "CapacityUnits": 1}}

    def find(self, name, key, r):
        key = self.key_of(name, key)
        if not r.get("ConsistentRead") and self.strikes("stale"):
            return self.before.get((name, key), self.tables[name].get(key))
        return self.tables[name].get(key)

    def GetItem(self, name, table, r):
        item = self.find(name, r["Key"], r)
        return 200, {"Item": item} if item else {}

    def BatchGetItem(self, name, table, r):
        asked = r["RequestItems"].items()
        return 200, {"Responses": {name: [item for key in of["Keys"] if (item := self.find(name, key, of))] for name, of in asked}}


def handler(service):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def reply(self, status, body):
            body = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.reply(200, {})

        def do_POST(self):
            r = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].split(".")[1]
            updates = operation == "UpdateItem" and not r["TableName"].endswith("wkl_tables")
            with service.lock:
                if updates:
                    service.asked.append(r)
                if updates and service.strikes("overloaded"):
                    self.reply(400, {"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"})
                    return
                status, body = service.answer(operation, r)
            if updates and service.strikes("silent"):  # it was carried out, and the answer is lost: all of it, or half
                self.close_connection = True
                return
            if updates and service.strikes("cut"):
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.close_connection = True
                return
            if updates and service.strikes("failed"):  # the same, and the answer does not say so
                status, body = 500, {"__type": "x#InternalServerError", "message": "oops"}
            self.reply(status, body)

        def log_message(self, *_):
            pass

    return Handler


def run(place, code, settings="", said=None, **every):
    service = Service(**every)
    with listening(handler(service)) as url:
        file = place.write("keyed.wkl", f'{WORKLOAD}backend dynamodb {{ endpoint "{url}"  access_key "AKID"  secret_key "hunter2"  {settings} }}\n')
        report, done = place.measure(code, file, "-b", "dynamodb", "--verify", "rows", "--rounds", "2", "-n", "400", "--strategy", "single parallel 3")
        assert not said or said in done.err, done
    return service, report["results"][0]


def test_every_row_while_they_change(place):
    service, entry = run(place, FINE)
    assert entry["errors"] == 0 and entry["retries"] == 0, entry
    hit = [r for r in service.asked if r["ConditionExpression"] == "attribute_exists(#k)"]
    assert len(hit) == len(service.asked) > 200
    assert not any(table for table in service.tables.values()), "nothing was created, and all is dropped"


def test_a_lost_write_is_found_where_reads_are_strong(place):
    run(place, WRONG_ROWS, "consistency strong", "stale read: it found ", drop=5)


def test_a_read_that_may_be_stale_is_not_wrong(place):
    run(place, FINE, stale=3)


def test_refused_for_load(place):
    service, entry = run(place, FINE, "consistency strong", overloaded=10)
    assert entry["errors"] == 0 and entry["throttles"] > 10, entry


def test_carried_out_and_answered_with_a_failure(place):
    """It is sent again: a repeated update changes nothing more."""
    service, entry = run(place, FINE, "consistency strong", failed=10)
    assert entry["errors"] == 0 and entry["retries"] > 10, entry


def test_without_an_answer_it_is_sent_again(place):
    service, entry = run(place, FINE, "consistency strong", silent=25)
    assert entry["errors"] == 0 and entry["retries"] > 5, entry


def test_answers_that_are_cut_are_errors_and_no_wrong_rows(place):
    service, entry = run(place, RUN_ERRORS, "consistency strong", cut=25)
    assert entry["errors"] > 2, entry


wkl.main(globals())
