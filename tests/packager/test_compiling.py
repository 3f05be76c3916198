"""Bytecode is the same at every build, whatever the machine has and where the build lies."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from launcher.packager.compiling import compile_modules
from launcher.project import environment

SOURCE = Path(environment.__file__).parent


def pyc_of(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*.pyc")}


def compiled(place: Path, python: Path) -> dict[str, bytes]:
    shutil.copytree(SOURCE, place, ignore=shutil.ignore_patterns("__pycache__"))
    interpreter = environment.ask(python, "a test")
    compile_modules(interpreter, place, list(place.rglob("*.py")), "site")
    return pyc_of(place)


def test_the_same_modules_give_the_same_bytes_in_another_folder_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compiled(tmp_path / "one", Path(sys.executable))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    second = compiled(tmp_path / "another folder" / "deeper", Path(sys.executable))
    assert len(first) > 10
    assert first == second


def test_a_module_that_is_no_python_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "template.py").write_text("class {{ name }}:\n", encoding="utf-8")
    (tmp_path / "good.py").write_text("x = 1\n", encoding="utf-8")
    interpreter = environment.ask(Path(sys.executable), "a test")
    compile_modules(interpreter, tmp_path, list(tmp_path.glob("*.py")), "site")
    assert [Path(name).name.partition(".")[0] for name in pyc_of(tmp_path)] == ["good"]


def test_nothing_to_compile_is_no_error(tmp_path: Path) -> None:
    compile_modules(environment.ask(Path(sys.executable), "a test"), tmp_path, [], "site")
    assert list(tmp_path.iterdir()) == []
