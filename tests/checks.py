"""What the scripts of this folder share: where sources and build are, commands, checks that are counted, files that are compared.

A script checks, and calls `end` at its end; what does not hold is printed where it is found."""
import difflib
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.environ.get("WKL_SOURCE") or os.path.join(HERE, ".."))
BUILD = os.path.abspath(os.environ.get("WKL_BUILD") or os.path.join(SOURCE, "build"))
WKLC, WKLRUN, FRONTTOOL = (os.path.join(BUILD, *path) for path in (["wklc"], ["wklrun"], ["tests", "fronttool"]))
UPDATE = bool(os.environ.get("UPDATE"))
SHOWN = 40                                            # lines of a difference
HANG = 300                                            # seconds after which a command is taken for hung: never a judgement of its speed
count = failed = 0


def layers():
    """The folders of sources, each of which uses only those before it: as CONTRIBUTING.md lists them."""
    with open(os.path.join(SOURCE, "CONTRIBUTING.md"), encoding="utf-8") as f:
        return re.search(r"A folder uses only those before it: ([\w, ]+) \(", f.read()).group(1).split(", ")


def usual_signals():
    """A suite in the background (nohup, `&` in a script) ignores SIGINT and SIGHUP, and so would all that it starts. A handler that does
    nothing keeps the suite going too, and is no handler any more in what is started."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


usual_signals()


def check(good, what):
    global count, failed
    count += 1
    if not good:
        failed += 1
        print(f"FAILED: {what[:4000]}")


def end(counted="checks", least=1, more=""):
    """Too few of them is a failure too: a folder may have been empty."""
    print(f"{count} {counted}, {failed} failed{more}")
    sys.exit(1 if failed or count < least else 0)


def environment(**more):
    """Nothing of the caller's databases or machine; nothing of a proxy."""
    keep = ("PATH", "LANG", "LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH", "LD_PRELOAD")
    env = {k: v for k, v in os.environ.items() if k in keep}
    env["AWS_EC2_METADATA_DISABLED"] = "true"
    env.update(more)
    return env


def run(*command, text=True, **more):
    """A command that has ended, and what it said."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=text, timeout=HANG, check=False, **more)


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return f.read()


def check_file(path, text):
    """The file holds this text; UPDATE=1 makes it so."""
    name, wanted = os.path.relpath(path, SOURCE), read(path)
    if UPDATE and text != wanted:
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(text)
        print(f"written: {name}")
        wanted = text
    lines = list(difflib.unified_diff(wanted.splitlines(), text.splitlines(), "expected", "printed", lineterm=""))
    more = [f"… {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    check(text == wanted, "\n".join([f"{name}: not as it was; UPDATE=1 takes what is printed now", *lines[:SHOWN], *more]))


def tokens(path):
    """What the scanner sees: (line, column, kind, text) of each token, both counted from 0."""
    for row in run(FRONTTOOL, "tokens", path).stdout.splitlines():
        m = re.match(r"(\d+):(\d+)  ('[^ ]+'|a name and ':'|a name with dots|a [a-z]+)  (.*)$", row)
        if not m:
            sys.exit(f"{path}: no token: {row}")
        yield int(m[1]) - 1, int(m[2]) - 1, m[3], m[4]
