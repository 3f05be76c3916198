"""Finding the command that starts the launcher."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app import command as command_module
from app.children import Children
from app.command import LauncherCommand, candidates


@pytest.fixture
def children(tmp_path: Path) -> Children:
    """Children in an empty folder: `-m launcher` finds nothing there by chance."""
    return Children(working_folder=tmp_path, fallback=tmp_path)


def script(folder: Path, name: str, code: int) -> str:
    """Write a program that only ends with a code."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\nexit {code}\n")
    file.chmod(0o755)
    return str(file)


def test_configured_command_is_taken_as_it_is(children: Children) -> None:
    """Nothing is tried: who sets it knows."""
    assert LauncherCommand(["a", "b c"], children).find() == ("a", "b c")


def test_environment_names_the_command(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are split as a shell does, and no shell is used."""
    monkeypatch.setenv("LAUNCHER_COMMAND", "'/my tools/python' -m launcher")
    assert LauncherCommand(None, children).find() == ("/my tools/python", "-m", "launcher")


def test_from_source_the_own_python_comes_first() -> None:
    """The interpreter that runs Studio has the launcher."""
    assert next(candidates()) == (sys.executable, "-m", "launcher")


def test_frozen_studio_takes_the_launcher_on_the_path(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen Studio's executable is Studio."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(command_module, "has_packager", lambda: False)
    found = script(tmp_path / "bin", "launcher", 0)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert LauncherCommand(None, children).find() == (found,)


def test_frozen_studio_called_launcher_does_not_start_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would open window after window."""
    own = script(tmp_path / "bundle", "launcher", 0)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(command_module, "has_packager", lambda: False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "bundle" / "_internal"), raising=False)
    monkeypatch.setattr(sys, "executable", own)
    monkeypatch.setenv("PATH", str(tmp_path / "bundle"))
    assert list(candidates()) == []


def test_python_without_the_launcher_is_passed_over(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not start is not it; and a later installation is found without a restart."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(command_module, "has_packager", lambda: False)
    script(tmp_path / "bin", "python3", 1)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    command = LauncherCommand(None, children)
    assert command.find() is None
    python = script(tmp_path / "bin", "python3", 0)
    assert command.find() == (python, "-m", "launcher")
    assert children.count() == 0
