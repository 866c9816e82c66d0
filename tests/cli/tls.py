#!/usr/bin/env python3
"""TLS or nothing: which servers are believed, and what is sent to those that are not. The servers here speak just enough of each protocol to be
told a password; they note what came in clear text and what came through TLS."""
import os
import shutil
import ssl
import struct
import sys

import wkl
from authority import Authority, openssl
from wkl import RUN, TINY, USAGE

PASSWORD = "pl4nted-Passw0rd"
SAID = "the door is shut"                             # what a server says once it was told a password
CLIENT_SSL = 0x800


class Server(wkl.Door):
    """Notes what it is told. certificate None: it offers no TLS."""

    def __init__(self, certificate=None):
        super().__init__()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.clear, self.sealed = b"", b""

    def hear(self, peer, most=65536):
        data = peer.recv(most)
        if isinstance(peer, ssl.SSLSocket):
            self.sealed += data
        else:
            self.clear += data
        return data


class MySQL(Server):
    def packet(self, peer, number, payload):
        peer.sendall(struct.pack("<I", len(payload))[:3] + bytes([number]) + payload)

    def greeting(self):
        can = 0xF7FF & ~CLIENT_SSL | (CLIENT_SSL if self.context else 0)
        return (b"\x0a8.0.99\0" + struct.pack("<I", 7) + b"abcdefgh\0" + struct.pack("<H", can) + b"\x2d\x02\0" +
                struct.pack("<H", 0x0008) + b"\x15" + bytes(10) + b"ijklmnopqrst\0" + b"mysql_native_password\0")

    def hear_packet(self, peer):
        """And nothing behind it: what follows a request for TLS is TLS."""
        head = self.hear(peer, 4)
        return head + self.hear(peer, int.from_bytes(head[:3], "little")) if len(head) == 4 else b""

    def greet(self, peer):
        """Where it goes on, and the login."""
        self.packet(peer, 0, self.greeting())
        asked = self.hear_packet(peer)
        if self.context and len(asked) == 36:         # a request for TLS
            peer = self.context.wrap_socket(peer, server_side=True)
            asked = self.hear_packet(peer)
        return peer, asked

    def talk(self, peer):
        peer, asked = self.greet(peer)
        if asked:
            self.packet(peer, asked[3] + 1, b"\xff" + struct.pack("<H", 1045) + b"#28000" + SAID.encode())


class WantsFile(MySQL):
    """Answers a statement by asking for a file of the client's."""

    def talk(self, peer):
        peer, asked = self.greet(peer)
        self.packet(peer, asked[3] + 1, b"\0\0\0\2\0\0\0")
        if self.hear_packet(peer):
            self.packet(peer, 1, b"\xfb" + self.file.encode())
            self.given = self.hear_packet(peer)[4:]


class WantsClearPassword(MySQL):
    def talk(self, peer):
        peer, asked = self.greet(peer)
        if asked:
            self.packet(peer, asked[3] + 1, b"\xfemysql_clear_password\0")
            if self.hear_packet(peer):
                self.packet(peer, asked[3] + 3, b"\xff" + struct.pack("<H", 1045) + b"#28000" + SAID.encode())


class Postgres(Server):
    def talk(self, peer):
        asked = self.hear(peer)
        if asked[:8] == struct.pack("!ii", 8, 80877103):
            peer.sendall(b"S" if self.context else b"N")
            if self.context:
                peer = self.context.wrap_socket(peer, server_side=True)
            asked = self.hear(peer)
        if asked:
            fields = b"SFATAL\0C28P01\0M" + SAID.encode() + b"\0\0"
            peer.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)


