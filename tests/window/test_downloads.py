"""Names and places of what pages give to keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.window import downloads


@pytest.mark.parametrize(
    ("name", "laid"),
    [
        ("report.pdf", "report.pdf"),
        ("Übersicht 用户.csv", "Übersicht 用户.csv"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c.txt", "a_b_c.txt"),
        (".bashrc", "bashrc"),
        ("", "download"),
        ("...", "download"),
        ("a\nb.txt", "a_b.txt"),
        ("evil\u202egpj.exe", "evil_gpj.exe"),
    ],
)
def test_name_is_one_that_every_system_takes(tmp_path: Path, name: str, laid: str) -> None:
    assert downloads.suggested(name, tmp_path) == tmp_path / laid


def test_name_is_not_another_files(tmp_path: Path) -> None:
    for laid in ("a.txt", "a (1).txt"):
        assert downloads.suggested("a.txt", tmp_path) == tmp_path / laid
        (tmp_path / laid).touch()
    assert downloads.suggested("a.txt", tmp_path) == tmp_path / "a (2).txt"


def test_long_name_keeps_its_ending(tmp_path: Path) -> None:
    place = downloads.suggested("ü" * 300 + ".pdf", tmp_path)
    assert place.suffix == ".pdf"
    assert len(place.name.encode()) <= downloads.LONGEST
    place.touch()


def test_room_is_empty_at_every_start(tmp_path: Path) -> None:
    downloads.part(downloads.room(tmp_path)).touch()
    assert list(downloads.room(tmp_path).iterdir()) == []


def test_file_is_whole_under_its_name_and_nowhere_else(tmp_path: Path) -> None:
    part = downloads.part(downloads.room(tmp_path))
    part.write_bytes(b"all of it")
    place = tmp_path / "file.bin"
    place.write_bytes(b"what the user agreed to replace")
    downloads.complete(part, place)
    assert place.read_bytes() == b"all of it"
    assert not part.exists()


def test_file_goes_to_another_disk_whole(tmp_path: Path) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    part = downloads.part(downloads.room(tmp_path))
    part.write_bytes(b"all of it")
    place = downloads.suggested("flask-launcher-test.bin", other)
    try:
        downloads.complete(part, place)
        assert place.read_bytes() == b"all of it"
        assert not part.exists()
    finally:
        place.unlink()


def test_place_that_cannot_be_written_is_said_and_left_as_it_was(tmp_path: Path) -> None:
    part = downloads.part(downloads.room(tmp_path))
    part.write_bytes(b"all of it")
    with pytest.raises(OSError):
        downloads.complete(part, tmp_path / "nowhere" / "file.bin")
    assert part.exists()


def test_partial_name_is_beside_the_file_and_hidden(tmp_path: Path) -> None:
    part = downloads.part_of(tmp_path / ("x" * 250))
    assert part.parent == tmp_path
    assert part.name.startswith(".")
    part.touch()


def test_folder_for_downloads_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert downloads.folder() == tmp_path
    (tmp_path / "Downloads").mkdir()
    assert downloads.folder() == tmp_path / "Downloads"
