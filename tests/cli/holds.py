#!/usr/bin/env python3
"""What cannot stand on a backend is told before anything is connected to: an error where the backend is named, else it is left out with the reason."""
import json

import wkl
from wkl import FINE, USAGE

SQL = ("lakebase", "aurora_postgres", "aurora_mysql")


def text(key="id: int ~ sequence", columns="v: int = row", name="tab", rest=""):
    return (f"entity u {{ {key}  count 20 }}\ntable {name} of u {{ {columns} }}\nquery q(u) {{ get {name} }}\nrun r {{ query q  for 6 requests }}\n{rest}")


def said(place, backend, **parts):
    """What wklc says where the backend is named; nothing: it can stand there."""
    done = place.wklc(place.write("work.wkl", text(**parts)), "--target", backend, "--diagnostics=json")
    return [(d["code"], d["message"]) for d in json.loads(done.out) if d["severity"] == "error"]


def boundary(place, backend, code, most, parts):
    """The greatest that can stand, and one more; parts(n) makes the workload."""
    assert not said(place, backend, **parts(most)), (backend, most, said(place, backend, **parts(most)))
    found = said(place, backend, **parts(most + 1))
    assert len(found) == 1 and found[0][0] == code and found[0][1].startswith(backend + ": "), (backend, most + 1, found)


def test_names_of_tables(place):
    for backend, most in (("lakebase", 63), ("aurora_postgres", 63), ("aurora_mysql", 64), ("dynamodb", 255), ("cosmosdb", 255)):
        boundary(place, backend, "E0710", most, lambda n: {"name": "t" * n})
    for backend, most in (("lakebase", 63), ("aurora_mysql", 64)):        # the prefix counts
        boundary(place, backend, "E0710", most - 5, lambda n: {"name": "t" * n, "rest": 'backend lakebase { table_prefix "pre__" }\n'
                                                              'backend aurora { engine mysql  table_prefix "pre__" }\n'})
    for backend in ("sqlite", "lakebase", "aurora_mysql", "dynamodb", "cosmosdb"):
        assert "kept for what is not a workload's" in said(place, backend, name="wkl_tables")[0][1]
    assert said(place, "sqlite", name="sqlite_mine") and not said(place, "lakebase", name="sqlite_mine")


def test_tables_that_differ_in_case(place):
    two = "table Tab of u { v: int = row }\nquery two(u) { get Tab }\nrun s { query two  for 6 requests }\n"
    found = said(place, "sqlite", rest=two)
    assert found == [("E0710", "sqlite: the tables 'tab' and 'Tab' would be one: names that differ in case alone are the same")], found
    assert not said(place, "lakebase", rest=two) and not said(place, "dynamodb", rest=two)


def test_names_of_columns(place):
    for backend, most in (("lakebase", 63), ("aurora_postgres", 63), ("aurora_mysql", 64)):
        boundary(place, backend, "E0710", most, lambda n: {"columns": "c" * n + ": int = row"})
    assert not said(place, "sqlite", columns="c" * 300 + ": int = row")
    for backend in ("sqlite", "aurora_mysql"):
        assert "the columns 'a' and 'A' of 'tab' would be one" in said(place, backend, columns="a: int = row  A: int = row")[0][1]
    assert not said(place, "lakebase", columns="a: int = row  A: int = row")
    assert said(place, "lakebase", columns="ctid: int = row") and not said(place, "sqlite", columns="ctid: int = row")
    assert said(place, "aurora_mysql", columns="db_trx_id: int = row")


def test_numbers_of_columns(place):
    def many(n):
        return {"columns": "  ".join(f"c{i}: bool = row % 2 == 0" for i in range(n - 1))}     # and the key
    for backend, most in (("sqlite", 2000), ("lakebase", 1600), ("aurora_mysql", 1017)):
        boundary(place, backend, "E0720", most, many)


