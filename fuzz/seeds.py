#!/usr/bin/env python3
"""What the fuzzers start from, collected anew each time: fuzz/seeds.py OUT HARNESS writes the seeds of a harness as files into OUT/HARNESS
and the words of the language as OUT/wkl.dict. Texts are those of the examples, the standard library, the tests and the pages."""
import glob
import hashlib
import json
import os
import re
import sys

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def long_tokens():
    """Longer than the buffers of a scanner are."""
    n = 20000
    for token in (b'"' + b"x" * n + b'"', b'"' + b"{1}" * n + b'"', b"#" + b" x" * n, b" " * n + b"1", b"x" * n, b"1" * n, b"1." + b"2" * n, b"x" + b".y" * n,
                  b"x" + b" " * n + b":", b"\xc3\xa9" * n, b"'" + b"x" * n + b"'"):
        yield b"param p = " + token + b"\n"


def deep_trees():
    n = 5000
    for left, right in ((b"1+", b""), (b"(", b")"), (b"-", b""), (b"not ", b""), (b"[", b"]"), (b"max(", b")"), (b'"{', b'}"'), (b'"{\\"', b"")):
        yield b"param p = " + left * n + b"1" + right * n + b"\n"
    yield b"query q { " + b"transaction { " * n


def workloads():
    yield from long_tokens()
    yield from deep_trees()
    for pattern in ("examples", "stdlib", "tests", "bench"):
        for path in glob.glob(os.path.join(SOURCE, pattern, "**", "*.wkl"), recursive=True):
            yield read(path)
    for path in glob.glob(os.path.join(SOURCE, "docs", "*.md")) + [os.path.join(SOURCE, "README.md")]:
        yield from (m.group(1) for m in re.finditer(rb"^```wkl[^\n]*\n(.*?)^```", read(path), re.S | re.M))


def dictionary():
    """Keywords, and every name that a table of the compiler or of the backends holds: generators, units, metrics, settings."""
    words = set(re.findall(r'KEYWORD\(\w+, *"([^"]+)"', read(os.path.join(SOURCE, "grammar", "keywords.def")).decode()))
    for folder in ("base/units", "compiler/*", "data/*", "backends/*", "backends/*/*"):
        for path in glob.glob(os.path.join(SOURCE, folder + ".c")):
            words.update(re.findall(r'[{ ]"([a-z][a-z0-9_.]{0,20})"[,}]', read(path).decode()))
    return sorted(words | set("[*] .. ~ = -> { } ( ) [ ] , : ; # \\\" {w} 10% 30d 1h 2ms 5/s 64k 2026-01-01 0x 1e9 -1 <= >= !=".split()))


def literals(*names):
    """The strings of tests that are written in C, named by their paths without .c."""
    for name in names:
        text = read(os.path.join(SOURCE, name + ".c")).decode()
        for group in re.findall(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', text):
            parts = re.findall(r'"((?:[^"\\\n]|\\.)*)"', group)
            yield "".join(parts).encode().decode("unicode_escape").encode("latin-1")


SERVICES = (("dynamodb", "calls"), ("cosmosdb", "calls"), ("http", "admin"))


def replies():
    """Each answer that the tests have a service give, in each of the harness's scenarios; some twice, for what is asked again."""
    bodies = [text for text in literals(*("backends/%s/tests/%s" % name for name in SERVICES)) if text.startswith(b"{")]
    for scenario in b"abcdefghijklmnopqrstu":
        for body in bodies:
            first = b"200\n\n{}\n%%\n" if scenario % 16 < 6 else b""      # a session's way to connect
            yield bytes([scenario]) + first + b"200\nx-ms-continuation: more\nx-ms-request-charge: 2.5\n\n" + body + b"\n%%\n200\n\n" + body
        for status in (b"0", b"400", b"404\nx-ms-substatus: 1003", b"429\nx-ms-retry-after-ms: 5", b"503\nRetry-After: 1"):
            yield bytes([scenario]) + b"200\n\n{}\n%%\n" + status + b"\n\n" + bodies[0]


def values():
    """What the tests read, as every type, in every form."""
    texts = [text for text in literals("tests/unit/value", "backends/http/tests/json_values") if len(text) < 60]
    binaries = [bytes(n) for n in (1, 4, 8, 16)] + [b"\0\2\0\1\0\0\0\4\0\1\x09\x29", b"\0\1\0\0\x40\0\0\0\0\5"]
    for kind in range(13):
        yield from (bytes([0, kind, 17, 6]) + binary for binary in binaries)
        yield from (bytes([form, kind, 17, 6]) + text for form in (1, 2, 3) for text in texts)
    yield from (bytes([4, 0, 0, 0]) + text for text in texts)


def bytecode():
    """Sound programs, under each kind and fault."""
    for n in range(9):
        yield bytes([n % 3, n // 3, 0, 0, n, n, n, 0, n])
        yield bytes([0, 0, 1 << n & 255, 1 << (n + 3) % 8, 3, 1, 5, 0, n])


def addresses():
    """Those of the tests, with words that repeat them."""
    texts = [text for text in literals("tests/unit/secret") if len(text) < 200]
    uris = [b"u:p%40w@h:3306/db?ssl-mode=REQUIRED&ssl-ca=/x", b"u:a?b=c@h", b"[::1]:1/db?socket=/s", b"https://me:pw@127.0.0.1/?sig=abcd&x=1",
            b"host=h password='a b' sslpassword=c", b"AccountEndpoint=https://h/;AccountKey=a2V5a2V5;"]
    for text in texts + uris:
        yield b"\x80" + text + b" said: " + text
        yield b"\xff" + text


INSTEAD = (None, True, -1, 0.5, 1e308, 2**53, "", "x" * 300, [], {})


def places(value, path=()):
    """The way to each value of a JSON text."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, path + (key,))


def mutated(text):
    """The text with one value left out, or with another in its place, in turn: each value meets a few of them, the next value the next few."""
    whole, turn = json.loads(text), 0
    for path in places(whole):
        for change in range(4) if path else ():
            copy = json.loads(text)
            at = copy
            for key in path[:-1]:
                at = at[key]
            if change == 0:
                del at[path[-1]]
            else:
                at[path[-1]] = INSTEAD[turn % len(INSTEAD)]
                turn += 1
            yield json.dumps(copy).encode()


def reports():
    for path in sorted(glob.glob(os.path.join(SOURCE, "tests", "report", "*.json"))):
        yield read(path)
    yield from mutated(read(os.path.join(SOURCE, "fuzz", "found", "report", "entry-without-response-times")))
    yield from mutated(read(os.path.join(SOURCE, "tests", "report", "failed.json")))


def prices():
    for path in sorted(glob.glob(os.path.join(SOURCE, "stdlib", "prices", "*.csv")) + glob.glob(os.path.join(SOURCE, "tests", "prices", "*.csv"))):
        whole = read(path)
        yield whole
        for cut in range(0, min(len(whole), 600), 7):
            yield whole[:cut]
        for sign in (b'"', b",", b"\n", b"\0", b"\xff", b"-", b"9" * 400):
            yield from (whole[:at] + sign + whole[at:] for at in range(0, min(len(whole), 400), 13))


SEEDS = {"addresses": addresses, "bytecode": bytecode, "prices": prices, "replies": replies, "report": reports, "text": workloads, "values": values}


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
