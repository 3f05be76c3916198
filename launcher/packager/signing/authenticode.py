"""Authenticode, the signatures of Windows: whether a file has one, and whether it is what was meant."""

from __future__ import annotations

import ssl
import struct
from pathlib import Path

import lief

from launcher.errors import BuildError

MZ, PE = b"MZ", b"PE\0\0"
WHERE_PE_BEGINS = 0x3C
# Where the header of each width has the table of parts; the fifth of them is the signature.
TABLES = {0x10B: 96, 0x20B: 112}
SIGNATURE = 4 * 8
FLAGS = lief.PE.Signature.VERIFICATION_FLAGS
AGAIN = "Look at the certificate, and at what the signing tool says."


def is_program(path: Path) -> bool:
    """Tell whether a file is a program or a library of Windows."""
    return path.is_file() and not path.is_symlink() and _entry(path) is not None


def is_signed(path: Path) -> bool:
    """Tell whether a program bears a signature, whoever's."""
    return bool(_entry(path))


def unsigned(program: bytes) -> bytes:
    """Return the header of a program without its mention of a signature; its checksum is wrong then."""
    content = bytearray(program)
    place = _place_of_entry(program)
    assert place is not None
    content[place : place + 8] = bytes(8)
    return bytes(content)


def check(path: Path, certificate: Path | None) -> None:
    """Raise BuildError unless a file bears a signature of its content, and of a certificate where it is PEM.

    Whether the certificate leads to an authority that Windows trusts is for Windows to say.
    """
    parsed = lief.PE.parse(str(path))
    if parsed is None or not parsed.has_signatures:
        raise BuildError(f"{path.name} was to be signed, and bears no signature.", AGAIN)
    # A name that is not English is no reason: LIEF compares such names by how they are written down.
    flags = parsed.verify_signature()
    bad = FLAGS.BAD_DIGEST | FLAGS.CORRUPTED_CONTENT_INFO | FLAGS.CORRUPTED_AUTH_DATA
    if flags & bad or (flags & FLAGS.BAD_SIGNATURE and not flags & FLAGS.CERT_NOT_FOUND):
        raise BuildError(f"{path.name} was signed, and its signature is not of its content.", AGAIN)
    known = [bytes(one.raw) for one in lief.PE.x509.parse(str(certificate))] if certificate else []
    if not known:
        return  # a PFX file, which only its password opens, or a command that knows its own
    signers = {bytes(one.serial_number) for signature in parsed.signatures for one in signature.signers}
    made_by = [
        one
        for signature in parsed.signatures
        for one in signature.certificates
        if bytes(one.serial_number) in signers and bytes(one.raw) in known
    ]
    if not made_by:
        raise BuildError(f"{path.name} was signed with another certificate than {certificate}.", AGAIN)


def certificates_of(path: Path) -> bytes:
    """Return the certificates in a file's signature, as PEM."""
    parsed = lief.PE.parse(str(path))
    found = [one.raw for signature in parsed.signatures for one in signature.certificates] if parsed else []
    return "".join(ssl.DER_cert_to_PEM_cert(bytes(raw)) for raw in found).encode("ascii")


def _entry(path: Path) -> bytes | None:
    """Return the size of a program's signature, nothing where it has none; None where it is no program."""
    with path.open("rb") as file:
        head = file.read(4096)
    place = _place_of_entry(head)
    if place is None:
        return None
    return head[place + 4 : place + 8].strip(b"\0")


def _place_of_entry(head: bytes) -> int | None:
    if head[:2] != MZ or len(head) < WHERE_PE_BEGINS + 4:
        return None
    (begin,) = struct.unpack_from("<I", head, WHERE_PE_BEGINS)
    if head[begin : begin + 4] != PE or len(head) < begin + 26:
        return None
    (width,) = struct.unpack_from("<H", head, begin + 24)
    place = begin + 24 + TABLES.get(width, 0) + SIGNATURE
    return place if width in TABLES and len(head) >= place + 8 else None
