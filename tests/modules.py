"""The modules that `use NAME` finds: each compiles and is what its file says; mistakes in them show their place; a name that stands in a
module and in the file is told with both places; an unknown module names the nearest."""
import glob
import json
import os
import subprocess
import sys
import tempfile

source, build = os.environ["WKL_SOURCE"], os.environ["WKL_BUILD"]
wklc = os.path.join(build, "wklc")
failures, count = [], 0
uses = {"crud": "run r { query find_user }", "feature_store": "run r { query features  strategy single, binpacked }",
        "ycsb": "run own { query read  keys ycsb_zipf }"}


def check(what, ok):
    global count
    count += 1
    if not ok:
        failures.append(what)
        print("failed:", what)


def compile_text(text, *options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "own.wkl")
        open(path, "w", encoding="utf-8").write(text)
        done = subprocess.run([wklc, path, *options], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr.replace(folder + "/", "")


def diagnostics(text, *options):
    return json.loads(compile_text(text, "--diagnostics=json", *options)[1])


modules = {os.path.basename(p)[:-4]: p for p in glob.glob(os.path.join(source, "stdlib", "*.wkl"))}
check("each module has its run in this test", set(modules) == set(uses))
for name, path in sorted(modules.items()):
    code, ir, said = compile_text(f"use {name}\n{uses[name]}\n", "--emit=ir")
    check(f"use {name}: exit code {code}: {said}", code == 0 and ir and "error" not in said)
    by_path = compile_text(f'use "{path}"\n{uses[name]}\n', "--emit=ir")
    check(f"use {name} is use \"{path}\"", ir == by_path[1])
    found = diagnostics(f"use {name}\n{uses[name]}\n")
    check(f"use {name} has no errors, and nothing unused: {found}", all(d["severity"] != "error" and d["code"] != "W0214" for d in found))
    code, plan, said = compile_text(f"use {name}\n{uses[name]}\n", "--emit=plan", "--target=sqlite,dynamodb")
    check(f"use {name} is planned: {said}", code == 0 and plan)

code, _, said = compile_text("use curd\n")
check(f"curd: {said}", code == 1 and "did you mean 'crud'?" in said)
code, _, said = compile_text("use everything_else\n")
check(f"all modules are named: {said}", code == 1 and all(name in said for name in modules))

twice = diagnostics("use crud\nparam user_count = 5\ntable users { id: int  key (id)  rows 5 }\nrun r { query find_user }\n")
check(f"two places, nothing told twice: {twice}", [(d["code"], d["file"][-7:], d["line"], d["related"]["file"]) for d in twice] ==
      [("E0202", "own.wkl", 2, "stdlib/crud.wkl"), ("E0202", "own.wkl", 3, "stdlib/crud.wkl")])
check("a module used twice is used once", not [d for d in diagnostics("use ycsb\nuse ycsb\n") if d["severity"] == "error"])

inside = diagnostics("use ycsb\n", "-D", "records=0")
check(f"a mistake inside of a module: {inside}", [(d["code"], d["file"]) for d in inside] == [("E0304", "stdlib/ycsb.wkl")] and
      "rows" in open(modules["ycsb"], encoding="utf-8").read().splitlines()[inside[0]["line"] - 1])
code, _, said = compile_text("use ycsb\n", "-D", "recrods=5")
check(f"-D of a misspelt param of a module: {said}", code == 1 and "did you mean 'records'?" in said)

cannot = [d for d in diagnostics("use crud\nrun r { query find_user, add_user 5% }\n") if d["code"] == "W0712"]
check(f"what cannot be run is said once for all backends, of what is asked: {cannot}",
      len(cannot) == 1 and "'add_user'" in cannot[0]["message"] and cannot[0]["message"].startswith("sqlite, "))

for example in ("crud",):
    done = subprocess.run([os.path.join(build, "wklrun"), os.path.join(source, "examples", example + ".wkl"), "-b", "memory", "-D", "user_count=1k",
                           "-T", "100ms", "-w", "0s", "--verify", "rows", "-q"], capture_output=True, text=True)
    check(f"examples/{example}.wkl runs: {done.stderr}", done.returncode == 0)

print(f"{count} checks, {len(failures)} failed")
sys.exit(1 if failures else 0)
