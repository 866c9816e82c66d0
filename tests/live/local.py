# live: works
"""wkl-local: every server answers a client that is not ours, and whatever ends it, nothing of it is left."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

from servers import ASK, FETCHING, HANG, PROGRAM, SCRIPT, Results, Scope, Servers, address_of, backends, listeners, secrets_of

ALL = [f"{b.server}/{name}" for b in backends() for name in b.instances]
results = Results("local")


def check_instance(servers, name, server):
    state, text = servers.state(name)
    if state != "ready":
        return results.missing(name, state, text)
    settings = servers.settings[name]
    try:
        answer = ASK[server](settings) if server in ASK else None
    except (subprocess.SubprocessError, OSError, RuntimeError) as e:
        return results.say("FAIL", name, f"{e} {getattr(e, 'stderr', '') or ''}".strip())
    host, port = address_of(settings)
    if server in ("postgres", "mysql") and answer != f"wkl_{name}":
        return results.say("FAIL", name, f"the database is '{answer}'")
    outside = [a for a in listeners(port) if a not in ("0100007F", "0000000000000000FFFF00000100007F")]
    results.expect(name, not outside and listeners(port), f"it listens on {outside or 'nothing'}")


def all_servers():
    with Scope() as scope:
        servers = Servers(scope, *ALL)
        done = servers.wait_done()
        results.expect("settles", done, f"no 'done' after {FETCHING} s: {servers.events[-3:]}")
        for name in ALL:
            check_instance(servers, name.split("/")[1], name.split("/")[0])
        hidden = [s for settings in servers.settings.values() for s in secrets_of(settings)]
        shown = [args for _, args in scope.processes() if any(s in args for s in hidden)]
        results.expect("secrets are in no process's arguments", hidden and not shown, f"{shown or 'no secrets are known'}")
        results.expect("ends with its input", servers.close() == 0, "its exit code is not 0")
        left = scope.wait_empty(0)
        results.expect("leaves nothing", not left, str(left))


def killed_parent(moment):
    """The parent is killed outright, with the reader of the events, and takes no leave."""
    with Scope() as scope:
        parent = f"import subprocess, time; subprocess.Popen({PROGRAM + ALL!r}, stdin=subprocess.PIPE, " \
                 "stdout=subprocess.PIPE, start_new_session=True); time.sleep(600)"
        process = subprocess.Popen([sys.executable, "-c", parent], cwd=scope.folder, env={**os.environ, "TMPDIR": scope.folder})
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        left = scope.wait_empty(HANG)
        results.expect(f"parent killed after {moment} s", not left, str(left))


def no_input(rounds, at_once):
    """The end of the input is there before the keeper is, which is told to stop at a moment at which it may not hear it; several side by side,
    so that it has to wait for a processor."""
    late = 0
    with Scope() as scope:
        for _ in range(rounds):
            processes = [subprocess.Popen([*PROGRAM, "cosmosdb/cosmosdb"], cwd=scope.folder, env={**os.environ, "TMPDIR": scope.folder},
                                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) for _ in range(at_once)]
            for process in processes:
                try:
                    process.wait(HANG)
                except subprocess.TimeoutExpired:
                    late += 1
                    process.kill()
                    process.wait()
        left = scope.wait_empty(5)
    results.expect("no input", not late and not left, f"{late} of {rounds * at_once} went on for {HANG} s; left: {left}")


def signalled(number, moment):
    """So long after the first server was begun."""
    with Scope() as scope:
        servers = Servers(scope, *ALL)
        servers.read_event(HANG)
        time.sleep(moment)
        servers.process.send_signal(number)
        code = servers.process.wait(HANG)
        left = scope.wait_empty(0)
        servers.process.stdin.close()
        servers.process.stdout.close()
        results.expect(f"{signal.Signals(number).name} after {moment} s", code == 1 and not left, f"exit {code}, left: {left}")


def killed(who, moment):
    """SIGKILL of itself, or of the guard that sees to it; of what is in their arguments only the folder differs from others' here."""
    with Scope() as scope:
        servers = Servers(scope, *ALL)
        servers.read_event(HANG)
        time.sleep(moment)
        if who == "guard":
            with open(f"/proc/{servers.process.pid}/task/{servers.process.pid}/children") as f:
                os.kill(int(f.read().split()[0]), signal.SIGKILL)
            code = servers.close()
            left = scope.wait_empty(0)
        else:
            servers.process.kill()
            code = servers.close() + signal.SIGKILL
            left = scope.wait_empty(HANG)
        results.expect(f"{who} killed after {moment} s", code == 0 and not left, f"exit {code}, left: {left}")


def ignored(number):
    """Ignored at its start (nohup, `&` in a script), a signal stays so, as no shell can trap it; the end of its input and SIGTERM end it as ever."""
    for end in ("its input", "SIGTERM"):
        with Scope() as scope:
            quiet = f"trap '' {number.name[3:]}; exec {' '.join(PROGRAM)} dynamodb/d postgres/p"
            servers = Servers(scope, command=["sh", "-c", quiet])
            servers.read_event(HANG)
            servers.process.send_signal(number)
            went_on = servers.wait_done()
            if end == "SIGTERM":
                servers.process.terminate()
            code = servers.close()
            left = scope.wait_empty(0)
            results.expect(f"{number.name} ignored, ended by {end}", went_on and code == (end == "SIGTERM") and not left,
                           f"went on: {went_on}, exit {code}, left: {left}")


def busy_port():
    with Scope() as scope, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        servers = Servers(scope, "postgres/p", "mysql/m", env={"WKL_LOCAL_FIRST_PORT": str(port)})
        servers.wait_done()
        for name in ("p", "m"):
            state, text = servers.state(name)
            if state == "skip":
                results.say("SKIP", f"busy port {name}", text)
            else:
                results.expect(f"busy port {name}", state == "ready" and address_of(servers.settings[name])[1] != port, text)
        servers.close()


