"""The modules that `use NAME` finds: each compiles and is what its file says; mistakes in them show their place; a name that stands in a
module and in the file is told with both places; an unknown module names the nearest."""
import glob
import json
import os
import tempfile

from checks import SOURCE, WKLC, WKLRUN, check, end, read, run

uses = {"crud": "run r { query find_user }", "feature_store": "run r { query features  strategy single, binpacked }",
        "ycsb": "run own { query read  keys ycsb_zipf }"}


def compile_text(text, *options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "own.wkl")
        open(path, "w", encoding="utf-8").write(text)
        done = run(WKLC, path, *options)
        return done.returncode, done.stdout, done.stderr.replace(folder + "/", "")


def diagnostics(text, *options):
    return json.loads(compile_text(text, "--diagnostics=json", *options)[1])


modules = {os.path.basename(p)[:-4]: p for p in glob.glob(os.path.join(SOURCE, "stdlib", "*.wkl"))}
check(set(modules) == set(uses), "each module has its run in this test")
for name, path in sorted(modules.items()):
    code, ir, said = compile_text(f"use {name}\n{uses[name]}\n", "--emit=ir")
    check(code == 0 and ir and "error" not in said, f"use {name}: exit code {code}: {said}")
    by_path = compile_text(f'use "{path}"\n{uses[name]}\n', "--emit=ir")
    check(ir == by_path[1], f"use {name} is use \"{path}\"")
    found = diagnostics(f"use {name}\n{uses[name]}\n")
    check(all(d["severity"] != "error" and d["code"] != "W0214" for d in found), f"use {name} has no errors, and nothing unused: {found}")
    code, plan, said = compile_text(f"use {name}\n{uses[name]}\n", "--emit=plan", "--target=sqlite,dynamodb")
    check(code == 0 and plan, f"use {name} is planned: {said}")

code, _, said = compile_text("use curd\n")
check(code == 1 and "did you mean 'crud'?" in said, f"curd: {said}")
code, _, said = compile_text("use everything_else\n")
check(code == 1 and all(name in said for name in modules), f"all modules are named: {said}")

twice = diagnostics("use crud\nparam user_count = 5\ntable users { id: int  key (id)  rows 5 }\nrun r { query find_user }\n")
check([(d["code"], d["file"][-7:], d["line"], d["related"]["file"]) for d in twice] ==
      [("E0202", "own.wkl", 2, "stdlib/crud.wkl"), ("E0202", "own.wkl", 3, "stdlib/crud.wkl")], f"two places, nothing told twice: {twice}")
check(not [d for d in diagnostics("use ycsb\nuse ycsb\n") if d["severity"] == "error"], "a module used twice is used once")

inside = diagnostics("use ycsb\n", "-D", "records=0")
check([(d["code"], d["file"]) for d in inside] == [("E0304", "stdlib/ycsb.wkl")] and
      "rows" in read(modules["ycsb"]).splitlines()[inside[0]["line"] - 1], f"a mistake inside of a module: {inside}")
code, _, said = compile_text("use ycsb\n", "-D", "recrods=5")
check(code == 1 and "did you mean 'records'?" in said, f"-D of a misspelt param of a module: {said}")

cannot = [d for d in diagnostics("use crud\nrun r { query find_user, top_users 5% }\n") if d["code"] == "W0712"]
check(len(cannot) == 1 and "'top_users'" in cannot[0]["message"] and cannot[0]["message"].startswith("sqlite, "),
      f"what cannot be run is said once for all backends, of what is asked: {cannot}")

for example in ("crud",):
    done = run(WKLRUN, os.path.join(SOURCE, "examples", example + ".wkl"), "-b", "memory", "-D", "user_count=1k", "-T", "100ms", "-w", "0s",
               "--verify", "rows", "-q")
    check(done.returncode == 0, f"examples/{example}.wkl runs: {done.stderr}")

end()
