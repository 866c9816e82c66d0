"""Every diagnostic is explained: each code of the sources has a row in compiler/diagnostics.def and the reverse; each wrong example gives
its code and no other, each right one gives nothing; a code that is no code names the nearest."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

source, build = os.environ["WKL_SOURCE"], os.environ["WKL_BUILD"]
wklc, fronttool = os.path.join(build, "wklc"), os.path.join(build, "tests", "fronttool")
failures = []


def fail(text):
    failures.append(text)
    print(text)


def explain(*arguments):
    return subprocess.run([wklc, "--explain", *arguments], capture_output=True)


def codes_of_sources():
    found = {}
    for folder in ("base", "cost", "data", "grammar", "compiler", "backends", "vm", "run", "report", "cmd"):
        for path in glob.glob(os.path.join(source, folder, "*.[cyl]")):
            for code in re.findall(r'"([EW]\d{4})"', open(path, encoding="utf-8").read()):
                found.setdefault(code, path)
    return found


def reported(folder, text):
    """The codes that a text gives, by the front end and, where that is content, by all backends."""
    path = os.path.join(folder, "example.wkl")
    with open(path, "wb") as f:
        f.write(text)
    define = re.match(rb"# wklc example.wkl -D (\S+)\n", text)
    command = [fronttool, "", path] + ([define.group(1).decode()] if define else [])
    codes = set()
    for stage in ("json", "targets"):
        command[1] = stage
        done = subprocess.run(command, capture_output=True)
        if done.returncode not in (0, 1):
            fail(f"{command}: ended with {done.returncode}: {done.stderr}")
        codes |= {d["code"] for d in json.loads(done.stdout.decode("utf-8", "surrogateescape"))}
        if stage == "json" and codes:
            break
    return codes


# What right examples say on backends: a bigint loses digits on one of them, statements cannot be run yet.
beside = {"W0711", "W0712"}


def check(folder, row):
    code = row["code"]
    wrong, right = (row[k].replace("\ufffd", "\udcff").encode("utf-8", "surrogateescape") for k in ("wrong", "right"))   # no JSON holds a byte ff
    got = reported(folder, wrong)
    if got != {code}:
        fail(f"{code}: the wrong example gives {sorted(got)}")
    got = reported(folder, right) - (beside - {code})
    if got:
        fail(f"{code}: the right example gives {sorted(got)}")
    lines = row["why"].split("\n")
    if not row["title"] or not lines[0] or any(len(line) > 112 for line in lines):
        fail(f"{code}: title and reason are needed, in lines of at most 112 characters")
    shown = explain(code).stdout
    for part in (row["title"], row["why"]):
        if part.encode() not in shown:
            fail(f"{code}: --explain does not say {part!r}")


os.environ.pop("WKL_EXAMPLE_NOT_SET", None)
os.environ.update(BENCH_DB="bench.db", PGPASSWORD="none")
rows = json.loads(explain("all", "--diagnostics=json").stdout.decode("utf-8"))
codes = [r["code"] for r in rows]
if codes != sorted(set(codes), key=lambda c: c[1:]):
    fail("the rows are not in order of code, or one stands twice")
used = codes_of_sources()
for code in sorted(set(used) - set(codes)):
    fail(f"{code} of {used[code]} has no row in compiler/diagnostics.def")
for code in sorted(set(codes) - set(used)):
    fail(f"{code} has a row in compiler/diagnostics.def, but no source gives it")
with tempfile.TemporaryDirectory() as folder:
    for row in rows:
        check(folder, row)

listed = explain("all").stdout.decode().splitlines()
if [line.split("  ")[0] for line in listed] != codes:
    fail("--explain all does not list every code")
if explain("e0201").stdout != explain("E0201").stdout or not explain("e0201").stdout:
    fail("--explain e0201 is not --explain E0201")
unknown = explain("E0299")
if unknown.returncode != 1 or b"did you mean 'E0" not in unknown.stderr or unknown.stdout:
    fail(f"--explain E0299: {unknown}")

print(f"{len(rows)} diagnostics, {len(failures)} failed")
sys.exit(1 if failures or len(rows) < 80 else 0)
