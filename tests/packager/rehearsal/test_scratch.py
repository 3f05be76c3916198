"""The scratch folder of a rehearsal: what its processes find, and what has changed in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from launcher.packager.rehearsal.scratch import Scratch, changed, listing
from launcher.project.environment import Interpreter
from tests.packager.conftest import MakePlan


@pytest.fixture
def interpreter(make_plan: MakePlan, tmp_path: Path) -> Interpreter:
    """The tests' own Python, as if it were no environment."""
    (tmp_path / "app.py").write_text("app = print\n", encoding="utf-8")
    found = make_plan(f"{tmp_path / 'app.py'}:app").interpreter
    return replace(found, prefix=found.base_prefix)


def test_home_and_temporary_folder_are_its_own(
    tmp_path: Path, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "APPDATA", "AWS_SECRET_ACCESS_KEY", "DISPLAY"):
        monkeypatch.setenv(name, "/home/anna")
    monkeypatch.setenv("LC_TIME", "de_DE.UTF-8")
    scratch = Scratch(tmp_path / "run")
    environ = scratch.environ(interpreter)
    assert environ["HOME"] == str(scratch.home)
    assert environ["TMPDIR"] == environ["TEMP"] == str(scratch.temporary)
    assert "/home/anna" not in environ.values()
    assert environ["LC_TIME"] == "de_DE.UTF-8" and environ["PATH"]


def test_packages_that_were_installed_for_the_user_alone_are_found_all_the_same(
    tmp_path: Path, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    site = tmp_path / ".local" / "lib" / "python3.12" / "site-packages"
    scratch = Scratch(tmp_path / "run")
    monkeypatch.delenv("PYTHONUSERBASE", raising=False)
    assert "PYTHONUSERBASE" not in scratch.environ(replace(interpreter, purelibs=()))
    with_site = replace(interpreter, purelibs=(site,))
    assert scratch.environ(with_site)["PYTHONUSERBASE"] == str(tmp_path / ".local")
    environment = replace(with_site, prefix=tmp_path / "venv")
    assert "PYTHONUSERBASE" not in scratch.environ(environment)


def test_what_came_went_and_changed_is_found(tmp_path: Path) -> None:
    for name in ("same", "changed", "gone"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    before = listing(tmp_path)
    (tmp_path / "changed").write_text("something else", encoding="utf-8")
    (tmp_path / "gone").unlink()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "new").touch()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "app.pyc").touch()
    names = [Path(path).relative_to(tmp_path).as_posix() for path in changed(before, listing(tmp_path))]
    assert names == ["below/new", "changed", "gone"]
