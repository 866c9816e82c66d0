#!/usr/bin/env python3
"""Credentials that people already have: profiles of the AWS CLI, and commands that print a token."""
import http.server
import json
import os
import struct
import time
import urllib.parse

import wkl
from wkl import FINE, RUN, TINY, USAGE, listening

SECRET = "hunter2/secret"
TOKEN = "hunter3/token"
CREDENTIALS = f"""
# what `aws configure` writes
[default]
aws_access_key_id = AKDEFAULT
aws_secret_access_key = {SECRET}

[work]
aws_access_key_id=AKWORK
aws_secret_access_key={SECRET}
aws_session_token={TOKEN}
"""
CONFIG = """
[default]
region = us-west-2
[profile work]
region = eu-central-1
s3 =
  region = nowhere
[profile process]
credential_process = cat PRINTED
region = eu-north-1
[profile signed-in]
sso_session = my-sso
[profile bare]
region = eu-west-1
"""


class Listener(http.server.BaseHTTPRequestHandler):
    """Refuses everything, and keeps who asked."""
    asked = []
    expired = ()                                      # keys that it says are no longer good

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Listener.asked.append((self.headers["Authorization"], self.headers["X-Amz-Security-Token"]))
        expired = self.headers["Authorization"].split("Credential=")[1].split("/")[0] in Listener.expired
        body = json.dumps({"__type": "ExpiredTokenException" if expired else "UnrecognizedClientException", "message": "no"}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def files(place):
    """The environment that leads to files like those of ~/.aws."""
    printed = place.write("printed.json", json.dumps({"Version": 1, "AccessKeyId": "AKPROCESS", "SecretAccessKey": SECRET, "SessionToken": TOKEN}))
    return {"AWS_SHARED_CREDENTIALS_FILE": place.write("credentials", CREDENTIALS),
            "AWS_CONFIG_FILE": place.write("config", CONFIG.replace("PRINTED", printed))}


def expect_silence(done):
    assert not [word for word in (SECRET, TOKEN, "hunter") if word in done.out + done.err], done


def asker(place, url, file, **more):
    """Who asks the service, by which region and token: (key, region, token)."""
    Listener.asked.clear()
    expect_silence(place.wklrun(file, "-b", "dynamodb", env={**files(place), **more, "AWS_ENDPOINT_URL_DYNAMODB": url}).expect(USAGE, "UnrecognizedClientException"))
    authorization, token = Listener.asked[0]
    key, _, region = authorization.split("Credential=")[1].split("/")[:3]
    return key, region, token


def test_profiles(place):
    file = place.write("tiny.wkl", TINY + RUN)
    named = place.write("named.wkl", TINY + RUN + 'backend dynamodb { profile "default" }\n')
    with listening(Listener) as url:
        assert asker(place, url, file, AWS_PROFILE="work") == ("AKWORK", "eu-central-1", TOKEN)
        assert asker(place, url, file, AWS_PROFILE="default") == ("AKDEFAULT", "us-west-2", None)
        assert asker(place, url, named, AWS_PROFILE="work") == ("AKDEFAULT", "us-west-2", None)
        assert asker(place, url, file, AWS_PROFILE="work", AWS_REGION="ap-south-1") == ("AKWORK", "ap-south-1", TOKEN)
        assert asker(place, url, file, AWS_PROFILE="process") == ("AKPROCESS", "eu-north-1", TOKEN)
        keys = {"AWS_ACCESS_KEY_ID": "AKOWN", "AWS_SECRET_ACCESS_KEY": SECRET}
        assert asker(place, url, file, AWS_PROFILE="work", **keys) == ("AKOWN", "us-east-1", None)


def test_profiles_that_do_not_do(place):
    """Who names the backend is told, in one line; where nobody does it is left out with the reason."""
    file = place.write("tiny.wkl", TINY + RUN)
    env = files(place)
    place.write("config", CONFIG.replace("cat PRINTED", "echo no; echo cannot sign in >&2; exit 3"))
    for profile, words in (("nobody", "there is no profile 'nobody' in ~/.aws/credentials or ~/.aws/config"),
                           ("signed-in", "signs in by its `sso_session`.*aws configure export-credentials --profile signed-in"),
                           ("bare", "the profile 'bare' has no aws_access_key_id"),
                           ("process", r"the command 'echo no; .*' failed \(exit 3\): cannot sign in")):
        place.wklrun(file, "-b", "dynamodb", env={**env, "AWS_PROFILE": profile}).expect(
            USAGE, r"--backends:1:1: error\[E0704\]: dynamodb", words)
        report, done = place.measure(FINE, file, env={**env, "AWS_PROFILE": profile})
        states = {b["name"]: (b["status"], b["reason"]) for b in report["backends"]}
        assert states["dynamodb"][0] == "skipped" and states["sqlite"][0] == "ok", states


def test_commands(place):
    """The first line is the setting; the command is shown, what it prints is not."""
    def block(settings):
        return place.write("told.wkl", TINY + RUN + f"backend dynamodb {{ {settings} }}\n")
    key = f'access_key command("echo AKCOMMAND; echo more")  secret_key command("printf {SECRET}")'
    with listening(Listener) as url:
        assert asker(place, url, block(f'{key}  session_token command("echo {TOKEN}")'))[::2] == ("AKCOMMAND", TOKEN)
    for command, words in (("echo hunter2; echo one >&2; echo two >&2; exit 7", r"failed \(exit 7\): two"), ("true", "prints cannot be a setting: it is empty"),
                           ("nosuchprogram", r"failed \(exit 127\): .*not found"), ("kill -9 $$", r"failed \(exit 137\): it said nothing")):
        done = place.wklrun(block(f'access_key "A"  secret_key command("{command}")'), "-b", "dynamodb").expect(USAGE, r"error.E0722.: the command|error.E0722.: what the command", words)
        assert "hunter2\n" not in done.err, done
    assert "  secret_key command exit 1\n" in place.wklc(block('access_key "A"  secret_key command("exit 1")'), "--emit=ir").expect(FINE).out
    place.wklrun(block('access_key "A"  secret_key command("exit 1")'), "-b", "memory", "-q").expect(FINE)      # nobody asked for it
    place.wklc(block('secret_key comand("x")'), "--target", "dynamodb").expect(USAGE, r"there are env\(\"NAME\"\), file\(\"path\"\) and command")


class Doorman(wkl.Door):
    """A PostgreSQL or MySQL server, told by who speaks first: refuses everybody, and keeps who asked."""
    faults = OSError, IndexError, ValueError

    def __init__(self, greets=False, asks=False):
        super().__init__()
        self.greets, self.asks, self.asked, self.told = greets, asks, [], []

    def talk(self, peer):
        (self.talk_mysql if self.greets else self.talk_postgres)(peer)

    def talk_postgres(self, peer):
        asked = peer.recv(4096)
        if asked[:8] == struct.pack("!ii", 8, 80877103):
            peer.sendall(b"N")
            asked = peer.recv(4096)
        words = asked[8:].split(b"\0")
        self.asked.append(tuple(words[words.index(name) + 1].decode() for name in (b"user", b"database")))
        if self.asks:                                 # for the password, as it is
            peer.sendall(b"R" + struct.pack("!ii", 8, 3))
            self.told.append(peer.recv(4096)[5:].rstrip(b"\0").decode())
        fields = b"SFATAL\0C28P01\0Mthe door is shut\0\0"
        peer.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)

    def talk_mysql(self, peer):
        hello = (b"\x0a8.0.99\0" + struct.pack("<I", 7) + b"abcdefgh\0" + struct.pack("<H", 0xF7FF & ~0x800) + b"\x2d\x02\0" +
                 struct.pack("<H", 0x0008) + b"\x15" + bytes(10) + b"ijklmnopqrst\0" + b"mysql_native_password\0")
        peer.sendall(struct.pack("<I", len(hello))[:3] + b"\0" + hello)
        asked = peer.recv(4096)
        user, rest = asked[36:].split(b"\0", 1)
        self.asked.append((user.decode(), rest[1 + rest[0]:].split(b"\0")[0].decode()))
        self.told.append(rest[1:1 + rest[0]])         # with the same salt for all, so that the same password is the same
        said = b"\xff" + struct.pack("<H", 1045) + b"#28000the door is shut"
        peer.sendall(struct.pack("<I", len(said))[:3] + bytes([asked[3] + 1]) + said)


