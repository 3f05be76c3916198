"""The C library that a program needs is read from the program itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.site import elf

linux = pytest.mark.skipif(not host.LINUX, reason="only Linux has programs of this kind")


def told_by_readelf(path: Path) -> tuple[int, int] | None:
    answer = subprocess.run(
        ["readelf", "--version-info", "--wide", path], capture_output=True, text=True, check=False
    )
    needs = answer.stdout.partition("Version needs section")[2]
    found = re.findall(r"Name: GLIBC_(\d+)\.(\d+)", needs)
    return max(((int(one), int(two)) for one, two in found), default=None)


@linux
@pytest.mark.skipif(shutil.which("readelf") is None, reason="there is no readelf to compare with")
def test_programs_and_libraries_of_this_machine_need_what_readelf_says() -> None:
    folders = ["/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
    files = [path for folder in folders for path in sorted(Path(folder).glob("*")) if path.is_file()]
    compared = 0
    for path in [Path(sys.executable).resolve(), *files[:: max(1, len(files) // 60)]]:
        version = elf.needed_glibc(path)
        assert version == told_by_readelf(path), path
        compared += version is not None
    assert compared > 5


@pytest.mark.parametrize(
    "data", [b"", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 100, b"#!/bin/sh\n", b"\x7fELF" + b"\0" * 60]
)
def test_what_is_no_program_or_a_broken_one_asks_for_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    assert elf.needed_glibc(tmp_path / "file") is None


@linux
def test_the_floor_of_a_folder_is_the_highest_and_says_whose_it_is(tmp_path: Path) -> None:
    assert elf.floor_of(tmp_path) is None
    (tmp_path / "notes.txt").write_text("GLIBC_2.99", encoding="utf-8")
    shutil.copy(Path(sys.executable).resolve(), tmp_path / "python")
    (tmp_path / "link").symlink_to("/nowhere")
    floor = elf.floor_of(tmp_path)
    assert floor is not None
    assert floor.file == "python"
    assert floor.version == elf.needed_glibc(tmp_path / "python")
