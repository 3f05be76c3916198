"""What a program is started with means the same to the app, which runs in another folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from launcher import host
from launcher.documents import arguments_of, documents_in

Give = Callable[..., tuple[str, ...]]


@pytest.fixture
def give(tmp_path: Path) -> Give:
    """Return a function that gives words as they come from a folder with some documents in it."""
    for name in ("größe 1.txt", "-odd.txt", "sub/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return lambda *words: arguments_of(words, str(tmp_path))


@pytest.mark.parametrize("name", ["größe 1.txt", "-odd.txt", os.path.join("sub", "notes.txt"), "sub"])
def test_a_name_that_is_a_file_there_becomes_its_full_path(name: str, give: Give, tmp_path: Path) -> None:
    assert give(name) == (str(tmp_path / name),)
    assert give(os.path.join("sub", "..", name)) == (str(tmp_path / name),)


@pytest.mark.parametrize(
    "word", ["list", "--colour=red", "-v", "", "größe 2.txt", "http://x/notes.txt", "a\0b"]
)
def test_every_other_word_stays_as_it_is(word: str, give: Give) -> None:
    assert give(word) == (word,)


def test_a_full_path_stays_whether_or_not_it_is_there(give: Give, tmp_path: Path) -> None:
    there, gone = str(tmp_path / "größe 1.txt"), str(tmp_path / "gone.txt")
    assert give(there, gone) == (there, gone)


@pytest.mark.skipif(host.WINDOWS, reason="addresses have other paths there")
@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///home/me/gr%C3%B6%C3%9Fe%201.txt", "/home/me/größe 1.txt"),
        ("file://localhost/home/me/a.txt", "/home/me/a.txt"),
        ("FILE:///a.txt", "/a.txt"),
        ("file:/a.txt", "/a.txt"),
        ("file:///a%23b%3Fc.txt", "/a#b?c.txt"),
        ("file:///a#b?c.txt", "/a#b?c.txt"),
        ("file:///b%FFad.txt", "/b\udcffad.txt"),
        ("file://server/share/a.txt", "file://server/share/a.txt"),
        ("file:a.txt", "file:a.txt"),
    ],
)
def test_an_address_of_a_file_becomes_its_path(address: str, path: str, give: Give) -> None:
    assert give(address) == (path,)


@pytest.mark.skipif(host.WINDOWS, reason="addresses have other paths there")
def test_an_address_as_a_desktop_writes_it_is_the_document(give: Give, tmp_path: Path) -> None:
    document = tmp_path / "größe 1.txt"
    assert give(f"file://{quote(str(document))}") == (str(document),) == (*give(document.as_uri()),)


def test_what_macos_numbers_processes_with_is_for_no_app(give: Give) -> None:
    assert give("-psn_0_12345", "-p") == ("-p",)


def test_documents_are_told_from_other_arguments(give: Give, tmp_path: Path) -> None:
    given = give("--colour", "red", "größe 1.txt", str(tmp_path / "gone.txt"))
    assert documents_in(given) == [str(tmp_path / "größe 1.txt")]


def test_a_folder_that_is_gone_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if host.WINDOWS:
        pytest.skip("nobody can remove it there")
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert arguments_of(["a.txt"]) == ("a.txt",)
