"""The proof: a program that answers otherwise than its source is not handed over.

The programs are scripts here, honest and dishonest ones; real ones are in tests/end_to_end/.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import VerificationFailed
from launcher.packager.asking import Answer, Session
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.serving import served
from launcher.packager.verification import Surroundings, seclusion, verify
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from tests.end_to_end.frozen import open_folder

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="scripts are no programs there")

# A program that serves what it is told, knows what it sees of the machine, and keeps a home and its version.
PROGRAM = """#!{python} -B
import http.server, json, os, pathlib, signal, sqlite3, sys

ANSWERS = {answers!r}
seen = dict(cwd=os.getcwd(), home=os.listdir(os.environ["HOME"]), user=os.getuid(),
            names=sorted(os.environ), place=__file__, writable=os.access(os.path.dirname(__file__), os.W_OK))
data = pathlib.Path(os.environ.get("LAUNCHER_HOME", "/nowhere"))
home = data / "home"
version = json.loads((pathlib.Path(__file__).parent / "layers/launcher.json").read_text())["version"]
before = ""
if "LAUNCHER_HOME" in os.environ:
    home.mkdir(parents=True, exist_ok=True)
    (data / "private").mkdir(exist_ok=True)
    note = data / "private" / "version"
    before = note.read_text() if note.exists() else ""
    if len(before) > len(version):
        sys.exit({refuses})
    note.write_text(version)


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

        def make(
            answers: Mapping[str, tuple[int, str]],
            *,
            code: int = 0,
            refuses: str = "6",
            extra: str = "",
            came: Mapping[str, str] | None = None,
        ) -> Path:
            bundle = place / "Quiz"
            layers = bundle / "layers"
            layers.mkdir(parents=True)
            Manifest("Quiz", "org.example.quiz", "1.0", Target("quiz", None, "app", ".", "a test")).save(
                layers / "launcher.json"
            )
            (layers / "app-files.json").write_text(json.dumps(came or {}), encoding="utf-8")
            program = bundle / "Quiz"
            text = PROGRAM.format(
                python=_python(), answers=dict(answers), code=code, refuses=refuses, extra=extra
            )
            program.write_text(text, encoding="utf-8")
            program.chmod(0o755)
            return bundle

        yield make


def _python() -> str:
    """Return a Python of the system's own: another user may start it, and it is not covered."""
    found = Path("/usr/bin/python3")
    if not found.is_file():
        pytest.skip("there is no Python of the system's")
    return str(found)


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
    bundle = make_bundle(HONEST, extra="if before: sys.exit('the second time')\n")
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


NOTES = """
def run(*words):
    with sqlite3.connect(home / "notes.db") as connection:
        connection.execute(*words)
if home.is_dir():
    run("CREATE TABLE IF NOT EXISTS note (text)")
    run("INSERT INTO note VALUES ('x')")
    (home / "upload.txt").write_text("mine")
"""
# What an update has to leave, made as plainly as can be.
BACKUP = """
import shutil
def back_up():
    place = data / "private/backups" / (before + "-20260101T000000.000Z")
    (place / "files").mkdir(parents=True)
    shutil.copy(home / "notes.db", place / "files/notes.db")
    (place / "backup.json").write_text(json.dumps(dict(version=before, names=["notes.db"])))
if before and before != version and (home / "notes.db").exists():
    back_up()
"""


def test_what_is_written_is_there_after_a_restart_and_an_update(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST, extra=BACKUP + NOTES)
    manifest = bundle / "layers/launcher.json"
    before = manifest.read_bytes(), manifest.stat().st_mtime_ns, manifest.stat().st_mode
    verified = verify(bundle, "Quiz", facts_of(bundle, ["/", "/about"]))
    assert verified.restart is not None and verified.update is not None
    assert (verified.restart.files, verified.restart.rows) == (1, {"notes.db": {"note": 1}})
    assert verified.restart.probes == verified.update.kept.probes == ["a file", "a row in notes.db"]
    assert (verified.update.old, verified.update.new) == ("1.0", "1.0.1")
    assert (verified.update.backups, verified.update.older_refused) == (["notes.db"], True)
    assert verified.update.kept.rows == {"notes.db": {"note": 2}}
    assert (manifest.read_bytes(), manifest.stat().st_mtime_ns, manifest.stat().st_mode) == before


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("if before: (home / 'upload.txt').unlink(True)", "After a restart: upload.txt is gone"),
        ("if before: (home / 'notes.db').unlink()", "After a restart: the database notes.db is gone"),
        ("if before: run('DELETE FROM note')", "After a restart: notes.db: note had 1 rows and has 0"),
        ("if before: run('DROP TABLE IF EXISTS launcher_proof')", "the row that the proof wrote is gone"),
        ("if before: (home / 'launcher_proof.txt').unlink(True)", "launcher_proof.txt is gone"),
        ("if before and before != version: (home / 'upload.txt').unlink()", "After an update: upload.txt is"),
        ("if before: ANSWERS['/about'] = (500, '')", "After a restart: GET /about: 200"),
        ("if before and before != version: ANSWERS['/about'] = (200, 'else')", "After an update: GET /about"),
    ],
)
def test_what_is_lost_fails_the_build_and_is_named(make_bundle: Bundle, extra: str, says: str) -> None:
    bundle = make_bundle(HONEST, extra=f"{BACKUP}{NOTES}{extra}\n")
    with pytest.raises(VerificationFailed) as caught:
        verify(bundle, "Quiz", facts_of(bundle, ["/", "/about"]))
    assert says in caught.value.message


