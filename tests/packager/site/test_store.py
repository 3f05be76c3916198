"""The site layer; what was compiled once is not compiled again, as long as nothing of it changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.packager import site
from launcher.packager.site import shelf, store
from launcher.packager.site.store import Laid, Seen
from tests.packager.installed import Installed, plan_of, project_of

SHELF = {
    "shelf/__init__.py": "BOOKS = 3\n",
    "shelf/py.typed": "",
    "shelf/api.pyi": "BOOKS: int\n",
    "shelf/tests/__init__.py": "",
    "shelf/tests/test_books.py": "assert True\n",
}
APP = "from flask_like import Flask\nimport shelf\napp = Flask(__name__)\n"


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """An environment with a shelf and something that is called like Flask."""
    made = Installed(tmp_path / "environment")
    made.lay("shelf", SHELF)
    made.lay("flask-like", {"flask_like.py": "class Flask:\n    def __init__(self, name): ...\n"})
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that uses both."""
    return project_of(tmp_path / "project", {"app.py": APP, "requirements.txt": "shelf\nflask-like\n"})


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own."""
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))
    yield tmp_path / "cache"


NOTHING = Seen()


def lay(project: Path, installed: Installed, place: Path, *, seen: Seen = NOTHING) -> Laid:
    made = plan_of(project, installed)
    return store.lay(site.choose(made), made, place, seen=seen)


def contents(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def test_nothing_is_compiled_a_second_time_and_the_layer_is_the_same(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    first = lay(project, installed, tmp_path / "one")
    again = lay(project, installed, tmp_path / "two")
    assert (first.cached, again.cached) == (False, True)
    assert again.dropped == first.dropped
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_tests_and_stubs_are_named_and_not_laid(project: Path, installed: Installed, tmp_path: Path) -> None:
    laid = lay(project, installed, tmp_path / "site")
    gone = {one.path for one in laid.dropped}
    assert gone == {name for name in SHELF if name != "shelf/__init__.py"}
    assert not gone & contents(tmp_path / "site").keys()
    assert {one.why for one in laid.dropped} == {"tests", "stub"}


def test_what_the_rehearsal_read_is_laid(project: Path, installed: Installed, tmp_path: Path) -> None:
    lay(project, installed, tmp_path / "before")
    read = frozenset((str(installed.site / "shelf/tests/test_books.py"),))
    laid = lay(project, installed, tmp_path / "site", seen=Seen(read))
    assert laid.compiled == ("shelf",)
    assert (tmp_path / "site/shelf/tests/__init__.py").is_file()
    assert not (tmp_path / "site/shelf/api.pyi").exists()


def test_tests_that_the_app_imports_are_laid(project: Path, installed: Installed, tmp_path: Path) -> None:
    lay(project, installed, tmp_path / "before")
    (project / "app.py").write_text(f"{APP}from shelf.tests import test_books\n", encoding="utf-8")
    lay(project, installed, tmp_path / "site", seen=Seen(code=(("app.py", project / "app.py"),)))
    assert (tmp_path / "site/shelf/tests/test_books.py").is_file()


def test_a_changed_template_or_module_of_the_app_leaves_the_layer_in_the_cache(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    lay(project, installed, tmp_path / "one")
    (project / "app.py").write_text(APP.replace("import shelf", "import shelf, os"), encoding="utf-8")
    (project / "page.html").write_text("new", encoding="utf-8")
    assert lay(project, installed, tmp_path / "two").cached


def test_only_what_changed_or_is_new_is_compiled(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    assert lay(project, installed, tmp_path / "one").compiled == ("flask-like", "shelf")
    edited = installed.site / "shelf/__init__.py"
    edited.write_text("BOOKS = 44\n", encoding="utf-8")
    assert lay(project, installed, tmp_path / "two").compiled == ("shelf",)
    assert (tmp_path / "two/shelf/__init__.py").read_text(encoding="utf-8") == "BOOKS = 44\n"
    installed.lay("flask-like", {"flask_like.py": "class Flask: ...\n"})
    assert lay(project, installed, tmp_path / "three").compiled == ("flask-like",)
    installed.lay("lamp", {"lamp.py": "ON = True\n"})
    (project / "app.py").write_text(f"{APP}import lamp\n", encoding="utf-8")
    assert lay(project, installed, tmp_path / "four").compiled == ("lamp",)


def test_what_was_compiled_alone_is_the_same_as_together(
    project: Path, installed: Installed, tmp_path: Path, cache: Path
) -> None:
    lay(project, installed, tmp_path / "one")
    installed.lay("lamp", {"lamp.py": "ON = True\nNAMES = ('lamp', 'shelf', 'BOOKS')\n"})
    (project / "app.py").write_text(f"{APP}import lamp\n", encoding="utf-8")
    lay(project, installed, tmp_path / "with a cache")
    shutil.rmtree(cache)
    lay(project, installed, tmp_path / "without")
    assert contents(tmp_path / "with a cache") == contents(tmp_path / "without")


def test_a_change_in_one_copy_reaches_neither_the_cache_nor_another(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    lay(project, installed, tmp_path / "one")
    lay(project, installed, tmp_path / "two")
    (tmp_path / "two/shelf/__init__.py").write_text("BOOKS = 0\n", encoding="utf-8")
    lay(project, installed, tmp_path / "three")
    assert (tmp_path / "three/shelf/__init__.py").read_text(encoding="utf-8") == "BOOKS = 3\n"
    assert (tmp_path / "one/shelf/__init__.py").read_text(encoding="utf-8") == "BOOKS = 3\n"


def test_damaged_entries_of_the_cache_are_made_anew(
    project: Path, installed: Installed, tmp_path: Path, cache: Path
) -> None:
    lay(project, installed, tmp_path / "one")
    for folder in cache.glob("distributions/*/bytecode-*"):
        shutil.rmtree(folder)
    for file in cache.glob("distributions/*/evidence.json"):
        file.write_text("{", encoding="utf-8")
    laid = lay(project, installed, tmp_path / "two")
    assert laid.compiled == ("flask-like", "shelf")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_module_that_does_not_compile_is_not_tried_again(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    installed.lay("shelf", {**SHELF, "shelf/python2.py": "print 'old'\n"})
    lay(project, installed, tmp_path / "one")
    assert lay(project, installed, tmp_path / "two").cached
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.skipif(os.name == "nt", reason="a file in the way of a folder, as POSIX says it")
def test_a_cache_that_cannot_be_written_stops_no_build(
    project: Path, installed: Installed, tmp_path: Path, cache: Path
) -> None:
    cache.write_text("no folder", encoding="utf-8")
    lay(project, installed, tmp_path / "site")
    assert (tmp_path / "site/shelf/__init__.py").is_file()


def test_the_cache_keeps_what_was_used_last(
    project: Path, installed: Installed, tmp_path: Path, cache: Path
) -> None:
    lay(project, installed, tmp_path / "one")
    (cache / "distributions").mkdir(exist_ok=True)
    for number in range(shelf.MOST):
        old = cache / "distributions" / str(number)
        old.mkdir()
        os.utime(old, (number, number))
    lay(project, installed, tmp_path / "two")
    left = {path.name for path in (cache / "distributions").iterdir()}
    assert len(left) == shelf.MOST
    assert not left & {"0", "1"} and str(shelf.MOST - 1) in left
    assert lay(project, installed, tmp_path / "three").cached


def test_the_layer_has_bytecode_that_names_no_folder_of_this_machine(
    project: Path, installed: Installed, tmp_path: Path
) -> None:
    lay(project, installed, tmp_path / "site")
    code = next((tmp_path / "site/shelf/__pycache__").glob("__init__*.pyc")).read_bytes()
    assert b"site/shelf/__init__.py" in code or b"site\\shelf\\__init__.py" in code
    assert os.fsencode(tmp_path) not in code
    # Unchecked: no new time stamp of a copy makes Python compile again.
    assert code[4:8] == b"\x01\x00\x00\x00"
    seen = subprocess.run(
        [plan_of(project, installed).interpreter.path, "-c", "import shelf; print(shelf.BOOKS)"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout == "3\n"
