"""Requests that cannot be met: names, icons, formats and folders that will not do."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from launcher import host
from tests.end_to_end.builds import Builder, assert_failed_in_order, copy_project

pytestmark = pytest.mark.end_to_end

NAMES = {
    "a folder in it": "a/b",
    "the folder above": "..",
    "a way out": "../../evil",
    "a device of Windows": "CON",
    "a device with an extension": "nul.txt",
    "double quotes": 'say "hi"',
    "a back quote": "say `id`",
    "a control character": "bell\x07",
    "a line break": "two\nlines",
    "a bidi override": "photo\u202egpj.exe",
    "an invisible character": "zero\u200bwidth",
    "300 letters": "n" * 300,
    "nothing": "",
    "only spaces": "   ",
    "an option": "-rf",
}


@pytest.fixture
def project(samples: Path, place: Path) -> Path:
    """A project with which nothing is wrong."""
    return copy_project(samples / "unguarded_run", place / "project")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_would_do_harm_is_refused(
    name: str, builder: Builder, project: Path, place: Path
) -> None:
    build = builder.build(project, place / "dist", f"--name={name}")
    assert_failed_in_order(build, place / "dist", 2)
    assert "name" in build.error["message"]
    assert len(build.error["message"]) < 300
    assert all(character.isprintable() for character in build.error["message"])
    assert {path.name for path in place.iterdir()} <= {"project", "dist"}


@pytest.mark.parametrize("name", ["Müller Shop", "Bob's Quiz", "Q & A 100%", "日本のノート", "$HOME (1)"])
def test_a_name_that_people_write_is_taken_as_it_is(
    name: str, builder: Builder, project: Path, place: Path
) -> None:
    build = builder.build(project, place / "dist", "--name", name, "--no-verify")
    assert build.program.is_file()
    assert build.program.parent.parent == place / "dist"
    facts = {event["title"]: event["detail"] for event in build.events if event["event"] == "fact"}
    assert facts["Name"].startswith(f"{name} ")


def png_header(width: int, height: int) -> bytes:
    """Write a PNG that claims a size and has no pixels to show for it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


ICONS = {
    "a text": ("icon.png", b"this is no picture"),
    "nothing in it": ("icon.png", b""),
    "50 000 pixels wide": ("icon.png", png_header(50_000, 50_000)),
    "50 000 by 1": ("icon.png", png_header(50_000, 1)),
    "a header and no pixels": ("icon.png", png_header(64, 64)),
    "an SVG that is none": ("icon.svg", b"<html></html>"),
    "an SVG that is binary": ("icon.svg", bytes(range(256))),
}


@pytest.mark.parametrize(("name", "data"), ICONS.values(), ids=ICONS)
def test_an_icon_that_is_no_picture_is_refused(
    name: str, data: bytes, builder: Builder, project: Path, place: Path
) -> None:
    icon = place / name
    icon.write_bytes(data)
    build = builder.build(project, place / "dist", "--icon", icon)
    assert_failed_in_order(build, place / "dist", 2)
    assert str(icon) in build.error["message"]
    assert "PNG" in build.error["todo"]


def test_a_bad_icon_is_said_before_anything_is_run(builder: Builder, project: Path, place: Path) -> None:
    icon = place / "icon.png"
    icon.write_bytes(b"no picture")
    build = builder.build(project, place / "dist", "--icon", icon)
    assert build.seconds().keys() <= {"find"}


def test_an_icon_that_is_not_there_is_named(builder: Builder, project: Path, place: Path) -> None:
    build = builder.build(project, place / "dist", "--icon", place / "nowhere.png")
    assert_failed_in_order(build, place / "dist", build.code)
    assert build.code != 0 and "nowhere.png" in build.error["message"]


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(
    builder: Builder, project: Path, place: Path
) -> None:
    build = builder.build(project, place / "dist", "--format", "floppy")
    assert_failed_in_order(build, place / "dist", 2)
    assert "floppy" in build.error["message"] and "tar.gz" in build.error["todo"]


def test_a_project_that_is_not_there_is_named(builder: Builder, place: Path) -> None:
    build = builder.build(place / "nowhere", place / "dist")
    assert_failed_in_order(build, place / "dist", build.code)
    assert build.code != 0 and "nowhere" in build.error["message"]


@pytest.mark.skipif(host.WINDOWS, reason="other paths")
def test_an_output_folder_that_cannot_be_made_is_named(builder: Builder, project: Path, place: Path) -> None:
    (place / "file").write_text("in the way")
    build = builder.build(project, place / "file" / "dist", cwd=place)
    assert build.code == 5 and str(place / "file" / "dist") in build.error["message"]
    assert "Traceback" not in build.errors


def test_something_else_under_the_final_name_is_not_lost(
    builder: Builder, project: Path, place: Path
) -> None:
    """A folder that no build made may be somebody's work."""
    precious = place / "dist" / "project" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("years of work")
    build = builder.build(project, place / "dist", "--no-verify")
    assert precious.is_file(), build.last
    assert build.code == 5 and str(precious.parent) in build.error["message"]


def test_a_project_is_not_replaced_by_its_own_program(builder: Builder, project: Path, place: Path) -> None:
    """In the folder above, `launcher build project --output .` asks for just that."""
    build = builder.build("project", place, cwd=place)
    assert (project / "quiz.py").is_file(), build.last
    assert build.code == 5 and str(project) in build.error["message"]
    assert sorted(path.name for path in place.iterdir()) == ["project"]
