"""Writing resources into a program that has an archive behind it."""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import lief

from launcher import paths
from launcher.errors import BuildError
from launcher.packager import ico
from launcher.packager.dressing import versions
from launcher.project.manifest import Manifest

ICON, ICON_GROUP, VERSION, MANIFEST = 3, 14, 16, 24  # kinds of resources
FIRST = 1  # the number of what there is one of; of a program's manifest it must be this
CHECKSUM = 64  # where it stands, from the beginning of the optional header
Resource = tuple[int, int, int, bytes]  # kind, number, language, content


def dress(program: Path, icon: Path, manifest: Manifest) -> None:
    """Give a program of Windows its icon, its version and its manifest; the same input, the same bytes."""
    whole = program.read_bytes()
    parsed = lief.PE.parse(whole)
    if parsed is None:
        raise BuildError(f"{program.name} is no program of Windows.", "Build again with --clean.")
    # Behind the program proper lies its archive, which is no matter of the format's.
    end = parsed.overlay_offset or len(whole)
    dressed = _with_resources(whole[:end], _resources(icon, manifest, program.name))
    part = program.with_name(f"{program.name}.part")
    part.write_bytes(with_checksum(dressed + whole[end:]))
    os.replace(part, program)


def _resources(icon: Path, manifest: Manifest, file_name: str) -> Iterator[Resource]:
    frames = ico.frames(icon.read_bytes())
    listing = ico.HEADER.pack(0, ico.KIND, len(frames))
    for number, frame in enumerate(frames, 1):
        yield ICON, number, 0, frame.picture
        listing += frame.entry + struct.pack("<H", number)
    yield ICON_GROUP, FIRST, 0, listing
    texts = {
        "CompanyName": manifest.publisher,
        "FileDescription": manifest.name,  # what the task manager calls it
        "FileVersion": manifest.version,
        "InternalName": manifest.identifier,
        "LegalCopyright": manifest.publisher and f"© {manifest.publisher}",
        "OriginalFilename": file_name,
        "ProductName": manifest.name,
        "ProductVersion": manifest.version,
    }
    yield VERSION, FIRST, versions.ENGLISH, versions.block(manifest.version, texts.items())
    yield MANIFEST, FIRST, 0, _manifest_of(manifest)


def _manifest_of(manifest: Manifest) -> bytes:
    template = paths.bundled("build") / "windows" / "program.manifest"
    text = template.read_text(encoding="utf-8")
    number = ".".join(map(str, versions.numeric(manifest.version)))
    text = text.replace("@IDENTIFIER@", quoteattr(manifest.identifier))
    return text.replace("@VERSION@", quoteattr(number)).encode("utf-8")


def _with_resources(program: bytes, resources: Iterable[Resource]) -> bytes:
    parsed = lief.PE.parse(program)
    assert parsed is not None
    root = lief.PE.ResourceDirectory(0)
    kinds: dict[int, lief.PE.ResourceNode] = {}
    for kind, number, language, content in resources:
        if kind not in kinds:
            kinds[kind] = root.add_child(lief.PE.ResourceDirectory(kind))
        data = lief.PE.ResourceData(list(content))
        data.id = language
        kinds[kind].add_child(lief.PE.ResourceDirectory(number)).add_child(data)
    parsed.set_resources(root)
    config = lief.PE.Builder.config_t()
    config.resources = True
    return parsed.write_to_bytes(config)


def with_checksum(program: bytes) -> bytes:
    """Return a program with the sum that is checked of what runs early, and looked at by scanners."""
    content = bytearray(program)
    (header,) = struct.unpack_from("<I", content, 0x3C)
    place = header + 4 + 20 + CHECKSUM
    content[place : place + 4] = bytes(4)
    total = sum(array("H", bytes(content) + bytes(len(content) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("<I", content, place, total + len(content))
    return bytes(content)