def test_variables_that_name_two_servers(place):
    """Which of them is used, and which is not, is said in one line; of the same server nothing is."""
    file = place.write("tiny.wkl", TINY + RUN)
    with Doorman() as one, Doorman() as two, Doorman(greets=True) as three, Doorman(greets=True) as four:
        url = f"postgres://ann:{SECRET.replace('/', '%2F')}@127.0.0.1:{two.port}/bench"
        pg = {"PGHOST": "127.0.0.1", "PGPORT": str(one.port), "PGUSER": "bob", "PGDATABASE": "own"}
        said = rf"^postgres: PGHOST \(127.0.0.1:{one.port}/own\) is used, DATABASE_URL \(127.0.0.1:{two.port}/bench\) is not: unset what is not meant$"

        def ask(backend, *doormen, **env):
            for doorman in doormen:
                doorman.asked.clear()
            done = place.wklrun(file, "-b", backend, "-q", env=env).expect(USAGE, "the door is shut")
            expect_silence(done)
            return [sorted(set(doorman.asked)) for doorman in doormen], [line for line in done.err.splitlines() if " is used, " in line]

        asked, lines = ask("postgres", one, two, **pg, DATABASE_URL=url)
        assert asked == [[("bob", "own")], []] and len(lines) == 1, (asked, lines)
        place.wklrun(file, "-b", "postgres", env={**pg, "DATABASE_URL": url}).expect(USAGE, "(?m)" + said)
        same = url.replace(str(two.port), str(one.port)).replace("/bench", "/own")
        assert ask("postgres", one, two, **pg, DATABASE_URL=same) == ([[("bob", "own")], []], [])
        asked, lines = ask("postgres", one, two, DATABASE_URL=url, POSTGRES_URL=same)
        assert asked == [[("ann", "own")], []] and len(lines) == 1 and f"POSTGRES_URL (127.0.0.1:{one.port}/own) is used, DATABASE_URL (" in lines[0], lines
        assert ask("postgres", two, DATABASE_URL=url, MYSQL_URL=f"mysql://eve@127.0.0.1:{three.port}/d") == ([[("ann", "bench")]], [])
        my = f"mysql://eve:hunter2@127.0.0.1:{three.port}/d"
        asked, lines = ask("mysql", three, four, MYSQL_HOST="127.0.0.1", MYSQL_TCP_PORT=str(four.port), MYSQL_USER="zoe", MYSQL_DATABASE="d", MYSQL_URL=my)
        assert asked == [[], [("zoe", "d")]] and f"MYSQL_HOST (127.0.0.1:{four.port}/d) is used, MYSQL_URL (127.0.0.1:{three.port}/d) is not" in lines[0], lines
        # what cannot be read safely is not shown
        asked, lines = ask("postgres", one, **pg, DATABASE_URL="postgres://ann:12/hunter2@db.test/bench")
        assert "PGHOST" in lines[0] and "DATABASE_URL is not" in lines[0], lines


