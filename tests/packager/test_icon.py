"""Icons: from any picture, from a name, and never from what is none."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from launcher import paths
from launcher.errors import ConfigError
from launcher.packager import icon, platforms
from launcher.packager.drawing import SIZE

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<rect width="10" height="10" fill="#f00"/></svg>'
)


def picture(tmp_path: Path, name: str, size: tuple[int, int] = (64, 64), mode: str = "RGB") -> Path:
    path = tmp_path / name
    Image.new(mode, size, 1).save(path)
    return path


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.ico", "a.webp", "a.bmp"])
def test_any_picture_becomes_a_square_of_one_size(tmp_path: Path, name: str) -> None:
    image = icon.from_file(picture(tmp_path, name))
    assert (image.size, image.mode) == ((SIZE, SIZE), "RGBA")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_any_kind_of_pixels_will_do(tmp_path: Path, mode: str) -> None:
    assert icon.from_file(picture(tmp_path, "a.png", mode=mode)).mode == "RGBA"


def test_a_wide_picture_is_centred_and_not_stretched(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("RGB", (100, 50), (255, 0, 0)).save(path)
    image = icon.from_file(path)
    assert image.getpixel((256, 256)) == (255, 0, 0, 255)
    assert image.getpixel((256, 20)) == (0, 0, 0, 0)


def test_an_svg_is_drawn_at_full_size(tmp_path: Path) -> None:
    path = tmp_path / "a.SVG"
    path.write_text(SVG, encoding="utf-8")
    image = icon.from_file(path)
    assert (image.size, image.getpixel((5, 5))) == ((SIZE, SIZE), (255, 0, 0, 255))


@pytest.mark.parametrize("box", ["0 0 1 2", "0 0 2 1", "0 0 1 100000000", "0 0 1e300 1e300"])
def test_an_svg_of_any_shape_fits_in_the_square(tmp_path: Path, box: str) -> None:
    path = tmp_path / "a.svg"
    path.write_text(SVG.replace("0 0 10 10", box), encoding="utf-8")
    assert icon.from_file(path).size == (SIZE, SIZE)


def test_our_own_icon_can_be_drawn() -> None:
    image = icon.from_file(paths.bundled("icons") / "launcher.svg")
    assert image.getchannel("A").getextrema() == (0, 255)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("text.png", b"no picture"),
        ("empty.png", b""),
        ("empty.svg", b""),
        ("huge.png", png(50_000, 50_000)),
        ("wide.png", png(50_000, 1)),
        ("hollow.png", png(16, 16)),
        ("entities.svg", b'<!DOCTYPE s [<!ENTITY a "&b;"><!ENTITY b "&a;">]><svg>&a;</svg>'),
        ("latin.svg", SVG.replace("#f00", "\xe9").encode("latin-1")),
        ("page.svg", b"<html><body>404</body></html>"),
    ],
)
def test_what_is_no_usable_picture_is_refused_by_name_and_soon(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    begin = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        icon.from_file(path)
    assert str(path) in caught.value.message
    assert caught.value.todo == icon.WANTED
    assert time.monotonic() - begin < 5


def test_a_file_of_many_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(ConfigError, match="larger than"):
        icon.from_file(path)


def test_a_folder_is_no_icon(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        icon.from_file(tmp_path)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Quiz", "Qu"),
        ("My Shop", "MS"),
        ("my-little-pony", "ML"),
        ("snake_case", "SC"),
        ("x", "X"),
        ("42", "42"),
        ("日本のノート", "日本"),
        ("Äpfel & Öl", "ÄÖ"),
        ("***", "A"),
        ("", "A"),
    ],
)
def test_the_letters_of_a_name(name: str, letters: str) -> None:
    assert icon.letters(name) == letters


def test_a_name_has_its_own_colour_and_keeps_it() -> None:
    drawn = {name: icon.from_letters(name).getpixel((256, 20)) for name in ("Quiz", "Shop", "Notes")}
    assert len(set(drawn.values())) == 3
    assert icon.from_letters("Quiz").tobytes() == icon.from_letters("Quiz").tobytes()


def test_the_written_icon_is_what_the_window_takes(tmp_path: Path) -> None:
    for platform in platforms.ACROSS:
        place = tmp_path / platform.tag
        icon.write(None, "Quiz", place, platform)
        with Image.open(io.BytesIO(place.read_bytes())) as image:
            assert image.format == ("ICO" if platform.system == platforms.WINDOWS else "PNG")
