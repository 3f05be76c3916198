"""Where things lie in an application."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager import application, macho
from launcher.packager.application.arranging import enclose

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="links need rights there")


@pytest.fixture
def folder(tmp_path: Path, library: bytes) -> Path:
    """A program as PyInstaller lays it, with code, data and both."""
    place = tmp_path / "player"
    inside = place / "_internal"
    for name in ("libz.dylib", "objc/_objc.so", "PIL/.dylibs/libjpeg.dylib", "PIL/_imaging.so", "a.b/c.so"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(library)
    for name in ("base_library.zip", "PIL/data.txt", "webview/js/api.js"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_text("data", encoding="utf-8")
    (place / "player").write_bytes(library)
    return place


def test_code_is_among_the_code_and_all_else_among_the_resources(folder: Path) -> None:
    enclose(folder, "player", "_internal")
    contents = folder / "Contents"
    assert (contents / "MacOS" / "player").is_file() and os.listdir(folder) == ["Contents"]
    code = contents / "Frameworks"
    assert {path.name for path in code.iterdir() if not path.is_symlink()} == {"libz.dylib", "objc"}
    links = {path.name: os.readlink(path) for path in code.iterdir() if path.is_symlink()}
    assert links == {
        name: f"../Resources/{name}" for name in ("PIL", "a.b", "base_library.zip", "webview")
    }
    # A library beside others finds them by where it lies, too.
    resources = contents / "Resources"
    assert {path.name for path in resources.iterdir() if path.is_symlink()} == {"libz.dylib", "objc"}
    for name in ("PIL/.dylibs/libjpeg.dylib", "webview/js/api.js", "objc/_objc.so", "libz.dylib"):
        assert (code / name).read_bytes() == (resources / name).read_bytes()


def test_what_is_in_order_stays(folder: Path) -> None:
    enclose(folder, "player", "_internal")
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    application.arrange(folder / "Contents")
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_was_cross_linked_can_still_move(folder: Path) -> None:
    enclose(folder, "player", "_internal")
    contents = folder / "Contents"
    (contents / "Frameworks" / "objc" / "notes.txt").write_text("data", encoding="utf-8")
    application.arrange(contents)
    assert (contents / "Frameworks" / "objc").is_symlink()
    assert (contents / "Resources" / "objc" / "_objc.so").is_file()


def test_code_is_what_can_be_loaded(tmp_path: Path, program: bytes, library: bytes) -> None:
    symbols = bytearray(macho.thin(library, "arm64"))
    symbols[12:16] = (10).to_bytes(4, "little")  # debugging symbols, which lie in files of the same form
    contents = {"program": program, "library": library, "cut": program[:200], "text": b"#!"}
    contents["symbols"] = bytes(symbols)
    found = set()
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
        if application.is_code(tmp_path / name):
            found.add(name)
    assert found == {"program", "library"}


def test_where_no_links_can_be_made_the_build_says_what_to_turn_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*words: object, **names: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    monkeypatch.setattr(host, "WINDOWS", True)
    with pytest.raises(BuildError, match="links") as caught:
        enclose(folder, "player", "_internal")
    assert "developer mode" in (caught.value.todo or "")
