"""A program for Windows, built here and run here: under Wine."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.platforms import WINDOWS, Platform
from tests.end_to_end.builds import Builder, copy_project
from tests.packager.conftest import Environment
from tests.support.across import PARTS, lay, plan_for, project_in
from tests.support.wine import Windows, fit

pytestmark = pytest.mark.end_to_end
PLATFORM = Platform(WINDOWS, "x86_64")


@pytest.mark.slow
def test_program_serves_from_a_folder_with_spaces_and_umlauts(
    wine: Windows, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUNCHER_CACHE", str(cache))
    made = plan_for(project_in(tmp_path / "across"), PLATFORM)
    program, got = lay(made, tmp_path / "Grüße an Müller" / "Laden", {}, "flask", "cryptography")
    assert got.version.rpartition(".")[0] == f"3.{sys.version_info.minor}"
    fit(program.parent)
    wine.add_stubs(tmp_path)
    started = wine.start(program)
    visitor = started.visit()
    page = visitor.ask("/")
    assert page.status == 200
    assert "<h1>Grüße, Müller</h1>" in page.text
    assert visitor.ask("/static/a.css").text == "h1 { color: teal }\n"
    assert visitor.ask("/sealed").text == "opened"
    parts = json.loads(visitor.ask("/parts").text)
    started.end()
    assert parts == {
        "version": [int(part) for part in got.version.split(".")],
        "platform": "win32",
        **PARTS,
    }


def test_build_for_windows_reaches_a_friend_as_one_archive(
    wine: Windows, builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "package_factory", place / "bookshelf", webview="auto")
    made = builder.build(project, place / "out", "--target", PLATFORM.tag, "--format", "zip")
    assert made.code == 0, made.errors
    (archive,) = (place / "out").glob("*.zip")
    friend = place / "Programme für Gäste"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(friend)
    (program,) = friend.glob("*/*.exe")
    fit(program.parent)
    started = wine.start(program)
    visitor = started.visit()
    page = visitor.ask("/books/")
    assert page.status == 200
    assert "books.css" in page.text
    assert visitor.ask("/books/static/books.css").status == 200
    started.end()


def test_a_system_that_lacks_a_wheel_keeps_no_other_from_its_program(
    cache: Path, samples: Path, place: Path
) -> None:
    environment = Environment(place / "environment")
    environment.install("uvloop", {"uvloop/__init__.py": ""}, version="0.21.0", record=("uvloop/loop.so",))
    shutil.copyfile("/bin/true", environment.site / "uvloop" / "loop.so")  # compiled: no copy would do
    project = copy_project(samples / "plain_wsgi", place / "project")
    (project / "requirements.txt").write_text("uvloop==0.21.0\n", encoding="utf-8")
    targets = ("--target", host.tag(), "--target", PLATFORM.tag, "--format", "zip")
    made = Builder(cache, environment.python).build(project, place / "out", *targets)
    begin = f"No program was made for {PLATFORM.tag}. What was made for {host.tag()} lies"
    assert made.error["message"].startswith(begin)
    assert "uvloop 0.21.0: no version has a wheel for it" in made.error["message"]
    assert 'uvloop; sys_platform != "win32"' in made.error["todo"]
    assert any((place / "out").glob("*/layers/launcher.json"))
    assert not list((place / "out").glob(f"*{PLATFORM.tag}*"))
