# live: nightly
"""make bench in its quick form: every measurement still works, or says why it cannot be made here. How fast anything is decides nothing."""
import os
import re
import subprocess
import sys

from servers import BUILD, SOURCE, Results

LIMIT = 1200    # seconds for all of them, after which one is taken for hung
results = Results("bench")


def main():
    command = [sys.executable, os.path.join(SOURCE, "bench", "bench.py"), "--quick", "-o", "-"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT,
                              env={**os.environ, "WKL_BUILD": BUILD, "WKL_SOURCE": SOURCE})
    except subprocess.TimeoutExpired:
        return results.say("FAIL", "quick form", f"no end after {LIMIT} s")
    said = done.stdout.split("# What wkl costs")[0]
    for name in re.findall(r"^(\w+): [\d.,]+ s$", said, re.M):
        broke = re.search(rf"^{name}: FAILED: (.*)", said, re.M)
        skipped = re.search(rf"^{name}: skipped: (.*)", said, re.M)
        results.say("FAIL" if broke else "SKIP" if skipped else "PASS", name, (broke or skipped or ["", ""])[1])
    results.expect("all of them end", done.returncode == 0 and "## Commands" in done.stdout,
                   f"exit {done.returncode}: {done.stderr[-400:]}")


results.attempt("quick form", main)
results.end()