def test_addresses_and_variables(place):
    """An address goes before the variables for what it says itself, as in psql; they say the rest."""
    with Doorman() as one, Doorman(greets=True) as two:
        stale = {"PGHOST": "nowhere.test", "PGPORT": "1", "PGUSER": "bob", "PGDATABASE": "own", "MYSQL_HOST": "nowhere.test", "MYSQL_TCP_PORT": "1",
                 "MYSQL_USER": "bob", "MYSQL_DATABASE": "own"}
        url = {"postgres": f"postgresql://ann@127.0.0.1:{one.port}", "mysql": f"mysql://ann@127.0.0.1:{two.port}"}
        for backend, doorman in (("postgres", one), ("mysql", two)):
            for database in ("", "/bench"):
                doorman.asked.clear()
                file = place.write("told.wkl", TINY + RUN + f'backend {backend} {{ uri env("URL") }}\n')
                done = place.wklrun(file, "-b", backend, env={**stale, "URL": url[backend] + database}).expect(USAGE, "the door is shut")
                assert set(doorman.asked) == {("ann", database[1:] or "own")} and " is used" not in done.err, (doorman.asked, done)
        place.write("service.conf", f"[mine]\nhost=127.0.0.1\nport={one.port}\nuser=carl\n")
        one.asked.clear()
        env = {**stale, "PGSERVICE": "mine", "PGSERVICEFILE": place.path("service.conf")}
        place.wklrun(place.write("tiny.wkl", TINY + RUN), "-b", "postgres", env=env).expect(USAGE, "the door is shut")
        assert set(one.asked) == {("carl", "own")}, one.asked