def test_a_changed_file_that_is_again_as_it_came_was_lost(make_bundle: Bundle) -> None:
    seed = hashlib.sha256(b"as it came").hexdigest()
    extra = "if home.is_dir(): (home / 'list.txt').write_text('as it came' if before else 'changed')\n"
    bundle = make_bundle(HONEST, extra=extra, came={"list.txt": seed})
    with pytest.raises(VerificationFailed, match="is again as it came with the program"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]))


def test_an_update_without_a_backup_fails(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST, extra=NOTES)
    with pytest.raises(VerificationFailed, match="did not back up the database"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]))


@pytest.mark.parametrize(
    ("refuses", "says"), [("0 if False else 9", "exit code 9"), ("'' if print else 0", "exit code 0")]
)
def test_an_older_version_must_refuse_newer_data_in_order(
    make_bundle: Bundle, refuses: str, says: str
) -> None:
    bundle = make_bundle(HONEST, refuses=refuses)
    with pytest.raises(VerificationFailed, match="does not refuse a newer one's data in order"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]))


def test_an_older_version_that_starts_over_newer_data_fails(make_bundle: Bundle) -> None:
    bundle = make_bundle(HONEST)
    change(bundle, "len(before) > len(version)", "False")
    with pytest.raises(VerificationFailed, match="instead of refusing it"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]))


def test_the_folder_for_temporary_files_is_called_as_at_home_and_is_empty(make_bundle: Bundle) -> None:
    extra = (
        "import tempfile\n"
        "place = pathlib.Path(tempfile.gettempdir())\n"
        "ANSWERS['/'] = (200, f'{place}')\n"
        "ANSWERS['/about'] = (200, str([p for p in place.iterdir() if p.name.startswith('left-by-us')]))\n"
    )
    bundle = make_bundle(HONEST, extra=extra)
    if not seclusion.around(Surroundings()).covered or tempfile.gettempdir() not in seclusion.OPEN:
        pytest.skip("it is another one here")
    facts = facts_of(bundle, ["/", "/about"])
    with tempfile.NamedTemporaryFile(prefix="left-by-us-"):
        assert verify(bundle, "Quiz", facts).compared == 2


READS = "ANSWERS['/'] = (200, open({path!r}).read() if os.path.exists({path!r}) else 'not there')\n"


def test_places_of_this_machine_are_out_of_reach(make_bundle: Bundle, tmp_path: Path) -> None:
    """Whether they can be covered or only watched is the machine's to say; the outcome tells which."""
    secret = tmp_path / "words.txt"
    secret.write_text("of this machine", encoding="utf-8")
    tmp_path.chmod(0o755)
    bundle = make_bundle(HONEST, extra=READS.format(path=str(secret)))
    facts = facts_of(bundle, ["/"])
    if not seclusion.around(Surroundings()).covered:
        pytest.skip("nothing can be covered here")
    with pytest.raises(VerificationFailed, match=r"from source .* 15 bytes; packaged .* 9 bytes"):
        verify(bundle, "Quiz", facts)


def test_a_file_that_only_this_machine_has_is_named(make_bundle: Bundle, tmp_path: Path) -> None:
    secret = tmp_path / "words.txt"
    secret.write_text("of this machine", encoding="utf-8")
    bundle = make_bundle(HONEST, extra=f"open({str(secret)!r})\n")
    facts = replace(facts_of(bundle, ["/"]), opened=(str(secret),))
    if not seclusion.around(Surroundings()).covered:
        pytest.skip("nothing can be covered here")
    with pytest.raises(VerificationFailed, match="does not start") as caught:
        verify(bundle, "Quiz", facts)
    assert caught.value.todo.startswith(f"It reads {secret}: a friend has no such file")


def test_where_nothing_can_be_covered_it_is_watched_and_said(
    make_bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(seclusion, "SCRIPT", tmp_path / "no such script")
    bundle = make_bundle(HONEST)
    verified = verify(bundle, "Quiz", facts_of(bundle, ["/"]), Surroundings(places=(("home", tmp_path),)))
    assert (verified.is_covered, verified.out_of_reach) == (False, ["home"])
    assert "only watched" in verified.not_done["project and environment out of reach"]

    held = bundle.parent / "own" / "held.txt"
    held.parent.mkdir()
    held.touch()
    change(bundle, "server.serve_forever()", f"held = open({str(held)!r})\nserver.serve_forever()")
    with pytest.raises(VerificationFailed, match=r"holds files of this machine open[^$]*held\.txt"):
        verify(bundle, "Quiz", facts_of(bundle, ["/"]), Surroundings(places=(("home", held.parent),)))


def test_files_at_fixed_places_that_the_rehearsal_left_are_in_nobody_s_way(
    make_bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with tempfile.NamedTemporaryFile(prefix="fixed-", suffix=".log", dir="/tmp") as log:
        bundle = make_bundle(HONEST, extra=f"open({log.name!r}, 'a').write('started')\n")
        facts = replace(facts_of(bundle, ["/"]), opened=(log.name,))
        assert verify(bundle, "Quiz", facts).compared == 1
        monkeypatch.setattr(seclusion, "SCRIPT", tmp_path / "no such script")
        verified = verify(bundle, "Quiz", facts)
    if host.is_root():
        assert "fixed place" in verified.not_done["another owner"]
