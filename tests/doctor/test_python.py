"""Interpreters that can be frozen, and those that cannot."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import python

posix = pytest.mark.skipif(host.WINDOWS, reason="a script stands for an interpreter")


def script(folder: Path, **facts: object) -> Path:
    """Write a program that answers as an interpreter built in some other way would."""
    told = {
        "Py_ENABLE_SHARED": 1,
        "INSTSONAME": "libpython3.12.so.1.0",
        "LIBDIR": str(folder / "lib"),
        "MULTIARCH": "x86_64-linux-gnu",
        "PYTHONFRAMEWORK": "",
        "version": [3, 12, 1],
        "base": str(folder),
        **facts,
    }
    (folder / "answer.json").write_text(json.dumps(told))
    program = folder / "python3"
    program.write_text(f"#!/bin/sh\ncat '{folder / 'answer.json'}'\n")
    program.chmod(0o755)
    return program


def test_our_own_python_answers_for_itself() -> None:
    facts = python.ask(Path(sys.executable))
    assert facts is not None
    assert facts.version == sys.version_info[:3]
    assert facts.base == Path(sys.base_prefix)


@pytest.mark.skipif(not host.LINUX, reason="elsewhere the library comes with Python")
def test_the_library_of_our_own_python_is_a_file() -> None:
    facts = python.ask(Path(sys.executable))
    assert facts is not None
    place = python.library_of(Path(sys.executable), facts)
    assert place is not None and place.is_file()
    assert {finding.state for finding in python.examine(Path(sys.executable))} == {"ok"}


def test_what_is_no_python_does_not_start(tmp_path: Path) -> None:
    (finding,) = python.examine(tmp_path / "python3")
    assert finding.state == "missing"
    assert "does not start" in finding.detail


@posix
def test_a_program_that_answers_nonsense_is_no_python(tmp_path: Path) -> None:
    program = script(tmp_path)
    (tmp_path / "answer.json").write_text("Python 2.7\n")
    (finding,) = python.examine(program)
    assert finding.state == "missing"


@posix
def test_an_old_python_is_refused_with_the_version_that_is_wanted(tmp_path: Path) -> None:
    (finding,) = python.examine(script(tmp_path, version=[3, 9, 2]))
    assert finding.state == "missing"
    assert "3.9.2" in finding.detail and "3.10 or newer" in finding.detail


@pytest.mark.skipif(not host.LINUX, reason="Debian's way of packing Python")
def test_debian_s_python_without_its_library_needs_it_by_name(tmp_path: Path) -> None:
    _, finding = python.examine(script(tmp_path))
    assert finding.state == "missing"
    assert finding.needs == ("libpython3.12.so.1.0",)


@pytest.mark.skipif(not host.LINUX, reason="Debian's way of packing Python")
def test_debian_s_library_is_found_among_those_of_its_processor(tmp_path: Path) -> None:
    folder = tmp_path / "lib" / "x86_64-linux-gnu"
    folder.mkdir(parents=True)
    (folder / "libpython3.12.so.1.0").touch()
    _, finding = python.examine(script(tmp_path))
    assert (finding.state, finding.detail) == ("ok", str(folder / "libpython3.12.so.1.0"))


@pytest.mark.skipif(not host.LINUX, reason="elsewhere the library comes with Python")
def test_a_python_built_without_a_library_is_not_mended_by_a_package(tmp_path: Path) -> None:
    program = script(tmp_path, Py_ENABLE_SHARED=0, INSTSONAME="libpython3.12.a")
    _, finding = python.examine(program)
    assert finding.state == "missing" and finding.needs == ()
    assert "--enable-shared" in finding.detail
