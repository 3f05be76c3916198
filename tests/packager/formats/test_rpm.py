"""The package for RPM, asked by RPM itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import MissingTool
from launcher.packager.audit import Audit
from launcher.packager.formats import rpm
from tests.support.parcels import parcel_of

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="bundles of Linux have links and rights")
AUDIT = Audit(2, {"libc.so.6": "Quiz", "libasound.so.2": "libx.so.1", "libcuda.so.1": "y"}, {}, "glibc 2.34")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    if shutil.which("rpmbuild") is None:
        pytest.skip("needs rpmbuild")
    return rpm.make(parcel_of(tmp_path / "out" / "work", audit=AUDIT, version="1!2.0rc1"))[0]


def ask(*words: str | Path) -> str:
    """Ask RPM about a package."""
    return subprocess.run(["rpm", *words], capture_output=True, text=True, check=True).stdout


def test_a_package_says_what_it_is_and_needs(package: Path) -> None:
    tags = "name epoch version arch license vendor url summary buildhost buildtime"
    form = " ".join(f"%{{{tag}}}" for tag in tags.split())
    told = ask("-qp", "--queryformat", form, package)
    assert told == (
        "org.example.quiz 1 2.0~rc1 x86_64 MIT Erika Müller <erika@example.org> "
        "https://quiz.example.org/a?b=c&d Ask each other questions localhost 1700000000"
    )
    requires = [one for one in ask("-qpR", package).split("\n") if one and not one.startswith("rpmlib")]
    libraries = ["libasound.so.2()(64bit)", "libc.so.6()(64bit)", "libc.so.6(GLIBC_2.34)(64bit)"]
    assert requires == ["fontconfig", *libraries]


def test_it_lays_the_program_the_entry_and_the_command(package: Path, tmp_path: Path) -> None:
    listed = ask("-qpl", package).splitlines()
    assert "/usr/bin/org.example.quiz" in listed
    assert "/usr/lib/org.example.quiz/layers/app/ä ö.py" in listed
    assert "/usr/share/applications/org.example.Quiz.desktop" in listed
    # Folders that belong to the system are not this package's.
    assert not {"/usr", "/usr/lib", "/usr/share", "/usr/share/applications", "/usr/bin"} & set(listed)
    if not host.is_root():
        pytest.skip("only the superuser may use another root")
    root = tmp_path / "root"
    root.mkdir()
    own = ("--root", str(root), "--nodeps", "--noplugins")
    ask(*own, "--ignorearch", "-i", package)
    program = root / "usr/bin/org.example.quiz"
    assert program.resolve().name == "Müllers Quiz" and os.access(program, os.X_OK)
    ask(*own, "-e", "org.example.quiz")
    assert not os.path.lexists(program) and not (root / "usr/lib/org.example.quiz").exists()


def test_the_same_program_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    again = rpm.make(parcel_of(tmp_path / "again" / "work", audit=AUDIT, version="1!2.0rc1"))[0]
    assert again.read_bytes() == package.read_bytes()


def test_nothing_that_a_project_says_of_itself_is_run(tmp_path: Path) -> None:
    if shutil.which("rpmbuild") is None:
        pytest.skip("needs rpmbuild")
    trap = tmp_path / "trap"
    evil = f"%(touch {trap}) %{{lua:os.execute('touch {trap}')}}\n%post\ntouch {trap}"
    parcel = parcel_of(
        tmp_path / "out" / "work", publisher=evil, project_summary=evil, project_licence=evil
    )
    place, *_ = rpm.make(parcel)
    assert not trap.exists()
    assert ask("-qp", "--scripts", place) == ""
    assert "%(touch" in ask("-qp", "--queryformat", "%{vendor}", place)


def test_without_rpmbuild_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingTool, match="rpmbuild"):
        rpm.check()
