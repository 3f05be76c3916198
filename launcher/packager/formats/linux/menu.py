"""The entry of a program in the menus of desktops: entry, metadata, kinds of documents, pictures.

The files are those of the freedesktop.org specifications, by their places below a folder `share`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image

from launcher.packager import icon
from launcher.packager.formats.linux import about
from launcher.packager.formats.linux.filling import fill
from launcher.packager.formats.parcel import Parcel

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
LONGEST = 200  # letters of what stands in a line of a menu


def files(parcel: Parcel, command: str, *, told_version: str = "") -> Mapping[str, bytes]:
    """Return the files by their places below `share`; `command` is what the entry starts."""
    told = about.of(parcel)
    identifier = told.identifier
    found = {
        f"applications/{identifier}.desktop": fill(
            "program.desktop",
            {
                "name": told.name,
                "summary": told.summary[:LONGEST],
                "command": command,
                "identifier": identifier,
                "types": told.types,
                "version": told_version,
            },
        ),
        f"metainfo/{identifier}.metainfo.xml": _metainfo(told),
    }
    if told.own_documents:
        values = {"documents": told.own_documents, "identifier": identifier}
        found[f"mime/packages/{identifier}.xml"] = fill("documents.xml", values)
    for size, ending, data in pictures_of(parcel.plan.icon, told.name):
        found[f"icons/hicolor/{size}/apps/{identifier}{ending}"] = data
    return found


def pictures_of(picture: Path | None, name: str) -> Iterator[tuple[str, str, bytes]]:
    """Draw the picture in every size: the folder of each, the ending of its name, and its bytes."""
    image = icon.of(picture, name)
    for size in SIZES:
        yield f"{size}x{size}", ".png", png_of(image, size)
    if picture is not None and picture.suffix.lower() == ".svg":
        yield "scalable", ".svg", picture.read_bytes()


def png_of(image: Image.Image, size: int) -> bytes:
    """Return a picture as a PNG file of a size."""
    written = io.BytesIO()
    small = image if image.width == size else image.resize((size, size), Image.Resampling.LANCZOS)
    small.save(written, format="PNG", optimize=True)
    return written.getvalue()


def _metainfo(told: about.About) -> bytes:
    words = f"{told.told}. It runs on this computer, and what it keeps stays there."
    return fill(
        "program.metainfo.xml",
        {
            "identifier": told.identifier,
            "domain": told.identifier.rpartition(".")[0],
            "name": told.name,
            "summary": told.told[:LONGEST],
            "description": words,
            "licence": about.expression_of(told.licence),
            "publisher": told.publisher,
            "homepage": told.homepage,
            "types": told.types,
            "version": told.version,
            "date": told.time.strftime("%Y-%m-%d"),
        },
    )
