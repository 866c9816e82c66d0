#!/usr/bin/env python3
"""A backend is one folder. Those of tests/toys are built into the commands from outside the tree, by configure
--with-backend, and held to what every backend is: the contract, what is printed for it, a verified run."""
import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile

SOURCE, USUAL = os.environ["WKL_SOURCE"], os.environ["WKL_BUILD"]
TOYS = os.path.join(SOURCE, "tests", "toys")
os.environ["WKL_BUILD"] = BUILD = tempfile.mkdtemp(prefix="wkl-toys.")

import wkl  # noqa: E402
from checks import read  # noqa: E402
from wkl import FINE, USAGE  # noqa: E402


def output(*command, **more):
    """Its code, and all that it says."""
    done = subprocess.run(command, cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **more)
    return done.returncode, done.stdout


def configured(folders):
    """configure as the usual build was configured, and with these backends."""
    saved = output(os.path.join(USUAL, "config.status"), "--config")[1]
    args = [arg for arg in shlex.split(saved) if not arg.startswith("--srcdir")]
    return output(os.path.join(SOURCE, "configure"), *args, f"--with-backend={folders}")


def build():
    """Objects of the usual build are as good here: only the toys and the registry are compiled."""
    for folder, _, names in os.walk(USUAL):
        into = os.path.join(BUILD, os.path.relpath(folder, USUAL))
        os.makedirs(into, exist_ok=True)
        for name in names:
            if name.endswith((".o", ".c", ".h", ".dirstamp")) and name not in ("registry.o", "config.h"):
                shutil.copy2(os.path.join(folder, name), into)
    code, said = configured(" ".join(os.path.join(TOYS, toy) for toy in sorted(os.listdir(TOYS))))
    assert code == 0, said
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    code, said = output("make", "wklc", "wklrun", "tests/contract/contract", env=clean)
    assert code == 0, said
    assert " data/rows.o" not in said and "backends/lite/lite.o" in said, f"compiled is what need not be:\n{said}"


def hold(place, *args):
    done = place.run("tests/contract/contract", *args)
    assert done.code == 0 and "not ok" not in done.out, done


def run(place, backend, *args, env=None):
    """Made, loaded, verified row by row, measured over several connections, dropped."""
    file = place.write("tiny.wkl", wkl.TINY + "run go { query all 50%, some, one  strategy single, batch, binpacked\n"
                                              "clients 6  for 300 requests }\n")
    report, _ = place.measure(FINE, file, "-b", backend, "--verify", "rows", *args, env=env)
    only, = report["backends"]
    assert only["name"] == backend and only["verified"]["rows"] > 0 and not only["verified"]["mismatches"], only
    assert len(report["results"]) == 3
    for result in report["results"]:
        counts = {name: result[name] for name in ("strategy", "requests", "errors", "rows")}
        assert counts["requests"] == 300 and not counts["errors"] and counts["rows"] > 100, counts
    return report


@contextlib.contextmanager
def redis():
    """A throw-away server, as --local starts it by the toy's local.py: its port, or None where it cannot be had."""
    events, port = [], None
    local = subprocess.Popen([os.path.join(BUILD, "local", "wkl-local"), "redis/mine"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    with local:
        for line in iter(local.stdout.readline, "done\n"):
            assert line, f"wkl-local has ended: {events}"
            events.append(line)
            port = line.split()[3] if line.startswith("set mine port ") else port
        assert port or not shutil.which("redis-server"), events
        yield port
        local.stdin.close()


def test_what_is_no_backend_is_refused(place):
    os.mkdir(place.path("empty"))
    os.makedirs(place.path("here/sqlite"))
    os.mkdir(place.path("Big"))
    open(place.path("Big/kind.def"), "wb").close()
    for folder, why in (("nowhere", "there is no such folder"), ("empty", "it has no kind.def"),
                        ("here/sqlite", "a backends/sqlite already"), ("Big", "in a-z, 0-9 and _")):
        code, said = configured(place.path(folder))
        assert code and why in said, said


def test_they_are_listed(place):
    out = place.wklc("--list-backends").expect(FINE).out
    for name in os.listdir(TOYS):
        assert any(line.startswith(f"{name} ") and "plans and runs it" in line for line in out.splitlines()), out


def test_lite_prints(place):
    file = place.write("tiny.wkl", wkl.TINY)
    out = place.wklc(file, "--target", "lite", "--emit=schema").expect(FINE).out
    assert "CREATE TABLE" in out and '"word" TEXT' in out, out


def test_lite_by_blocking_calls(place):
    hold(place, "lite", f"path={place.path('lite.db')}")
    report = run(place, "lite")
    assert all(result["client"]["cpu_ns"] > 0 for result in report["results"]), "its threads count"


def test_child_is_another_process(place):
    server = os.path.join(TOYS, "child", "server.py")
    hold(place, "child", f"server={server}", f"path={place.path('child.db')}")
    run(place, "child", env={"CHILD_SERVER": server})


def test_child_cannot_be_started(place):
    file = place.write("tiny.wkl", wkl.TINY + wkl.RUN)
    done = place.wklrun(file, "-b", "child", env={"CHILD_SERVER": place.path("nowhere.py")})
    done.expect(USAGE, "the server's process has ended")


def test_redis_prints(place):
    file = place.write("tiny.wkl", wkl.TINY)
    out = place.wklc(file, "--target", "redis", "--emit=request", "--strategy", "batch").expect(FINE).out
    assert "\nMGET rare \"rare:" in out, out
    plan = place.wklc(file, "--target", "redis,lite", "--emit=plan", "--strategy", "binpacked").expect(FINE).out
    assert "no function asks for several tables" in plan, plan


def test_redis_driven_by_the_loop(place):
    with redis() as port:
        if not port:
            print("SKIP: there is no redis-server (Debian: redis-server)")
            return
        for pipeline in ("1", "4"):
            hold(place, "redis", "host=127.0.0.1", f"port={port}", f"pipeline={pipeline}")
        run(place, "redis", env={"REDIS_HOST": "127.0.0.1", "REDIS_PORT": port})
        with socket.create_connection(("127.0.0.1", int(port))) as peer:
            peer.sendall(b"DBSIZE\r\n")
            left = peer.recv(100)
        assert left == b":0\r\n", f"keys are left: {left}"
    run(place, "redis", "--local")


if os.path.exists(os.path.join(SOURCE, "config.status")):
    sys.exit(77)                                      # the sources are built in, and cannot be configured elsewhere too
if "#define HAVE_SQLITE 1" not in read(os.path.join(USUAL, "config.h")):
    sys.exit(77)                                      # nor is `lite` to be built
try:
    build()
    wkl.main(globals())
finally:
    shutil.rmtree(BUILD, ignore_errors=True)
