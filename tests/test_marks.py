"""The mark of what came from the internet: a stream of NTFS, here a file of its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import marks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there it is no file of its own")
CONTENT = "[ZoneTransfer]\r\nZoneId=3\r\n"


def marked(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"MZ")
    path.with_name(path.name + marks.STREAM).write_text(CONTENT, encoding="ascii")
    return path


def marks_below(folder: Path) -> set[str]:
    return {path.name.removesuffix(marks.STREAM) for path in folder.rglob(f"*{marks.STREAM}")}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    names = ("Quiz.exe", "_internal/python311.dll", "_internal/webview/lib/A.DLL", "layers/site/x/_x.pyd")
    for name in (*names, "_internal/notes.txt", "thesis.dll"):
        marked(tmp_path / "Quiz" / name)
    (tmp_path / "Quiz" / "_internal" / "clean.dll").write_bytes(b"MZ")
    return tmp_path / "Quiz"


def removed(bundle: Path) -> int:
    return marks.remove(bundle / "Quiz.exe", (bundle / "_internal", bundle / "layers"))


def test_it_is_taken_off_what_is_ours_and_loaded(bundle: Path) -> None:
    assert removed(bundle) == 4
    assert marks_below(bundle) == {"notes.txt", "thesis.dll"}, "the one is not loaded, the other not ours"
    assert (bundle / "_internal" / "python311.dll").read_bytes() == b"MZ"


def test_of_a_program_without_it_nothing_else_is_looked_at(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bundle / f"Quiz.exe{marks.STREAM}").unlink()
    monkeypatch.setattr(os, "walk", lambda folder: pytest.fail("looked"))
    assert removed(bundle) == 0
    assert "python311.dll" in marks_below(bundle)


def test_where_one_cannot_be_taken_off_the_others_are(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.remove

    def remove(path: str) -> None:
        if "python311" in path:
            raise PermissionError(path)
        real(path)

    monkeypatch.setattr(os, "remove", remove)
    assert removed(bundle) == 3
    assert marks_below(bundle) == {"python311.dll", "notes.txt", "thesis.dll"}
