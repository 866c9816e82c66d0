#!/usr/bin/env python3
"""echo.py KIND setting=value … - a server that repeats the secrets in its errors, in every phase of a run: who stands between wklrun and a real server
answers now and then in its place, with the secrets at another place of the words each time. Nothing that is printed or written holds any.

KIND is lakebase, aurora_mysql, dynamodb or cosmosdb; the settings are those of its backend block."""
import json
import os
import re
import struct
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import servers  # noqa: E402
import wkl  # noqa: E402
from proxy import Relay  # noqa: E402
from wkl import RUN, TINY  # noqa: E402

# The answer that is the first wrong one, and then each 40th.
FIRST = (1, 2, 3, 4, 6, 9, 13, 19, 28, 40, 60, 90, 130) if servers.NIGHTLY else (1, 2, 4, 9, 19, 40, 90)
EACH = 40
FORMATS = ("json", "html", "csv", "md", "txt", "xml")
SETTINGS = {}


def answer_postgres(asked, words):
    fields = b"SFATAL\0VFATAL\0C57P01\0M" + words + b"\0\0"
    return b"E" + struct.pack("!i", len(fields) + 4) + fields


def answer_mysql(asked, words):
    body = b"\xff" + struct.pack("<H", 1064) + b"#42000" + words
    return struct.pack("<I", len(body))[:3] + bytes([(asked[3] + 1) % 256]) + body


def answer_http(asked, words):
    body = json.dumps({"__type": "x#Odd", "code": "Odd", "message": words.decode()}).encode()
    return b"HTTP/1.1 400 Bad\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


ANSWERS = {"lakebase": answer_postgres, "aurora_mysql": answer_mysql, "dynamodb": answer_http, "cosmosdb": answer_http}


class Between(Relay):
    """Passes all on, but for the answers whose turn it is: these are its own, and the connection ends."""

    def __init__(self, target, answer, first, secrets):
        self.answer, self.first, self.secrets = answer, first, secrets
        self.lock, self.count, self.told = threading.Lock(), 0, 0
        super().__init__(target)

    def words(self):
        pad = (self.told * 37 + self.first * 11) % 620
        return ("x" * pad + "".join(f" said {s}" for s in self.secrets) + " \33]0;t\7 end").encode()

    def turn(self):
        with self.lock:
            self.count += 1
            mine = self.count >= self.first and (self.count - self.first) % EACH == 0
            self.told += mine
            return mine

    def heard(self, data, from_server, first, back):
        if from_server or not self.turn():
            return data
        back.sendall(self.answer(data, self.words()))
        return None


def secrets():
    named = [SETTINGS[k] for k in ("password", "secret_key", "session_token") if SETTINGS.get(k)]
    return named + [s.rstrip(";") for s in servers.secrets_of(SETTINGS) if s not in named]


def through(port):
    """The settings, but that they lead to this port of the machine."""
    host, at = servers.address_of(SETTINGS)
    return {k: v.replace(f"127.0.0.1:{at}", f"127.0.0.1:{port}") for k, v in SETTINGS.items()}


def expect_silence(what, text, words):
    for word in words:
        for form in {word, word[:20], word[-20:]} if len(word) > 20 else {word}:
            assert form not in text, f"{what} tells '{form}':\n{text[-3000:]}"
    assert "\33]0" not in text, f"{what} steers a terminal"


def test_every_phase(place):
    told = 0
    for first in FIRST:
        prefix = f"echo{first}_"
        with Between(servers.address_of(SETTINGS), ANSWERS[KIND], first, secrets()) as between:
            given = through(between.port)
            file = place.write("echo.wkl", TINY + RUN + servers.backend_block(KIND.split("_")[0], given, prefix))
            outputs = [arg for ending in FORMATS for arg in ("-o", place.path("r." + ending))]
            done = place.wklrun(file, "-b", KIND, *outputs, "--log", place.path("log.csv"), env=servers.setting_variables(given))
            told += between.told
            assert (between.told or first > 30) and done.code in (0, 1, 2), done
        expect_silence("a command", done.out + done.err, secrets())
        for name in [f"r.{ending}" for ending in FORMATS] + ["log.csv"]:
            if os.path.exists(place.path(name)):
                with open(place.path(name), encoding="utf-8", errors="replace") as f:
                    expect_silence(name, f.read(), secrets())
                os.remove(place.path(name))
        clean = place.write("clean.wkl", TINY + RUN + servers.backend_block(KIND.split("_")[0], SETTINGS, prefix))
        place.wklrun(clean, "-b", KIND, "--only", "drop", "-q", env=servers.setting_variables(SETTINGS))
    assert told >= len(FIRST) * 2 // 3, told
    print(f"{told} answers repeated {len(secrets())} secrets")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    KIND = sys.argv[1]
    SETTINGS.update(word.split("=", 1) for word in sys.argv[2:])
    SETTINGS.update({"engine": "mysql"} if KIND == "aurora_mysql" else {})
    if not secrets():
        sys.exit(77)
    del sys.argv[1:]
    wkl.main(globals())
