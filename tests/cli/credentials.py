#!/usr/bin/env python3
"""Credentials that people already have: profiles of the AWS CLI, and commands that print a token."""
import contextlib
import http.server
import json
import threading

import wkl
from wkl import FINE, RUN, TINY, USAGE

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

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Listener.asked.append((self.headers["Authorization"], self.headers["X-Amz-Security-Token"]))
        body = json.dumps({"__type": "UnrecognizedClientException", "message": "no"}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def listening():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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
    with listening() as url:
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
        place.wklrun(file, "-b", "dynamodb", env={**env, "AWS_PROFILE": profile}).expect(USAGE, words)
        report, done = place.measure(FINE, file, env={**env, "AWS_PROFILE": profile})
        states = {b["name"]: (b["status"], b["reason"]) for b in report["backends"]}
        assert states["dynamodb"][0] == "skipped" and states["sqlite"][0] == "ok", states


def test_commands(place):
    """The first line is the setting; the command is shown, what it prints is not."""
    def block(settings):
        return place.write("told.wkl", TINY + RUN + f"backend dynamodb {{ {settings} }}\n")
    key = f'access_key command("echo AKCOMMAND; echo more")  secret_key command("printf {SECRET}")'
    with listening() as url:
        assert asker(place, url, block(f'{key}  session_token command("echo {TOKEN}")'))[::2] == ("AKCOMMAND", TOKEN)
    for command, words in (("echo hunter2; echo one >&2; echo two >&2; exit 7", r"failed \(exit 7\): two"), ("true", "prints cannot be a setting: it is empty"),
                           ("nosuchprogram", r"failed \(exit 127\): .*not found"), ("kill -9 $$", r"failed \(exit 137\): it said nothing")):
        done = place.wklrun(block(f'access_key "A"  secret_key command("{command}")'), "-b", "dynamodb").expect(USAGE, r"error.E0722.: the command|error.E0722.: what the command", words)
        assert "hunter2\n" not in done.err, done
    assert "  secret_key command exit 1\n" in place.wklc(block('access_key "A"  secret_key command("exit 1")'), "--emit=ir").expect(FINE).out
    place.wklrun(block('access_key "A"  secret_key command("exit 1")'), "-b", "memory", "-q").expect(FINE)      # nobody asked for it
    place.wklc(block('secret_key comand("x")'), "--target", "dynamodb").expect(USAGE, r"there are env\(\"NAME\"\), file\(\"path\"\) and command")


wkl.main(globals())