def test_keys(place):
    for backend, most in (("lakebase", 2692), ("dynamodb", 2048)):
        boundary(place, backend, "E0718", most, lambda n: {"key": f"id: string({n + 100}) ~ text({n})"})
        boundary(place, backend, "E0718", most, lambda n: {"key": f"id: char({n}) ~ hex"})
    boundary(place, "aurora_mysql", "E0718", 768, lambda n: {"key": f"id: string({n}) ~ text(20)"})     # 4 bytes a character
    boundary(place, "aurora_mysql", "E0718", 3072, lambda n: {"key": f"id: char({n}) ~ hex"})           # 1 byte
    boundary(place, "aurora_mysql", "E0718", 3072 - 2000, lambda n: {"key": "id: char(2000) ~ hex", "columns":      # all columns together
                                                                     f"b: char({n}) ~ hex  v: int = row  key (u, b)  per_key 3"})
    boundary(place, "cosmosdb", "E0718", 1023, lambda n: {"key": f"id: char({n}) ~ hex"})
    boundary(place, "dynamodb", "E0718", 1024, lambda n: {"columns": f"b: char({n}) ~ hex  v: int = row  key (u, b)  per_key 3"})       # the sort key
    boundary(place, "dynamodb", "E0718", 1024 - 12, lambda n: {"columns": f"b: char({n}) ~ hex  v: int ~ sequence  key (u, b, v)  per_key 3"})    # #1 and 10 digits
    boundary(place, "cosmosdb", "E0718", 1023 - 37, lambda n: {"columns": f"b: char({n}) ~ hex  v: uuid  key (u, b, v)  per_key 3"})    # the id: a bar, a uuid
    assert said(place, "cosmosdb", key="id: string(2000) ~ text(980)") and not said(place, "cosmosdb", key="id: string(2000) ~ text(900)")   # blanks of the text
    assert said(place, "aurora_mysql", key='id: string = "k{row}"') == \
        [("E0718", "aurora_mysql: the key 'id' of 'tab' may be of any length: 3072 bytes are the most")]
    assert not said(place, "sqlite", key="id: string(20000) ~ text(20000)")


def test_rows(place):
    boundary(place, "dynamodb", "E0720", 409600 - 5, lambda n: {"columns": f"v: string(1000000) ~ text({n})"})      # id and its number, v
    boundary(place, "dynamodb", "E0720", 200000 - 5, lambda n: {"columns": f"v: string(1000000) ~ text({n})  www: string(1000000) ~ text(1..209597)"})
    boundary(place, "cosmosdb", "E0720", 1000000, lambda n: {"columns": f"v: string(1048576) ~ text({n})  w: string(1048576) ~ text(1048576)  xy: string(50000) ~ text(48553)"})
    columns = "  ".join(f"c{i}: string(255) ~ text(9)" for i in range(64))                                          # 64 x 1022 bytes, 4 of the key, 9 of nulls
    boundary(place, "aurora_mysql", "E0720", 28, lambda n: {"columns": columns + f"  d: string({n}) ~ text(5)"})
    assert not said(place, "aurora_mysql", columns=columns + "  d: string(256) ~ text(5)")                          # kept beside the row
    for column, most in (("bigint = row", 997), ("string(9) ~ text(9)", 218), ("uuid ~ uuid", 224), ("string(300) ~ text(300)", 383),
                         ("decimal(30, 10) ~ uniform(0..9)", 573), ("bytes(20) ~ hex", 383)):
        boundary(place, "aurora_mysql", "E0720", most, lambda n: {"columns": "  ".join(f"c{i}: {column}" for i in range(n))})
    wide = "  ".join(f"c{i}: bigint = row" for i in range(1016))                                                    # 8 each, 24, 8 of the key
    assert not said(place, "lakebase", columns=wide)
    assert said(place, "lakebase", columns=wide + "  d: bool = row % 2 == 0")[0] == \
        ("E0720", "lakebase: a row of 'tab' may have 8168 bytes on its page, with long values kept elsewhere: 8160 are the most")
    assert not said(place, "lakebase", columns=wide + "".join(f"  d{i}: bigint = row null 50%" for i in range(500)))   # nulls take no room


