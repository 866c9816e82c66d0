#!/usr/bin/env python3
"""Every number that a user gives is taken as it stands or refused, never cut: options of both commands, items of the file, settings of backends
and the environment variables behind them, params."""
import re

import wkl
from wkl import FINE, RUN, TINY, USAGE

NO_NUMBERS = ("", " 5", "5 ", "5x", "0x5", "NaN", "nan", "inf", "1e30", "1e3", "+5", "--5", "5,000", "1_", ".5", "5%%", "٥")
FEW = ("", "5x", "1e3", "+5")                          # of them, where another option of that form is given all
TOO_MANY = (2**32, 2**32 + 3, 2**53, 2**64, 2**64 + 3, 10**30)

# Of each option that takes a number: its form, the least and the most that it takes.
COUNTS = {"clients": (1, 10**6), "jobs": (1, 4096), "connections": (1, 10**5), "ops": (1, 10**12), "rounds": (1, 10**5), "max-tries": (1, 10**6),
          "sample": (1, 10**9), "seed": (0, 2**53 - 1)}
DURATIONS = {"time": False, "warmup": True, "wait": True, "latency-limit": False, "progress": False}     # whether none is taken
OTHERS = {"rate", "noise"}


def numeric_options(done):
    """Those whose argument says that it is a number, by --help."""
    return set(re.findall(r"--([a-z-]+)(?: N| N\[/s\]| DURATION| SHARE|\[=SECONDS\])(?:\s|$)", done.out))


def refused(place, command, file, option, value):
    done = place.run(command, file, f"--{option}={value}").expect(USAGE)
    line = f"{command}: --{option} '{value}': "
    assert done.err.startswith(line) and len(done.err.splitlines()) == 1, done


def taken(place, command, file, option, value):
    """Far enough to be told of what comes after the options."""
    place.run(command, file, f"--{option}={value}").expect(USAGE, "'none.wkl' cannot be read", lines=1)


def test_options(place):
    assert numeric_options(place.wklrun("--help")) == set(COUNTS) | set(DURATIONS) | OTHERS, numeric_options(place.wklrun("--help"))
    assert numeric_options(place.wklc("--help")) == {"rate", "seed"}, numeric_options(place.wklc("--help"))
    for option, (least, most) in COUNTS.items():
        for command in ("wklrun", "wklc") if option == "seed" else ("wklrun",):
            for value in (*(NO_NUMBERS if option == "clients" else FEW), "-1", "1.5", "5s", "50%", least - 1, most + 1, *(n for n in TOO_MANY if n > most)):
                refused(place, command, "none.wkl", option, value)
            for value in (least, most):
                taken(place, command, "none.wkl", option, value)
    for option, none in DURATIONS.items():
        for value in (*(NO_NUMBERS if option == "time" else FEW), "-1s", "5/s", "5KiB", "50%", "3000000001s", "40000d", f"{2**64}s", f"{10**30}h", *([] if none else ["0", "0s"])):
            refused(place, "wklrun", "none.wkl", option, value)
        for value in ("5", "1ms", "3000000000s", *(["0s"] if none else [])):
            taken(place, "wklrun", "none.wkl", option, value)
    for command in "wklrun", "wklc":
        for value in (*(NO_NUMBERS if command == "wklrun" else FEW), "-1", "0", "0/s", "5s", "50%", "1000000001", "2G/s", 2**64, 10**30):
            refused(place, command, "none.wkl", "rate", value)
        for value in ("1", "0.5/h", "1G/s"):
            taken(place, command, "none.wkl", "rate", value)
    for value in (*NO_NUMBERS, "-1%", "101%", "1.5", "5s", 2**32, 2**64):
        refused(place, "wklrun", "none.wkl", "noise", value)
    for value in ("0%", "0.5", "100%"):
        taken(place, "wklrun", "none.wkl", "noise", value)


