"""What a binary asks for: libraries by name, where it looks for them, and how new a system it wants."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lief

from launcher.packager.audit.kinds import MACH_MACHINES, machine_of
from launcher.packager.platforms import MACOS, WINDOWS, Platform
from launcher.packager.site import elf

lief.logging.disable()  # it prints what it wonders about
WEAK = lief.MachO.LoadCommand.TYPE.LOAD_WEAK_DYLIB
OWN_NAME = lief.MachO.LoadCommand.TYPE.ID_DYLIB


@dataclass(frozen=True, slots=True)
class Binary:
    """One program or library of a bundle, at `path` below it.

    `needed` are the libraries that it cannot be loaded without, `paths` the folders that it names for
    them, `name` its own name for others, `floor` the system's version that it asks for.
    """

    path: str
    needed: tuple[str, ...]
    paths: tuple[str, ...] = ()
    name: str = ""
    floor: tuple[int, ...] = ()


def read(bundle: Path, path: str, platform: Platform) -> Binary | None:
    """Read a binary of a platform; None where it is too broken to be read, and so to be loaded."""
    if platform.system == WINDOWS:
        return _pe(bundle / path, path)
    if platform.system == MACOS:
        return _mach_o(bundle / path, path, machine_of(platform))
    return _elf(bundle / path, path)


def _pe(file: Path, path: str) -> Binary | None:
    wanted = lief.PE.ParserConfig()
    wanted.parse_signature = wanted.parse_exports = wanted.parse_rsrc = wanted.parse_reloc = False
    found = lief.PE.parse(str(file), wanted)
    if not isinstance(found, lief.PE.Binary):
        return None
    # Delayed ones too: what asks for them ends the program when they are not there.
    names = [_text(one.name) for one in (*found.imports, *found.delay_imports)]
    header = found.optional_header
    floor = (header.major_subsystem_version, header.minor_subsystem_version)
    return Binary(path, tuple(dict.fromkeys(names)), name=Path(path).name, floor=floor)


def _elf(file: Path, path: str) -> Binary | None:
    wanted = lief.ELF.ParserConfig()
    wanted.parse_relocations = wanted.parse_dyn_symbols = wanted.parse_symtab_symbols = False
    wanted.parse_symbol_versions = wanted.parse_notes = wanted.parse_overlay = False
    found = lief.ELF.parse(str(file), wanted)
    if not isinstance(found, lief.ELF.Binary):
        return None
    run, old, own = [], [], ""
    for entry in found.dynamic_entries:
        if isinstance(entry, lief.ELF.DynamicEntryRunPath):
            run += entry.paths
        elif isinstance(entry, lief.ELF.DynamicEntryRpath):
            old += entry.paths
        elif isinstance(entry, lief.ELF.DynamicSharedObject):
            own = _text(entry.name)
    return Binary(
        path,
        tuple(map(_text, found.libraries)),
        tuple(map(_text, run or old)),
        own or Path(path).name,
        elf.needed_glibc(file) or (),
    )


def _mach_o(file: Path, path: str, machine: str) -> Binary | None:
    several = lief.MachO.parse(str(file), lief.MachO.ParserConfig.quick)
    found = next(
        (one for one in several or () if MACH_MACHINES.get(int(one.header.cpu_type)) == machine), None
    )
    if found is None:
        return None
    needed, own = [], ""
    for one in found.libraries:
        if one.command == OWN_NAME:
            own = _text(one.name)
        elif one.command != WEAK:  # a weak one may be missing
            needed.append(_text(one.name))
    version = found.build_version.minos if found.build_version else None
    if version is None and found.version_min is not None:
        version = found.version_min.version
    return Binary(
        path,
        tuple(dict.fromkeys(needed)),
        tuple(_text(one.path) for one in found.rpaths),
        own,
        tuple(version[:2]) if version else (),
    )


def _text(name: str | bytes) -> str:
    """Return a name that LIEF read: bytes where it is no UTF-8."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name
