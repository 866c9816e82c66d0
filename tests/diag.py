"""Mistakes and what is said about them. In tests/diag/*.wkl each line at fault carries its expectation:
    # error: MESSAGE   # warning: MESSAGE   # note: MESSAGE   (several: joined by ' & ')
with ' => HINT' behind it where there is a hint. Nothing else may be reported, nothing twice; UPDATE=1 rewrites them (then read them)."""
import json
import os
import re
import subprocess
import sys

source, build = os.environ["WKL_SOURCE"], os.environ["WKL_BUILD"]
folder = os.path.join(source, "tests", "diag")
mark = re.compile(r"\s*# (?=(?:error|warning|note): )")


def reported(path):
    done = subprocess.run([os.path.join(build, "tests", "fronttool"), "json", path], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{path}: fronttool ended with {done.returncode}: {done.stderr}")
    lines = {}
    for d in json.loads(done.stdout):
        text = f"{d['severity']}: {d['message']}" + (f" => {d['hint']}" if d.get("hint") else "")
        lines.setdefault(d["line"], []).append(text)
    return {line: " & ".join(texts) for line, texts in lines.items()}, done.returncode


failed = count = 0
for name in sorted(os.listdir(folder)):
    if not name.endswith(".wkl"):
        continue
    path = os.path.join(folder, name)
    found, code = reported(path)
    text = open(path, encoding="utf-8").read().splitlines()
    if os.environ.get("UPDATE"):
        for i, line in enumerate(text):
            bare = mark.split(line, maxsplit=1)[0]
            text[i] = bare + (f"  # {found[i + 1]}" if i + 1 in found else "")
        open(path, "w", encoding="utf-8").write("\n".join(text) + "\n")
        continue
    wanted = {i + 1: mark.split(line, maxsplit=1)[1] for i, line in enumerate(text) if mark.search(line)}
    count += sum(w.count(" & ") + 1 for w in wanted.values())
    for line in sorted(set(wanted) | set(found)):
        if wanted.get(line) != found.get(line):
            failed += 1
            print(f"{name}:{line}\n  wanted {wanted.get(line)}\n  found  {found.get(line)}")
    if code != (1 if any("error: " in w for w in wanted.values()) else 0):
        failed += 1
        print(f"{name}: exit code {code}")
print(f"{count} expectations, {failed} failed")
sys.exit(1 if failed or not (count or os.environ.get("UPDATE")) else 0)
