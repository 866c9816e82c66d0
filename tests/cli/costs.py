#!/usr/bin/env python3
"""What a workload costs: by the plans alone, and by what a run measured; price tables of one's own go before those that are built in."""
import json
import math
import os
import re

import wkl
from wkl import EXPECTATION, FINE, TINY, USAGE

PRICES = os.path.join(wkl.SOURCE, "tests", "prices", "design.csv")
MONTH = 730 * 3600                                    # seconds
RUN = "run go { query all  strategy single, binpacked  clients 2  for 60 requests }\n"


def near(found, expected):
    assert abs(found - expected) <= 1e-6 * max(1, abs(expected)), f"{found}, expected {expected}"


def estimate(place, blocks, *options):
    """{backend: its costs by strategy} of --emit=cost, and all that was printed."""
    file = place.write("costs.wkl", TINY + RUN + blocks)
    told = json.loads(place.wklc(file, "--emit=cost", "--json", *options).expect(FINE).out)
    found = {}
    for one in told["costs"]:
        found.setdefault(one["backend"], {})[one["strategy"]] = one["cost"]
    return found, told


def test_known_sums(place):
    """A million reads and 10 GB on DynamoDB; 1000 RU/s, 10 GB and 2 regions on Cosmos DB."""
    blocks = (f'backend dynamodb {{ prices "{PRICES}" consistency strong stored 10GiB }}\n'
              f'backend cosmosdb {{ prices "{PRICES}" billing provisioned throughput 1000 regions 2 stored 10GiB }}\n')
    found, _ = estimate(place, blocks, "--rate", "1/s")
    dynamodb, cosmosdb = found["dynamodb"]["single"], found["cosmosdb"]["single"]
    units = dynamodb["units"]["read request unit"]
    month, = dynamodb["per_month"]
    near(dynamodb["per_million_usd"], units * 0.25)
    near(month["requests_usd"], units * 0.25 * MONTH / 1e6)
    near(month["stored_usd"], 2.50)
    month, = cosmosdb["per_month"]
    assert (month["capacity_usd"], month["stored_usd"], month["total_usd"]) == (116.80, 5.00, 121.80), month
    assert {line["date"] for line in dynamodb["lines"] + cosmosdb["lines"]} == {"2024-01-01"}, "the table of one's own goes first"


def test_what_is_built_in(place):
    found, told = estimate(place, "")
    assert set(found) == {"lakebase", "aurora_postgres", "aurora_mysql", "dynamodb", "cosmosdb"}, found
    for backend, strategies in found.items():
        for cost in strategies.values():
            assert [m["rate_per_s"] for m in cost["per_month"]] == [10, 100, 1000, 10000]
            assert cost["basis"] in ("modelled", "assumed") and all(line["date"] and line["source"] for line in cost["lines"]), cost
            assert (cost["per_million_usd"] is None) == cost["capacity_assumed"] == (cost["basis"] == "assumed"), backend
            assert all((m["total_usd"] is None) == (m["capacity_usd"] is None) == cost["capacity_assumed"] for m in cost["per_month"]), cost["per_month"]
    assert [x["what"] for x in told["left_out"]] == ["sqlite", "postgres", "mariadb"], told["left_out"]
    known = {name for name, strategies in found.items() if not strategies["single"]["capacity_assumed"]}
    assert {b[side]["backend"] for b in told["break_even"] for side in ("below", "above")} <= known == {"dynamodb", "cosmosdb"}, told["break_even"]
    text = place.wklc(place.path("costs.wkl"), "--emit=cost").expect(FINE).out
    assert "unknown: set `serves` to what 1 compute unit (81.03 a month) can carry" in text and "≥" not in text, text


def test_break_even(place):
    """What is paid by the request costs as much as what is paid by the hour at the rate that is told."""
    found, told = estimate(place, "backend lakebase { stored 1GiB serves 100k/s }\nbackend dynamodb { stored 1GiB }\n")
    at = next(b for b in told["break_even"] if b["below"]["backend"] == "dynamodb" and b["above"]["backend"] == "lakebase")
    per_million = found["dynamodb"]["single"]["per_million_usd"]
    near(at["rate_per_s"] * MONTH / 1e6 * per_million + 0.25, 0.111 * 730 + 0.35)


