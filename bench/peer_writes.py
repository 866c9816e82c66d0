"""Rows of 1000 into peer_bulk by a client library of Python, one connection: peer_writes.py LIBRARY SECONDS. Prints rows, and their CPU seconds.
The server is libpq's (PGHOST ...); for boto3 that of AWS_ENDPOINT_URL_DYNAMODB, and rows are items: boto3-put, boto3-update, boto3-batch."""
import asyncio
import os
import sys
import time

BATCH, TEXT, COLUMNS = 1000, "the quick brown fox jumps over", ["k", "a", "b", "c", "t", "wkl_v"]
INSERT = "INSERT INTO peer_bulk (k, a, b, c, t, wkl_v) VALUES "


def rows_from(k, n=BATCH):
    return [(i, i & 0xFFFF, i >> 3 & 0xFFFFF, i * 0.5, TEXT, 1) for i in range(k, k + n)]


def until(seconds, send, n=BATCH):
    """Calls send(first key) for so long."""
    first = key = time.time_ns()
    began, cpu = time.monotonic(), time.process_time()
    while True:
        send(key)
        key += n
        if time.monotonic() - began >= seconds:
            return key - first, time.monotonic() - began, time.process_time() - cpu


def by_asyncpg(seconds, copy):
    import asyncpg
    loop = asyncio.new_event_loop()
    c = loop.run_until_complete(asyncpg.connect())

    def send(key):
        loop.run_until_complete(c.copy_records_to_table("peer_bulk", records=rows_from(key), columns=COLUMNS) if copy else
                                c.executemany(INSERT + "($1, $2, $3, $4, $5, $6)", rows_from(key)))
    return until(seconds, send)


def by_psycopg2(seconds):
    import psycopg2
    import psycopg2.extras
    c = psycopg2.connect("")
    cursor = c.cursor()

    def send(key):
        psycopg2.extras.execute_values(cursor, INSERT + "%s", rows_from(key), page_size=BATCH)
        c.commit()
    return until(seconds, send)


def by_boto3(seconds, what):
    import boto3
    client = boto3.client("dynamodb")

    def item(key):
        return {"aid": {"N": str(key)}, "abalance": {"N": "5"}, "filler": {"S": "x" * 84}, "wkl_v": {"N": "1"}}

    def put(key):
        client.put_item(TableName="peer_accounts", Item=item(key % 100000))

    def update(key):
        client.update_item(TableName="peer_accounts", Key={"aid": {"N": str(key % 1000)}}, UpdateExpression="SET abalance = :a, wkl_v = :v",
                           ConditionExpression="attribute_exists(aid)", ExpressionAttributeValues={":a": {"N": "5"}, ":v": {"N": "1"}})

    def batch(key):
        client.batch_write_item(RequestItems={"peer_accounts": [{"PutRequest": {"Item": item(i % 100000)}} for i in range(key, key + 25)]})
    return until(seconds, {"put": put, "update": update, "batch": batch}[what], 25 if what == "batch" else 1)


LIBRARIES = {"asyncpg-copy": lambda s: by_asyncpg(s, True), "asyncpg-many": lambda s: by_asyncpg(s, False), "psycopg2": by_psycopg2,
             "boto3-put": lambda s: by_boto3(s, "put"), "boto3-update": lambda s: by_boto3(s, "update"), "boto3-batch": lambda s: by_boto3(s, "batch")}
try:
    print("%d rows in %.6f s, %.6f s of CPU" % LIBRARIES[sys.argv[1]](float(sys.argv[2])))
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(75)
