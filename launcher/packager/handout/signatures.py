"""Whether a file carries a signature that its system will show, asked of the file itself.

Who signed it is not asked here: that was verified where it was signed.
"""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import IO

from launcher.packager.platforms import MACOS, WINDOWS, Platform

_HEADER = 4096  # bytes in which a program's headers lie
_OPTIONAL_64, _OPTIONAL_32 = 0x20B, 0x10B
_CERTIFICATES = 4  # which of the data directories it is
# A notarised app has its ticket stapled to it as this file.
_TICKET = re.compile(r"[^/]+\.app/Contents/CodeResources")
# A disk image ends with a trailer, which says where its signature lies; a ticket is one of that one's parts.
# Written from Apple's published headers; no such image was at hand.
_TRAILER = 512
_SIGNATURE_AT = 296
_SIGNATURE, _TICKET_PART = 0xFADE0CC0, 0x10002


def is_signed(file: Path, platform: Platform) -> bool:
    """Tell whether a file to be sent is signed; on macOS, so that its system just opens it."""
    try:
        if platform.system == WINDOWS:
            return _is_signed_for_windows(file)
        if platform.system == MACOS:
            return _is_signed_for_macos(file)
    except (OSError, ValueError, zipfile.BadZipFile, struct.error):
        return False
    return False


def _is_signed_for_windows(file: Path) -> bool:
    if file.suffix == ".exe":
        with file.open("rb") as program:
            return _has_certificates(program)
    with zipfile.ZipFile(file) as archive:
        # The programs that are double-clicked: those in the one folder that it unpacks to.
        programs = [name for name in archive.namelist() if name.endswith(".exe") and name.count("/") <= 1]
        found = []
        for name in programs:
            with archive.open(name) as program:
                found.append(_has_certificates(program))
    return bool(found) and all(found)


def _is_signed_for_macos(file: Path) -> bool:
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            return any(_TICKET.fullmatch(name) for name in archive.namelist())
    with file.open("rb") as image:
        image.seek(-_TRAILER, 2)
        trailer = image.read(_TRAILER)
        place, size = struct.unpack_from(">QQ", trailer, _SIGNATURE_AT)
        if trailer[:4] != b"koly" or not size:
            return False
        image.seek(place)
        signature = image.read(size)
    magic, _, count = struct.unpack_from(">III", signature)
    parts = [struct.unpack_from(">I", signature, 12 + 8 * number)[0] for number in range(min(count, 64))]
    return magic == _SIGNATURE and _TICKET_PART in parts


def _has_certificates(program: IO[bytes]) -> bool:
    """Read from a program's headers whether a table of certificates is attached to it."""
    header = program.read(_HEADER)
    if header[:2] != b"MZ":
        return False
    (start,) = struct.unpack_from("<I", header, 0x3C)
    if header[start : start + 4] != b"PE\0\0":
        return False
    optional = start + 24
    (magic,) = struct.unpack_from("<H", header, optional)
    directories = optional + {_OPTIONAL_64: 112, _OPTIONAL_32: 96}[magic]
    place, size = struct.unpack_from("<II", header, directories + 8 * _CERTIFICATES)
    return bool(place and size)