def test_of_those_that_nobody_named_it_is_a_warning(place):
    file = place.write("work.wkl", text(columns="v: string(1000000) ~ text(500000)"))
    done = place.wklc(file, "--emit=schema").expect(FINE, "warning.W0720.: dynamodb: a row of 'tab' may have 500005 bytes, 409600 are the most")
    assert "sqlite: 1 table" in done.out and "dynamodb: 1 table" not in done.out, done
    place.wklc(file, "--target", "dynamodb", "--emit=schema").expect(USAGE, "error.E0720.: dynamodb: a row of 'tab'")


def test_wklrun_connects_to_nobody(place):
    """There is no server at these addresses: whoever connected would say so."""
    file = place.write("work.wkl", text(name="t" * 65, columns="v: int = row"))
    env = {"LAKEBASE_PGHOST": "127.0.0.1", "LAKEBASE_PGPORT": "1", "AURORA_MYSQL_HOST": "127.0.0.1", "AURORA_MYSQL_PORT": "1"}
    done = place.wklrun(file, "-b", "lakebase,aurora_mysql,sqlite", env=env)
    done.expect(USAGE, "error.E.....: lakebase: the table name 't{65}' does not fit: it has 65 bytes, 63 are the most", "error.E.....: aurora_mysql: .*64 are the most")
    assert "refused" not in done.err and "loading" not in done.err, done
    report, done = place.measure(FINE, file, env=env)                     # all of them: these are left out, the other is measured
    states = {b["name"]: (b["status"], b["reason"]) for b in report["backends"]}
    assert states["sqlite"][0] == "ok" and states["lakebase"][0] == states["aurora_mysql"][0] == "skipped", states
    assert "63 are the most" in states["lakebase"][1] and "refused" not in done.err, (states, done)
    done.expect(FINE, "lakebase: left out: the table name")


def test_a_point_of_a_sweep(place):
    file = place.write("work.wkl", "param n = 10\n" + text(columns="v: string(1000000) ~ text(n)").replace("for 6", "sweep n in [20, 500000]  for 6"))
    place.wklrun(file, "-b", "dynamodb", env={"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"}).expect(USAGE, "error.E.....: dynamodb: a row of 'tab' may have 500005 bytes")
    prefixes = place.write("prefix.wkl", 'param p = ""\n' + text(name="t" * 60).replace("for 6", 'sweep p in ["a_", "abcd_"]  for 6') + "backend lakebase { table_prefix p }\n")
    place.wklc(prefixes, "--target", "lakebase").expect(USAGE, "'abcd_t{60}' does not fit: it has 65 bytes")


def test_what_stands_there_can_still_be_dropped(place):
    file = place.write("work.wkl", text(columns="a: int = row  A: int = row"))
    place.wklrun(file, "-b", "sqlite").expect(USAGE, "the columns 'a' and 'A'")
    place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE)


def test_a_database_in_memory(place):
    for path in (":memory:", "", "file:bench?mode=memory", "file::memory:"):
        file = place.write("work.wkl", text(rest=f'backend sqlite {{ path "{path}" }}\n'))
        place.wklrun(file, "-b", "sqlite").expect(USAGE, f"E0708.*|the setting 'path' cannot be '{path}': expected a file, which all connections share")


def test_messages_name_tables_as_they_stand_there(place):
    place.sql("CREATE TABLE pre_tab (mine)")
    file = place.write("work.wkl", text(rest='backend sqlite { path "bench.db"  table_prefix "pre_" }\n'))
    place.wklrun(file, "-b", "sqlite").expect(2, "a table 'pre_tab' is there that wkl did not make")
    place.sql("DROP TABLE pre_tab")
    place.wklrun(file, "-b", "sqlite", "--only", "run").expect(2, "table 'pre_tab' is not there: load it first")
    place.wklrun(file, "-b", "sqlite", "--only", "load").expect(FINE)
    place.sql("UPDATE pre_tab SET v = v + 1")
    place.wklrun(file, "-b", "sqlite", "--only", "run").expect(3, "WRONG ROWS: table 'pre_tab', key")


wkl.main(globals(), needs_sqlite=True)
