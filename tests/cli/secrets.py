#!/usr/bin/env python3
"""A password never comes out: not in what a command prints or writes, not in the words of a server that repeats it, not in arguments."""
import contextlib
import glob
import json
import os
import re
import socket
import string
import struct
import threading

import wkl
from wkl import FINE, RUN, TINY, USAGE

SECRET, ENCODED, KEY = "hunter2/secret", "hunter2%2Fsecret", "aHVudGVyMnNlY3JldA=="
STEERING = "\33]0;title\7 \33[2J \x9b2J \u202e\u2066\r\n\u2028"   # of a terminal, and of the direction of text
WORDS = (SECRET, ENCODED, "hunter2", KEY)
BLOCKS = """
backend lakebase { uri "postgresql://me:ENCODED@127.0.0.1:PORT/db" }
backend lakebase as apart { host "127.0.0.1"  port PORT  user "me"  password "SECRET" }
backend aurora   { engine postgres  host "127.0.0.1"  port PORT  password "SECRET" }
backend aurora   { engine mysql  uri "mysql://me:ENCODED@127.0.0.1:PORT/db" }
backend dynamodb { endpoint "http://127.0.0.1:PORT"  access_key "AKIDEXAMPLE"  secret_key "SECRET"  session_token "SECRET" }
backend cosmosdb { endpoint "http://127.0.0.1:PORT"  key "KEY" }
backend cosmosdb as joined { uri "AccountEndpoint=http://127.0.0.1:PORT/;AccountKey=KEY;" }
"""
NAMES = ("lakebase", "apart", "aurora_postgres", "aurora_mysql", "dynamodb", "cosmosdb", "joined")


def blocks(port):
    return BLOCKS.replace("SECRET", SECRET).replace("ENCODED", ENCODED).replace("KEY", KEY).replace("PORT", str(port))


def answer(asked):
    words = f"no such user, nor password {KEY if b'x-ms-version' in asked.lower() else SECRET} {STEERING}".encode()
    if not re.match(rb"[A-Z]+ /", asked):
        fields = b"SFATAL\0C28P01\0M" + words + b"\0\0"
        return b"E" + struct.pack("!i", len(fields) + 4) + fields
    body = json.dumps({"__type": "UnrecognizedClientException", "message": words.decode(), "code": "Unauthorized"}).encode()
    return b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def tell_tale(listener):
    """A server that answers whatever it is asked with an error that repeats the password."""
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        with peer:
            peer.settimeout(5)
            try:
                asked = peer.recv(65536)
                if asked[:8] == struct.pack("!ii", 8, 80877103):      # TLS? no
                    peer.sendall(b"N")
                    asked = peer.recv(65536)
                peer.sendall(answer(asked))
                peer.recv(65536)
            except OSError:
                pass


