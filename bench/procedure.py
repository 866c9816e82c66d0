"""One call for thirty tables and 25 keys of each entity: wkl's procedure beside the one usually written, which returns JSONB."""
import os
import re

from postgres import connect, load, psql, wkl_reads
from tools import HERE, Result, built, find, median, put_time, ratios, take_turns

BINPACKED = os.path.join(HERE, "binpacked.wkl")
KEYS = 25
ENTITIES = {"card": "bpchar", "email": "bpchar", "holder": "bpchar"}    # the keys' own type: with text[] no index would be used


def tables_of(bench, entity):
    names = psql(bench, "select table_name from information_schema.tables where table_name ~ '_[0-9]+d$' order by 1").split()
    return [n for n in names if f"_{entity}_" in n]


def make_usual(bench):
    """The usual procedure, and the keys that there are, for the peer to draw from."""
    body, keys = [], []
    for i, entity in enumerate(ENTITIES, 1):
        tables = tables_of(bench, entity)
        body += [f"RETURN QUERY SELECT '{t}'::text, to_jsonb(t) FROM {t} t WHERE t.hash_key = ANY(${i});" for t in tables]
        keys.append((entity, " UNION ".join(f"SELECT hash_key FROM {t}" for t in tables)))
    args = ", ".join(f"{entity} {kind}[]" for entity, kind in ENTITIES.items())
    psql(bench, f"CREATE OR REPLACE FUNCTION usual({args}) RETURNS TABLE (name text, found jsonb) LANGUAGE plpgsql STABLE AS $f$ BEGIN "
         + " ".join(body) + " END $f$",
         *(f"DROP TABLE IF EXISTS keys_of_{e}" for e, _ in keys), *(f"CREATE TABLE keys_of_{e} AS {q}" for e, q in keys))
    return len(body)


def binpacked(bench, goals):
    peer = built("bench/jsonb_call", "libpq-dev")
    connect(bench)
    load(bench, BINPACKED)
    count = make_usual(bench)
    args = ", ".join(f"${i}" for i in range(1, len(ENTITIES) + 1))
    call = [peer, str(bench.seconds), str(KEYS), f"SELECT name, found FROM usual({args})"]
    call += [f"SELECT trim(hash_key) FROM keys_of_{entity}" for entity in ENTITIES]

    def usual():
        ran = bench.run(call)
        calls, rows, p50 = re.match(r"(\d+) calls, ([\d.]+) rows each, p50 (\d+)", ran.out).groups()
        return {"p50": int(p50) / 1e9, "rows": float(rows)}

    figures = take_turns(bench.rounds, wkl=wkl_reads(bench, 1, "packed", BINPACKED), usual=usual)
    rows = median([f["rows"] for f in figures["usual"]])
    yield Result(f"P50, {count} tables × {KEYS} keys ÷ the JSONB procedure", ratios(figures["wkl"], figures["usual"], "p50"),
                 put_time(median([f["p50"] for f in figures["wkl"]])),
                 f"{put_time(median([f['p50'] for f in figures['usual']]))}, {rows:.0f} rows a call",
                 goals["p50"])
