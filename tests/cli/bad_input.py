#!/usr/bin/env python3
"""What a user can get wrong, and what can be wrong around him: each time one clear message, the right exit code, and nothing left behind."""
import json
import os
import random
import re
import resource
import socket
import threading

import wkl
from wkl import FILE, FINE, RUN, RUN_ERRORS, TINY, USAGE

PLAIN = """workload plain
entity card { id: char(8) ~ hex  count 100 }
table rates of card { n: int ~ uniform(0..9)  word: string(200) ~ text(200) }
query ask(card) { get rates }
run go { query ask  for 30 requests }
"""
SERVERS = """
backend lakebase { host "127.0.0.1"  port PORT  connect_timeout 1s }
backend aurora { engine postgres  host "127.0.0.1"  port PORT  connect_timeout 1s }
backend aurora { engine mysql  host "127.0.0.1"  port PORT  connect_timeout 1s }
backend dynamodb { endpoint "http://127.0.0.1:PORT"  access_key "a"  secret_key env("HOME")  timeout 1s }
backend cosmosdb { endpoint "http://127.0.0.1:PORT"  key env("KEY")  timeout 1s }
"""


def both(place, code, *args, patterns=(), lines=None, **more):
    for command in (place.wklc, place.wklrun):
        command(*args, **more).expect(code, *patterns, lines=lines)


# ---- files ----

def test_missing_file(place):
    both(place, USAGE, "none.wkl", patterns=["'none.wkl' cannot be read: No such file"], lines=1)


def test_misspelt_file(place):
    place.write("mine.wkl", PLAIN)
    for name in "mien.wkl", "mine":
        both(place, USAGE, name, patterns=[f"'{name}' does not exist: did you mean 'mine.wkl'\\?"], lines=1)


def test_used_files(place):
    place.write("mine.wkl", PLAIN)
    for use, words in (
            ("mine", 'a file is used by its path: use "mine.wkl"'), ("mine.wkl", 'a path needs quotes: use "mine.wkl"'),
            ("parts/mine", 'a path needs quotes: use "FOLDER/FILE.wkl"'), ('"mien.wkl"', "mien.wkl' does not exist: did you mean '"),
            ('"crud.wkl"', "a module is used by its name: use crud"), ("crd", "did you mean 'crud'?"),
            ('"mine.wkl"', "a file that others use has none")):
        place.wklc(place.write("outer.wkl", f"workload outer\nuse {use}\n")).expect(USAGE, re.escape(words))


def test_folder(place):
    both(place, USAGE, place.folder, patterns=["' is a folder, and no .wkl file in it has a run: name a file"], lines=1)


def test_forbidden_file(place):
    file = place.write("mine.wkl", PLAIN)
    os.chmod(file, 0)
    if os.access(file, os.R_OK):                      # root reads all
        return
    both(place, USAGE, file, patterns=["cannot be read: Permission denied"], lines=1)


def test_empty_files(place):
    for text in ("", "\n", "# nothing\n"):
        both(place, USAGE, place.write("empty.wkl", text), patterns=["error.E.....: the file is empty", "1 error"])


def test_binary_file(place):
    for text in (random.Random(1).randbytes(100000), b"workload x\0y\n", b"\xff\xfe" + PLAIN.encode("utf-16-le"), b"\x7fELF" + bytes(1000)):
        both(place, USAGE, place.write("binary.wkl", text), patterns=["is not text: is this a .wkl file", "1 error"])


def test_byte_order_mark(place):
    """Some editors begin a text with U+FEFF: it is no part of the workload, nor of a layout, nor of a column's number."""
    place.wklc(place.write("mark.wkl", "\ufeff" + PLAIN)).expect(FINE, lines=0)
    assert not place.wklc("--fmt", place.write("mark.wkl", "\ufeff" + PLAIN)).expect(FINE).out.startswith("\ufeff")
    place.wklc(place.write("wrong.wkl", "\ufeffbogus\n")).expect(USAGE, "wrong.wkl:1:1: ")


def test_file_without_end(place):
    both(place, USAGE, "/dev/zero", patterns=["/dev/zero"])


