"""Certificates of the tests' own, and an authority that attests when something was signed (RFC 3161)."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

PASSWORD = "nur für Müller $1"
ATTESTS = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
"""


class Authority:
    """A publisher's certificate as PEM and as PFX, and who attests times."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self.certificate, self.key = self._made("publisher", "/CN=Jürgen Müller", "codeSigning")
        self.stranger, self.stranger_key = self._made("stranger", "/CN=Somebody", "codeSigning")
        self.attests, _ = self._made("tsa", "/CN=Clock", "critical,timeStamping")
        self.pfx = folder / "publisher.pfx"
        words: list[str | Path] = ["-inkey", self.key, "-in", self.certificate, "-out", self.pfx, "-passout"]
        openssl("pkcs12", "-export", *words, f"pass:{PASSWORD}")
        (folder / "serial").write_text("01", encoding="ascii")
        (folder / "ts.cnf").write_text(ATTESTS.format(folder=folder), encoding="utf-8")

    def _made(self, name: str, subject: str, use: str) -> tuple[Path, Path]:
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        words: list[str | Path] = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
        openssl("req", "-x509", "-utf8", *words, "-subj", subject, "-addext", f"extendedKeyUsage={use}")
        return certificate, key

    def attest(self, question: bytes) -> bytes:
        """Answer a question for the time."""
        asked, answer = self.folder / "question", self.folder / "answer"
        asked.write_bytes(question)
        openssl(
            "ts", "-reply", "-config", self.folder / "ts.cnf", "-queryfile", asked, "-out", answer
        )
        return answer.read_bytes()

    def verify(self, file: Path) -> str:
        """Return what osslsigncode says of a file's signature; empty where it is not good."""
        known: list[str | Path] = ["-CAfile", self.certificate, "-TSA-CAfile", self.attests]
        words = ["osslsigncode", "verify", *known, "-in", file]
        seen = subprocess.run(words, capture_output=True, text=True, check=False)
        return seen.stdout if seen.returncode == 0 else ""


def openssl(*words: str | Path) -> None:
    """Run openssl."""
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@contextmanager
def authority_in(folder: Path) -> Iterator[Authority]:
    """Give an authority that answers at an address of its own."""
    if not all(map(shutil.which, ("openssl", "osslsigncode"))):
        pytest.skip("there is no openssl, or no osslsigncode")
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.attest(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield authority
        server.shutdown()
        thread.join()
