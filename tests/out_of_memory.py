#!/usr/bin/env python3
"""Each allocation of wklc fails in turn (by tests/starved.c). Each time it says so in one line and ends with 71, or names the file that it
could not open and ends with 1; it prints no half of anything, leaves no file behind but whole ones, and loses none.

The first allocations are all tried, of the others some, spread evenly; WKL_EVERY=1 tries them all."""
import os
import re
import subprocess
import sys
import tempfile

from checks import BUILD, SOURCE

FRAUD = os.path.join(SOURCE, "examples", "fraud.wkl")
OUT_OF_MEMORY, ERRORS = 71, 1
ALL_OF, THEN = 25, 10                                 # allocations: the first ones, and how many of the rest
MISTAKES = "entity a { id: bigint ~ sequense  count 1 }\ntable t of b { x: int ~ uniform(0..9) }\nquery q(a) { get u }\nrun r { query p }\n"
UNTIDY = "entity   a { id: bigint ~ sequence\n  count 1 }\n table t of a { x: int ~ uniform(0..9) } # a word\n"

# What is run; files that lie there before (by name); what wklc may leave: a file is as it was, or as it is after a run that did not fail.
SCENARIOS = [
    (["--check", FRAUD], {}),
    (["--check", "wrong.wkl"], {"wrong.wkl": MISTAKES}),
    (["--check", "--diagnostics=json", "wrong.wkl"], {"wrong.wkl": MISTAKES}),
    (["--emit=ast", FRAUD], {}),
    (["--emit=plan", FRAUD], {}),
    (["--emit=request", "--target", "dynamodb,lakebase", FRAUD], {}),
    (["--emit=bytecode", FRAUD], {}),
    (["--emit=schema", "-o", "out", FRAUD], {}),
    (["--sample", "features:5", "--json", FRAUD], {}),
    (["--fmt", "untidy.wkl"], {"untidy.wkl": UNTIDY}),
    (["--fmt", "--write", "untidy.wkl", "second.wkl"], {"untidy.wkl": UNTIDY, "second.wkl": UNTIDY.replace("a word", "words")}),
    (["--list-backends"], {}),
    (["--explain", "all"], {}),
]


def contents(folder):
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), "rb") as f:
                found[os.path.relpath(os.path.join(where, name), folder)] = f.read()
    return found


def run(args, files, at):
    """Returns whether an allocation failed, what came of it, and the files that lie there then."""
    with tempfile.TemporaryDirectory() as place:
        folder, mark = os.path.join(place, "files"), os.path.join(place, "mark")
        os.mkdir(folder)
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(text)
        env = {**os.environ, "WKL_STARVE_AT": str(at), "WKL_STARVE_MARK": mark}
        done = subprocess.run([os.path.join(BUILD, "tests", "starved"), *args], capture_output=True, text=True, cwd=folder, env=env, check=False)
        return os.path.exists(mark), done, contents(folder)


def count(args, files):
    """How many allocations there are: by doubling, then by halving."""
    least, most = 0, 1
    while run(args, files, most)[0]:
        least, most = most, most * 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if run(args, files, middle)[0] else (least, middle)
    return least


def fault(done, before, now, after):
    """What is wrong with a run that lacked memory."""
    if done.returncode == OUT_OF_MEMORY:
        if not re.fullmatch(r"wkl: out of memory: \d+ more bytes are not available; nothing else was wrong\n", done.stderr):
            return "the message is another"
        if done.stdout:
            return "it printed something"
    elif done.returncode != ERRORS or "Cannot allocate memory" not in done.stderr:
        return "it ended otherwise"
    for name, text in now.items():
        if text not in (before.get(name), after.get(name)):
            return f"'{name}' is no whole file"
    lost = [name for name in before if name not in now]
    return f"'{lost[0]}' is gone" if lost else None


def main():
    failed = tried = 0
    for args, files in SCENARIOS:
        before = {name: text.encode() for name, text in files.items()}
        whole = run(args, files, 0)
        assert not whole[0] and whole[1].returncode in (0, ERRORS), whole[1]
        n = count(args, files)
        chosen = range(1, n + 1) if os.environ.get("WKL_EVERY") else sorted({*range(1, min(n, ALL_OF) + 1), *(n * i // THEN for i in range(1, THEN + 1))} - {0})
        for at in chosen:
            hit, done, now = run(args, files, at)
            wrong = fault(done, before, now, whole[2]) if hit else "no allocation has this number, though one had before"
            tried += 1
            if wrong:
                failed += 1
                print(f"wklc {' '.join(args)}: allocation {at} of {n}: {wrong}\n--- exit {done.returncode}, stdout {done.stdout[:300]!r}\n{done.stderr[:2000]}")
    print(f"{tried} allocations failed, {failed} not as they should")
    return 1 if failed or not tried else 0


sys.exit(main())
