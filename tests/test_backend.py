"""The process in which the app lives: the user's world inside, an orderly end outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.control import Order
from launcher.data import home
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from tests.conftest import WriteFiles
from tests.support.asking import DEADLINE, Visitor, ask, request_bytes
from tests.support.backends import SCRIPT, Backend, Backends
from tests.support.processes import left_of
from tests.support.programs import backend_command, environment
from tests.support.waiting import until

# An app that tells about the world that it finds itself in.
WORLD = """
import json, mimetypes, os, sys
from flask import Flask, jsonify, session

SUFFIXES = (".js", ".mjs", ".css", ".svg", ".wasm")
AT_IMPORT = {"modules": sorted(sys.modules), "cwd": os.getcwd(), "argv": sys.argv, "path": sys.path,
             "stdin": sys.stdin.read(), "environ": dict(os.environ)}
app = Flask(__name__)

@app.route("/world")
def world():
    types = {suffix: mimetypes.guess_type("x" + suffix)[0] for suffix in SUFFIXES}
    return jsonify(AT_IMPORT | {"instance": app.instance_path, "types": types})

@app.route("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])
"""


def world_of(backend: Backend) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(backend.visit().ask("/world").text)
    return found


def test_app_finds_the_world_of_its_author(backends: Backends, write_files: WriteFiles) -> None:
    project = write_files({"app.py": WORLD, "helper.py": ""})
    backend = backends.start(
        project,
        manifest={"args": ("--mode", "quick"), "env": (("COLOUR", "blue"),)},
        order={"arguments": ("from the user",)},
        environ=environment(WERKZEUG_RUN_MAIN="true", FLASK_DEBUG="1", HTTP_PROXY="http://proxy"),
    )
    world = world_of(backend)
    assert world["cwd"] == str(project)
    assert world["argv"] == [str(project / "app.py"), "--mode", "quick", "from the user"]
    assert world["path"][0] == str(project)
    assert world["stdin"] == ""
    assert world["environ"]["COLOUR"] == "blue"
    assert not {"WERKZEUG_RUN_MAIN", "FLASK_DEBUG"} & {*world["environ"]}
    assert world["environ"]["NO_PROXY"] == "127.0.0.1,localhost"
    assert world["instance"] == str(project / "instance")
    assert world["types"] == {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
    }


def test_scripts_are_scripts_whatever_the_machine_calls_them(
    backends: Backends, write_files: WriteFiles, tmp_path: Path
) -> None:
    """As on Windows, where any program may write another type for .js into the registry."""
    files = {f"static/{name}": "x" for name in ("a.js", "a.mjs", "a.css", "a.svg", "a.json", "a.wasm")}
    project = write_files({"app.py": WORLD, **files})
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir()
    lines = [f"mimetypes.add_type('text/plain', '{Path(name).suffix}')" for name in files]
    (spoilt / "sitecustomize.py").write_text("\n".join(["import mimetypes", *lines]))
    visitor = backends.start(project, environ=environment(PYTHONPATH=str(spoilt))).visit()
    served = {name: visitor.ask(f"/{name}").header("content-type") for name in files}
    assert {name.partition(".")[2]: (kind or "").partition(";")[0] for name, kind in served.items()} == {
        "js": "text/javascript",
        "mjs": "text/javascript",
        "css": "text/css",
        "svg": "image/svg+xml",
        "json": "application/json",
        "wasm": "application/wasm",
    }


def test_app_sees_nothing_of_the_launcher(backends: Backends, write_files: WriteFiles) -> None:
    world = world_of(backends.start(write_files({"app.py": WORLD})))
    assert not [
        name for name in world["modules"] if name.split(".")[0] in ("launcher", "waitress", "webview")
    ]
    assert not [place for place in world["path"] if Path(place).name == "launcher"]
    assert "rich" not in world["modules"]


def test_app_may_have_modules_of_our_names(backends: Backends, samples: Path) -> None:
    backend = backends.start(samples / "shadows", target=Target("app", None, "app", ".", "a test"))
    visitor = backend.visit()
    assert visitor.ask("/own").status == 200
    assert visitor.ask("/").status == 200
    assert backend.process.stop() == 0


@pytest.mark.parametrize(
    ("sample", "target"),
    [
        ("single_file", Target("app", None, None, ".", "a test")),
        ("package_factory", Target("bookshelf", None, "create_app", ".", "a test")),
        ("src_layout", Target("tides", None, "app", "src", "a test")),
        ("unguarded_run", Target(None, "quiz.py", None, ".", "a test")),
        ("hyphen-name", Target(None, "my-app.py", None, ".", "a test")),
        ("plain_wsgi", Target("wsgi", None, None, ".", "a test")),
    ],
)
def test_sample_is_served(backends: Backends, samples: Path, sample: str, target: Target) -> None:
    found = backends.start(samples / sample, target=target).visit().ask("/")
    assert (found.status, found.header("content-type")) == (200, "text/html; charset=utf-8")


def test_server_answers_while_the_app_is_still_imported(backends: Backends, write_files: WriteFiles) -> None:
    code = "import os\nwhile not os.path.exists('go'):\n    pass\n" + WORLD
    project = write_files({"app.py": code})
    backend = backends.start(project)
    visitor = Visitor(backend.event("listening")["url"])
    waiting = visitor.ask("/count")
    assert (waiting.status, waiting.header("retry-after")) == (503, "1")
    assert "is starting" in waiting.text
    assert ask(visitor.port, "/count").status == 403
    (project / "go").touch()
    backend.event("ready")
    assert visitor.ask("/count").text == "1"


def test_session_survives_a_restart(backends: Backends, write_files: WriteFiles) -> None:
    project = write_files({"app.py": WORLD})
    first = backends.start(project)
    visitor = first.visit()
    assert [visitor.ask("/count").text for _ in range(2)] == ["1", "2"]
    first.process.stop()
    second = backends.start(project).visit()
    second.cookies["session"] = visitor.cookies["session"]
    assert second.ask("/count").text == "3"


def test_restart_keeps_the_address_and_forgets_who_was_let_in(
    backends: Backends, write_files: WriteFiles
) -> None:
    project = write_files({"app.py": WORLD})
    visits = []
    for _ in range(2):
        backend = backends.start(project)
        visits.append(backend.visit())
        backend.process.stop()
    first, second = visits
    assert first.port == second.port
    name = f"app_{first.port}"
    assert first.cookies[name] != second.cookies[name]


def test_port_that_is_taken_is_said_aloud(backends: Backends, write_files: WriteFiles) -> None:
    project = write_files({"app.py": WORLD})
    first = backends.start(project)
    port = first.event("listening")["port"]
    second = backends.start(project)
    other = second.event("listening")["port"]
    assert other != port
    second.event("ready")
    said = f"port {port} is taken by another program; using port {other}\n"
    until(lambda: said in second.log.tail(), what=second.log.tail)


def test_port_that_was_asked_for_and_is_taken_is_an_error(
    backends: Backends, write_files: WriteFiles
) -> None:
    project = write_files({"app.py": WORLD})
    port = backends.start(project).event("listening")["port"]
    second = backends.start(project, order={"port": port})
    failed = second.event("failed")
    assert failed["sentence"].startswith(f"Port {port} cannot be used")
    assert "--port" in failed["todo"]
    assert second.event("ended")["code"] == 6


FAILURES = {
    "raises": (WORLD + "1 / 0\n", "The app could not be started: ZeroDivisionError: division by zero"),
    "ends itself": ("import sys\nsys.exit(1)\n", "The app ended itself while it was starting (exit code 1)."),
    "is interrupted": ("raise KeyboardInterrupt\n", "The app could not be started: KeyboardInterrupt"),
    "lacks a module": (
        "import not_there\n",
        "The module 'not_there' is not installed; line 1 of app.py imports it.",
    ),
    "has no app": ("x = 1\n", "app.py ran, but no app came out of it."),
}


@pytest.mark.parametrize("case", FAILURES)
def test_app_that_cannot_start_is_told_in_one_sentence(
    backends: Backends, write_files: WriteFiles, case: str
) -> None:
    code, sentence = FAILURES[case]
    backend = backends.start(write_files({"app.py": code}))
    assert backend.event("failed")["sentence"] == sentence
    assert backend.event("ended")["code"] == 6
    assert sentence in backend.log.tail()
    assert backend.names() == ["listening", "failed", "ended"]


@pytest.mark.skipif(host.WINDOWS, reason="dies by a POSIX signal")
def test_crash_leaves_the_user_s_lines_in_the_log(backends: Backends, write_files: WriteFiles) -> None:
    """As an extension crashes that was compiled for another processor."""
    code = "import ctypes\n\n\ndef crash():\n    ctypes.string_at(0)\n\n\ncrash()\n"
    backend = backends.start(write_files({"app.py": code}))
    assert backend.event("ended")["code"] == -signal.SIGSEGV
    for line in ("Segmentation fault", 'app.py", line 5 in crash', 'app.py", line 8 in <module>'):
        assert line in backend.log.tail()


def test_stop_while_the_app_is_imported_answers_what_was_asked(
    backends: Backends, write_files: WriteFiles
) -> None:
    """Such as the page that says that the app has ended, to whoever quit it early."""
    backend = backends.start(write_files({"app.py": "import threading\nthreading.Event().wait()\n"}))
    visitor = Visitor(backend.event("listening")["url"])
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=DEADLINE) as asking:
        lines = ("POST / HTTP/1.1", f"Host: 127.0.0.1:{visitor.port}", f"Cookie: {cookie}")
        waits = ("Content-Length: 2", "Expect: 100-continue", "Connection: close")
        asking.sendall(request_bytes(*lines, *waits))
        assert asking.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n", "it is in flight"
        backend.process.command("stop")
        until(lambda: not answers(visitor.port))
        asking.sendall(b"ok")
        answer = b"".join(iter(lambda: asking.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert answer.endswith(b"</html>\n")
    until(backend.process.has_ended)


def answers(port: int) -> bool:
    """Tell whether anybody listens."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_stop_runs_the_app_s_exit_functions(backends: Backends, write_files: WriteFiles) -> None:
    code = "import atexit, pathlib\natexit.register(lambda: pathlib.Path('saved').touch())\n" + WORLD
    project = write_files({"app.py": code})
    backend = backends.start(project)
    backend.event("ready")
    assert backend.process.stop() == 0
    assert (project / "saved").exists()


LINGERERS = {
    "an endless thread": (
        "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()\n"
    ),
    "a pool at work": (
        "import threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "ThreadPoolExecutor().submit(threading.Event().wait)\n"
    ),
    "an exit function that waits": "import atexit, threading\natexit.register(threading.Event().wait)\n",
    "an exit function that raises": "import atexit\natexit.register(lambda: 1 / 0)\n",
    "a signal that is ignored": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    "a pool of processes": (
        "import time\nfrom concurrent.futures import ProcessPoolExecutor\n"
        "ProcessPoolExecutor(1).submit(time.sleep, 1000)\n"
    ),
    "an endless import": "import os, threading\nif not os.environ.get('x'): threading.Event().wait()\n",
}


@pytest.mark.parametrize("case", LINGERERS)
def test_stop_ends_everything_whatever_the_app_left(
    backends: Backends, write_files: WriteFiles, case: str
) -> None:
    backend = backends.start(write_files({"app.py": LINGERERS[case] + WORLD}))
    backend.event("listening" if "import" in case else "ready")
    everyone = backend.everyone()
    assert backend.process.stop(5.0) == 0
    assert left_of(everyone) == []


@pytest.mark.parametrize("case", LINGERERS)
def test_backend_whose_program_is_gone_ends_with_all_that_it_started(
    backends: Backends, write_files: WriteFiles, case: str
) -> None:
    child = "import subprocess\nsubprocess.Popen(['sleep', '1000'])\n"
    backend = backends.start(write_files({"app.py": child + LINGERERS[case] + WORLD}))
    backend.event("listening" if "import" in case else "ready")
    until(lambda: len(backend.everyone()) > 1)
    everyone = backend.everyone()
    backend.process._channel.close()  # what the system does when a program dies
    assert left_of(everyone) == []


def test_backend_without_an_order_ends() -> None:
    """A program that died before it could say anything."""
    done = subprocess.run(
        backend_command(), input=b"", capture_output=True, timeout=60, env=environment(), check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


class TestSettled:
    """A packaged app: it runs in a home made from the bundle's layers."""

    @pytest.fixture
    def bundle(self, tmp_path: Path) -> Path:
        layers = tmp_path / "bundle" / "layers"
        (layers / "app").mkdir(parents=True)
        (layers / "app" / "app.py").write_text("import from_site\n" + WORLD)
        (layers / "site").mkdir()
        (layers / "site" / "from_site.py").write_text("WORD = 'site'\n")
        listing = json.dumps(home.listing_of(layers / "app"))
        (layers / home.LISTING).write_text(listing)
        return layers

    def start(self, backends: Backends, bundle: Path) -> Backend:
        order = {"settle": True, "sites": (str(bundle / "site"),)}
        return backends.start(bundle / "app", order=order)

    def test_app_runs_in_its_home(self, backends: Backends, bundle: Path) -> None:
        world = world_of(self.start(backends, bundle))
        place = backends.folders.home
        assert world["cwd"] == str(place)
        assert world["argv"] == [str(place / "app.py")]
        assert world["instance"] == str(place / "instance")
        assert world["path"][:2] == [str(place), str(bundle / "site")]

    def test_distributions_come_before_what_our_python_has(self, backends: Backends, bundle: Path) -> None:
        own = "VERSION = 'of the project'\ndef __getattr__(name): raise AttributeError(name)\n"
        (bundle / "site" / "colorsys.py").write_text(own)
        (bundle / "app" / "app.py").write_text(
            "import colorsys\nassert colorsys.VERSION == 'of the project'\n" + WORLD
        )
        (bundle / home.LISTING).write_text(json.dumps(home.listing_of(bundle / "app")))
        self.start(backends, bundle).event("ready")

    @pytest.mark.skipif(host.WINDOWS or host.is_root(), reason="root may write everywhere")
    def test_bundle_is_not_written_to(self, backends: Backends, bundle: Path) -> None:
        for place in (bundle / "app", bundle / "site", bundle):
            place.chmod(0o555)
        try:
            self.start(backends, bundle).event("ready")
        finally:
            for place in (bundle, bundle / "app", bundle / "site"):
                place.chmod(0o755)

    def test_bundle_stays_as_it_was(self, backends: Backends, bundle: Path) -> None:
        before = home.listing_of(bundle / "app")
        backend = self.start(backends, bundle)
        backend.visit().ask("/count")
        backend.process.stop()
        assert home.listing_of(bundle / "app") == before


def test_order_and_manifest_say_it_all(tmp_path: Path) -> None:
    """Nothing of one launch is in the command or in the environment, where others could read it."""
    assert set(asdict(Order("m", "r", "d"))) == {
        "manifest",
        "root",
        "data",
        "sites",
        "settle",
        "port",
        "threads",
        "arguments",
        "share",
        "icon",
    }
    manifest = Manifest("Quiz", "org.example.quiz", "1", SCRIPT)
    manifest.save(tmp_path / "launcher.json")
    assert os.stat(tmp_path / "launcher.json").st_size < 2000
