"""Mistakes and what is said about them. In tests/diag/*.wkl each line at fault carries its expectation:
    # error: MESSAGE   # warning: MESSAGE   # note: MESSAGE   (several: joined by ' & ')
with ' => HINT' behind it where there is a hint. Nothing else may be reported, nothing twice; UPDATE=1 rewrites them (then read them)."""
import json
import os
import re
import sys

from checks import FRONTTOOL, SOURCE, UPDATE, check, end, read, run

folder = os.path.join(SOURCE, "tests", "diag")
mark = re.compile(r"\s*# (?=(?:error|warning|note): )")


def reported(path):
    done = run(FRONTTOOL, "json", path)
    if done.returncode not in (0, 1):
        sys.exit(f"{path}: fronttool ended with {done.returncode}: {done.stderr}")
    lines = {}
    for d in json.loads(done.stdout):
        text = f"{d['severity']}: {d['message']}" + (f" => {d['hint']}" if d.get("hint") else "")
        lines.setdefault(d["line"], []).append(text)
    return {line: " & ".join(texts) for line, texts in lines.items()}, done.returncode


for name in sorted(os.listdir(folder)):
    if not name.endswith(".wkl"):
        continue
    path = os.path.join(folder, name)
    found, code = reported(path)
    text = read(path).splitlines()
    if UPDATE:
        for i, line in enumerate(text):
            bare = mark.split(line, maxsplit=1)[0]
            text[i] = bare + (f"  # {found[i + 1]}" if i + 1 in found else "")
        open(path, "w", encoding="utf-8").write("\n".join(text) + "\n")
        continue
    wanted = {i + 1: mark.split(line, maxsplit=1)[1] for i, line in enumerate(text) if mark.search(line)}
    for line in sorted(set(wanted) | set(found)):
        check(wanted.get(line) == found.get(line), f"{name}:{line}\n  wanted {wanted.get(line)}\n  found  {found.get(line)}")
    check(code == (1 if any("error: " in w for w in wanted.values()) else 0), f"{name}: exit code {code}")
end("lines and exit codes", 0 if UPDATE else 1)
