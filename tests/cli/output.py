#!/usr/bin/env python3
"""Where wklc puts what it emits: files of -o, and what it refuses; which targets, runs and strategies it takes."""
import json
import os
import re

import wkl
from checks import SOURCE, read

WORKLOAD = wkl.TINY + "run go { query all  strategy single, binpacked  for 60 requests }\nrun other { query some 50%, one 50%  strategy batch }\n"


def emitted(place, *args):
    """What a command writes into the folder `out`, as {name: text}."""
    done = place.wklc(place.write("tiny.wkl", WORKLOAD), "-o", place.path("out"), *args).expect(wkl.FINE, lines=0)
    assert done.out == "", done
    texts = {}
    for name in sorted(os.listdir(place.path("out"))):
        with open(place.path(os.path.join("out", name)), encoding="utf-8") as f:
            texts[name] = f.read()
    return texts


def test_plans(place):
    texts = emitted(place, "--emit", "--target", "sqlite,dynamodb")
    assert list(texts) == [f"{b}.plan.{q}.txt" for b in ("dynamodb", "sqlite") for q in ("all.binpacked", "all.single", "one.batch", "some.batch")], texts.keys()
    assert texts["sqlite.plan.all.single.txt"].startswith("all · single · sqlite: 3 calls, one after the other")


def test_requests(place):
    texts = emitted(place, "--emit=request", "--target", "lakebase,dynamodb,cosmosdb", "--run", "go")
    single = [n for n in texts if ".single." in n]
    assert single == [f"{b}.request.all.single.{i}.{ext}" for b, ext in (("cosmosdb", "http"), ("dynamodb", "json"), ("lakebase", "sql"))
                      for i in (1, 2, 3)], single
    for name, text in texts.items():
        if name.endswith(".json"):                    # pure: as the AWS command line reads it
            assert {"TableName", "RequestItems"} & set(json.loads(text)), name


def test_schemas(place):
    texts = emitted(place, "--emit=schema", "--target", "all")
    assert {"sqlite.schema.sql", "postgres.schema.sql", "mariadb.schema.sql", "cosmosdb.schema.http"} <= set(texts), texts.keys()
    assert json.loads(texts["dynamodb.schema.rare.json"])["TableName"] == "rare"


def test_bytecode_and_front_stages(place):
    assert list(emitted(place, "--emit=bytecode", "--target", "sqlite", "--strategy", "single")) == [
        "sqlite.bytecode.go.single.txt", "sqlite.bytecode.other.single.txt"]
    for stage in "tokens", "ast", "ir":
        assert emitted(place, "--emit=" + stage)[stage + ".txt"]


def test_refused_folders(place):
    file = place.write("tiny.wkl", WORKLOAD)
    taken = place.write("taken", "mine")
    place.wklc(file, "--emit", "-o", taken).expect(wkl.USAGE, "'.*taken' is not a folder: -o takes one", lines=1)
    place.wklc(file, "--emit", "-o", place.path("no/such")).expect(wkl.USAGE, "the folder '.*no/such' cannot be made: ", lines=1)
    place.wklc(file, "-o", place.path("out")).expect(wkl.USAGE, "-o has nothing to write .*: --emit says what", lines=1)
    assert not os.path.exists(place.path("out"))
    if os.geteuid() != 0:
        os.mkdir(place.path("shut"), 0o500)
        place.wklc(file, "--emit", "-o", place.path("shut")).expect(wkl.USAGE, "nothing can be written into the folder '.*shut'", lines=1)


def test_a_file_that_cannot_be_written(place):
    os.makedirs(place.path("out/sqlite.schema.sql"))  # a folder is where the file should go
    done = place.wklc(place.write("tiny.wkl", WORKLOAD), "--emit=schema", "-o", place.path("out"), "--target", "sqlite")
    done.expect(wkl.USAGE, r"'.*out/sqlite\.schema\.sql' cannot be written: ", lines=1)


