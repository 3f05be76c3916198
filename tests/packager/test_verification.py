"""The proof: a program that answers otherwise than its source is not handed over.

The programs are scripts here, honest and dishonest ones; real ones are in tests/end_to_end/.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import VerificationFailed
from launcher.packager.asking import Answer, Session
from launcher.packager.rehearsal import Facts
from launcher.packager.serving import served
from launcher.packager.verification import verify
from tests.end_to_end.frozen import open_folder

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="scripts are no programs there")

# A program that serves what it is told, and knows what it sees of the machine.
PROGRAM = """#!{python} -B
import http.server, json, os, pathlib, signal, sys

ANSWERS = {answers!r}
seen = dict(cwd=os.getcwd(), home=os.listdir(os.environ["HOME"]), user=os.getuid(),
            names=sorted(os.environ), place=__file__, writable=os.access(os.path.dirname(__file__), os.W_OK))


class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/exit":
            os._exit(9)
        status, body = (303, "") if path == "/enter" else ANSWERS.get(path, (404, ""))
        if path == "/seen":
            status, body = 200, json.dumps(seen)
        self.send_response(status)
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


{extra}
signal.signal(signal.SIGTERM, lambda *_: os._exit({code}))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
print(f"http://127.0.0.1:{{server.server_port}}/enter?x", flush=True)
server.serve_forever()
"""

Bundle = Callable[..., Path]
HONEST = {"/": (200, "home"), "/about": (200, "about us")}


@pytest.fixture
def make_bundle() -> Iterator[Bundle]:
    """Return a function that makes a bundle whose program behaves as told."""
    with open_folder() as place:

        def make(answers: Mapping[str, tuple[int, str]], *, code: int = 0, extra: str = "") -> Path:
            bundle = place / "Quiz"
            bundle.mkdir()
            program = bundle / "Quiz"
            text = PROGRAM.format(python=_python(), answers=dict(answers), code=code, extra=extra)
            program.write_text(text, encoding="utf-8")
            program.chmod(0o755)
            return bundle

        yield make


def _python() -> str:
    """Return a Python that another user may start too; a first line takes no spaces."""
    if host.is_root() and not os.stat(sys.base_prefix).st_mode & stat.S_IXOTH:
        pytest.skip("other users cannot start this Python")
    for parent in Path(sys.executable).resolve().parents:
        if host.is_root() and not parent.stat().st_mode & stat.S_IXOTH:
            return "/usr/bin/python3"
    return str(Path(sys.executable).resolve())


def facts_of(bundle: Path, paths: list[str], varying: tuple[str, ...] = ()) -> Facts:
    """Ask the program as the rehearsal asks the source."""
    environ = {"HOME": str(bundle.parent), "PATH": os.defpath}
    with served([bundle / "Quiz"], cwd=bundle, environ=environ) as running:
        session = Session(running.entry, ())
        answers = {path: session.ask(path) for path in paths}
    return Facts("", answers, (), (), frozenset(), (), frozenset(varying))


def change(bundle: Path, old: str, new: str) -> None:
    program = bundle / "Quiz"
    text = program.read_text(encoding="utf-8")
    assert old in text
    program.write_text(text.replace(old, new), encoding="utf-8")


def test_a_program_that_answers_as_its_source_is_proven(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST)
    verified = verify(bundle, "Quiz", facts_of(bundle, ["/", "/about"]))
    assert (verified.asked, verified.compared, verified.varying) == (2, 2, 0)
    assert bundle.is_dir() and os.access(bundle / "Quiz", os.X_OK)
    assert os.listdir(bundle.parent) == ["Quiz"]


def test_it_is_started_as_on_a_stranger_s_machine(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST)
    facts = facts_of(bundle, ["/"])
    seen = Answer(200, "", "", 0, "")
    with pytest.raises(VerificationFailed) as caught:
        verify(bundle, "Quiz", Facts("", {**facts.answers, "/seen": seen}, (), (), frozenset(), ()))
    assert "/seen" in caught.value.message
    # What it saw comes out when it is made to say so at its start.
    change(bundle, "print(f", "sys.stderr.write(json.dumps(seen)); sys.exit(1)\nprint(f")
    with pytest.raises(VerificationFailed) as caught:
        verify(bundle, "Quiz", facts)
    said = caught.value.message
    assert '"cwd": "/"' in said and '"home": []' in said and '"writable": false' in said
    assert "Pr\\u00fcfstand" in said, "a place with spaces and other letters"
    assert "PYTHONPATH" not in said and "VIRTUAL_ENV" not in said
    if host.is_root():
        assert '"user": 0,' not in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("'/about': (200", "'/about': (500", "GET /about: from source 200, no type, 8 bytes; packaged 500"),
        ("about us", "About us", "GET /about"),
        ("'/about'", "'/gone'", "packaged 404"),
        ('path == "/exit"', 'path == "/about"', "GET /about: the program ended"),
    ],
)
def test_a_difference_fails_with_the_difference(make_bundle: Bundle, old: str, new: str, says: str) -> None:
    bundle = make_bundle(HONEST)
    facts = facts_of(bundle, ["/", "/about"])
    change(bundle, old, new)
    with pytest.raises(VerificationFailed) as caught:
        verify(bundle, "Quiz", facts)
    assert says in caught.value.message
    assert "GET /:" not in caught.value.message


def test_what_varies_from_run_to_run_may_differ_but_not_break(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST)
    facts = facts_of(bundle, ["/", "/about"], varying=("/about",))
    change(bundle, "about us", "another text")
    assert verify(bundle, "Quiz", facts).varying == 1
    change(bundle, "'/about': (200", "'/about': (500")
    with pytest.raises(VerificationFailed, match="packaged 500"):
        verify(bundle, "Quiz", facts)


def test_a_program_that_does_not_start_is_quoted(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST)
    facts = facts_of(bundle, ["/"])
    change(bundle, "print(f", "sys.exit('libgone.so: cannot open')\nprint(f")
    with pytest.raises(VerificationFailed, match=r"libgone\.so"):
        verify(bundle, "Quiz", facts)


def test_a_program_that_does_not_start_again_is_no_program(make_bundle: Bundle) -> None:
    once = (
        "home = pathlib.Path(os.environ.get('LAUNCHER_HOME', os.environ['HOME']))\n"
        "home.mkdir(exist_ok=True)\n"
        "if (home / 'mark').exists(): sys.exit('the second time')\n"
        "if 'LAUNCHER_HOME' in os.environ: (home / 'mark').touch()\n"
    )
    bundle = make_bundle(HONEST, extra=once)
    with pytest.raises(VerificationFailed, match="the second time"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]))


def test_a_program_that_does_not_end_in_order_is_no_program(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST, code=3)
    with pytest.raises(VerificationFailed, match="exit code 3"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]))


def test_many_differences_are_not_all_listed(make_bundle: Bundle) -> None:
    paths = [f"/{number}" for number in range(30)]
    bundle = make_bundle({path: (200, "x") for path in paths})
    facts = facts_of(bundle, paths)
    change(bundle, "'x'", "'y'")
    with pytest.raises(VerificationFailed) as caught:
        verify(bundle, "Quiz", facts)
    assert caught.value.message.count("GET /") == 10
    assert caught.value.message.endswith("and 20 more")
