"""Mach-O, the programs and libraries of macOS: thinned, extended, signed and checked, on any system.

The one door to it. It was never run on a Mac: what it makes is held against files that Apple's own tools
made, and is read by other people's code.
"""

from __future__ import annotations

from launcher.packager.macho.changing import append, thin, unsigned
from launcher.packager.macho.reading import (
    LOADED,
    MACHINES,
    MAGICS,
    Data,
    NotMachO,
    minimum_system,
    read,
    slices,
)
from launcher.packager.macho.signing import Sealed, sign
from launcher.packager.macho.verifying import BadSignature, Signature, verify

__all__ = [
    "LOADED",
    "MACHINES",
    "MAGICS",
    "BadSignature",
    "Data",
    "NotMachO",
    "Sealed",
    "Signature",
    "append",
    "minimum_system",
    "read",
    "sign",
    "slices",
    "thin",
    "unsigned",
    "verify",
]