def grows_no_faster(make, n):
    """Ten times the text takes some ten times the CPU time (a hundred times, were it its square). Returns what was said of the large one."""
    few, many = make(n // 10), make(n)
    assert many.cpu < 30 * few.cpu + 1, f"{few.cpu:.2f} s for {n // 10}, {many.cpu:.2f} s for {n}\n{many}"
    return many


def test_10_mb(place):
    done = grows_no_faster(lambda n: place.wklc(place.write("words.wkl", "x " * n)), 5_000_000).expect(USAGE, "unexpected 'x'")
    assert len(done.err) < 1000, done
    grows_no_faster(lambda n: place.wklc(place.write("comment.wkl", "# a comment that says nothing at all\n" * n + PLAIN)), 280_000).expect(FINE)
    done = grows_no_faster(lambda n: place.wklc(place.write("line.wkl", "param x = [" + "1, " * n + "1]\n" + PLAIN)), 500_000)
    assert done.code in (FINE, USAGE) and len(done.err) < 3000, done


def test_10000_tables(place):
    def many(n):
        tables = "".join(f"table t{i} of card {{ n: int ~ uniform(0..9)  rows 10% }}\n" for i in range(n))
        return place.wklc(place.write("many.wkl", PLAIN + tables), "--target", "sqlite")
    done = grows_no_faster(many, 10_000).expect(FINE, "9980 more declarations are not used")
    assert len(done.err.splitlines()) < 100, done
    family = place.write("family.wkl", PLAIN + f"param l = [{', '.join(str(i) for i in range(100))}]\n"
                         "table t[a in l, b in l] of card { n: int ~ uniform(0..9) }\nquery all(card) { get t[*] }\n")
    done = place.wklc(family, "--target", "sqlite", "--emit=schema").expect(FINE)
    assert done.out.count("CREATE TABLE") == 10001, done.err
    place.wklrun(family, "-b", "memory", "-n", "3", "--sample", "3").expect(FINE)


# ---- the command line ----

def test_no_file(place):
    both(place, USAGE, patterns=["which file"], lines=1)


def test_unknown_options(place):
    file = place.write("plain.wkl", PLAIN)
    for args, words in ((("--nosuch",), "unknown option '--nosuch'"), (("-Z",), "unknown option '-Z'"), (("--outptu", "x"), "did you mean '--output'"),
                        (("-D",), "--define needs a value")):
        both(place, USAGE, file, *args, patterns=[words], lines=1)


def test_what_would_steer_a_terminal(place):
    """What was typed or stands in a name is repeated without its control characters."""
    file = place.write("plain.wkl", PLAIN)
    for args in (("--no\33]0;x\7such",), ("--ops", "1\33[2J"), ("--define", "\33[2J"), ("--emit=\x9b2J",), ("-\33",)):
        for command in (place.wklc, place.wklrun):
            done = command(file, *args).expect(USAGE, "(unknown option|--(ops|define|emit))", lines=1)
            assert not set(done.err) & set("\33\7\x9b"), done


def test_a_log_on_standard_output(place):
    done = place.wklrun(place.write("plain.wkl", PLAIN), "-b", "memory", "-q", "--log", "-").expect(FINE)
    assert len(done.out.splitlines()) > 1 and "response_ns" in done.out.splitlines()[0] and not os.path.exists(place.path("-")), done


def test_wrong_values(place):
    file = place.write("plain.wkl", PLAIN)
    for args, words in (
            (("-n", "0"), "--ops '0': out of range"), (("-n", "x"), "--ops 'x': expected a number"), (("-c", "1.5"), "a whole number"),
            (("-c", "99999999999999999999999"), "--clients"), (("-T", "-1s"), "--time '-1s': expected"), (("-T", "0s"), "more than no time"),
            (("-R", "0/s"), "more than nothing"), (("--rounds", "0"), "out of range"), (("--verify", "all"), "none, count or rows"),
            (("--format", "pdf"), "expected one of text, json"), (("--seed", "1s"), "--seed"), (("-L", "1GB"), "--latency-limit")):
        place.wklrun(file, *args).expect(USAGE, re.escape(words), lines=1)
    place.wklrun(file, "-T", "1s", "-n", "5").expect(USAGE, "--time and --ops both say how much is measured", lines=1)
    place.wklc(file, "--emit=nothing").expect(USAGE, "expected one of tokens", lines=1)
    for rates, words in ((("--rate", "0"), "more than nothing"), (("--rate", "many"), "--rate 'many': expected")):
        place.wklc(file, "--emit=cost", *rates).expect(USAGE, words, lines=1)


def test_wrong_params(place):
    file = place.write("tiny.wkl", TINY + RUN)
    for define, words in (("keys", "expected NAME=VALUE"), ("=1", "expected NAME=VALUE"), ("kees=1", "^command line:1:4: error.E.....: unknown param 'kees'\n    1 . -D kees=1\n      .    .~~~ did you mean 'keys'"), ("keys=", "^-D keys:1:1: error.E.....: unexpected end of the expression"),
                          ("keys=card card", "keys"), ("keys=0", "count|keys"), ("keys=-1", "count|keys"), ("keys=5s", "count|keys")):
        both(place, USAGE, file, "-D", define, patterns=[words])


def test_formats(place):
    """A --format is of each -o after it; behind the last one, of that; without any, of standard output. A name that says another format than a
    report has, or none, does not end in a text that nobody asked for."""
    file = place.write("plain.wkl", PLAIN)
    run = (file, "-b", "memory", "-n", "3")
    for args in (("-o", "r.txt", "--format", "html"), ("--format", "csv", "-o", "r", "--format", "html"), ("--format", "csv", "-o", "-", "--format", "md")):
        place.wklrun(*run, *args).expect(USAGE, "--format (html|md) has no -o of its own, and '(r.txt|r|-)' is (text|csv): write `--format", lines=1)
    for name in ("out.pdf", "a.b/res.parquet", "r.yaml", "res", ".json.d/res", "r."):
        place.wklrun(*run, "-o", name).expect(USAGE, "-o '.*': the name implies no format: end it in .txt, .*, or give --format, one of text, json", lines=1)
    assert sorted(os.listdir(place.folder)) == ["plain.wkl", "tmp"], os.listdir(place.folder)
    place.wklrun(*run, "-q", "--format", "json", "-o", "out.pdf", "-o", "res", "-o", "-").expect(FINE)
    for args in (("--format", "json"), ("-o", "-", "--format", "json"), ("--format", "json", "-o", "-")):
        assert json.loads(place.wklrun(*run, "-q", *args).expect(FINE).out)["workload"], args
    place.wklrun(*run, "-q", "-o", "r.json", "--format", "json").expect(FINE)
    place.wklrun(*run, "-q", "-o", "late", "--format", "json").expect(FINE)
    for name in ("r.json", "late"):
        with open(place.path(name), encoding="utf-8") as f:
            json.load(f)
    assert place.wklrun("--report", "r.json", "--format", "csv").expect(FINE).out.count(",") > 10
    begins = {"text": "plain", "json": "{", "csv": "workload,", "html": "<!DOCTYPE html>", "md": "# plain", "junit": "<?xml", "hlog": "#"}
    for name, begin in begins.items():
        out = place.wklrun("--report", "r.json", "--format", name, "-o", "-").expect(FINE).out
        assert out.startswith(begin), (name, out[:60])


def test_values_behind_a_blank(place):
    """What may be left out may also stand behind a blank, where it can be nothing else: no file is swallowed."""
    file = place.write("plain.wkl", PLAIN)
    for args in (("-P", "1"), ("--progress", "1s"), ("-P",), ("--progress",), ("--progress=1",), ("-P1",)):
        place.wklrun(*args, file, "-b", "memory", "-n", "3").expect(FINE)
    schema = place.wklc("--emit=schema", file, "--target", "sqlite").expect(FINE).out
    for args in (("--emit", "schema", file), (file, "--emit", "schema")):
        assert place.wklc(*args, "--target", "sqlite").expect(FINE).out == schema, args
    plan = place.wklc("--emit", file, "--target", "sqlite").expect(FINE).out
    assert plan.count("CREATE TABLE") == 0 and plan == place.wklc(file, "--emit", "--target", "sqlite").expect(FINE).out
    place.wklc("--emit", "plans", file).expect(USAGE, "'plans' cannot be read", lines=1)


def test_habits(place):
    """What other tools call otherwise leads to the option that is meant, in one line; a name that is cut short means what it begins."""
    file = place.write("plain.wkl", PLAIN)
    for args, words in (
            (("--duration", "10s"), "no option --duration: -T, --time 10s"), (("-d", "10s"), "no option -d: -T, --time 10s"),
            (("--threads", "8"), "no option --threads: -c, --clients 8 .*-j, --jobs"), (("--threads=8",), "no option --threads: -c"),
            (("-t", "8"), "no option -t: -n, --ops"), (("--concurrency", "8"), "--concurrency: -c, --clients 8"), (("--vus", "8"), "-c, --clients"),
            (("-v",), "no option -v: --details"), (("-M", "prepared"), "requests are prepared once"), (("-S",), "the file.s queries say"), (("--stage", "5s:10"), "sweep clients in"), (("--json",), "no option --json: -o result.json"), (("-s", "10"), "-D, --define"),
            (("--scale", "10"), "-D, --define"), (("--target", "sqlite"), "no option --target: -b, --backends sqlite .--targets FILE"),
            (("--host", "x"), "--list-backends"), (("--list-backends",), "`wklc --list-backends`"), (("--check",), "`wklc FILE`"),
            (("--qps", "9"), "-R, --rate"), (("--re",), "'--re' may be --reload or --report"), (("--quiet=yes",), "--quiet takes no value: leave out '=yes'"),
            (("-c=8",), "--clients '=8': write --clients=8, without a space, or the letter without '='"), (("--clients", "=", "8"), "write --clients=N"),
            (("--durati", "1s"), "unknown option '--durati'"), (("prepare",), "there is no command 'prepare', and no such file: `wklrun FILE --only load")):
        place.wklrun(*args, file).expect(USAGE, "^wklrun: .*" + words, lines=1)
    for args, words in ((("--format",), "no option --format: --fmt"), (("-b", "sqlite"), "--target sqlite"), (("--ddl",), "--emit=schema"),
                        (("--duration", "1s"), "`wklrun FILE` does"), (("check",), "there is no command 'check'.*`wklc FILE`")):
        place.wklc(*args, file).expect(USAGE, "^wklc: .*" + words, lines=1)
    place.wklrun(file, "--backend", "memory", "--out", "r.json", "--sam", "3", "-n", "3", "-q").expect(FINE)
    place.write("prepare", PLAIN)
    place.wklrun("prepare", "-b", "memory", "-n", "3", "-q").expect(FINE)


def test_unprintable_options(place):
    """What steers a terminal is not sent to it."""
    file = place.write("plain.wkl", PLAIN)
    for args in (("--\033[31mred",), ("-c", "\033[2J"), ("--run=\n\033]0;x\a",), ("-o", "\033c.pdf"), ("-\033",), ("--json\r=\r",)):
        for done in place.wklrun(file, "-b", "memory", *args), place.wklc(file, *args):
            done.expect(USAGE)
            assert not re.search("[\0-\x09\x0b-\x1f\x7f]", done.err), repr(done.err)


def piped(text):
    """A standard input from which this can be read."""
    reads, writes = os.pipe()
    os.write(writes, text.encode())
    os.close(writes)
    return reads


def test_standard_input(place):
    """- is a workload that another command writes; what it uses lies in the current folder."""
    file = place.write("plain.wkl", PLAIN)
    place.write("more.wkl", "param more = 1\n")
    with open(file, encoding="utf-8") as f:
        text = f.read()
    used = text.replace("count ", "count more * ", 1)
    for command, args in ((place.wklrun, ("-b", "memory", "-n", "3", "-q", "--format", "json")), (place.wklc, ("--emit", "--target", "sqlite"))):
        by_name = command(file, *args).expect(FINE).out
        from_input = command("-", *args, stdin=piped(text)).expect(FINE).out
        assert args[0] == "-b" or from_input == by_name, from_input
        command("-", *args, stdin=piped("use \"more.wkl\"\n" + used)).expect(FINE)
        command("-", *args, stdin=piped("nonsense")).expect(USAGE, "^-:1:1: error.E.....: unexpected 'nonsense'")
        command("-", *args, stdin=piped("")).expect(USAGE, "the file is empty")
    nameless = text.replace("workload plain\n", "")
    report = json.loads(place.wklrun("-", "-b", "memory", "-n", "3", "-q", "--format", "json", stdin=piped(nameless)).expect(FINE).out)
    assert report["workload"] == "stdin", report["workload"]
    assert place.wklc("--fmt", "-", stdin=piped("entity  e{id:int~sequence count 3}")).expect(FINE).out.startswith("entity e {")
    place.wklc("--fmt", "--write", "-").expect(USAGE, "--write replaces files, and - is standard input", lines=1)
    assert not os.path.exists(place.path("-"))


def test_unknown_strategies(place):
    file = place.write("plain.wkl", PLAIN)
    for value, words in (("singel", "1: error.E.....: unknown strategy 'singel'\n.*\n.* did you mean 'single'"), ("single,nosuch", "8: error.E.....: unknown strategy 'nosuch'"),
                         ("batch parallel 0", "16: error.E.....: "), ("batch by", "9: error.E.....: unexpected end of the strategy")):
        both(place, USAGE, file, "--strategy", value, patterns=["^--strategy:1:" + words])


def test_unknown_names(place):
    file = place.write("plain.wkl", PLAIN)
    for args, words in ((("--run", "goo"), "unknown run 'goo': did you mean 'go'"), (("--run", "x"), "unknown run 'x'")):
        both(place, USAGE, file, *args, patterns=[words], lines=1)
    place.wklrun(file, "-b", "sqlit").expect(USAGE, "unknown backend 'sqlit': did you mean 'sqlite'", lines=1)
    place.wklrun(file, "-b", "nosuch").expect(USAGE, "unknown backend 'nosuch': there are memory, sqlite, postgres, .*--list-backends", lines=1)
    place.wklc(file, "--target", "dynamdb").expect(USAGE, "did you mean 'dynamodb'", lines=1)


def test_no_run(place):
    place.wklrun(place.write("none.wkl", PLAIN.split("run go")[0])).expect(USAGE, "the workload has no run: add")


# ---- backend blocks ----

def test_wrong_blocks(place):
    for block, words in (
            ("backend lakebse { }", "did you mean 'lakebase'"), ("backend aurora { engine oracle }", "engines of aurora are 'postgres' and 'mysql'"), ("backend sqlite { engine x }", "leave it out"),
            ("backend sqlite { paht \"x\" }", "did you mean 'path'"), ("backend sqlite { path env(\"NOT_SET\") }", "'NOT_SET' of the setting 'path' is not set"),
            ("backend sqlite { path file(\"/none\") }", "'/none' cannot be read: No such file"), ("backend sqlite { path nope(\"x\") }", "unknown function 'nope'"),
            ('backend lakebase { host "127.0.0.1" port 99999999 }', "the setting 'port' cannot be '99999999': expected a port, from 1 to 65535"),
            ("backend memory { delay soon }", "the setting 'delay' cannot be 'soon': expected a duration"),
            ("backend memory { fail_every 1.5 }", "expected a whole number"), ("backend memory { reorder maybe }", "expected on or off"),
            ("backend dynamodb { billing sometimes }", "there is no billing 'sometimes' for dynamodb"),
            ("backend dynamodb { prices dynamdb }", "did you mean 'dynamodb'?"), ("backend dynamodb { capacity 4 }", "'capacity' means nothing where dynamodb is paid"),
            ("backend aurora { engine mysql instance db9 }", "there is not a price of 'instance db9' for aurora in us-east-1"),
            ("backend aurora { engine mysql serves 5 }", "the setting 'serves' cannot be '5': expected a rate"),
            ("backend lakebase { capacity 0 }", "expected a number above 0"), ("backend sqlite { prices \"none.csv\" }", "none.csv' cannot be read: No such file"),
            ("backend sqlite { hourly 0 }", "leave it out: what has no price is compared by its speed"),
            ("backend sqlite { prices self_hosted }", "what a server costs is missing")):
        done = place.wklrun(place.write("bad.wkl", PLAIN + block), "-b", "memory,sqlite").expect(USAGE, re.escape(words), "1 error\n$")
        assert not done.out, done


def test_settings_by_other_names(place):
    for kind, names in (("postgres", {"prefix": "table_prefix", "username": "user", "db": "database", "ssl": "sslmode", "server": "host"}),
                        ("mysql", {"schema": "database", "tls": "ssl", "pool_size": "connections", "timeout": "connect_timeout"}),
                        ("sqlite", {"file": "path", "database": "path"}), ("dynamodb", {"secret": "secret_key", "token": "session_token"}),
                        ("cosmosdb", {"url": "endpoint", "container": "table_prefix", "ru": "throughput"})):
        for name, ours in names.items():
            file = place.write("bad.wkl", PLAIN + f'backend {kind} {{ {name} env("HOME") }}')
            place.wklc(file).expect(USAGE, f"backend '{kind}' has no setting '{name}'", f"did you mean '{ours}'\\?")


def test_wrong_price_tables(place):
    head = "item,usd,per,date\n"
    for table, place_of_it, words in (
            ("", "1:1", "the price table is empty"), ("a;b\n", "1:1", "this is not a price table: it has no column 'item'"),
            (head + "read_request_unit,cheap,million,2026-01-31\n", "2:19", "'cheap' is not a price"),
            (head + "\n# mine\nread_request_unit,1,hour,2026-01-31\n", "4:21", "'read_request_unit' is sold by the million, not by the hour"),
            (head + "read_request_unit,1,million,31.1.2026\n", "2:29", "'31.1.2026' is not a date")):
        place.write("mine.csv", table)
        file = place.write("bad.wkl", PLAIN + 'backend dynamodb { prices "mine.csv" }')
        for done in place.wklc(file, "--emit=cost"), place.wklrun(file, "-b", "memory"):
            done.expect(USAGE, re.escape(f"mine.csv:{place_of_it}: error[") + r"E\d+\]: " + re.escape(words), "1 error\n$")
            assert not done.out, done


def test_variables_of_others_need_not_be_set(place):
    file = place.write("other.wkl", PLAIN + 'backend lakebase { host env("NOT_SET") }\n')
    place.wklrun(file, "-b", "memory").expect(FINE)
    place.wklrun(file, "-b", "memory,lakebase").expect(USAGE, "'NOT_SET' of the setting 'host' is not set")


def test_files_of_settings(place):
    """A password of which a part would get lost is none."""
    for text, words in ((b"hunter2\0more\n", "holds a zero byte"), (b"\0", "holds a zero byte"), (b"x" * 20000 + b"\n", "is too long"),
                        (b"", "cannot be read: it is empty")):
        file = place.write("bad.wkl", PLAIN + f'backend lakebase {{ host "127.0.0.1" port 1 password file("{place.write("pw", text)}") }}')
        done = place.wklrun(file, "-b", "lakebase").expect(USAGE, words)
        assert "hunter2" not in done.err, done
    for text in (b"hunter2\r\n", b"hunter2", b"\n", b"hunter2\nmore\0\n", b"x" * 10000):
        file = place.write("fine.wkl", PLAIN + f'backend lakebase {{ host "127.0.0.1" port 1 password file("{place.write("pw", text)}") }}')
        place.wklrun(file, "-b", "lakebase").expect(USAGE, "no backend can be reached")


def test_wrong_settings(place):
    place.write("text.txt", "this is no database, it is only a text; " * 100)
    for name, block, words in (
            ("lakebase", 'backend lakebase { host "127.0.0.1" sslmode sometimes }', "sometimes"),
            ("dynamodb", 'backend dynamodb { access_key "a" endpoint "http://127.0.0.1:1" consistency sometimes secret_key env("HOME") }', "'sometimes' is neither"),
            ("cosmosdb", 'backend cosmosdb { uri env("HOME") }', "the connection string is not AccountEndpoint="),
            ("sqlite", 'backend sqlite { path "/none/x.db" }', "'/none/x.db' cannot be used"), ("sqlite", f'backend sqlite {{ path "{place.folder}" }}', "cannot be used"),
            ("sqlite", 'backend sqlite { path "text.txt" }', "'text.txt' cannot be used: file is not a database")):
        done = place.wklrun(place.write("bad.wkl", PLAIN + block), "-b", name).expect(USAGE, re.escape(words), "nothing is run: no backend can be reached")
        assert len(done.err.splitlines()) == 2 and not done.out, done
    with open(place.path("text.txt"), encoding="utf-8") as f:
        assert f.read() == "this is no database, it is only a text; " * 100


# ---- servers ----

def drivers(place, file):
    """The server backends that this build drives."""
    listed = place.wklc(file, "--list-backends").out
    return [name for name in ("lakebase", "aurora_postgres", "aurora_mysql", "dynamodb", "cosmosdb")
            if "plans it only" not in listed.split(f"\n{name} ", 1)[1].split("\n", 1)[0]]


def test_why_each_backend_is_left_out_where_none_is_left(place):
    """No report says it then: `enabled off`, and a variable that is not set, are told beside what is not configured."""
    file = place.write("off.wkl", PLAIN + 'backend sqlite { enabled off }\nbackend postgres { uri env("NOT_SET") }\n')
    place.wklrun(file).expect(USAGE, "sqlite: left out: `enabled off`: name it", "postgres: left out: .*'NOT_SET' of its block is not set: export NOT_SET=",
                              "mariadb is not configured: set MARIADB_HOST", "nothing is run: no backend")


def test_nothing_is_configured(place):
    file = place.write("plain.wkl", PLAIN)
    for name, words in (("postgres", "set PGHOST"), ("mysql", "set MYSQL_HOST"), ("lakebase", "set LAKEBASE_PGHOST"), ("aurora", "set AURORA_PGHOST"), ("dynamodb", "set AWS_PROFILE"), ("cosmosdb", "set COSMOS_CONNECTION_STRING")):
        for args in (("-b", name), ("-b", f"memory,{name}"), ("-q", "-b", name)):
            done = place.wklrun(file, *args)
            if "this build cannot run it" not in done.err:
                done.expect(USAGE, f"is not configured: {words}.*or use --local", "nothing is run: '[a-z_]+' of --backends cannot be used$")
                assert not done.out, done


def test_closed_port(place):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        file = place.write("closed.wkl", PLAIN + SERVERS.replace("PORT", str(free.getsockname()[1])))
        for name in drivers(place, file):
            done = place.wklrun(file, "-b", name, env={"KEY": "a2V5"}).expect(
                USAGE, rf"(?i)^{name}: .*connect.* port {free.getsockname()[1]}\b.*: is (it|the server) running [^\n]*\?\n")
            assert len(done.err.splitlines()) == 2 and not done.out, done


def test_local_servers_are_named_for_what_they_are(place):
    """The program of local servers is one that says it started them: what is started for another name is a stand-in."""
    events = "".join(f"set {name} {setting} {value}\nready {name} {title} on 127.0.0.1:1\n" for name, setting, value, title in (
        ("mysql", "uri", "mysql://127.0.0.1:1/x", "MariaDB 10.11.19"), ("mariadb", "uri", "mysql://127.0.0.1:1/x", "MariaDB 10.11.19"),
        ("dynamodb", "endpoint", "http://127.0.0.1:1", "DynamoDB Local 2.5.3")))
    script = place.write("local", f"#!/bin/sh\ncat <<'E'\n{events}done\nE\nexec cat\n")
    os.chmod(script, 0o700)
    done = place.wklrun(place.write("plain.wkl", PLAIN), "-b", "mysql,mariadb,dynamodb", "--local", env={"WKL_LOCAL": script})
    for line in ("local mysql: MariaDB 10.11.19 on 127.0.0.1:1, a stand-in for mysql\n", "local mariadb: MariaDB 10.11.19 on 127.0.0.1:1\n",
                 "local dynamodb: DynamoDB Local 2.5.3 on 127.0.0.1:1, a stand-in for dynamodb\n"):
        assert line in done.err, done


def test_the_others_are_run(place):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        file = place.write("closed.wkl", PLAIN + SERVERS.replace("PORT", str(free.getsockname()[1])))
        report, _ = place.measure(USAGE, file, "-b", "memory,lakebase,dynamodb", env={"KEY": "a2V5"})
    assert [(b["name"], b["status"]) for b in sorted(report["backends"], key=lambda b: b["name"])] == \
        [("dynamodb", "failed"), ("lakebase", "failed"), ("memory", "ok")], report["backends"]
    assert report["results"][0]["requests"] == 30, report["results"]


def test_silent_server(place):
    """It accepts and never answers: each backend gives up after its time limit."""
    listener, peers = socket.create_server(("127.0.0.1", 0)), []

    def accept():
        while True:
            try:
                peers.append(listener.accept()[0])
            except OSError:
                return
    server = threading.Thread(target=accept, daemon=True)
    server.start()
    file = place.write("silent.wkl", PLAIN + SERVERS.replace("PORT", str(listener.getsockname()[1])))
    processes = [(name, place.start("wklrun", file, "-b", name, env={"KEY": "a2V5"})) for name in drivers(place, file)]
    for name, process in processes:
        wkl.ended(process).expect(USAGE, f"^{name}: .*(time|Lost|lost)")
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    server.join(5)
    for peer in peers:
        peer.close()


# ---- disks and outputs ----

def limit_files(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_full_disk(place):
    """A file that may not grow is what a full disk is to SQLite: the run ends, and what it made is gone."""
    for block in ("", 'backend sqlite { path "bench.db" }'):
        file = place.write("full.wkl", PLAIN.replace("count 100", "count 20k") + block)
        done = place.wklrun(file, "-b", "sqlite", preexec_fn=limit_files(1 << 20))
        done.expect(RUN_ERRORS, "sqlite: loading table 'rates': (disk I/O error|database or disk is full)")
        assert not block or not os.path.exists(place.path("bench.db")) or os.path.getsize(place.path("bench.db")) <= 1 << 20
    if os.path.exists(place.path("bench.db")):
        place.wklrun(file, "-b", "sqlite", "--only", "drop").expect(FINE)
    place.wklrun(file, "-b", "sqlite").expect(FINE)


def test_no_temporary_folder(place):
    file = place.write("plain.wkl", PLAIN)
    done = place.wklrun(file, "-b", "sqlite", env={"TMPDIR": "/none"})
    done.expect(RUN_ERRORS, "no temporary folder can be made in '/none': No such file", lines=1)


def test_outputs_that_cannot_be_written(place):
    file = place.write("plain.wkl", PLAIN)
    for path in ("/none/r.json", place.folder):
        done = place.wklrun(file, "-b", "memory", "-o", path).expect(USAGE, f"'{path}' cannot be written: ", lines=1)
        assert not done.out, done
    place.write("old.json", "old")
    place.wklrun(file, "-b", "memory", "-o", "old.json", "-o", "/none/r.json").expect(USAGE, "cannot be written", lines=1)
    with open(place.path("old.json"), encoding="utf-8") as f:
        assert f.read() == "old"
    place.wklrun(file, "-b", "memory", "-o", "new.json", "-o", "/none/r.json").expect(USAGE)
    assert not os.path.exists(place.path("new.json"))
    place.wklrun(file, "-b", "memory", "-o", "/dev/full").expect(RUN_ERRORS, "'/dev/full' cannot be written: No space left")


def test_standard_output_full_or_closed(place):
    file = place.write("plain.wkl", PLAIN)
    with open("/dev/full", "w", encoding="utf-8") as full:
        place.wklrun(file, "-b", "memory", stdout=full).expect(RUN_ERRORS, "standard output cannot be written: No space left")
        for args in ((file, "--emit"), ("--list-backends",), ("--help",), ("--version",)):
            place.wklc(*args, stdout=full).expect(USAGE, "standard output cannot be written: No space left", lines=1)
    for closed, command in ((1, place.wklrun), (1, place.wklc)):
        args = ("-b", "sqlite") if command == place.wklrun else ("--emit",)
        done = command(file, *args, stdout=None, preexec_fn=lambda: os.close(closed))
        assert done.code in (USAGE, RUN_ERRORS) and "standard output cannot be written" in done.err, done


def test_closed_standard_files_hurt_no_database(place):
    """A file that is opened where standard error was would be written to."""
    file = place.write("bad.wkl", PLAIN + "query unused(card) { get rates }\n" + FILE)

    def close_all():
        for fd in range(3):
            os.close(fd)
    done = place.wklrun(file, "-b", "sqlite", "--keep", stdout=None, stderr=None, stdin=None, preexec_fn=close_all)
    assert done.code == RUN_ERRORS, done
    report, _ = place.measure(FINE, file, "-b", "sqlite", "--sample", "200")
    assert report["backends"][0]["load"]["reused"] and report["backends"][0]["verified"]["mismatches"] == 0, report["backends"]


def test_words_for_numbers(place):
    """What -D says is at fault, wherever the param is used."""
    file = place.write("tiny.wkl", TINY + RUN)
    for command in ((place.wklc, file), (place.wklrun, file, "-b", "memory")):
        for value, found in (("abc", "a name"), ('"x"', "a string")):
            done = command[0](*command[1:], "-D", f"keys={value}").expect(USAGE, rf"-D keys:1:1: error.E0301.: expected a number, found {found}", "such as -D keys=100")
            assert "1 error" in done.err and "tiny.wkl" not in done.err, done


def test_a_second_workload(place):
    used = place.write("used.wkl", TINY)
    done = place.wklc(place.write("uses.wkl", f'workload theirs "y"\nuse "{used}"\n' + RUN)).expect(USAGE, "used.wkl:2:10: error.E0212.: a second 'workload'", "first here")
    assert "uses.wkl" in done.err and "1 error" in done.err and "a file that others use has none" in done.err, done


wkl.main(globals())
