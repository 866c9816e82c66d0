"""Certificates for the tests."""
import subprocess


class Authority:
    """A certificate authority of our own, made by the openssl command."""

    def __init__(self, folder, name):
        self.folder, self.key, self.file = folder, f"{folder}/{name}.key", f"{folder}/{name}.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", self.file, "-days", "2", "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE")

    def issue(self, name, names, days=2):
        """A server's certificate, and its key, in one file."""
        path = f"{self.folder}/{name}"
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", path + ".key", "-out", path + ".csr", "-subj", f"/CN={name}")
        with open(path + ".ext", "w", encoding="ascii") as f:
            f.write(f"subjectAltName={names}\n")
        openssl("x509", "-req", "-in", path + ".csr", "-CA", self.file, "-CAkey", self.key, "-CAcreateserial", "-days", str(days),
                "-extfile", path + ".ext", "-out", path + ".crt")
        with open(path + ".pem", "wb") as out:
            for part in (".crt", ".key"):
                with open(path + part, "rb") as f:
                    out.write(f.read())
        return path + ".pem"


def openssl(*args):
    done = subprocess.run(["openssl", *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"openssl {' '.join(args)}: {done.stderr}"
