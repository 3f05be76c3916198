"""Pictures that were made to hang, to fill or to crash what reads them, or to show what is not in them."""

from __future__ import annotations

import base64
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from launcher import host
from launcher.errors import ConfigError
from launcher.packager import drawing, icon

ROOT = Path(__file__).resolve().parents[2]
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
MEMORY = 200 << 20  # bytes
CPU = 5.0  # seconds of work, where the pictures would take minutes; not those of a clock


def png(width: int, height: int, *, rows: int = 0) -> bytes:
    """Make a picture of nothing, with so many of its rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 + 4 * width)) for _ in range(rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def ico(inner: bytes) -> bytes:
    """Make an icon of Windows that says 256 pixels a side, whatever the picture in it has."""
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inner), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + inner


def svg(inner: str, *, before: str = "") -> bytes:
    return f'{before}<svg {NAMESPACES} viewBox="0 0 10 10">{inner}</svg>'.encode()


def embedded(kind: str, data: bytes) -> str:
    address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return f'<image width="10" height="10" href="{address}"/>'


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
USES = "".join(f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 9))
FILTER = '<filter id="f">{}</filter><rect width="10" height="10" filter="url(#f)"/>'
HOSTILE = {
    "huge.png": png(50_000, 50_000),
    "bomb.png": png(13_000, 13_000, rows=13_000),
    "bomb.ico": ico(png(13_000, 13_000, rows=13_000)),
    "cut.png": png(400, 400, rows=400)[:60],
    "cut.ico": ico(png(200, 200, rows=200))[:60],
    "script.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print\n",
    "entity.svg": svg("&x;", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "laughs.svg": svg("&a9;", before=f'<!DOCTYPE svg [<!ENTITY a0 "lol">{LAUGHS}]>'),
    "uses.svg": svg(f'<g id="g0"><rect width="1" height="1"/></g>{USES}<use href="#g8"/>'),
    "deep.svg": svg("<g>" * 200_000 + "</g>" * 200_000),
    "many.svg": svg("<g/>" * 200_000),
    "noise.svg": svg(FILTER.format('<feTurbulence baseFrequency="1" numOctaves="100000000"/>')),
    "embedded.svg": svg(embedded("png", png(13_000, 13_000, rows=13_000))),
    "embedded-ico.svg": svg(embedded("png", b"no picture")),
    "svg-in-svg.svg": svg(embedded("svg+xml", svg("<g/>"))),
    "cut.svg": svg("<g/>")[:-20],
    "style.svg": svg("<style>@import url(file:///etc/x.css);</style>"),
    "paint.svg": svg('<rect width="9" height="9" fill="url(file:///etc/x.svg#a)"/>'),
}

MEASURE = """
import json, resource, sys
from pathlib import Path
from launcher.errors import ConfigError
from launcher.packager import icon
try:
    icon.from_file(Path(sys.argv[1]))
    said = None
except ConfigError as error:
    said = [error.message, error.todo]
# Of what was started from here; what this process has at most counts in whoever started it too.
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"said": said, "memory": used.ru_maxrss * UNIT, "work": used.ru_utime + used.ru_stime}))
"""


def measured(path: Path) -> dict[str, object]:
    """Read an icon in processes of their own, and return what was said and what they took."""
    if host.WINDOWS:
        pytest.skip("nothing tells it there")
    code = MEASURE.replace("UNIT", "1" if host.MACOS else "1024")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_with_little_work_and_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    found = measured(path)
    assert isinstance(found["said"], list), "it was drawn"
    message, todo = found["said"]
    assert str(path) in message and todo == icon.WANTED
    assert isinstance(found["memory"], int) and found["memory"] < MEMORY
    assert isinstance(found["work"], float) and found["work"] < CPU


def test_the_largest_picture_that_is_taken_takes_little_memory_too(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(png(drawing.LARGEST_SIDE, drawing.LARGEST_SIDE, rows=drawing.LARGEST_SIDE))
    found = measured(path)
    assert found["said"] is None
    assert isinstance(found["memory"], int) and found["memory"] < MEMORY


@pytest.mark.parametrize("form", ["{}", "file://{}", "{}#x", " {}"])
@pytest.mark.parametrize("element", ["image", "feImage", "use"])
def test_a_picture_shows_no_file_of_this_machine(tmp_path: Path, form: str, element: str) -> None:
    Image.new("RGB", (10, 10), (1, 2, 3)).save(tmp_path / "private.png")
    address = form.format(tmp_path / "private.png")
    for attribute in ("href", "xlink:href"):
        path = tmp_path / "icon.svg"
        path.write_bytes(svg(f'<{element} width="10" height="10" {attribute}="{address}"/>'))
        with pytest.raises(ConfigError, match="names another file"):
            icon.from_file(path)


@pytest.mark.skipif(host.WINDOWS, reason="no such files there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ConfigError, match="it is no file"):
        icon.from_file(tmp_path / "pipe.png")


@pytest.mark.skipif(host.WINDOWS, reason="there is no limit of work there")
def test_a_picture_that_would_be_drawn_for_hours_ends_with_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its parts is harmless."""
    monkeypatch.setattr(icon, "LONGEST", 1)
    noise = '<feTurbulence baseFrequency="9" numOctaves="16"/>' * 3000
    path = tmp_path / "icon.svg"
    path.write_bytes(svg(FILTER.format(noise)))
    with pytest.raises(ConfigError, match="takes longer to draw"):
        icon.from_file(path)


def test_what_people_s_drawing_programs_write_is_drawn(tmp_path: Path) -> None:
    """A document type with plain entities, links, gradients by name, a picture that is embedded, styles."""
    kinds = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY ns_svg "http://x/">]>'
    inner = (
        '<defs><linearGradient id="a"><stop stop-color="#f00"/></linearGradient></defs>'
        "<style>.x { fill: url(#a); clip-path: url('#b') } </style>"
        "<clipPath id='b'><use xlink:href='#c'/></clipPath>"
        '<a href="https://example.org/"><rect id="c" class="x" width="10" height="10" n="&ns_svg;"/></a>'
        f"{embedded('png', png(2, 2, rows=2))}"
    )
    path = tmp_path / "icon.svg"
    path.write_bytes(b"\xef\xbb\xbf" + svg(inner, before=f'<?xml version="1.0" encoding="UTF-8"?>{kinds}'))
    assert icon.from_file(path).getpixel((5, 5)) == (255, 0, 0, 255)


def test_a_module_of_the_project_does_not_take_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIL", "resvg_py", "io", "launcher"):
        (tmp_path / f"{name}.py").write_text("open('was-run', 'w')", encoding="utf-8")
    Image.new("RGB", (9, 9)).save(tmp_path / "icon.png")
    monkeypatch.chdir(tmp_path)
    icon.from_file(Path("icon.png"))
    assert not (tmp_path / "was-run").exists()
