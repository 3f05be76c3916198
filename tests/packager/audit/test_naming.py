"""Names that another system cannot have are found before a friend unpacks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager.audit import naming
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

pytestmark = pytest.mark.skipif(not host.LINUX, reason="only Linux can have all of these names")
EVERY = [Platform(WINDOWS, "x86_64"), Platform(MACOS, "arm64"), Platform(LINUX, "x86_64")]


def refused(tmp_path: Path, *names: str) -> list[str]:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = []
    for platform in EVERY:
        try:
            naming.check(tmp_path, platform)
        except BuildError as error:
            assert error.message.startswith(f"{platform.system} cannot have these files: layers/app/")
            found.append(platform.system)
    return found


@pytest.mark.parametrize(
    "name", ["aux.py", "CON", "com1.txt", "a:b.css", "what?.html", 'say "hi".txt', "dot.", "space ", "a\\b"]
)
def test_words_and_letters_that_windows_keeps_for_itself(name: str, tmp_path: Path) -> None:
    assert refused(tmp_path, f"layers/app/{name}") == [WINDOWS]


@pytest.mark.parametrize("name", ["auxiliary.py", "console.css", "com.txt", ".gitkeep", "Grüße, 日本.html"])
def test_names_that_only_resemble_them(name: str, tmp_path: Path) -> None:
    assert refused(tmp_path, f"layers/app/{name}") == []


def test_names_that_differ_in_their_letters_size_alone(tmp_path: Path) -> None:
    assert refused(tmp_path, "layers/app/static/Logo.png", "layers/app/static/logo.png") == [WINDOWS, MACOS]


def test_a_folder_counts_as_well(tmp_path: Path) -> None:
    assert refused(tmp_path, "layers/app/nul/index.html") == [WINDOWS]
