"""A program for macOS that is built elsewhere: it cannot be started here, but all of it can be read."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from launcher import host
from launcher.packager import macho
from tests.end_to_end.builds import Build, Builder
from tests.support.applications import code_in, problems, problems_of_others

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(host.WINDOWS or host.MACOS, reason="a Mac starts it, and Windows has no links"),
]

SETTINGS = """
[project]
name = "shop"
version = "1.2b3"
dependencies = ["flask"]

[tool.launcher]
name = "Müller Shop"
identifier = "org.example.shop"
publisher = "Ada"
documents = { ".shop" = "Shop" }
window = { permissions = ["camera"] }
"""
APP = "from flask import Flask\napp = Flask(__name__)\napp.get('/')(lambda: 'Grüße')\n"


@pytest.fixture
def project(place: Path) -> Path:
    """A project with a name, documents and wishes."""
    folder = place / "shop"
    folder.mkdir()
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def build(builder: Builder, project: Path, output: Path, machine: str, *formats: str) -> Build:
    """Build for a Mac."""
    options = [word for one in formats for word in ("--format", one)]
    return builder.build(project, output, "--target", f"macos-{machine}", *options)


def read(bundle: Path, machine: str) -> None:
    """Hold an application against what macOS wants of one."""
    assert problems(bundle) == []
    code = list(code_in(bundle))
    assert len(code) > 60
    for path in code:
        assert list(macho.slices(path.read_bytes())) == [machine]
        assert problems_of_others(path) == []
    contents = bundle / "Contents"
    said = plistlib.loads((contents / "Info.plist").read_bytes())
    oldest = max(filter(None, (macho.minimum_system(path.read_bytes()) for path in code)))
    assert said["LSMinimumSystemVersion"] == ".".join(map(str, oldest))
    assert (said["CFBundleVersion"], said["CFBundleIdentifier"]) == ("1.2", "org.example.shop")
    assert said["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == ["org.example.shop.shop"]
    assert "Müller Shop" in said["NSCameraUsageDescription"]
    program = contents / "MacOS" / said["CFBundleExecutable"]
    assert os.access(program, os.X_OK)
    assert macho.verify(program.read_bytes()).identifier == "org.example.shop"
    with Image.open(contents / "Resources" / said["CFBundleIconFile"]) as icon:
        assert (512, 512, 2) in icon.info["sizes"]
    assert (contents / "Resources" / "layers" / "app" / "app.py").is_file()
    assert list(bundle.rglob("*.dSYM")) == []
    for path in (contents / "Frameworks").iterdir():
        assert path.is_symlink() or path.is_dir() or path in code
        assert path.exists(), f"{path.name} leads nowhere"


def test_an_application_is_whole_after_its_way_to_a_friend(
    builder: Builder, project: Path, place: Path
) -> None:
    made = build(builder, project, place / "out", "arm64", "zip")
    assert made.code == 0, made.errors
    warned = [one["title"] for one in made.events if one["event"] == "warning"]
    assert [title for title in warned if "experimental" in title]
    (archive,) = (place / "out").glob("*.zip")
    tool = shutil.which("unzip")
    if tool is None:
        pytest.skip("unzip is not on this machine")
    subprocess.run([tool, "-q", archive, "-d", place / "friend"], check=True)
    read(place / "friend" / "Müller Shop.app", "arm64")


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(builder: Builder, project: Path, place: Path) -> None:
    archives: list[Path] = []
    for name in ("one", "other"):
        assert build(builder, project, place / name, "arm64", "zip").code == 0
        archives += (place / name).glob("*.zip")
    assert archives[0].read_bytes() == archives[1].read_bytes()


@pytest.mark.slow
def test_an_application_for_the_older_macs_is_whole(builder: Builder, project: Path, place: Path) -> None:
    made = build(builder, project, place / "out", "x86_64")
    assert made.code == 0, made.errors
    (bundle,) = (place / "out").glob("*/*.app")
    read(bundle, "x86_64")