def test_a_second_value(place):
    """Each adds to those before, or is an error: none takes another's place."""
    file = place.write("tiny.wkl", TINY + "run a { query one  strategy single, batch  for 20 requests }\nrun b { query one  for 20 requests }\nrun c { query one  for 20 requests }\n")
    for args in (("-c", "3", "-c", "4"), ("--seed", "1", "--seed", "1"), ("-T", "1s", "--time", "2s"), ("--baseline", "x", "--baseline", "y"),
                 ("--log", "x", "--log", "y"), ("--only", "run", "--only", "drop"), ("--verify", "rows", "--verify", "none"), ("-P1", "-P2")):
        place.wklrun(file, *args).expect(USAGE, r"^wklrun: --[a-z-]+ is given twice: leave out one of them$", lines=1)
    for args in (("--emit=plan", "--emit=schema"), ("--sample", "one", "--sample", "all"), ("-o", "x", "-o", "y"), ("-R", "5", "-R", "6")):
        place.wklc(file, *args).expect(USAGE, r"^wklc: --[a-z-]+ is given twice", lines=1)
    for command in place.wklc, place.wklrun:
        command(file, "-D", "keys=5", "-D", "keys=6").expect(USAGE, "--define 'keys=6': 'keys' has a value already", lines=1)
    for args, runs in ((("--run", "a", "--run", "c"), {"a", "c"}), (("--run", "c,a"), {"a", "c"}), (("--run", "b"), {"b"}), ((), {"a", "b", "c"})):
        report, _ = place.measure(FINE, file, "-b", "memory", *args)
        assert {e["run"] for e in report["results"]} == runs, (args, report["results"])
        emitted = place.wklc(file, "--emit=bytecode", "--target", "sqlite", "-o", place.path("o"), *args).expect(FINE)
        assert emitted.code == FINE
    for args, strategies in ((("--strategy", "single", "--strategy", "batch"), {"single", "batch"}), (("--strategy", "batch"), {"batch"})):
        report, _ = place.measure(FINE, file, "-b", "memory", "--run", "a", *args)
        assert {e["strategy"] for e in report["results"]} == strategies, report["results"]
    sweep = place.write("sweep.wkl", TINY + "run a { query one  strategy batch  for 20 requests  sweep clients in [1, 2] }\n"
                                            "run b { query one  for 20 requests }\n")
    report, _ = place.measure(FINE, sweep, "-b", "memory", "--strategy", "single, binpacked by entity parallel 2")    # those of no run, and of every one
    assert sorted((e["run"], e["strategy"]) for e in report["results"]) == sorted(
        (run, s) for run in ("a", "a", "b") for s in ("single", "binpacked by entity parallel 2")), report["results"]
    bare = place.write("bare.wkl", TINY)              # no run at all: of every query
    plans = place.wklc(bare, "--emit", "--target", "sqlite", "--strategy", "batch").expect(FINE).out
    assert plans.count(" · batch · sqlite") == 3 and "single" not in plans, plans
    report, _ = place.measure(FINE, file, "-b", "memory", "-b", "sqlite", "--run", "b")
    assert {e["backend"] for e in report["results"]} == {"memory", "sqlite"}, report["results"]
    for command in place.wklc, place.wklrun:
        command(file, "--run", "a", "--run", "d").expect(USAGE, "unknown run 'd'")
        command(file, "--run", "a,,b").expect(USAGE, "unknown run ''")
        command(file, "--run", "").expect(USAGE, "--run '': expected names", lines=1)


# ---- the file ----

ITEMS = {"clients {}": (1, 10**6), "for {} requests": (1, 10**12), "strategy single parallel {}": (1, 10**5), "sweep clients in [1, {}]": (1, 10**6),
         "rate {}/s": (None, 10**9), "sweep rate in [5/s, {}/s]": (None, 10**9), "for {}s": (None, 3 * 10**9), "warmup {}s": (0, 3 * 10**9),
         "think {}s": (0, 3600)}


def test_items_of_a_run(place):
    for item, (least, most) in ITEMS.items():
        for value in (-1, most + 1, *(n for n in TOO_MANY if n > most), *([] if least == 0 else [0])):
            file = place.write("bad.wkl", TINY + f"run go {{ query all  {item.format(value)} }}\n")
            done = place.wklc(file, "--check")
            assert done.code == USAGE and "error[E" in done.err, (item, value, done.err)
            assert not re.search(r"error.E.....: unexpected", done.err) or value == -1, (item, done)
        for value in (1, most):
            place.wklc(place.write("good.wkl", TINY + f"run go {{ query all  {item.format(value)} }}\n"), "--check").expect(FINE)


def test_params(place):
    file = place.write("params.wkl", TINY + "param n = 5\nrun go { query all  clients n  for 20 requests }\n")
    for value in (*NO_NUMBERS[:-1], "-1", "0", "1.5", "10s", 10**6 + 1, *TOO_MANY):
        if str(value) not in (" 5", "5 ", "--5"):             # an expression may have blanks around it, and signs
            for command in place.wklc, place.wklrun:
                command(file, "-D", f"n={value}").expect(USAGE)
    place.wklc(file, "-D", f"n={10**6}").expect(FINE)


