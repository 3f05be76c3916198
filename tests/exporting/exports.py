"""A project that is exported in tests, its export on this machine, and the proxies in front of it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.exporting import checks
from launcher.exporting.export import export
from launcher.exporting.settings import Ports, Request
from launcher.packager.plan import Options
from launcher.packager.progress import Progress
from tests.support.processes import end, with_descendants
from tests.support.waiting import until

KEY = "8Jq0vJw3mGdP5sXhT7yLrK2nBfZc9uWe4aQiVo6RtEM"
HOSTS = ("example.org", "www.example.org")
APP = '''
import os
import time

from flask import Flask, Response, jsonify, request

app = Flask(__name__)
app.config.update(SECRET_KEY=os.environ.get("SECRET_KEY"), MAX_CONTENT_LENGTH=100_000)


@app.get("/")
def page():
    return "<h1>Quiz</h1>" + "all work " * 500


@app.get("/who")
def who():
    return jsonify(
        address=request.remote_addr,
        host=request.host,
        scheme=request.scheme,
        root=request.script_root,
        headers=dict(request.headers),
    )


@app.route("/events", methods=["GET", "POST"])
def events():
    method, said = request.method, request.get_data(as_text=True)

    def steps():
        for number in range(2):
            yield f"data: {number} {method} {said}\\n\\n"
            # The second part comes when the first has arrived: a buffer on the way would keep both.
            deadline = time.monotonic() + 20
            while not number and not os.path.exists(GOING) and time.monotonic() < deadline:
                time.sleep(0.02)

    return Response(steps(), mimetype="text/event-stream")


@app.post("/upload")
def upload():
    return str(len(request.get_data()))


@app.get("/said/<path:words>")
def said(words):
    return words + "|" + request.args.get("q", "")


@app.get("/teapot")
def teapot():
    return "short and stout", 418
'''
FILES = {
    "requirements.txt": "flask\n",
    "static/site.css": "body { color: red }\n" * 100,
    "static/site.3f2a9b1c.css": "body { color: blue }\n",
    "static/20240101.css": "body { color: green }\n",
    ".env": "SECRET_KEY=never-travels\n",
}


def write_project(root: Path, going: Path) -> Path:
    """Write the project; `going` is the file that lets its event stream go on."""
    for name, text in {**FILES, "app.py": APP.replace("GOING", repr(str(going)))}.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root


def free_port() -> int:
    """Return a port that nobody has just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def make(project: Path, output: Path, *targets: str, **wishes: Any) -> list[dict[str, Any]]:
    """Export a project and return the events."""
    events: list[dict[str, Any]] = []
    options = Options(project=str(project), python=Path(sys.executable))
    request = Request(options, output, targets, wishes.pop("hosts", HOSTS), **wishes)
    export(request, Progress(events.append))
    return events


def question(
    path: str, method: str = "GET", *, host: str = HOSTS[0], body: bytes = b"", **headers: Any
) -> bytes:
    """Write a request."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{k}: {v}" for k, v in names.items())]
    lines += [f"Content-Length: {len(body)}"] if body or method == "POST" else []
    return ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode() + body


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is here as a whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True, slots=True)
class Served:
    """An export that runs here, behind a proxy; `away` is what that said before the app was there."""

    place: Path
    ports: Ports
    going: Path
    away: Answer | None = None

    def ask(
        self, path: str, method: str = "GET", *, host: str = HOSTS[0], body: bytes = b"", **headers: Any
    ) -> Answer:
        """Ask the proxy by https; `_` in the name of a header stands for -."""
        return self.send(question(path, method, host=host, body=body, **headers))

    def send(self, data: bytes) -> Answer:
        """Send bytes as they are, by https, and return the whole answer."""
        with self.answering(data) as answer:
            return Answer(answer.status, answer.headers, answer.read())

    @contextmanager
    def answering(self, data: bytes) -> Iterator[http.client.HTTPResponse]:
        """Send bytes as they are, by https, and yield the answer when its headers are there."""
        context = ssl.create_default_context(cafile=str(self.place / "fullchain.pem"))
        context.check_hostname = False  # the certificate is localhost's
        with (
            socket.create_connection(("127.0.0.1", self.ports.https), 20) as plain,
            context.wrap_socket(plain, server_hostname=HOSTS[0]) as sock,
        ):
            sock.sendall(data)
            answer = http.client.HTTPResponse(sock, method=data.partition(b" ")[0].decode())
            with closing(answer):
                answer.begin()
                yield answer

    def plain(self, data: bytes) -> bytes:
        """Send bytes by plain http and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.ports.http), 20) as sock:
            sock.sendall(data)
            return b"".join(iter(lambda: sock.recv(65536), b""))


@contextmanager
def app_of(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start the exported app by its own order and its own copy of the launcher; its socket is open to all."""
    order = json.loads((place / "serve.json").read_text(encoding="utf-8"))
    key = place / "key"
    key.write_text(KEY, encoding="utf-8")
    key.chmod(0o600)
    order |= {"secret_key_file": "key", "as_root": True}
    (place / "serve.json").write_text(json.dumps(order), encoding="utf-8")
    command = [sys.executable, str(place / "runtime/launcher/start_hosting.py"), str(place / "serve.json")]
    bound = Path(order["bind"].removeprefix("unix:"))
    with (place / "app.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        try:
            until(lambda: _is_well(bound), what=lambda: (place / "app.log").read_text())
            bound.chmod(0o666)
            yield process
        finally:
            _end(process)


def _is_well(bound: Path) -> bool:
    """Ask a unix socket for the server's health."""
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.connect(str(bound))
            one.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in one.recv(100)
        except OSError:
            return False


@contextmanager
def nginx_of(site: Path, folder: Path, ports: Ports) -> Iterator[None]:
    """Run nginx with an exported site."""
    shutil.copyfile(site, folder / "site.conf")
    more = "daemon off;\nmaster_process on;\n" + ("user root;\n" if os.geteuid() == 0 else "")
    (folder / "nginx.conf").write_text(checks.nginx_around(folder, more), encoding="utf-8")
    command = [str(checks.find("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    yield from _running(command, ports)


@contextmanager
def apache_of(site: Path, folder: Path, ports: Ports) -> Iterator[None]:
    """Run Apache with an exported site."""
    shutil.copyfile(site, folder / "site.conf")
    modules = next(Path(one) for one in checks.APACHE if Path(one).is_dir())
    more = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    around = checks.apache_around(folder, modules, ports, f"{more}TypesConfig /etc/mime.types\n")
    (folder / "httpd.conf").write_text(around, encoding="utf-8")
    command = [str(checks.find("apache2")), "-D", "FOREGROUND", "-d", str(folder)]
    yield from _running([*command, "-f", str(folder / "httpd.conf")], ports)


def _running(command: list[str], ports: Ports) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until(lambda: process.poll() is not None or _listens(ports.https), what=lambda: command)
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield
    finally:
        _end(process)
        assert process.stdout is not None
        process.stdout.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        end(with_descendants(process.pid))
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