class HTTP(Server):
    def talk(self, peer):
        if self.context:
            peer = self.context.wrap_socket(peer, server_side=True)
        if self.hear(peer):
            body = b'{"__type":"UnrecognizedClientException","message":"%s","code":"Unauthorized"}' % SAID.encode()
            peer.sendall(b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def ask(place, block, env=None, name="x", code=USAGE):
    file = place.write("tls.wkl", TINY + RUN + f"backend {block.replace(' {', f' as {name} {{', 1)}\n")
    return place.wklrun(file, "-b", name, env={"PW": PASSWORD, **(env or {})}).expect(code)


def mysql(port, more="", host="127.0.0.1"):
    return f'aurora {{ engine mysql host "{host}" port {port} user "u" database "d" password env("PW") {more} }}'


def by_uri(port, parameters):
    return f'aurora {{ engine mysql uri "mysql://u@127.0.0.1:{port}/d{parameters}" password env("PW") }}'


def test_mysql_without_tls(place):
    """Nothing is sent to a server that offers none, or to who takes its offer out of its greeting on the way."""
    for word in ("on", "true", "required", '"require"', "verify", "verify-full", '"verify-full"', "VERIFY_IDENTITY"):
        with MySQL() as server:
            done = ask(place, mysql(server.port, f"ssl {word}"))
            assert "TLS is required" in done.err and server.clear == b"", (word, server.clear, done.err)
    for parameters in ("?ssl-mode=REQUIRED", "?ssl=on", "?sslmode=verify-full", "?ssl-mode=VERIFY_IDENTITY"):
        with MySQL() as server:
            done = ask(place, by_uri(server.port, parameters))
            assert "TLS is required" in done.err and server.clear == b"", (parameters, server.clear, done.err)
    for more in ("", "ssl off", "ssl prefer", "ssl disabled"):
        with MySQL() as server:
            done = ask(place, mysql(server.port, more))
            assert SAID in done.err and b"mysql_native_password" in server.clear, (more, server.clear, done.err)


def test_words_for_tls(place):
    for word in ("bogus", '"verify-ca"', "verify-ca", '"VERIFY_CA"', '"on "'):
        done = ask(place, mysql(1, f"ssl {word}"))
        assert "expected off, prefer, on (required) or verify" in done.err, done
    for parameters, said in (("?ssl-mode=bogus", "expected off, prefer, on"), ("?nonsense=1", "parameter 'nonsense'"), ("?ssl", "known"),
                             ("?a=b&ssl=on", "parameter 'a'"), ("?ssl=on&x", "has a parameter that is not known")):
        with MySQL() as server:
            done = ask(place, by_uri(server.port, parameters))
            if parameters != "?ssl":
                assert said in done.err and server.clear == b"", (parameters, server.clear, done.err)
    done = ask(place, f'aurora {{ engine mysql uri "mysql://u:a?{PASSWORD}=b@127.0.0.1:1/d?x" }}')
    assert PASSWORD not in done.err and "known" in done.err, done
    for uri in ("postgresql://u@127.0.0.1:1/d?nonsense=1", "postgresql://u@127.0.0.1:1/d?sslmode=bogus"):
        ask(place, f'lakebase {{ uri "{uri}" }}')
    done = ask(place, 'cosmosdb { uri "AccountEndpoint=https://127.0.0.1:1/;AccountKey=a2V5;Nonsense=1" }')
    assert "'Nonsense'" in done.err, done


def test_certificates(place):
    """The right one of a CA that is named; and none that is another's, of another host, expired, or of nobody known."""
    own, other = Authority(place.folder, "own"), Authority(place.folder, "other")
    good = own.issue("good", "IP:127.0.0.1,DNS:localhost")
    bad = {"other": other.issue("foreign", "IP:127.0.0.1,DNS:localhost"), "host": own.issue("host", "DNS:elsewhere.test"),
           "expired": own.issue("expired", "IP:127.0.0.1,DNS:localhost", days=-1)}
    settings = {
        MySQL: (lambda port, more: mysql(port, "ssl verify " + more, host="localhost")),
        Postgres: (lambda port, more: f'lakebase {{ host "localhost" port {port} user "u" password env("PW") sslmode verify-full {more} }}'),
        HTTP: (lambda port, more: f'dynamodb {{ endpoint "https://localhost:{port}" access_key "A" secret_key env("PW") session_token env("PW") {more} }}'),
    }
    for kind, block in settings.items():
        with kind(good) as server:
            done = ask(place, block(server.port, f'ca "{own.file}"'))
            assert SAID in done.err and PASSWORD.encode() not in server.clear and server.sealed, (kind, done.err)
            done = ask(place, block(server.port, ""))
            assert SAID not in done.err, (kind, "is believed without the CA", done.err)
            done = ask(place, block(server.port, 'ca "/nowhere/ca.pem"'))
            assert "/nowhere/ca.pem" in done.err and SAID not in done.err, (kind, done.err)
        for name, certificate in bad.items():
            with kind(certificate) as server:
                done = ask(place, block(server.port, f'ca "{own.file}"'))
                assert SAID not in done.err and not server.sealed, (kind, name, done.err)
    with HTTP(good) as server:
        block = f'cosmosdb {{ endpoint "https://localhost:{server.port}" key "a2V5" ca "{own.file}" }}'
        assert SAID in ask(place, block).err
        assert SAID not in ask(place, block.replace(own.file, other.file)).err


def test_certificates_by_variables(place):
    own = Authority(place.folder, "own")
    good = own.issue("good", "IP:127.0.0.1,DNS:localhost")
    folder = place.path("certs")
    os.mkdir(folder)
    shutil.copy(own.file, folder)
    openssl("rehash", folder)
    with HTTP(good) as server:
        dynamodb = f'dynamodb {{ endpoint "https://127.0.0.1:{server.port}" access_key "A" secret_key env("PW") }}'
        cosmosdb = f'cosmosdb {{ endpoint "https://127.0.0.1:{server.port}" key "a2V5" }}'
        for variable in ("AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            assert SAID in ask(place, dynamodb, {variable: own.file}).err, variable
        for variable in ("CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            assert SAID in ask(place, cosmosdb, {variable: own.file}).err, variable
        for block in (dynamodb, cosmosdb):
            assert SAID in ask(place, block, {"SSL_CERT_DIR": folder}).err
            assert SAID in ask(place, block.replace(" }", f' ca "{folder}" }}')).err
    with MySQL(good) as server:
        block = mysql(server.port, "ssl verify", host="localhost")
        assert SAID in ask(place, block, {"SSL_CERT_FILE": own.file}).err
        assert SAID in ask(place, block, {"SSL_CERT_DIR": folder}).err
        assert SAID in ask(place, by_uri(server.port, f"?ssl-mode=VERIFY_IDENTITY&ssl-ca={own.file}").replace("127.0.0.1", "localhost")).err


def test_tls_that_is_not_checked(place):
    """`ssl on` believes any certificate, and sends all through TLS."""
    certificate = Authority(place.folder, "own").issue("any", "DNS:elsewhere.test")
    for more in ("ssl on", "ssl prefer"):
        with MySQL(certificate) as server:
            done = ask(place, mysql(server.port, more))
            assert SAID in done.err and server.sealed and len(server.clear) == 36 * (len(server.clear) // 36), (server.clear, done.err)
            assert b"mysql_native" not in server.clear, server.clear


def test_password_in_clear_text(place):
    """A server that asks for the password as it is gets it through TLS alone."""
    for more in ("", "ssl off", "ssl prefer"):
        with WantsClearPassword() as server:
            done = ask(place, mysql(server.port, more))
            assert PASSWORD.encode() not in server.clear, (more, server.clear)
            assert SAID not in done.err, done


def test_files_of_the_client(place):
    with WantsFile() as server:
        server.file, server.given = place.write("private", "nobody's business"), b""
        ask(place, mysql(server.port))
        assert server.given == b"", server.given


def test_what_a_setting_may_hold(place):
    """Nothing that would end the header, the host, the path or the option that it becomes a part of."""
    with HTTP() as server:
        for name, value in (("access_key", "A\r\nX-Evil: 1"), ("secret_key", PASSWORD + "\n"), ("session_token", "a b")):
            given = {"access_key": "A", "secret_key": "B", "session_token": "C", name: value}
            settings = " ".join(f'{k} env("WKL_{k}")' for k in given)
            done = ask(place, f'dynamodb {{ endpoint "http://127.0.0.1:{server.port}" {settings} }}', {f"WKL_{k}": v for k, v in given.items()})
            assert f"'{name}' holds a blank or a control character" in done.err and PASSWORD not in done.err, done
        for region in ("us-east-1.evil.test/", "evil.test#", "us east"):
            assert "the region" in ask(place, f'dynamodb {{ region "{region}" access_key "A" secret_key "B" }}').err
        for database in ("a/../b", "a?b", "a#b"):
            block = f'cosmosdb {{ endpoint "http://127.0.0.1:{server.port}" key "a2V5" database "{database}" }}'
            assert "the database" in ask(place, block).err
        assert server.clear == b"", server.clear
    with Postgres() as server:
        ask(place, f'lakebase {{ host "127.0.0.1" port {server.port} user "u" sslmode disable schema env("WKL_S") }}', {"WKL_S": "s\n-c\vx=y"})
        assert b"user\0u\0" in server.clear and b"options" not in server.clear and b"x=y" not in server.clear, server.clear


def test_endpoints(place):
    """Requests are signed by the credentials, and a token goes with them: not over a network in clear text, unless it is allowed."""
    def dynamodb(endpoint, more=""):
        return f'dynamodb {{ endpoint "{endpoint}" access_key "A" secret_key env("PW") {more} timeout 2s }}'
    for endpoint in ("http://db.example.test", "http://127.evil.test:8000", "http://localhost.evil.test", "HTTP://10.255.255.1:8000"):
        assert "in clear text" in ask(place, dynamodb(endpoint)).err
        assert "in clear text" in ask(place, f'cosmosdb {{ endpoint "{endpoint}" key "a2V5" }}').err
        assert "in clear text" in ask(place, f'cosmosdb {{ uri "AccountEndpoint={endpoint};AccountKey=a2V5;" }}').err
        assert "in clear text" in ask(place, 'dynamodb { access_key "A" secret_key env("PW") }', {"AWS_ENDPOINT_URL": endpoint}).err
        assert "in clear text" in ask(place, 'dynamodb { access_key "A" secret_key env("PW") }', {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}).err
    done = ask(place, dynamodb("http://db.invalid", "allow_http on"))
    assert "in clear text" not in done.err and "http://db.invalid" in done.err, done
    done = ask(place, dynamodb("db.invalid"))
    assert "https://db.invalid" in done.err, done
    with HTTP() as server:
        for endpoint in (f"http://127.0.0.1:{server.port}", f"http://localhost:{server.port}", f"127.0.0.1:{server.port}", f"localhost:{server.port}/"):
            assert SAID in ask(place, dynamodb(endpoint)).err, endpoint
    for endpoint, said in ((f"https://u:{PASSWORD}@h.invalid", "a user or a password"), (f"https://h.invalid/?sig={PASSWORD}", "parameters"),
                           ("ftp://h.invalid", "not a URL"), ("https://h.invalid:90137", "not a URL"), ("https://h.invalid:0", "port"), ("https://", "not a URL"),
                           ("file:///etc/passwd", "not a URL"), ("https://h.invalid#x", "a '#'")):
        for block in (dynamodb(endpoint), f'cosmosdb {{ endpoint "{endpoint}" key "a2V5" }}'):
            done = ask(place, block)
            assert said in done.err and PASSWORD not in done.err, (endpoint, done.err)


def test_proxies(place):
    """Only what is this machine's is asked without the proxy."""
    with HTTP() as proxy:
        env = {"http_proxy": f"http://127.0.0.1:{proxy.port}", "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        for host in ("localhost.evil.test", "127.evil.test"):
            proxy.clear = b""
            ask(place, f'dynamodb {{ endpoint "http://{host}" allow_http on access_key "A" secret_key "B" timeout 2s }}', env)
            assert host.encode() in proxy.clear, (host, proxy.clear)
        proxy.clear = b""
        ask(place, 'dynamodb { endpoint "http://127.0.0.1:1" access_key "A" secret_key "B" timeout 2s }', env)
        assert proxy.clear == b"", proxy.clear


def test_ports(place):
    """A port is reached, and no other one; localhost with a port is no Unix socket."""
    with MySQL() as server:
        for host in ("localhost", "127.0.0.1"):
            assert SAID in ask(place, mysql(server.port, host=host)).err, host
        assert SAID in ask(place, f'aurora {{ engine mysql uri "mysql://u@localhost:{server.port}/d" }}').err
        server.clear = b""
        for port in (server.port + 65536, f'"{server.port}x"', 0, 90137, '""', '"-1"', "1.5", '" 1"'):
            done = ask(place, mysql(port))
            assert "65535" in done.err, done
            done = ask(place, f'lakebase {{ host "127.0.0.1" port {port} user "u" }}')
            assert "65535" in done.err, done
        for port in (server.port + 65536, f"{server.port}x", "0", "+1"):
            done = ask(place, f'aurora {{ engine mysql uri "mysql://u@127.0.0.1:{port}/d" }}')
            assert "65535" in done.err, done
            ask(place, f'lakebase {{ uri "postgresql://u@127.0.0.1:{port}/d" }}')
        for variable in ("PGPORT", "AURORA_MYSQL_PORT"):
            env = {"PGHOST": "127.0.0.1", "AURORA_MYSQL_HOST": "127.0.0.1", variable: str(server.port + 65536)}
            file = place.write("tiny.wkl", TINY + RUN)
            name = "postgres" if variable == "PGPORT" else "aurora_mysql"
            done = place.wklrun(file, "-b", name, env=env).expect(USAGE, variable)
            place.wklrun(file, "-b", "memory", "-q", env=env).expect(0)
        assert server.clear == b"", server.clear


if not shutil.which("openssl"):
    print("skipped: the command openssl is missing")
    sys.exit(77)
wkl.main(globals())
