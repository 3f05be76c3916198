"""The program's icon: the project's one picture, or two letters on a colour of the app's own."""

from __future__ import annotations

import colorsys
import hashlib
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from launcher import paths
from launcher.errors import ConfigError
from launcher.packager import ico
from launcher.packager.drawing import FINISHED, REFUSED, SIZE
from launcher.packager.platforms import WINDOWS, Platform

DRAWING = "launcher.packager.drawing"
LONGEST = 20  # seconds
WANTED = "Give an SVG, or a PNG of 512 by 512 pixels."


def write(picture: Path | None, name: str, place: Path, platform: Platform) -> None:
    """Write the icon that the window takes on a platform: PNG, or ICO for Windows."""
    image = of(picture, name)
    if platform.system == WINDOWS:
        place.write_bytes(ico.encode(image))
    else:
        image.save(place, format="PNG", optimize=True)


def of(picture: Path | None, name: str) -> Image.Image:
    """Return a program's picture, square: the one it has, else letters of its name."""
    return from_file(picture) if picture is not None else from_letters(name)


def from_file(path: Path) -> Image.Image:
    """Read an SVG or a picture of a usual kind, squared; raises ConfigError for anything else.

    It is read in a process of its own, which may take so much time and memory and no more.
    """
    command = [sys.executable, "-m", DRAWING, str(path.absolute())]
    try:
        # From where we lie: elsewhere, modules of the project could have our names.
        done = subprocess.run(
            command,
            cwd=paths.PACKAGE.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(f"The icon {path} takes longer to draw than {LONGEST} seconds.", WANTED) from error
    if not done.stdout.startswith(FINISHED):
        raise ConfigError(f"The icon {path} takes more time or memory to draw than it may have.", WANTED)
    answer = done.stdout.removeprefix(FINISHED)
    if answer.startswith(REFUSED):
        raise ConfigError(f"The icon {path} {answer.removeprefix(REFUSED).decode('utf-8')}.", WANTED)
    return Image.frombytes("RGBA", (SIZE, SIZE), answer)


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
