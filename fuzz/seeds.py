#!/usr/bin/env python3
"""What the fuzzers start from, collected anew each time: fuzz/seeds.py OUT HARNESS writes the seeds of a harness as files into OUT/HARNESS
and the words of the language as OUT/wkl.dict. Texts are those of the examples, the standard library, the tests and the pages."""
import glob
import hashlib
import os
import re
import sys

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def workloads():
    for pattern in ("examples", "stdlib", "tests", "bench"):
        for path in glob.glob(os.path.join(SOURCE, pattern, "**", "*.wkl"), recursive=True):
            yield read(path)
    for path in glob.glob(os.path.join(SOURCE, "docs", "*.md")) + [os.path.join(SOURCE, "README.md")]:
        yield from (m.group(1) for m in re.finditer(rb"^```wkl[^\n]*\n(.*?)^```", read(path), re.S | re.M))


def dictionary():
    """Keywords, and every name that a table of the compiler or of the backends holds: generators, units, metrics, settings."""
    words = set(re.findall(r'KEYWORD\(\w+, *"([^"]+)"', read(os.path.join(SOURCE, "grammar", "keywords.def")).decode()))
    for folder in ("base/units", "compiler/*", "data/*", "backends/*"):
        for path in glob.glob(os.path.join(SOURCE, folder + ".c")):
            words.update(re.findall(r'[{ ]"([a-z][a-z0-9_.]{0,20})"[,}]', read(path).decode()))
    return sorted(words | set("[*] .. ~ = -> { } ( ) [ ] , : ; # \\\" {w} 10% 30d 1h 2ms 5/s 64k 2026-01-01 0x 1e9 -1 <= >= !=".split()))


SEEDS = {"text": workloads}


def main():
    out, harnesses = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "wkl.dict"), "w", encoding="ascii") as f:
        f.writelines(f'"{word}"\n' for word in dictionary())
    for harness in harnesses:
        folder = os.path.join(out, harness)
        os.makedirs(folder, exist_ok=True)
        seeds = set(SEEDS[harness]())
        for seed in seeds:
            with open(os.path.join(folder, hashlib.sha1(seed).hexdigest()), "wb") as f:
                f.write(seed)
        print(f"{len(seeds)} seeds of {harness}")


main()
