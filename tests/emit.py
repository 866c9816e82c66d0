#!/usr/bin/env python3
"""What wklc prints, against the files in tests/emit. The file that is there says what is asked for:

  x.plan-dynamodb   wklc --emit=plan --target dynamodb x.wkl      (plan, schema, request, bytecode)
  x.ir              wklc --emit=ir x.wkl                          (tokens, ast, ir)
  x.check           wklc --check x.wkl: its diagnostics and how it ends

x.wkl stands beside it, or in examples/. The line `# wklc: OPTIONS` in x.wkl adds options to all of its commands.
UPDATE=1 writes what is printed now over the files that differ. Names as arguments narrow: `emit.py fraud`."""
import os
import sys

from checks import SOURCE, WKLC, check_file, end, environment, run

HERE = os.path.join(SOURCE, "tests", "emit")


def workload(name):
    """The folder and file of a case."""
    for folder in HERE, os.path.join(SOURCE, "examples"):
        if os.path.exists(os.path.join(folder, name + ".wkl")):
            return folder, name + ".wkl"
    raise SystemExit(f"tests/emit/{name}.*: there is no {name}.wkl")


def options(folder, file):
    with open(os.path.join(folder, file), encoding="utf-8") as f:
        return [word for line in f if line.startswith("# wklc: ") for word in line.split()[2:]]


def printed(name, stage):
    """What the command prints; for a check, its diagnostics and how it ends."""
    folder, file = workload(name)
    what = ["--check"]
    if stage != "check":
        stage, _, target = stage.partition("-")
        what = [f"--emit={stage}"] + (["--target", target] if target else [])
    done = run(WKLC, *what, *options(folder, file), file, cwd=folder, env=environment())
    if what == ["--check"]:
        return f"{done.stdout}{done.stderr}exit {done.returncode}\n"
    if done.returncode:
        return f"exit {done.returncode}\n{done.stderr}"
    return done.stdout


cases = sorted(name for name in os.listdir(HERE) if not name.endswith((".wkl", "~", ".swp")))
for case in cases:
    if not sys.argv[1:] or case.split(".", 1)[0] in sys.argv[1:]:
        check_file(os.path.join(HERE, case), printed(*case.split(".", 1)))
end("outputs")
