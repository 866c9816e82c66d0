"""A GetItem of DynamoDB, signed by wkl, beside the same request of libcurl with a fixed signature (local servers check none), and wrk."""
import json
import os
import re

from postgres import LOADED, POINT, compare, wkl_reads
from tools import Result, Skip, built, find, median, put_each_time, ratios, take_turns

CONNECTIONS = 16
BODY = ('{"TableName":"accounts","Key":{"aid":{"N":"%d"}},"ProjectionExpression":"#0,#1",'
        '"ExpressionAttributeNames":{"#0":"aid","#1":"abalance"},"ReturnConsumedCapacity":"TOTAL"}')
WRK = """local body = %s
local headers = %s
function request()
    return wrk.format("POST", "/", headers, (body:gsub("%%%%d", tostring(math.random(0, %d)))))
end
"""


def headers_of(settings):
    """What wkl sends, with a signature of zeros in the place of a computed one."""
    scope = f"{settings['access_key']}/20260101/{settings['region']}/dynamodb/aws4_request"
    return {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem", "X-Amz-Date": "20260101T000000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature={'0' * 64}"}


def libcurl(bench, url, headers, rows, body=BODY):
    command = [built("bench/http_post", "libcurl4-openssl-dev"), url, str(CONNECTIONS)]

    def once(seconds):
        ran = bench.run(command + [str(seconds), str(rows), body] + [f"{k}: {v}" for k, v in headers.items()], note=seconds > 0)
        return ran.cpu, int(ran.out.split()[0])
    return once


def wrk(bench, url, headers, rows):
    """wrk says how many requests it sent only of those that it counted; it takes whole seconds."""
    table = "{" + ", ".join(f"[{json.dumps(k)}] = {json.dumps(v)}" for k, v in headers.items()) + "}"
    script = bench.write("post.lua", WRK % (json.dumps(BODY), table, rows - 1))
    command = [find("wrk", "wrk"), "-t", "1", "-c", str(CONNECTIONS), "-s", script]

    def once(seconds):
        ran = bench.run(command + ["-d", f"{max(1, round(seconds))}s", url])
        if "Non-2xx" in ran.out:
            raise Skip("wrk: " + re.search("Non-2xx.*", ran.out)[0])
        return ran.cpu, int(re.search(r"(\d+) requests in", ran.out)[1])
    return once


def side_of(bench, once, base):
    def side():
        cpu, n = once(bench.seconds)
        return {"cpu": bench.per_request(base, cpu, n)}
    return side


def signed_request(bench, goals):
    settings = bench.server("dynamodb", "dynamodb")
    bench.env = {"AWS_ENDPOINT_URL_DYNAMODB": settings["endpoint"], "AWS_REGION": settings["region"],
                 "AWS_ACCESS_KEY_ID": settings["access_key"], "AWS_SECRET_ACCESS_KEY": settings["secret_key"]}
    rows, url, headers = 1000, settings["endpoint"] + "/", headers_of(settings)
    options = (*LOADED, "-j", "1", "--connections", str(CONNECTIONS), "-D", f"count={rows}")
    bench.wklrun(POINT, "dynamodb", "--only", "load", "--keep", "-D", f"count={rows}", note=False)
    post = libcurl(bench, url, headers, rows)
    sides = {"wkl": wkl_reads(bench, CONNECTIONS, backend="dynamodb", options=options),
             "libcurl": side_of(bench, post, bench.base(lambda: post(0)))}
    try:
        sides["wrk"] = side_of(bench, wrk(bench, url, headers, rows), (0, 0))
        why = None
    except Skip as missing:
        why = missing
    figures = take_turns(bench.rounds, **sides)
    yield from compare("unsigned libcurl, the same request", figures["wkl"], figures["libcurl"], None, goals["libcurl"], ("cpu",))
    if why:
        raise why
    yield from compare("wrk, a floor", figures["wkl"], figures["wrk"], None, None, ("cpu",))