def fake_program(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(f"#!/bin/sh\n{text}\n")
    os.chmod(path, 0o755)


def broken_initdb():
    with Scope() as scope:
        programs = os.path.join(scope.folder, "bin")
        os.mkdir(programs)
        os.chmod(programs, 0o755)
        fake_program(programs, "initdb", "echo 'initdb: the moon is full' >&2; exit 1")
        fake_program(programs, "postgres", "exit 1")
        servers = Servers(scope, "postgres/lakebase", env={"PATH": programs + ":" + os.environ["PATH"]})
        done = servers.wait_done()
        state, text = servers.state("lakebase")
        results.expect("broken initdb", done and state == "failed" and "the moon is full" in text, str(servers.events))
        servers.close()
        shutil.rmtree(programs)
        left = scope.wait_empty(0)
        results.expect("broken initdb leaves nothing", not left, str(left))


def missing_programs():
    """With nothing on PATH, the HTTP servers are skipped with a way out."""
    with Scope() as scope:
        programs = os.path.join(scope.folder, "bin")
        os.mkdir(programs)
        os.symlink(shutil.which("setpriv"), os.path.join(programs, "setpriv"))
        servers = Servers(scope, "dynamodb/d", "cosmosdb/c", env={"PATH": programs})
        servers.wait_done()
        for name in ("d", "c"):
            state, text = servers.state(name)
            results.expect(f"no programs for {name}", state == "skip" and "nodejs" in text, str(servers.events))
        servers.close()


def interrupted_fetch():
    """The cache gets a package whole or not at all."""
    if not shutil.which("npm"):
        return results.say("SKIP", "interrupted fetch", "no npm")
    with Scope() as scope:
        cache = os.path.join(scope.folder, "cache")
        servers = Servers(scope, "--cache", cache, "dynamodb/d", env={"WKL_LOCAL_DYNAMODB": "dynalite"})
        noted = servers.read_event(HANG) and servers.read_event(HANG)
        time.sleep(0.7)
        code = servers.close()
        in_cache = os.listdir(cache)
        shutil.rmtree(cache)
        left = scope.wait_empty(0)
        results.expect("interrupted fetch", noted and noted[0] == "note" and code == 0 and not in_cache and not left,
                       f"{servers.events}, exit {code}, in the cache: {in_cache}, left: {left}")


def dies_later():
    with Scope() as scope:
        servers = Servers(scope, "postgres/lakebase")
        servers.wait_done()
        if servers.state("lakebase")[0] == "skip":
            results.say("SKIP", "a server that dies", servers.state("lakebase")[1])
        else:
            postmaster = [pid for pid, args in scope.processes() if "/postgres -D" in args]
            os.kill(postmaster[0], signal.SIGKILL)
            servers.read_event(HANG)
            state, text = servers.state("lakebase")
            results.expect("a server that dies", state == "failed" and "ended by itself" in text, str(servers.events))
        servers.close()
        left = scope.wait_empty(5)
        results.expect("a server that dies leaves nothing", not left, str(left))


def may_run(command):
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def other_user():
    """Without root, the servers run as whoever called."""
    if os.geteuid() != 0:
        return results.say("SKIP", "without root", "all of this was done without root")
    with Scope() as scope:
        os.chmod(scope.folder, 0o1777)
        drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        python = next((p for p in (sys.executable, "/usr/bin/python3") if may_run([*drop, p, SCRIPT, "--help"])), None)
        if not python:
            return results.say("SKIP", "without root", f"'nobody' cannot read {SCRIPT}, or has no Python")
        servers = Servers(scope, "postgres/p", "mysql/m", command=[*drop, python, SCRIPT], env={"HOME": scope.folder})
        servers.wait_done()
        for name in ("p", "m"):
            state, text = servers.state(name)
            outcome = {"ready": "PASS", "skip": "SKIP", "failed": "FAIL"}[state]
            results.say(outcome, f"without root {name}", "" if state == "ready" else text)
        servers.close()
        shutil.rmtree(os.path.join(scope.folder, ".cache"), ignore_errors=True)
        left = scope.wait_empty(0)
        results.expect("without root leaves nothing", not left, str(left))


def usage():
    for arguments in ([], ["oracle/x"], ["postgres/"], ["postgres/a;b"], ["postgres/a", "postgres/a"], ["--cache"], ["--what"]):
        done = subprocess.run(PROGRAM + arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=HANG)
        results.expect(f"usage {arguments}", done.returncode == 1 and "usage:" in done.stderr and not done.stdout, str(done))


results.attempt("usage", usage)
results.attempt("all servers", all_servers)
for seconds in (0.05, 0.4, 1.2, 6):
    results.attempt(f"parent killed after {seconds} s", killed_parent, seconds)
for which, seconds in ((signal.SIGTERM, 0.3), (signal.SIGTERM, 1), (signal.SIGINT, 0.8), (signal.SIGHUP, 2)):
    results.attempt(f"{which.name} after {seconds} s", signalled, which, seconds)
for who in ("wkl-local", "guard"):
    for seconds in (0.3, 2, 8):
        results.attempt(f"{who} killed after {seconds} s", killed, who, seconds)
for which in (signal.SIGINT, signal.SIGHUP):
    results.attempt(f"{which.name} ignored", ignored, which)
results.attempt("no input", no_input, 5, 8)
for test in (busy_port, broken_initdb, missing_programs, interrupted_fetch, dies_later, other_user):
    results.attempt(test.__name__.replace("_", " "), test)
results.end()
