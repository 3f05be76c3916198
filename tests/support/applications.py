"""Applications of macOS, read again."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from pathlib import Path

import ktool
import lief
from macholib.MachO import MachO

from launcher.packager import application, macho
from launcher.packager.application import sealing

# The parts of what a linker signs, and of what codesign does, for older systems with a second directory.
SIGNED = ([0], [0, 2, 0x1_0000], [0, 2, 0x1000, 0x1_0000])


def problems(bundle: Path) -> list[str]:
    """List what codesign would find wrong in an application, as far as we can read it."""
    contents = bundle / "Contents"
    name = plistlib.loads((contents / "Info.plist").read_bytes())["CFBundleExecutable"]
    stored = (contents / "_CodeSignature" / "CodeResources").read_bytes()
    found = [] if sealing.seal(contents, name) == stored else ["the seal is of something else"]
    for path in (one for one in sorted(contents.rglob("*")) if application.is_code(one)):
        sealed = application.sealed_by(bundle) if path == contents / "MacOS" / name else None
        try:
            macho.verify(path.read_bytes(), sealed)
        except macho.BadSignature as error:
            found.append(f"{path.name}: {error}")
    return found


def code_in(bundle: Path) -> Iterator[Path]:
    """Give the programs and libraries of an application."""
    return (path for path in sorted(bundle.rglob("*")) if application.is_code(path))


def problems_of_others(path: Path) -> list[str]:
    """List what other people's parsers find wrong in a program or library for one machine."""
    found = []
    binary = lief.MachO.parse(str(path), lief.MachO.ParserConfig.quick)
    images = list(binary or ())
    if len(images) != 1:
        return [f"{path.name}: LIEF reads {len(images)} images"]
    is_whole, why = lief.MachO.check_layout(images[0])
    if not is_whole:
        found.append(f"{path.name}: {why}")
    if len(MachO(str(path)).headers) != 1:
        found.append(f"{path.name}: macholib reads several")
    with path.open("rb") as file:
        # What links to what takes it long to read.
        image = ktool.load_image(file, load_symtab=False, load_imports=False, load_exports=False)
        slots = [slot.type for slot in image.codesign_info.slots]
    if slots not in SIGNED:
        found.append(f"{path.name}: ktool reads a signature with the parts {slots}")
    return found
