"""What differs on a friend's machine: streams, names, languages, proxies, certificates, browsers."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import ssl
import subprocess
import threading
import wsgiref.simple_server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import psutil
import pytest

from launcher import host
from launcher.serving import pages
from tests.corpus.environments import environment_for
from tests.end_to_end.builds import Build, Builder, set_up
from tests.end_to_end.frozen import Stranger, open_folder, sealed
from tests.packager.installed import Installed
from tests.support.asking import Visitor, ask
from tests.support.browsers import led_to
from tests.support.processes import left_of
from tests.support.running import Running
from tests.support.serving import CountingApp, listening, serving
from tests.support.waiting import until

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(host.WINDOWS, reason="asks for POSIX programs"),
]

APP = r"""
import faulthandler
import hashlib
import importlib.metadata
import json
import locale
import os
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import greeting
from flask import Flask, jsonify, request, session

trouble = os.environ.get("TROUBLE")
if trouble == "raises":
    {}["a key that nobody has"]
elif trouble == "ends itself":
    print("No settings file, giving up.")
    sys.exit(1)
elif trouble == "crashes":
    faulthandler._sigsegv()
elif trouble == "stays":
    threading.Thread(target=threading.Event().wait).start()
    ThreadPoolExecutor().submit(threading.Event().wait)

# What progress bars, loggers and terminals' colours do with the streams that they find.
sys.stdout.write("by stdout\n")
sys.stderr.write(f"by stderr, {sys.stdout.isatty()} {sys.stderr.isatty()} {sys.stdin.isatty()}\n")
sys.stdout.buffer.write(b"by its buffer\n")
sys.stdout.flush()
sys.__stderr__.write(f"{sys.stdout.encoding} {sys.stderr.fileno()} {sys.stdin.read()!r}\n")
os.write(1, b"by its descriptor\n")
faulthandler.enable()

app = Flask(__name__)
app.register_blueprint(greeting.pages)


@app.route("/")
def index():
    return "at a friend's"


@app.route("/versions")
def versions():
    found = {}
    for module, names in importlib.metadata.packages_distributions().items():
        found[module] = [importlib.metadata.version(name) for name in names]
    return jsonify(found)


@app.route("/environment/<who>")  # with an argument, which no build asks for: it is another's on each machine
def environment(who):
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    said = [
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for command in ([sys.executable, "-c", code], ["/usr/bin/env", "-0"])
    ]
    program = dict(line.split("=", 1) for line in said[1].split("\0") if "=" in line)
    return jsonify({"app": dict(os.environ), "python": json.loads(said[0]), "program": program}[who])


@app.route("/time/<path:zone>")
def time_in(zone):
    return str(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo(zone)).utcoffset())


@app.route("/text")
def text():
    with open("ä.txt", "w") as file:
        file.write("日")
    code = "print(open('ä.txt').read(), end='')"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    return jsonify(
        read=open("ä.txt").read(),
        names=os.listdir(),
        child=child.decode("utf-8"),
        preferred=locale.getpreferredencoding().lower(),
        files=sys.getfilesystemencoding(),
    )


@app.route("/upload", methods=["POST"])
def upload():
    file = request.files["file"]
    digest, size = hashlib.sha256(), 0
    while block := file.stream.read(1 << 20):
        digest.update(block)
        size += len(block)
    return jsonify(name=file.filename, size=size, sha256=digest.hexdigest())


@app.route("/fetch", methods=["POST"])
def fetch():
    with urllib.request.urlopen(request.form["url"], timeout=30) as answer:
        return answer.read()


@app.route("/proxies")
def proxies():
    hosts = ("127.0.0.1", "localhost", "example.org")
    return jsonify(
        proxies=urllib.request.getproxies(),
        bypassed=[host for host in hosts if urllib.request.proxy_bypass(host)],
    )


