"""The program's icon: the project's one picture, or two letters on a colour of the app's own."""

from __future__ import annotations

import colorsys
import hashlib
import io
import re
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from launcher import host
from launcher.errors import ConfigError

SIZE = 512  # pixels a side, as drawn; smaller ones are made from it
LARGEST_SIDE = 8192
LARGEST_FILE = 20_000_000
ICO_SIZES = [(side, side) for side in (16, 24, 32, 48, 64, 128, 256)]
WANTED = "Give an SVG, or a PNG of 512 by 512 pixels."


def write(picture: Path | None, name: str, place: Path) -> None:
    """Write the icon that the window takes on this platform: PNG, or ICO for Windows."""
    image = from_file(picture) if picture is not None else from_letters(name)
    if host.WINDOWS:
        image.save(place, format="ICO", sizes=ICO_SIZES)
    else:
        image.save(place, format="PNG", optimize=True)


def from_file(path: Path) -> Image.Image:
    """Read an SVG or any picture that Pillow knows, squared; raises ConfigError for anything else."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(
                f"The icon {path} is larger than {LARGEST_FILE // 1_000_000} MB.", WANTED
            )
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"The icon {path} cannot be read: {error.strerror}.", WANTED) from error
    if path.suffix.lower() == ".svg":
        data = _rendered(data, path)
    try:
        with Image.open(io.BytesIO(data)) as image:
            # The header tells the size; decoding 50 000 x 50 000 pixels would take 10 GB.
            if max(image.size) > LARGEST_SIDE:
                raise ConfigError(
                    f"The icon {path} is {image.width} by {image.height} pixels; "
                    f"the largest that is taken is {LARGEST_SIDE} a side.",
                    WANTED,
                )
            return _squared(image.convert("RGBA"))
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise ConfigError(f"The icon {path} is no picture that can be read.", WANTED) from error


def from_letters(name: str) -> Image.Image:
    """Draw two letters of the name on a rounded square whose colour belongs to the name."""
    scale = 4  # drawn large and made smaller: smooth edges
    side = SIZE * scale
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 0.22, fill=_colour(name))
    font = ImageFont.load_default(size=side * 0.46)
    pen.text((side / 2, side / 2), letters(name), font=font, fill=(255, 255, 255, 255), anchor="mm")
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def letters(name: str) -> str:
    """Return the two letters of a name: the first ones of two words, else of the one."""
    words: list[str] = re.findall(r"[^\W_]+", name)
    if not words:
        return "A"
    if len(words) == 1:
        return words[0][:2].title()
    return (words[0][0] + words[1][0]).upper()


def _colour(name: str) -> tuple[int, int, int, int]:
    # One saturation and lightness for all: white letters are readable on every hue of them.
    hue = hashlib.sha256(name.encode()).digest()[0] / 256
    red, green, blue = colorsys.hls_to_rgb(hue, 0.42, 0.55)
    return round(red * 255), round(green * 255), round(blue * 255), 255


def _rendered(data: bytes, path: Path) -> bytes:
    try:
        # Both sides, to fit within: by its width alone, a tall thin one would take any memory.
        drawn = resvg_py.svg_to_bytes(svg_string=data.decode("utf-8"), width=SIZE, height=SIZE)
        return bytes(drawn)
    except Exception as error:  # the library raises plain exceptions of several kinds
        raise ConfigError(f"The icon {path} is no SVG that can be drawn: {error}.", WANTED) from error


def _squared(image: Image.Image) -> Image.Image:
    side = max(image.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