def with_server(test):
    listener = socket.create_server(("127.0.0.1", 0))
    server = threading.Thread(target=tell_tale, args=(listener,), daemon=True)
    server.start()
    try:
        test(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        server.join(5)


def expect_silence(what, text):
    for word in WORDS:
        assert word not in text, f"{what} tells '{word}':\n{text}"
    steering = set(STEERING.replace("\n", "")) - set(string.printable.replace("\r", "")) & set(text)
    assert not steering, f"{what} steers a terminal by {steering}:\n{text!r}"


def test_stages(place):
    file, targets = place.write("tiny.wkl", TINY + RUN), place.write("targets.wkl", blocks(1))
    for stage in ("tokens", "ast", "ir", "plan", "schema", "request", "bytecode"):
        done = place.wklc(file, targets, f"--emit={stage}").expect(FINE)
        assert done.out, done
        expect_silence(stage, done.out + done.err)
    for more in ((), ("--diagnostics", "json"), ("-o", place.path("out"), "--emit=plan"), ("-o", place.path("out"), "--emit=schema")):
        done = place.wklc(file, targets, *more).expect(FINE)
        expect_silence(more, done.out + done.err)
    for path in glob.glob(place.path("out/*")):
        with open(path, encoding="utf-8") as f:
            expect_silence(path, f.read())


def test_tokens(place):
    """Before anything is parsed: an address in a harmless setting, a name that is misspelt, a sign between them, no quotes."""
    for setting, shown in (('path "x?key=SECRET"', '"x?key=***"'), ('pasword "SECRET"', '"***"'), ('password = "SECRET"', '"***"'), ("password hunter2", "***")):
        file = place.write("t.wkl", "backend sqlite { %s  engine \"wal\" }\n" % setting.replace("SECRET", SECRET))
        done = place.wklc(file, "--emit=tokens")
        expect_silence(setting, done.out + done.err)
        assert shown in done.out and "wal" in done.out, done


def test_warned_of(place):
    done = place.wklc(place.write("targets.wkl", TINY + RUN + blocks(1))).expect(FINE)
    assert done.err.count("is in the file in plain text") == 8, done


def test_mistakes_beside_a_secret(place):
    """The line of a mistake is shown without its secret, whichever pass found the mistake."""
    for text in ('backend lakebase { password "SECRET"  hots "h" }', 'backend lakebase { password "SECRET" } }', 'backend lakebse { password "SECRET" }',
                 'backend lakebase { password: "SECRET" }', 'backend lakebase { password\n"SECRET" hots "h" }', 'backend x { password "SECRET }',
                 'backend lakebase { pasword "SECRET" }', 'backend lakebase { pwd "SECRET" }', "backend lakebase { password 'SECRET' }",
                 'backend lakebase { password `SECRET` }', 'backend lakebase { password SECRET! }', 'backend lakebase { password hunter2 hots 1 }',
                 'backend lakebase { password "a" "SECRET" }', 'backend lakebase { password env("A") + "SECRET" }',
                 'backend lakebase { account_key hunter2 }', 'backend cosmosdb { account_key "SECRET" }', 'backend dynamodb { secret "SECRET" x }',
                 'backend lakebase { host "postgresql://me:SECRET@h/db" hots "h" }', 'backend dynamodb { endpoint "https://h/?sig=SECRET" hots "h" }',
                 'param password = "SECRET" x'):
        own = place.write("bad.wkl", TINY + RUN + text.replace("SECRET", SECRET))
        file, targets = place.write("fine.wkl", TINY + RUN), place.write("targets.wkl", text.replace("SECRET", SECRET))
        for command in (place.wklc, place.wklrun):
            for args in ([own], [file, "--targets", targets], [own, "--diagnostics", "json"]):
                if command == place.wklc and "--targets" in args:
                    args = [file, targets]
                done = command(*args).expect(USAGE)
                expect_silence(text, done.out + done.err)


def test_params(place):
    for given in ('password="SECRET"', 'pwd="SECRET"', 'password="SECRET" x', 'token=hunter2'):
        done = place.wklrun(place.write("tiny.wkl", TINY + RUN), "-D", given.replace("SECRET", SECRET), "-b", "memory").expect(USAGE)
        expect_silence(given, done.out + done.err)


def test_params_as_secrets(place):
    """Reports print params: none may reach a secret setting or an address with a secret in it, and nothing is said of its value."""
    uses = ("password pw", 'password "a{pw}"', 'uri "postgresql://me:{pw}@127.0.0.1:1/db"', 'host "h"  uri joined')
    for use in uses:
        for sweep in ("", '  sweep pw in ["hunter2", "hunter3"]'):
            params = 'param pw = "x"\nparam joined = "postgresql://me:{pw}@127.0.0.1:1/db"\n'
            run = RUN.replace("}", sweep + " }") if sweep else RUN
            file = place.write("told.wkl", params + TINY.replace("workload tiny", "") + run + "backend lakebase { %s }\n" % use)
            for more in ((), ("-D", 'pw="hunter2"'), ("-D", "pw=hunter2")):
                done = place.wklrun(file, "-b", "memory", *more).expect(USAGE, "param")
                expect_silence(use, done.out + re.sub(r'(?m)^.*sweep pw.*$', "", done.err))
    file = place.write("told.wkl", 'param db = "bench"\n' + TINY.replace("workload tiny", "") + RUN + 'backend lakebase { uri "postgresql://127.0.0.1:1/{db}" }\n')
    place.wklrun(file, "-b", "memory", "-q").expect(FINE)


def test_words_of_servers(place):
    def ask(port):
        file = place.write("told.wkl", TINY + RUN + blocks(port))
        for name in NAMES:
            if name == "aurora_mysql":                # its protocol has the server speak first
                continue
            for more in ((), ("-q",), ("-P",)):
                done = place.wklrun(file, "-b", name, *more).expect(USAGE, r"no such user, nor password \*\*\*")
                expect_silence(name, done.out + done.err)
    with_server(ask)


def test_addresses_with_mistakes(place):
    """The client library shows what it cannot read."""
    for uri in ("postgresql://me:hunter2%zz@127.0.0.1:1/db", "postgresql://me:hunter2@127.0.0.1:port/db", "hunter2", "host=127.0.0.1 pasword=hunter2",
                "host=127.0.0.1 port=1 password=hunter2 sslmode=odd"):
        file = place.write("told.wkl", TINY + RUN + f'backend lakebase {{ uri "{uri}" }}')
        done = place.wklrun(file, "-b", "lakebase").expect(USAGE)
        expect_silence(uri, done.out + done.err)


def test_addresses_that_would_be_misread(place):
    """A sign that had to be encoded has a client library take a part of the password for a port or a host, which it repeats: it is not asked."""
    file = place.write("tiny.wkl", TINY + RUN)
    for scheme, name in (("postgresql", "postgres"), ("mysql", "mysql")):
        for rest, words in (("me:hunter2/x@127.0.0.1:1/db", "there is an '@' after the first '/'"), ("me:12/hunter2@127.0.0.1:1/db", "after the first '/'"),
                            ("me:a/b?hunter2@127.0.0.1:1/db", "after the first '/'"), ("me:hunter2", "its port is not a whole number"),
                            ("me:p@hunter2!@h/db", "more than one '@'"), ("me:p%hunter2@h/db", "a '%' begins no encoded sign"),
                            ("me:x@hunter2!/db", "its host is not a host name")):
            if scheme == "mysql" and words[0] in "ma" and "first" not in words:
                continue                              # it has one meaning only, and wkl reads MySQL's addresses itself
            block = place.write("told.wkl", TINY + RUN + f'backend {name} {{ uri env("WHERE") }}')
            url = f"{scheme}://{rest}"
            for done in (place.wklrun(file, "-b", name, env={"DATABASE_URL": url}).expect(USAGE, "the environment variable 'DATABASE_URL' would be misread"),
                         place.wklrun(block, "-b", name, env={"WHERE": url}).expect(USAGE, "the setting 'uri' would be misread")):
                done.expect(USAGE, words, "E0723", "percent-encode special characters in the user name and password: / as %2F, @ as %40")
                expect_silence(url, done.out + done.err)
                assert done.err.count("error") == 2 and "1 error" in done.err, done
    for url in ("postgresql://a.test,127.0.0.1:1,[::1]:1/d?user=me@corp", "postgresql://me:a%40b:c#d?e@[::1]:1/d", "postgresql://%2Fnowhere/d", "postgresql:///d"):
        place.wklrun(file, "-b", "postgres", env={"DATABASE_URL": url, "PGHOST": ""}).expect(USAGE, "nothing is run: no backend can be reached")
    place.wklrun(file, "-b", "postgres", env={"DATABASE_URL": "postgresql://127.0.0.1/d?nonsense"}).expect(USAGE, "must be like 'postgresql://user:password@host")


def test_reports_of_failed_backends(place):
    def ask(port):
        file = place.write("told.wkl", TINY + RUN + blocks(port))
        reports = [arg for ending in ("json", "txt", "html", "csv", "md") for arg in ("-o", place.path("r." + ending))]
        done = place.wklrun(file, "-b", "memory,lakebase,apart,dynamodb,cosmosdb,joined", *reports, "-n", "20", "-o", "-").expect(USAGE)
        expect_silence("stdout", done.out + done.err)
        assert "no such user" in done.out, done
        for path in reports[1::2]:
            with open(path, encoding="utf-8") as f:
                text = f.read()
            assert "memory" in text, path
            expect_silence(path, text)
    with_server(ask)


def test_from_the_environment(place):
    def ask(port):
        file = place.write("tiny.wkl", TINY + RUN)
        env = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGPASSWORD": SECRET, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET,
               "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}", "COSMOS_ENDPOINT": f"http://127.0.0.1:{port}", "COSMOS_KEY": KEY}
        for name in ("postgres", "dynamodb", "cosmosdb"):
            done = place.wklrun(file, "-b", name, env=env).expect(USAGE, r"no such user, nor password \*\*\*")
            expect_silence(name, done.out + done.err)
    with_server(ask)