def counting(place, printed):
    """A command that prints this, with N for how often it has been run."""
    place.write("count", "")
    return place.write("next.sh", f"""echo x >> {place.path("count")}
n=$(wc -l < {place.path("count")})
echo '{printed}' | sed "s/N/$((n))/g"
""")


def test_credentials_that_end_within_a_run(place):
    """They are had anew before they end, or once they are refused for it; the request is sent again, once."""
    file = place.write("tiny.wkl", TINY + RUN)

    def askers(more="", file=file, expired=("AK1",)):
        Listener.asked.clear()
        Listener.expired = expired
        script = counting(place, '{"Version": 1, "AccessKeyId": "AKN", "SecretAccessKey": "hunterN", "SessionToken": "hunterN/token"' + more + "}")
        env = {"AWS_CONFIG_FILE": place.write("config", f"[profile p]\ncredential_process = sh {script}\n"), "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
        expect_silence(place.wklrun(file, "-b", "dynamodb", env={**env, "AWS_PROFILE": "p", "AWS_ENDPOINT_URL_DYNAMODB": url}).expect(USAGE))
        Listener.expired = ()
        return [(authorization.split("Credential=")[1].split("/")[0], token) for authorization, token in Listener.asked]

    with listening(Listener) as url:
        one, two = ("AK1", "hunter1/token"), ("AK2", "hunter2/token")
        assert askers() == [one, two], Listener.asked
        soon, late = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)) for seconds in (60, 7200))
        assert askers(f', "Expiration": "{soon}"', expired=()) == [two], Listener.asked
        assert askers(f', "Expiration": "{late}"', expired=()) == [one, two], Listener.asked       # refused as unknown
        told = place.write("told.wkl", TINY + RUN + f'backend dynamodb {{ access_key command("sh next.sh")  secret_key "hunter2" }}\n')
        counting(place, "AKN")
        Listener.asked.clear()
        Listener.expired = ("AK1",)
        place.wklrun(told, "-b", "dynamodb", env={"AWS_ENDPOINT_URL_DYNAMODB": url}).expect(USAGE)
        Listener.expired = ()
        assert [a.split("Credential=")[1].split("/")[0] for a, _ in Listener.asked] == ["AK1", "AK2"], Listener.asked


def test_tokens_of_servers_that_end_within_a_run(place):
    """A token that a server does not take is asked for once more."""
    for backend, doorman in (("postgres", Doorman(asks=True)), ("mysql", Doorman(greets=True))):
        with doorman:
            counting(place, "hunterN")
            file = place.write("told.wkl", TINY + RUN + f'backend {backend} {{ host "127.0.0.1"  port {doorman.port}  user "u"  database "d"  '
                               'password command("sh next.sh") }\n')
            expect_silence(place.wklrun(file, "-b", backend).expect(USAGE, "the door is shut"))
            assert len(doorman.told) == 2 and doorman.told[0] != doorman.told[1], doorman.told
            assert backend == "mysql" or doorman.told == ["hunter1", "hunter2"], doorman.told


