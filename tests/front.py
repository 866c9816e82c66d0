"""The stages of the front end as text: tests/front/NAME.STAGE is what STAGE (tokens, ast, ir) of examples/NAME.wkl or tests/front/NAME.wkl
looks like. UPDATE=1 rewrites them."""
import os
import subprocess
import sys

source, build = os.environ["WKL_SOURCE"], os.path.abspath(os.environ["WKL_BUILD"])
folder = os.path.join(source, "tests", "front")
failed = count = 0
for name in sorted(os.listdir(folder)):
    stem, stage = name.rsplit(".", 1)
    if stage == "wkl":
        continue
    own = os.path.join(folder, stem + ".wkl")
    path = own if os.path.exists(own) else os.path.join(source, "examples", stem + ".wkl")
    where, file = os.path.split(path)                # diagnostics name the file as it is asked for: the same wherever the sources lie
    done = subprocess.run([os.path.join(build, "tests", "fronttool"), stage, file], capture_output=True, text=True, cwd=where)
    golden = os.path.join(folder, name)
    if os.environ.get("UPDATE"):
        open(golden, "w", encoding="utf-8").write(done.stdout)
    count += 1
    if done.returncode != 0 or done.stdout != open(golden, encoding="utf-8").read():
        failed += 1
        print(f"{name}: not as it was (exit code {done.returncode}); UPDATE=1 tests/front.py rewrites it, git diff shows how")
print(f"{count} stages, {failed} failed")
sys.exit(1 if failed or not count else 0)
