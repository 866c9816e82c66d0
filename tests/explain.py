"""Every diagnostic is explained: each code of the sources has a row in compiler/diagnostics.def and the reverse; each wrong example gives
its code and no other, each right one gives nothing; a code that is no code names the nearest."""
import glob
import json
import os
import re
import tempfile

from checks import FRONTTOOL, SOURCE, WKLC, check, end, layers, read, run


def explain(*arguments):
    return run(WKLC, "--explain", *arguments, text=False)


def codes_of_sources():
    found = {}
    for folder in layers():
        for path in glob.glob(os.path.join(SOURCE, folder, "*.[cyl]")):
            for code in re.findall(r'"([EW]\d{4})"', read(path)):
                found.setdefault(code, path)
    return found


def reported(folder, text):
    """The codes that a text gives, by the front end and, where that is content, by all backends."""
    path = os.path.join(folder, "example.wkl")
    with open(path, "wb") as f:
        f.write(text)
    define = re.match(rb"# wklc example.wkl -D (\S+)\n", text)
    codes = set()
    for stage in ("json", "targets"):
        done = run(FRONTTOOL, stage, path, *([define.group(1).decode()] if define else []), text=False)
        check(done.returncode in (0, 1), f"{text}: {stage} ended with {done.returncode}: {done.stderr}")
        codes |= {d["code"] for d in json.loads(done.stdout.decode("utf-8", "surrogateescape"))}
        if stage == "json" and codes:
            break
    return codes


# What right examples say on backends: a bigint loses digits on one of them, statements cannot be run yet.
beside = {"W0711", "W0712"}


def check_row(folder, row):
    code = row["code"]
    wrong, right = (row[k].replace("\ufffd", "\udcff").encode("utf-8", "surrogateescape") for k in ("wrong", "right"))   # no JSON holds a byte ff
    got = reported(folder, wrong)
    as_warning = "W" + code[1:]                       # nobody named the backends
    check(got == {as_warning if as_warning in row["why"] else code}, f"{code}: the wrong example gives {sorted(got)}")
    got = reported(folder, right) - (beside - {code})
    check(not got, f"{code}: the right example gives {sorted(got)}")
    lines = row["why"].split("\n")
    check(row["title"] and lines[0] and all(len(line) <= 112 for line in lines), f"{code}: title and reason are needed, in lines of at most 112 characters")
    shown = explain(code).stdout
    for part in (row["title"], row["why"]):
        check(part.encode() in shown, f"{code}: --explain does not say {part!r}")


os.environ.pop("WKL_EXAMPLE_NOT_SET", None)
os.environ.update(BENCH_DB="bench.db", PGPASSWORD="none")
rows = json.loads(explain("all", "--diagnostics=json").stdout.decode("utf-8"))
codes = [r["code"] for r in rows]
check(codes == sorted(set(codes), key=lambda c: c[1:]), "the rows are not in order of code, or one stands twice")
check(len(rows) >= 80, f"only {len(rows)} diagnostics are explained")
used = codes_of_sources()
for code in sorted(set(used) | set(codes)):
    check(code in codes, f"{code} of {used.get(code)} has no row in compiler/diagnostics.def")
    check(code in used, f"{code} has a row in compiler/diagnostics.def, but no source gives it")
with tempfile.TemporaryDirectory() as folder:
    for row in rows:
        check_row(folder, row)

found = explain("Unknown Entity").stdout.decode().splitlines()
check(found == ["E0208  an unknown entity"], f"--explain by words: {found}")
listed = explain("all").stdout.decode().splitlines()
check([line.split("  ")[0] for line in listed] == codes, "--explain all does not list every code")
check(explain("e0201").stdout == explain("E0201").stdout != b"", "--explain e0201 is not --explain E0201")
check(explain("W0710").stdout == explain("E0710").stdout != b"", "--explain W0710 is not --explain E0710")
check(explain("E0711").returncode == 1, "--explain E0711: a warning that is never an error is explained as one")
for row in (r for r in rows if "the backend is left out" in r["why"]):
    check(row["code"][0] == "E" and "W" + row["code"][1:] in row["why"], f"{row['code']}: the why does not name its warning")
unknown = explain("E0299")
check(unknown.returncode == 1 and b"did you mean 'E0" in unknown.stderr and not unknown.stdout, f"--explain E0299: {unknown}")
end()
