"""The icon of Windows: every size, in the form that everything reads."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from PIL.IcoImagePlugin import IcoImageFile

from launcher.packager import ico, icon


def test_an_icon_holds_every_size_and_the_picture() -> None:
    content = ico.encode(icon.from_letters("Quiz"))
    assert len(ico.frames(content)) == len(ico.SIDES)
    for side in ico.SIDES:
        with Image.open(io.BytesIO(content)) as opened:
            assert isinstance(opened, IcoImageFile)
            drawn = opened.ico.getimage((side, side)).convert("RGBA")
        assert drawn.size == (side, side)
        corner, middle = drawn.getpixel((0, 0)), drawn.getpixel((side // 2, side // 6))
        assert isinstance(corner, tuple) and isinstance(middle, tuple)
        assert corner[3] < 128 and middle[3] == 255, "the corners are round, and alpha has survived"


def test_only_the_largest_is_a_png() -> None:
    pictures = [frame.picture for frame in ico.frames(ico.encode(icon.from_letters("Quiz")))]
    assert [picture.startswith(b"\x89PNG") for picture in pictures] == [False] * 6 + [True]


def test_another_reader_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    tool = shutil.which("icotool")
    if tool is None:
        pytest.skip("there is no icotool")
    (tmp_path / "icon.ico").write_bytes(ico.encode(icon.from_letters("Quiz")))
    seen = subprocess.run([tool, "-l", tmp_path / "icon.ico"], capture_output=True, text=True, check=True)
    assert seen.stderr == ""
    assert [line.split()[2] for line in seen.stdout.splitlines()] == [f"--width={side}" for side in ico.SIDES]
