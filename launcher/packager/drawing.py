"""Reading a picture from anybody, in a process that holds nothing else and is held to little.

    python -m launcher.packager.drawing FILE

The answer on standard output is FINISHED and then the pixels, or REFUSED and why. Whoever made the picture
may have meant to hang, to fill or to crash what reads it; without FINISHED it did. On Windows there is no
limit of memory, but what is known to take it is refused there too.
"""

from __future__ import annotations

import io
import stat
import sys
from contextlib import suppress
from pathlib import Path

import resvg_py
from PIL import Image, UnidentifiedImageError

from launcher.packager import svg

SIZE = 512  # pixels a side, as drawn; smaller ones are made from it
LARGEST_SIDE = 4096
LARGEST_FILE = 20_000_000
# Those that people have, and no more: each kind is a reader, and one of them starts another program.
KINDS = ("PNG", "JPEG", "GIF", "ICO", "WEBP", "BMP")
FINISHED, REFUSED = b"drawn\n", b"refused\n"
MEMORY = 1 << 30  # of addresses; what is in use is a fraction
SECONDS = 15  # of work


class Unusable(Exception):
    """What is wrong with a picture, as the end of a sentence that begins with its name."""


def read(path: Path) -> Image.Image:
    """Read a picture, squared; raises Unusable."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Unusable("cannot be read: it is no file")
        if about.st_size > LARGEST_FILE:
            raise Unusable(f"is larger than {LARGEST_FILE // 1_000_000} MB")
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(f"cannot be read: {error.strerror}") from error
    if path.suffix.lower() == ".svg":
        data = _rendered(data)
    return _squared(data)


def _rendered(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
        svg.check(text, lambda picture: _opened(picture).close())
        # Both sides, to fit within: by its width alone, a tall thin one would take any memory.
        return bytes(resvg_py.svg_to_bytes(svg_string=text, width=SIZE, height=SIZE))
    except Unusable as error:
        raise Unusable(f"holds a picture that {error}") from error
    except Exception as error:  # the library raises plain exceptions of several kinds
        raise Unusable(f"is no SVG that can be drawn: {error}") from error


def _opened(data: bytes) -> Image.Image:
    """Open a picture, whose header tells the size; decoding 50 000 x 50 000 pixels would take 10 GB."""
    try:
        image = Image.open(io.BytesIO(data), formats=KINDS)
    except Image.DecompressionBombError as error:
        raise Unusable(f"has more pixels than {LARGEST_SIDE} by {LARGEST_SIDE}") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unusable("is no picture that can be read") from error
    if max(image.size) > LARGEST_SIDE:
        raise Unusable(
            f"is {image.width} by {image.height} pixels; the largest that is taken is {LARGEST_SIDE} a side"
        )
    return image


def _squared(data: bytes) -> Image.Image:
    try:
        with _opened(data) as image:
            if max(image.size) > 2 * SIZE and image.mode in ("RGB", "RGBA", "L", "LA"):
                image.thumbnail((2 * SIZE, 2 * SIZE))  # before anything is copied at its full size
            drawn = image.convert("RGBA")
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Unusable("is no picture that can be read") from error
    side = max(drawn.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2))
    return square.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _limit() -> None:
    """Hold this process to little, and let a picture within another be no larger than one alone."""
    Image.MAX_IMAGE_PIXELS = LARGEST_SIDE**2 // 2  # twice as many are an error
    with suppress(ImportError):
        import resource

        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
            with suppress(OSError, ValueError):  # macOS has limits of its own
                resource.setrlimit(kind, (most, most))


def main() -> None:
    """Draw the one picture that was asked for, and write the answer."""
    _limit()
    try:
        answer = read(Path(sys.argv[1])).tobytes()
    except Unusable as error:
        answer = REFUSED + str(error).encode("utf-8", "replace")
    except MemoryError:
        return
    sys.stdout.buffer.write(FINISHED + answer)


if __name__ == "__main__":
    main()