def test_measured_throughput(place):
    """A server at 0.36 dollars an hour, closed loop: what it reached in an hour is what 0.36 dollars buy."""
    file = place.write("hour.wkl", TINY + RUN + "backend sqlite { hourly 0.36 }\n")
    report, done = place.measure(FINE, file, "-b", "sqlite,memory")
    rate = max(one["throughput_per_s"] for one in report["results"] if one["backend"] == "sqlite")   # at which both strategies are compared
    for one in report["results"]:
        if one["backend"] == "memory":
            assert one["cost"] is None, one["cost"]
            continue
        cost, line = one["cost"], one["cost"]["lines"][0]
        assert (cost["service"], cost["billing"], cost["basis"]) == ("self_hosted", "hourly", "measured"), cost
        near(1 / line["amount"], one["throughput_per_s"])
        near(cost["per_million_at_per_s"], rate)
        near(cost["per_million_usd"], math.ceil(rate / one["throughput_per_s"] - 1e-6) * 0.36 / 3600 / rate * 1e6)
    text = place.wklrun(file, "-b", "sqlite", "-n", "60", "--details").expect(FINE).out
    assert re.search(r"sqlite \(hourly\)", text) and "capacity by the throughput measured; $0.36 an hour for a server (own price)" in text, text


def test_declared_and_expected(place):
    """At 200 requests a second two servers are needed that carry 150 each; an expectation takes the same figure."""
    block = "backend memory { hourly 0.36 serves 150/s }\n"
    for limit, code in (("1.1", FINE), ("0.9", EXPECTATION)):
        run = f"run go {{ query all  rate 200/s  for 40 requests  expect cost_per_million < {limit} }}\n"
        report, _ = place.measure(code, place.write("rate.wkl", TINY + run + block), "-b", "memory")
        cost = report["results"][0]["cost"]
        assert [(m["rate_per_s"], m["total_usd"]) for m in cost["per_month"]] == [(200, 525.6)], cost
        near(cost["per_million_usd"], 2 * 0.36 / 0.72)


def test_every_form_tells_it(place):
    file = place.write("hour.wkl", TINY + RUN + "backend memory { hourly 0.36 serves 100k/s }\n")
    place.wklrun(file, "-b", "memory", "-q", "-o", place.path("r.csv"), "-o", place.path("r.md")).expect(FINE)
    with open(place.path("r.csv"), encoding="utf-8") as f:
        head, first, *_ = f.read().split("\n")
    row = dict(zip(head.split(","), first.split(",")))
    assert (row["cost_basis"], row["cost_billing"], float(row["month_10_per_s_usd"])) == ("declared", "hourly", 262.8), row
    with open(place.path("r.md"), encoding="utf-8") as f:
        text = f.read()
    assert "| memory, hourly | single, binpacked | 262.80 | 262.80 | 262.80 | 262.80 | 0 |" in text, text
    assert "- memory, hourly: capacity as declared; $0.36 an hour" in text, text


def test_narrowed_and_written(place):
    file = place.write("costs.wkl", TINY + RUN)
    place.wklc(file, "--emit=cost", "--target", "dynamodb", "-o", place.path("out")).expect(FINE)
    with open(os.path.join(place.path("out"), "cost.txt"), encoding="utf-8") as f:
        text = f.read()
    assert "dynamodb: on_demand, us-east-1; units: read request units, modelled" in text and "lakebase" not in text, text
    place.wklc(file, "--emit=cost", "--rate", "0").expect(USAGE, "expected more than nothing")
    place.wklc(file, "--emit=cost", "--run", "og").expect(USAGE, "did you mean 'go'")


def test_services_are_named_by_their_tables(place):
    tables = {name[:-len(".csv")] for name in os.listdir(os.path.join(wkl.SOURCE, "stdlib", "prices")) if name.endswith(".csv")}
    for prices, meant in (("zzz", tables | {"self_hosted", "none"}), ("dynamodb", {"aurora", "lakebase", "self_hosted"})):
        file = place.write("costs.wkl", TINY + RUN + f'backend postgres {{ prices "{prices}" }}\n')
        out = place.wklc(file).expect(USAGE, "E0716").err
        hint = out[out.rindex("^") + 1:].split(";")[0].splitlines()[0]
        assert set(re.split(r"[ ,]+", hint.split(" are " if prices == "zzz" else "any: ")[1])) - {"and"} == meant, out


wkl.main(globals(), needs_sqlite=True)