@app.route("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])


@app.route("/hold/<name>")
def hold(name):
    Path(name).touch()
    threading.Event().wait()


app.run(host="0.0.0.0", port=5000, debug=True)
"""

GREETING = {
    "greeting/__init__.py": (
        "from flask import Blueprint, render_template\n"
        "pages = Blueprint('greeting', __name__, 'static', '/greeting-files', 'templates')\n"
        "pages.add_url_rule('/greeting', 'greet', lambda: render_template('greeting/card.html'))\n"
    ),
    "greeting/templates/greeting/card.html": "<h1>A card, from its distribution</h1>",
    "greeting/static/card.css": "h1 { color: rebeccapurple }",
}
BROWSER = """#!/bin/sh
printf '%s\\n' "$1" >> "$NOTES"
"""


@pytest.fixture(scope="module")
def build(builder: Builder, cache: Path) -> Iterator[Build]:
    """The app, packaged; its environment and its project are no longer where they were."""
    with open_folder() as place:
        shutil.copytree(environment_for("flask", ["flask"], cache), place / "environment", symlinks=True)
        Installed(place / "environment").lay("flask-greeting", GREETING, version="3.1")
        project = place / "looks around"
        project.mkdir()
        (project / "app.py").write_text(APP, encoding="utf-8")
        set_up(project)
        made = builder.build(project, place / "dist", "--python", place / "environment")
        assert made.program
        shutil.rmtree(project)
        shutil.rmtree(place / "environment")
        yield made


@pytest.fixture
def program(build: Build) -> Iterator[Path]:
    """The program, in a bundle that nobody may write to."""
    with sealed(build.program.parent):
        yield build.program


@dataclass
class Friend:
    """Somebody at a screen, whose only browser writes down what it is asked to show."""

    stranger: Stranger
    program: Path
    data: Path
    notes: Path
    browser: Path

    def start(self, *command: str | Path, **env: str) -> Running:
        """Start the program with a window, or a command with the program as its last word."""
        first, *rest = [*command, self.program]
        environ = {
            "DISPLAY": ":a-screen",
            "PATH": str(self.browser.parent),
            "BROWSER": str(self.browser),
            "NOTES": str(self.notes),
            "LAUNCHER_HOME": str(self.data),
            **env,
        }
        return self.stranger.start(Path(first), *map(str, rest), headless=False, env=environ)

    def shown(self) -> list[str]:
        """Return the addresses that the browser was asked to show."""
        return self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []

    def visit(self) -> Visitor:
        """Enter the app as the browser's second tab does; the first one is to quit by."""
        visitor = Visitor(led_to(until(lambda: self.shown()[1:], seconds=60, what=self.log)[0]))
        until(lambda: visitor.ask("/").status == 200, what=self.log)
        return visitor

    def log(self) -> str:
        """Return the log of the app."""
        place = self.data / "logs" / "app.log"
        return place.read_text(encoding="utf-8") if place.exists() else ""


@pytest.fixture
def friend(stranger: Stranger, program: Path, place: Path) -> Friend:
    """A friend with a default browser and no Chromium."""
    browser = place / "programs" / "firefox"
    browser.parent.mkdir()
    browser.write_text(BROWSER, encoding="utf-8")
    browser.chmod(0o755)
    return Friend(stranger, program, stranger.home / "data", stranger.home / "notes", browser)


@pytest.fixture
def visitor(stranger: Stranger, program: Path) -> Visitor:
    """Somebody who visits the app, started in the plainest way."""
    return stranger.start(program).visit()


def told(visitor: Visitor, path: str) -> dict[str, Any]:
    """Ask for a page of JSON."""
    answer = visitor.ask(path)
    assert answer.status == 200, answer
    found: dict[str, Any] = json.loads(answer.text)
    return found


# --- Streams, failures, the window that is not there ---


def test_program_without_any_streams_opens_its_app_and_keeps_what_is_printed(friend: Friend) -> None:
    """As a windowed program is started: with no standard input, output and error at all."""
    running = friend.start("/bin/sh", "-c", 'exec "$0" <&- >&- 2>&-')
    assert friend.visit().ask("/").text == "at a friend's"
    for line in (
        "by stdout",
        "by stderr, False False False",
        "by its buffer",
        "utf-8 2 ''",
        "by its descriptor",
    ):
        assert f"{line}\n" in friend.log()
    assert running.stop() == 0


TROUBLES = {
    "raises": ("KeyError: 'a key that nobody has'", "KeyError: 'a key that nobody has'"),
    "ends itself": ("The app ended itself while it was starting (exit code 1).", "No settings file"),
    "crashes": ("The app's process ended by itself, by the signal SIGSEGV.", 'app.py", line'),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_app_that_cannot_start_is_explained_on_the_screen_and_in_the_log(
    trouble: str, friend: Friend
) -> None:
    sentence, detail = TROUBLES[trouble]
    running = friend.start(TROUBLE=trouble)
    assert running.process.wait(60) == 6
    shown = friend.shown()[-1]
    page = unescape(Path(unquote(urlsplit(shown).path)).read_text(encoding="utf-8"))
    assert shown.startswith("file:") and "could not be started" in page
    for words in (sentence, detail):
        assert words in friend.log()
    assert sentence in page
    assert str(friend.data / "logs" / "app.log") in page


def test_whatever_the_app_left_running_and_unanswered_the_program_is_gone_when_it_is_quit(
    friend: Friend,
) -> None:
    running = friend.start(TROUBLE="stays")
    visitor = friend.visit()
    held = friend.data / "home" / "held"
    with waiting_for(visitor, "/hold/held"):
        until(held.exists)
        everyone = running.note_processes()
        assert visitor.ask(pages.QUIT, method="POST", body=b"").status == 200
        assert left_of(everyone) == []
    assert running.process.wait(5) == 0
    assert "1 request(s) were still unfinished at the end" in friend.log()


def waiting_for(visitor: Visitor, path: str) -> socket.socket:
    """Ask for a page that never comes."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    connection = socket.create_connection(("127.0.0.1", visitor.port))
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{visitor.port}", f"Cookie: {cookie}", "", "")
    connection.sendall("\r\n".join(lines).encode())
    return connection


# --- Where the program lies, who starts it and in which language ---


def test_program_runs_in_folders_of_any_name(build: Build, place: Path, stranger: Stranger) -> None:
    odd = Path("Jürgen Ünal 日本") / "(1) 'q\"uote' $HOME"
    bundle = place / odd / "Programme" / build.program.parent.name
    shutil.copytree(build.program.parent, bundle, symlinks=True)
    stranger.home = stranger.home / odd
    stranger.home.mkdir(parents=True)
    if stranger.user is not None:
        shutil.chown(stranger.home, stranger.user)
    with sealed(bundle):
        running = stranger.start(bundle / build.program.name)
        visitor = running.visit()
        assert told(visitor, "/text")["read"] == "日"
        assert visitor.ask("/greeting").status == 200
        assert running.stop() == 0
    assert any(name.endswith("home/ä.txt") for name in stranger.written())


def test_no_path_in_the_bundle_is_long(build: Build) -> None:
    bundle = build.program.parent
    longest = max((path.relative_to(bundle).as_posix() for path in bundle.rglob("*")), key=len)
    assert len(longest) <= 150, longest


@pytest.mark.parametrize("name", ["LC_ALL", "LANG"])
def test_text_is_utf_8_on_a_machine_that_knows_ascii_alone(
    name: str, stranger: Stranger, program: Path
) -> None:
    found = told(stranger.start(program, env={"LANG": "C", name: "C"}).visit(), "/text")
    assert (found["read"], found["child"]) == ("日", "日")
    assert "ä.txt" in found["names"]
    assert (found["preferred"], found["files"]) == ("utf-8", "utf-8")


def test_time_zones_are_known_on_a_machine_that_has_none(stranger: Stranger, program: Path) -> None:
    visitor = stranger.start(program, env={"PYTHONTZPATH": ""}).visit()
    assert visitor.ask("/time/Europe/Helsinki").text == "3:00:00"


def test_program_starts_with_an_empty_environment(stranger: Stranger, program: Path) -> None:
    data = stranger.home / "data"
    settings = ("LAUNCHER_HEADLESS=1", f"LAUNCHER_HOME={data}")
    running = stranger.start(Path("/usr/bin/env"), "-i", *settings, str(program))
    visitor = running.visit()
    assert told(visitor, "/text")["read"] == "日"
    assert set(told(visitor, "/environment/app")) <= {
        *("LAUNCHER_HEADLESS", "LAUNCHER_HOME", "NO_PROXY", "no_proxy", "_LAUNCHER_PYTHON"),
        *("LC_CTYPE", "PATH"),
    }
    assert running.stop() == 0


def test_nothing_is_left_in_the_folder_for_temporary_files_nor_needed_there(
    stranger: Stranger, program: Path
) -> None:
    """Its cleaners remove what nobody read for days, and what a killed program left stays for ever."""
    temporary = stranger.home / "tmp"
    temporary.mkdir(mode=0o777)
    temporary.chmod(0o777)
    running = stranger.start(program, env={"TMPDIR": str(temporary)})
    visitor = running.visit()
    assert visitor.ask("/greeting").status == 200
    everyone = running.note_processes()
    assert list(temporary.iterdir()) == []
    running.process.kill()
    running.process.wait(30)
    assert left_of(everyone) == []
    assert list(temporary.iterdir()) == []


# --- What came along ---


def test_every_distribution_that_came_along_knows_its_version(build: Build, visitor: Visitor) -> None:
    site = build.program.parent / "layers" / "site"
    found = told(visitor, "/versions")
    modules = {path.stem for path in site.iterdir() if path.suffix in ("", ".py")}
    modules -= {"__pycache__", "bin", ".libs"}
    assert {"flask", "werkzeug", "jinja2", "click", "greeting"} <= modules
    assert {name: found.get(name) for name in modules if not found.get(name)} == {}
    assert found["greeting"] == ["3.1"]


def test_pages_and_files_of_a_distribution_are_the_same_bytes(build: Build, visitor: Visitor) -> None:
    assert visitor.ask("/greeting").text == GREETING["greeting/templates/greeting/card.html"]
    assert visitor.ask("/greeting-files/card.css").text == GREETING["greeting/static/card.css"]


def test_program_is_small_and_has_nothing_that_it_does_not_use(build: Build) -> None:
    bundle = build.program.parent
    size = sum(path.lstat().st_size for path in bundle.rglob("*") if path.is_file())
    assert size < 60_000_000
    names = {path.name.lower() for path in bundle.rglob("*")}
    for left in ("tkinter", "numpy", "pandas", "pyqt", "pyside", "libtcl", "libtk"):
        assert not [name for name in names if name.startswith(left)], left


@pytest.mark.skipif(not host.LINUX or not shutil.which("objdump"), reason="asks objdump about ELF")
def test_oldest_system_that_will_do_is_said_and_true(build: Build) -> None:
    needed = set[tuple[int, ...]]()
    for path in build.program.parent.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                is_elf = file.read(4) == b"\x7fELF"
            if is_elf:
                needed |= glibc_symbols(path)
    version = ".".join(map(str, max(needed)))
    warned = [event["title"] for event in build.events if event["event"] == "warning"]
    assert f"Friends need glibc {version} or newer" in warned


def glibc_symbols(path: Path) -> set[tuple[int, ...]]:
    said = subprocess.run(["objdump", "-T", str(path)], capture_output=True, text=True, check=True).stdout
    found = {word.strip("()") for line in said.splitlines() for word in line.split()}
    return {
        tuple(int(part) for part in word.removeprefix("GLIBC_").split("."))
        for word in found
        if word.startswith("GLIBC_") and word.removeprefix("GLIBC_").replace(".", "").isdigit()
    }


# --- The network ---


def test_program_listens_on_this_machine_alone_though_the_script_asks_for_everyone(
    stranger: Stranger, program: Path
) -> None:
    running = stranger.start(program)
    visitor = running.visit()
    found = {
        connection.laddr
        for process in running.note_processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or not connection.raddr
    }
    assert {(address.ip, address.port) for address in found} == {("127.0.0.1", visitor.port)}


def test_port_of_another_server_is_stepped_around_and_that_is_said(stranger: Stranger, program: Path) -> None:
    first = stranger.start(program)
    visitor = first.visit()
    assert visitor.ask("/count").text == "1"
    assert first.stop() == 0
    with socket.create_server(("127.0.0.1", visitor.port)):
        second = stranger.start(program)
        moved = second.visit()
        assert moved.port != visitor.port
        assert moved.ask("/").text == "at a friend's"
        moved.cookies["session"] = visitor.cookies["session"]
        assert moved.ask("/count").text == "2"
        assert f"port {visitor.port} is taken by another program" in second.stderr
        assert second.stop() == 0


@pytest.mark.parametrize("everywhere", ["lower", "upper"])
def test_dead_proxy_keeps_nobody_from_the_app_and_is_still_seen_by_it(
    everywhere: str, stranger: Stranger, program: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:
        address = f"http://127.0.0.1:{dead.getsockname()[1]}"
    names = [f"{kind}_proxy" for kind in ("http", "https", "all")]
    env = {name if everywhere == "lower" else name.upper(): address for name in names}
    visitor = stranger.start(program, env=env).visit()
    found = told(visitor, "/proxies")
    assert found == {
        "proxies": {kind: address for kind in ("http", "https", "all")} | {"no": "127.0.0.1,localhost"},
        "bypassed": ["127.0.0.1", "localhost"],
    }
    with listening() as bound, serving(CountingApp(), bound):
        address = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        fetched = visitor.ask("/fetch", method="POST", body=urlencode({"url": address}).encode())
    assert fetched.text == "hello"


# As on a system that keeps its authorities elsewhere than the one where the program was built.
OTHER_SYSTEM = """
set -e
for folder in "$1" /etc/ssl; do mount -t tmpfs none "$folder"; done
cp "$2" /etc/ssl/ca-bundle.pem
exec "$3"
"""


@pytest.fixture
def authority(place: Path) -> Path:
    """A certificate of 127.0.0.1 that is its own authority, with its key."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl to write a certificate")
    file, key = place / "authority.pem", place / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=a test",
        "-days",
        "2",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(place / "own.pem")]
    subprocess.run([*command, *names], capture_output=True, check=True)
    file.write_bytes((place / "own.pem").read_bytes() + key.read_bytes())
    return file