def test_nothing_is_written_where_a_target_has_errors(place):
    name = "a" * 100
    file = place.write("long.wkl", f"entity e {{ k: int ~ sequence  count 9 }}\ntable {name} of e {{ n: int ~ uniform(0..9) }}\n"
                                   f"query q(e) {{ get {name} }}\n")
    place.wklc(file, "--target", "sqlite,lakebase", "--emit", "-o", place.path("out")).expect(wkl.USAGE, "lakebase: the table name 'a+' does not fit: it has 100 bytes, 63 are")
    assert os.listdir(place.path("out")) == []


def test_targets(place):
    file = place.write("tiny.wkl", WORKLOAD)
    said = [line.split(" · ")[2].split(":")[0] for line in place.wklc(file, "--emit", "--run", "go", "--strategy", "single").out.splitlines() if " · " in line]
    assert said == ["sqlite", "postgres", "mariadb", "dynamodb", "cosmosdb"], said
    both = place.wklc(file, "--emit", "--target", " sqlite , aurora ", "--strategy", "single").expect(wkl.FINE).out
    assert [n for n in ("sqlite", "aurora_postgres", "aurora_mysql", "lakebase") if f" · {n}: " in both] == ["sqlite", "aurora_postgres", "aurora_mysql"]
    place.wklc(file, "--emit", "--target", "sqlit").expect(wkl.USAGE, "unknown backend 'sqlit': did you mean 'sqlite'", lines=1)
    place.wklc(file, "--emit", "--target", "mongodb").expect(wkl.USAGE, "unknown backend 'mongodb': .*--list-backends", lines=1)
    place.wklc(file, "--emit", "--target", "").expect(wkl.USAGE, "--target .*: expected names with commas between", lines=1)
    place.wklc(file, "--emit=plans").expect(wkl.USAGE, "--emit 'plans': expected one of tokens, ast, ir, plan", lines=1)
    place.wklc(file, "--emit", "--run", "goo").expect(wkl.USAGE, "'goo'.*did you mean 'go'", lines=1)
    place.wklc(file, "--emit", "--strategy", "binpackd").expect(wkl.USAGE, "'binpackd'\n.*\n.* did you mean 'binpacked'")


def test_list_of_backends(place):
    overview, _, details = place.wklc("--list-backends").expect(wkl.FINE, lines=0).out.partition("\n\n")
    rows = [line for line in overview.splitlines()[1:]]
    registry = re.findall(r'\{\.name = "(\w+)"', read(os.path.join(SOURCE, "backends", "registry.c")))
    assert [row.split()[0] for row in rows][:len(registry)] == registry and "cosmosdb" in registry, (rows, registry)
    for row in rows:
        assert "plans and runs it" in row or "plans it only: built without lib" in row, row
        assert re.search(rf"(?m)^{row.split()[0]}\n(    other names .*\n)?    one key ", details), row


def test_a_backend_answers_to_its_other_names(place):
    """In capitals too; each name that --list-backends shows is one that --target, -b and a block take."""
    listed = place.wklc("--list-backends").expect(wkl.FINE, lines=0).out
    names = re.findall(r"(?m)^(\w+)\n    other names +(.*)$", listed)
    assert "pgsql" in dict(names)["postgres"].split(", "), names
    for name, others in names:
        for other in others.split(", ") + [name.upper(), name.title()]:
            file = place.write("named.wkl", wkl.TINY + f"run go {{ query one  expect on {other}: errors == 0 }}\n")
            plan = place.wklc(file, "--emit", "--target", other).expect(wkl.FINE).out
            assert f"one · single · {name}: " in plan, (other, plan)
            place.write("named.wkl", wkl.TINY + f"run go {{ query one }}\nbackend {other} {{ table_prefix \"p_\" }}\n")
            assert plan != place.wklc(file, "--emit", "--target", other).expect(wkl.FINE).out or name == "memory", other


if __name__ == "__main__":
    wkl.main(globals())