def test_other_items(place):
    for text, words in (("query q(card[4294967299]) { get rare }\n", "4294967299 different keys"), ("table t of card { s: string(4294967299) ~ text(3) }\n", "too wide"),
                        ("table t of card { d: decimal(4294967299, 2) ~ uniform(0..9) }\n", "too wide"), ("table t of card { s: string(9) ~ text(4294967299) }\n", "does not fit"),
                        ("table t of card { d: decimal(9, 4294967298) ~ uniform(0..9) }\n", "too wide")):
        place.wklc(place.write("bad.wkl", TINY + RUN + text)).expect(USAGE, words)


# ---- settings, and the environment behind them ----

DAY = 86400
SETTINGS = {"sqlite": {"connections": 10**5}, "memory": {"connections": 10**5, "fail_every": 10**12, "die_after": 10**12},
            "lakebase": {"connections": 10**5, "pipeline": 256, "port": 65535}, "aurora_mysql": {"connections": 10**5, "port": 65535},
            "dynamodb": {"connections": 10**5, "read_units": 10**12, "write_units": 10**12}, "cosmosdb": {"connections": 10**5, "throughput": 10**12, "regions": 1000}}
TIMES = {"lakebase": ("connect_timeout", "silence_timeout"), "aurora_mysql": ("connect_timeout", "silence_timeout"), "dynamodb": ("timeout",), "cosmosdb": ("timeout",),
         "memory": ("delay", "stall", "stall_every")}


def told(place, kind, values):
    """Which of the (setting, value) wklc refuses: each in a block of its own, ten in a file, for only so many errors are told."""
    if len(values) > 10:
        return told(place, kind, values[:10]) | told(place, kind, values[10:])
    blocks = "".join(f'backend {kind} as x{i} {{ {setting} "{value}" }}\n' for i, (setting, value) in enumerate(values))
    done = place.wklc(place.write("set.wkl", TINY + RUN + blocks), "--target", kind)
    lines = {int(n) for n in re.findall(r"set\.wkl:(\d+):\d+: error.E.....: the setting '\w+' cannot be '.*': expected ", done.err)}
    first = (TINY + RUN).count("\n") + 1
    return {pair for i, pair in enumerate(values) if first + i in lines}


def test_settings(place):
    for kind, settings in SETTINGS.items():
        for setting, most in settings.items():
            bad = [(setting, str(v)) for v in (*NO_NUMBERS, "-1", "1.5", "5s", most + 1, *(n for n in TOO_MANY if n > most))]
            good = [(setting, "1"), (setting, str(most))]
            assert told(place, kind, bad + good) == set(bad), (kind, set(bad) ^ told(place, kind, bad + good))
    assert told(place, "lakebase", [("port", v) for v in ("0", "5k", "5432,5433")]) == {("port", "0"), ("port", "5k")}     # libpq's, for several hosts
    assert told(place, "aurora_mysql", [("port", "1,2")])
    for kind, settings in TIMES.items():
        for setting in settings:
            bad = [(setting, str(v)) for v in (*NO_NUMBERS, "-1s", "5KiB", f"{DAY + 1}s", "2d", f"{2**32}s", f"{2**64}ms", 10**30)]
            good = [(setting, v) for v in ("5", "5s", "10us", f"{DAY}s")]
            assert told(place, kind, bad + good) == set(bad), (kind, set(bad) ^ told(place, kind, bad + good))


def test_seconds_are_seconds(place):
    """A plain number is seconds for every setting that is a duration."""
    file = place.write("slow.wkl", TINY + "run go { query one  for 1 requests }\nbackend memory { delay 1 }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "--rounds", "1", "--sample", "1")
    assert report["results"][0]["response_ns"]["p50"] > 0.9e9, report["results"][0]["response_ns"]


def test_environment(place):
    file = place.write("tiny.wkl", TINY + RUN)
    for prefix, kind, host in (("PG", "postgres", "PGHOST"), ("LAKEBASE_PG", "lakebase", "LAKEBASE_PGHOST"), ("MYSQL_", "mysql", "MYSQL_HOST"), ("AURORA_PG", "aurora_postgres", "AURORA_PGHOST"), ("AURORA_MYSQL_", "aurora_mysql", "AURORA_MYSQL_HOST")):
        for value in ("5x", " 5", "-1", "0", "65536", str(2**32 + 3), "NaN"):
            env = {f"{prefix}PORT": value, host: "127.0.0.1"}
            place.wklrun(file, "-b", kind, env=env).expect(USAGE, rf"the environment variable '{prefix}PORT', of the setting 'port', cannot be '{value}': expected a port")
            place.wklrun(file, "-b", "memory", "-q", env=env).expect(FINE)   # nobody asked for it


if __name__ == "__main__":
    wkl.main(globals(), needs_sqlite=True)