def test_urls_of_the_environment(place):
    """As frameworks write them: the driver in a scheme is passed over, a parameter of another tool is named; nothing of the password."""
    file = place.write("tiny.wkl", TINY + RUN)
    for name, url, words in (("postgres", "postgresql+psycopg2://me:SECRET@127.0.0.1:1/db", "port 1 failed"),
                             ("mysql", "mysql+pymysql://me:SECRET@127.0.0.1:1/db", "Can't connect"),
                             ("postgres", "postgres://me:SECRET@127.0.0.1:1/db?sslmode=prefer&schema=public", "has the parameter 'schema', .*leave it out; the setting"),
                             ("postgres", "mysql://me:SECRET@127.0.0.1:1/db", "postgres is not configured")):
        done = place.wklrun(file, "-b", name, env={"DATABASE_URL": url.replace("SECRET", ENCODED)}).expect(USAGE, words)
        expect_silence(url, done.out + done.err)


def test_addresses_as_names(place):
    file = place.write("tiny.wkl", TINY + RUN)
    for given in ("postgres://me:hunter2@h/db", "postgres=postgres://me:hunter2@h/db", "sqlite,mysql://me:hunter2@h/db", "host=h password=hunter2"):
        for command, option in ((place.wklrun, "-b"), (place.wklc, "--target")):
            done = command(file, option, given).expect(USAGE, "takes names, no addresses.*DATABASE_URL")
            expect_silence(given, done.out + done.err)
    place.wklrun(file, "--uri", "postgres://me@h/db").expect(USAGE, "no option --uri: a backend block says it, or a variable")