class Roles(http.server.BaseHTTPRequestHandler):
    """A container's, an instance's and STS's services: what was asked of them, and keys that say whose they are."""
    asked = []
    status = 200

    def answer(self, text, status=None):
        self.send_response(status or Roles.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def keys(self, name):
        return json.dumps({"Code": "Success", "AccessKeyId": name, "SecretAccessKey": SECRET, "Token": TOKEN, "Expiration": "2999-01-01T00:00:00Z"})

    def do_GET(self):
        Roles.asked.append((self.path, self.headers["Authorization"] or self.headers["X-aws-ec2-metadata-token"]))
        if self.path == "/container":
            self.answer(self.keys("AKCONTAINER"))
        elif self.path == "/latest/meta-data/iam/security-credentials/":
            self.answer("my-role\n")
        elif self.path == "/latest/meta-data/iam/security-credentials/my-role":
            self.answer(self.keys("AKINSTANCE"))
        else:
            self.answer("no", 404)

    def do_PUT(self):
        Roles.asked.append((self.path, self.headers["X-aws-ec2-metadata-token-ttl-seconds"]))
        self.answer("hunter4token", 200 if self.path == "/latest/api/token" else 404)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        Roles.asked.append((self.path, {name: value[0] for name, value in form.items()}))
        if Roles.status != 200:
            return self.answer('<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>'
                               "<Message>not &lt;you&gt;</Message></Error></ErrorResponse>")
        return self.answer(f"""<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
            <Credentials><SessionToken>{TOKEN}</SessionToken><SecretAccessKey>{SECRET}</SecretAccessKey><Expiration>2999-01-01T00:00:00Z</Expiration>
            <AccessKeyId>AKWEB</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>""")

    def log_message(self, *_):
        pass


def test_roles(place):
    """Of a web identity, a container and an instance, in the order of AWS's own SDKs: keys, web identity, profile, container, instance."""
    file = place.write("tiny.wkl", TINY + RUN)
    with listening(Listener) as url, listening(Roles) as roles:
        instance = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": roles, "AWS_EC2_METADATA_DISABLED": "false", "AWS_REGION": "eu-west-3"}
        container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": roles + "/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hunter5"}
        web = {"AWS_WEB_IDENTITY_TOKEN_FILE": place.write("web.token", "hunter6.web+token\n"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
               "AWS_ENDPOINT_URL_STS": roles}

        def ask(expected, asked, **env):
            Roles.asked.clear()
            assert asker(place, url, file, **env) == expected, Listener.asked
            assert Roles.asked == asked, Roles.asked
        of_instance = [("/latest/api/token", "21600"), ("/latest/meta-data/iam/security-credentials/", "hunter4token"),
                       ("/latest/meta-data/iam/security-credentials/my-role", "hunter4token")]
        of_web = [("/", {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/r", "RoleSessionName": "wkl",
                         "WebIdentityToken": "hunter6.web+token"})]
        # a refusal as unknown has them asked for once more
        ask(("AKINSTANCE", "eu-west-3", TOKEN), 2 * of_instance, **instance)
        ask(("AKCONTAINER", "eu-west-3", TOKEN), 2 * [("/container", "hunter5")], **instance, **container)
        container["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = place.write("container.token", "hunter7\n")
        ask(("AKCONTAINER", "us-east-1", TOKEN), 2 * [("/container", "hunter7")], **container)
        ask(("AKWORK", "eu-central-1", TOKEN), [], **container, AWS_PROFILE="work")
        ask(("AKWEB", "eu-west-3", TOKEN), 2 * of_web, **instance, **container, **web, AWS_PROFILE="work")
        ask(("AKOWN", "us-east-1", None), [], **container, **web, AWS_ACCESS_KEY_ID="AKOWN", AWS_SECRET_ACCESS_KEY=SECRET)
        # nobody asks an instance's service unless dynamodb is named, and nothing else serves it
        Roles.asked.clear()
        place.wklrun(file, env=instance).expect(FINE)
        place.wklrun(file, "-b", "dynamodb", env={**instance, "AWS_EC2_METADATA_DISABLED": "true"}).expect(USAGE, "dynamodb is not configured")
        assert Roles.asked == [], Roles.asked


def test_roles_that_do_not_do(place):
    file = place.write("tiny.wkl", TINY + RUN)
    with listening(Roles) as roles:
        Roles.status = 403
        token = place.write("web.token", "hunter6")
        for env, words in (({"AWS_CONTAINER_CREDENTIALS_FULL_URI": roles + "/container"}, "the container's role .* answers with HTTP status 403"),
                           ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://db.example.test/container"}, "is neither https:// nor of this machine"),
                           ({"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": roles}, r"STS .*: AccessDenied: not <you>"),
                           ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "r"}, "'/nowhere/token' cannot be read"),
                           ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": roles, "AWS_EC2_METADATA_DISABLED": "false"}, "dynamodb is not configured")):
            expect_silence(place.wklrun(file, "-b", "dynamodb", env=env).expect(USAGE, words))
        Roles.status = 200


def test_option_files_of_mysql(place):
    """[client] of ~/.my.cnf says what nothing else says, and it is told what came from there; nobody's server is measured unasked."""
    file = place.write("tiny.wkl", TINY + RUN)
    with Doorman(greets=True) as one, Doorman(greets=True) as two:
        def ask(*args, lines=1, code=USAGE, **env):
            for doorman in (one, two):
                doorman.asked.clear()
                doorman.told.clear()
            done = place.wklrun(*(args or (file, "-b", "mysql")), env=env).expect(code, *(["the door is shut"] if code else []))
            expect_silence(done)
            said = [line for line in done.err.splitlines() if ".my.cnf" in line or "mine.cnf" in line]
            assert len(said) == lines, done
            return sorted(set(one.asked)), sorted(set(two.asked)), said[0].split(" from ")[0] if said else ""
        text = (f"# mine\n[mysqld]\nuser = nobody\n[client]\nhost=127.0.0.1\nport = {one.port}  # here\nuser= 'ann b'\npassword = \"hunter2#\\\\x\"\n"
                "default-character-set = latin1\ndatabase=d\n[other]\nuser=eve\n")
        place.write(".my.cnf", text)
        assert ask() == ([("ann b", "d")], [], "mysql: host, port, user, password, database")
        told = set(one.told)
        assert ask(file, "-b", "mariadb") == ([("ann b", "d")], [], "mariadb: host, port, user, password, database")
        uri = f"mysql://ann%20b:hunter2%23%5Cx@127.0.0.1:{one.port}/d"
        assert ask(lines=0, DATABASE_URL=uri) == ([("ann b", "d")], [], "") and set(one.told) == told and len(told) == 1, (one.told, told)
        # the password is its user's, the port its host's
        assert ask(MYSQL_USER="zoe") == ([("zoe", "d")], [], "mysql: host, port, database") and set(one.told) == {b""}, one.told
        assert ask(MYSQL_HOST="127.0.0.1", MYSQL_TCP_PORT=str(two.port)) == ([], [("ann b", "d")], "mysql: user, password, database")
        # not unasked, nor of Aurora
        assert ask(file, lines=0, code=FINE) == ([], [], "")
        aurora = place.write("aurora.wkl", TINY + RUN + f'backend aurora {{ engine mysql host "127.0.0.1" port {two.port} database "d" user "x" }}\n')
        assert ask(aurora, "-b", "aurora", lines=0) == ([], [("x", "d")], "")
        # one that everybody may write could be anybody's
        os.chmod(place.path(".my.cnf"), 0o666)
        place.wklrun(file, "-b", "mysql").expect(USAGE, "mysql is not configured")
        mine = place.write("mine.cnf", text)
        own = place.write("own.wkl", TINY + RUN + 'backend mysql { defaults_file "mine.cnf"  user "kim" }\n')
        assert ask(own, "-b", "mysql") == ([("kim", "d")], [], "mysql: host, port, database")
        os.remove(mine)
        place.wklrun(own, "-b", "mysql").expect(USAGE, "'mine.cnf' cannot be read")


def test_addresses_say_all_that_they_say(place):
    """Each variable alone, beside an address that says the same: host, port, user, password, database are those of the address, whatever it comes from."""
    with Doorman(asks=True) as one, Doorman(greets=True) as two:
        block = TINY + RUN + 'backend KIND as theirs { uri env("URL") }\n'
        for kind, doorman, scheme in (("postgres", one, "postgresql"), ("mysql", two, "mysql")):
            prefix = "PG" if kind == "postgres" else "MYSQL_"
            url = f"{scheme}://ann:own-word@127.0.0.1:{doorman.port}/bench"
            places = {prefix + "HOST": "nowhere.test"} | ({"MYSQL_UNIX_PORT": "/nowhere.sock"} if kind == "mysql" else {})
            others = {prefix + name: value for name, value in (("PORT", "1"), ("USER", "bob"), ("PASSWORD", "zzz"), ("DATABASE", "own"))}
            told = set()
            for env in [places | others, *({name: value} for name, value in (places | others).items())]:
                for file, name, variable in ((block.replace("KIND", kind), "theirs", "URL"), (TINY + RUN, kind, "DATABASE_URL")):
                    if variable == "DATABASE_URL" and set(env) & set(places):
                        continue                      # a server, which goes before DATABASE_URL
                    doorman.asked.clear()
                    done = place.wklrun(place.write("told.wkl", file), "-b", name, env={**env, variable: url}).expect(USAGE, "the door is shut")
                    assert set(doorman.asked) == {("ann", "bench")}, (env, doorman.asked, done)
                    told |= set(doorman.told)
            assert len(told) == 1 and (kind == "mysql" or told == {"own-word"}), told
        one.asked.clear()
        env = {"PGHOST": "nowhere.test", "PGPORT": "1", "PGUSER": "bob", "PGDATABASE": "own",
               "URL": f"host = 127.0.0.1 port = {one.port} user = ann password = own-word dbname = bench"}
        place.wklrun(place.write("told.wkl", block.replace("KIND", "postgres")), "-b", "theirs", env=env).expect(USAGE, "the door is shut")
        assert set(one.asked) == {("ann", "bench")}, one.asked
        # a port in a block means TCP, whatever socket the environment has; PGPORT is not that of a service with variables of its own
        file = place.write("told.wkl", TINY + RUN + f'backend mysql {{ host "localhost"  port {two.port} }}')
        place.wklrun(file, "-b", "mysql", env={"MYSQL_UNIX_PORT": "/nowhere.sock"}).expect(USAGE, "the door is shut")
        file = place.write("told.wkl", TINY + RUN + 'backend lakebase { uri "postgresql://ann@127.0.0.1/bench" }')
        assert "the door is shut" not in place.wklrun(file, "-b", "lakebase", env={"PGPORT": str(one.port)}).err


def test_a_kind_beside_a_block_of_it(place):
    """Both are named, and both are meant: the environment's own server, and the block's."""
    file = place.write("told.wkl", TINY + RUN + 'backend postgres as theirs { uri env("URL") }\n')
    with Doorman() as one, Doorman() as two:
        env = {"DATABASE_URL": f"postgresql://ann@127.0.0.1:{one.port}/own", "URL": f"postgresql://bob@127.0.0.1:{two.port}/other"}
        for names, asked in (("postgres,theirs", (True, True)), ("theirs,pg", (True, True)), ("theirs", (False, True)), ("postgres", (False, True))):
            one.asked.clear()
            two.asked.clear()
            done = place.wklrun(file, "-b", names, env=env).expect(USAGE, "the door is shut")
            assert (bool(one.asked), bool(two.asked)) == asked and ("postgres: " in done.err) == asked[0], (names, done)
        place.wklrun(file, "-b", "postgres,theirs", env={"URL": env["URL"]}).expect(USAGE, "the door is shut")
    done = place.wklc(file, "--target", "postgres,theirs", "--emit=plan").expect(FINE)
    assert "single · postgres:" in done.out and "single · theirs:" in done.out, done


def test_an_address_of_another_database(place):
    """It is set, and does not count: the message says why."""
    file = place.write("tiny.wkl", TINY + RUN)
    for url, name, words in (("mysql://ann:hunter2@h/db", "postgres", "DATABASE_URL is set, and begins with 'mysql://', so it counts for mysql; set PGHOST"),
                             ("postgres://ann:hunter2@h/db", "mysql", "begins with 'postgres://', so it counts for postgres; set MYSQL_HOST"),
                             ("sqlserver://ann:hunter2@h/db", "postgres", "begins with 'sqlserver://'; set"),
                             ("ann:hunter2@h/db", "postgres", "DATABASE_URL is set, and does not begin with 'postgres://'; set")):
        done = place.wklrun(file, "-b", name, env={"DATABASE_URL": url}).expect(USAGE, f"{name} is not configured: .*{words}")
        expect_silence(done)


wkl.main(globals())
