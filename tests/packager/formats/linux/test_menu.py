"""The entry in menus: what it says, held against the validators of those who read it."""

from __future__ import annotations

import configparser
import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from launcher import host
from launcher.packager.formats.linux import about, menu
from tests.support.parcels import parcel_of

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="bundles of Linux have links and rights")

# What somebody may call a program, and say of it, that means something to one of the readers.
HOSTILE: Mapping[str, Any] = {
    "name": "Q & A; $HOME %F",
    "publisher": 'Ann "The <b>" \\n; Müller',
    "project_summary": "Line one\nExec=xcalc \\s & <tag> %U; {{ 7*7 }}",
    "project_homepage": "javascript:alert(1)",
    "project_licence": "All mine & <yours>",
    "documents": {".q+a_b-c": "A <kind> & more;"},
}


def laid(place: Path, **about_it: Any) -> tuple[Path, Mapping[str, bytes]]:
    """Lay the files of an entry below a folder."""
    parcel = parcel_of(place / "work", **about_it)
    files = menu.files(parcel, about.of(parcel).command)
    for path, data in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return place, files


def entry_of(text: str) -> Mapping[str, str]:
    """Read a desktop entry's one group."""
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    assert parser.sections() == ["Desktop Entry"]
    return parser["Desktop Entry"]


def validate(*command: str | Path) -> str:
    """Run a validator where it is installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("about_it", [{}, HOSTILE, {"documents": {}, "project_summary": None}], ids=str)
def test_the_validators_of_the_desktops_find_nothing(tmp_path: Path, about_it: Mapping[str, Any]) -> None:
    place, _ = laid(tmp_path, **about_it)
    said = validate("desktop-file-validate", "--warn-kde", place / "applications/org.example.Quiz.desktop")
    assert said == ""
    metainfo = place / "metainfo/org.example.Quiz.metainfo.xml"
    assert "Validation was successful" in validate("appstreamcli", "validate", "--no-net", metainfo)
    if about_it.get("documents", True):
        validate("update-mime-database", place / "mime")
        assert (place / "mime/globs2").read_text(encoding="utf-8").count("org.example.Quiz") == 1


def test_an_entry_says_what_the_project_says_of_itself(tmp_path: Path) -> None:
    _, files = laid(tmp_path)
    entry = entry_of(files["applications/org.example.Quiz.desktop"].decode())
    assert entry["Name"] == "Müller's Quiz"
    assert entry["Comment"] == "Ask each other questions"
    assert entry["Exec"] == "org.example.quiz %F"
    assert entry["Icon"] == entry["StartupWMClass"] == "org.example.Quiz"
    assert entry["MimeType"] == "application/x-org.example.Quiz.quiz;text/csv;"
    metainfo = ElementTree.fromstring(files["metainfo/org.example.Quiz.metainfo.xml"])
    assert metainfo.findtext("project_license") == "MIT"
    assert metainfo.findtext("launchable") == "org.example.Quiz.desktop"
    assert metainfo.findtext("url") == "https://quiz.example.org/a?b=c&d"
    (release,) = metainfo.iter("release")
    assert release.attrib == {"version": "1.2", "date": "2023-11-14"}


def test_nothing_that_a_project_says_of_itself_becomes_another_key(tmp_path: Path) -> None:
    _, files = laid(tmp_path, **HOSTILE)
    entry = entry_of(files["applications/org.example.Quiz.desktop"].decode())
    assert entry["Exec"] == "org.example.quiz %F"
    assert entry["Name"] == "Q & A; $HOME %F"
    assert "\\\\s" in entry["Comment"] and "{{ 7*7 }}" in entry["Comment"]
    metainfo = ElementTree.fromstring(files["metainfo/org.example.Quiz.metainfo.xml"])
    assert metainfo.find("url") is None and metainfo.find("project_license") is None
    assert metainfo.findtext("developer/name") == 'Ann "The <b>" \\n; Müller'


def test_only_documents_that_no_system_knows_are_described(tmp_path: Path) -> None:
    _, files = laid(tmp_path)
    types = ElementTree.fromstring(files["mime/packages/org.example.Quiz.xml"])
    (one,) = types
    assert one.attrib == {"type": "application/x-org.example.Quiz.quiz"}
    assert [child.text for child in one if child.text] == ["Quiz questions & answers"]
    _, files = laid(tmp_path / "known", documents={".csv": "Table"})
    assert not [path for path in files if path.startswith("mime/")]
    assert b"MimeType=text/csv;\n" in files["applications/org.example.Quiz.desktop"]


def test_the_picture_is_there_in_every_size_and_as_the_drawing_that_it_is(tmp_path: Path) -> None:
    drawing = tmp_path / "icon.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>')
    _, files = laid(tmp_path / "drawn", icon=drawing)
    for size in menu.SIZES:
        with Image.open(io.BytesIO(files[f"icons/hicolor/{size}x{size}/apps/org.example.Quiz.png"])) as image:
            assert image.size == (size, size) and image.format == "PNG"
    assert files["icons/hicolor/scalable/apps/org.example.Quiz.svg"] == drawing.read_bytes()
    _, files = laid(tmp_path / "letters")
    assert not [path for path in files if path.endswith(".svg")]