def test_arguments_of_processes(place):
    """Neither its own nor those of what it starts."""
    file = place.write("long.wkl", TINY + "run go { query all  for 20s }\n" + 'backend lakebase { host "127.0.0.1" password env("PW") }\n')
    process = place.start("wklrun", file, "-b", "sqlite,memory", env={"PW": SECRET, "PGPASSWORD": SECRET})
    try:
        wkl.wait_until("its child", lambda: os.listdir(f"/proc/{process.pid}/task") and children(process.pid))
        for pid in [process.pid, *children(process.pid)]:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as f:
                expect_silence(f"process {pid}", f.read())
    finally:
        wkl.end_with(process, 15)
    assert not place.left(), place.left()


def children(pid):
    found = []
    for task in glob.glob(f"/proc/{pid}/task/*/children"):
        with contextlib.suppress(FileNotFoundError), open(task, encoding="utf-8") as f:       # a thread may have ended meanwhile
            found += f.read().split()
    return found


def test_every_backends_secrets(place):
    """From a param, which reports print, each setting that is secret by its backend's own list is refused; in plain text it is remarked."""
    for backend, setting in (("cosmosdb", "token"), ("cosmosdb", "key"), ("dynamodb", "secret_key"), ("dynamodb", "session_token"), ("postgres", "password")):
        param, block = "param mine = \"hunter2\"\n", TINY + RUN + f"backend {backend} {{ {setting} VALUE }}\n"
        done = place.wklc(place.write("param.wkl", param + block.replace("VALUE", "mine")), "--check").expect(USAGE, f"E0721.*'{setting}' cannot come from a param")
        assert "hunter2" not in done.err, done
        done = place.wklc(place.write("plain.wkl", block.replace("VALUE", '"hunter2"')), "--check").expect(FINE, f"W0707.*'{setting}' is in the file in plain text")
        assert "hunter2" not in done.err, done


wkl.main(globals())