@contextmanager
def secure_server(authority: Path) -> Iterator[str]:
    """Serve one answer by TLS, and return the address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    server = wsgiref.simple_server.make_server("127.0.0.1", 0, CountingApp())
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request)
    server.timeout = 30
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/"
    finally:
        thread.join(60)
        server.server_close()


def test_authorities_of_another_system_than_the_builder_s_are_found(
    stranger: Stranger, program: Path, authority: Path
) -> None:
    if not host.LINUX or not host.is_root() or subprocess.run(["unshare", "-m", "true"]).returncode:
        pytest.skip("only root mounts folders")
    builders = Path(ssl.get_default_verify_paths().openssl_cafile).parent
    stranger.user = None
    own = authority.with_name("own.pem")
    arguments = ("-c", OTHER_SYSTEM, "sh", str(builders), str(own), str(program))
    running = stranger.start(Path("/usr/bin/unshare"), "-m", "/bin/sh", *arguments)
    visitor = running.visit()
    with secure_server(authority) as address:
        answer = visitor.ask("/fetch", method="POST", body=urlencode({"url": address}).encode())
    assert (answer.status, answer.text) == (200, "hello"), running.stderr


def test_stranger_s_programs_and_pythons_see_nothing_of_the_bundle(
    build: Build, stranger: Stranger, program: Path
) -> None:
    env = {"LD_LIBRARY_PATH": "/opt/of-the-user", "XDG_DATA_DIRS": "/usr/share"}
    visitor = stranger.start(program, env=env).visit()
    for who in ("program", "python"):
        found = told(visitor, f"/environment/{who}")
        assert found["LD_LIBRARY_PATH"] == "/opt/of-the-user"
        assert found["XDG_DATA_DIRS"] == "/usr/share"
        named = [name for name, value in found.items() if str(build.program.parent) in value]
        assert {*named} <= {"_LAUNCHER_PYTHON", "PATH"}, "the commands of its distributions are found"


LARGE = 200_000_000  # bytes
FILE_NAME = "Überblick (1) 日本.csv"


def test_large_file_with_a_name_of_any_language_arrives_whole(visitor: Visitor) -> None:
    line = "0123456789abcdef" * 1024
    body = (line * (LARGE // len(line))).encode()
    answer = upload(visitor, body)
    assert (answer["name"], answer["size"]) == (FILE_NAME, len(body))
    assert answer["sha256"] == hashlib.sha256(body).hexdigest()


def upload(visitor: Visitor, data: bytes) -> dict[str, Any]:
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{FILE_NAME}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    headers = {
        "Content-Type": "multipart/form-data; boundary=edge",
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
    }
    body = head.encode() + data + b"\r\n--edge--\r\n"
    answer = ask(visitor.port, "/upload", method="POST", headers=headers, body=body)
    assert answer.status == 200, answer
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_file_beyond_the_limit_is_refused_with_a_status(visitor: Visitor) -> None:
    connection = socket.create_connection(("127.0.0.1", visitor.port), timeout=60)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    lines = (
        "POST /upload HTTP/1.1",
        f"Host: 127.0.0.1:{visitor.port}",
        f"Cookie: {cookie}",
        "Content-Length: 1500000000",
        "",
        "begin",
    )
    with connection:
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    assert visitor.ask("/").status == 200
