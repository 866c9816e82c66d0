#!/usr/bin/env python3
"""What wklc prints, against the files in tests/emit. The file that is there says what is asked for:

  x.plan-dynamodb   wklc --emit=plan --target dynamodb x.wkl      (plan, schema, request, bytecode)
  x.ir              wklc --emit=ir x.wkl                          (tokens, ast, ir)
  x.check           wklc --check x.wkl: its diagnostics and how it ends

x.wkl stands beside it, or in examples/. The line `# wklc: OPTIONS` in x.wkl adds options to all of its commands.
UPDATE=1 writes what is printed now over the files that differ. Names as arguments narrow: `emit.py fraud`."""
import difflib
import os
import subprocess
import sys

SOURCE = os.path.abspath(os.environ.get("WKL_SOURCE", os.path.join(os.path.dirname(__file__), "..")))
WKLC = os.path.join(os.path.abspath(os.environ.get("WKL_BUILD", ".")), "wklc")
HERE = os.path.join(SOURCE, "tests", "emit")
SHOWN = 40                                            # lines of a difference


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
    command = [WKLC] + what + options(folder, file) + [file]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "AWS_", "COSMOS_", "AURORA_"))}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    if what == ["--check"]:
        return f"{done.stdout}{done.stderr}exit {done.returncode}\n"
    if done.returncode:
        return f"exit {done.returncode}\n{done.stderr}"
    return done.stdout


def same(path, got):
    with open(path, encoding="utf-8") as f:
        want = f.read()
    if got == want:
        return True
    if os.environ.get("UPDATE"):
        with open(path, "w", encoding="utf-8") as f:
            f.write(got)
        print(f"written: {os.path.relpath(path, SOURCE)}")
        return True
    lines = list(difflib.unified_diff(want.splitlines(), got.splitlines(), "expected", "printed", lineterm=""))
    print(f"FAIL: {os.path.relpath(path, SOURCE)}: UPDATE=1 takes what is printed now", *lines[:SHOWN], sep="\n")
    if len(lines) > SHOWN:
        print(f"… {len(lines) - SHOWN} lines more")
    return False


def main():
    cases = sorted(name for name in os.listdir(HERE) if not name.endswith((".wkl", "~", ".swp")))
    cases = [c for c in cases if not sys.argv[1:] or c.split(".", 1)[0] in sys.argv[1:]]
    assert cases, "there is nothing to compare"
    failed = 0
    for case in cases:
        failed += not same(os.path.join(HERE, case), printed(*case.split(".", 1)))
    print(f"{len(cases)} outputs, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
