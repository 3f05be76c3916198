"""Signatures that came with a Python: is each file still as its maker signed it?

What is compared is the digest inside the signature with that of the file, and on Windows the signature with
its own certificate. Whether somebody's root vouches for that is for the system to say on which it runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import lief

from launcher.errors import BuildError
from launcher.packager import macho
from launcher.packager.audit.kinds import kind_of
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

NAMED = 3  # files that are not signed
MAKERS = ("Python Software Foundation", "Microsoft Corporation")
# How Apple names whom it lets sign, in the certificate that lies in the signature.
_DEVELOPER = re.compile(rb"Developer ID Application: ([^(\0-\x1f]+) \(")
FETCH_AGAIN = "Fetch it again, or name another Python with --python-for."


@dataclass(frozen=True, slots=True)
class Signatures:
    """The names of files by who signed them; those that nobody did are under the empty name."""

    by_maker: dict[str, tuple[str, ...]]

    @property
    def told(self) -> str:
        """Say it in a few words."""
        signed = {maker: len(names) for maker, names in self.by_maker.items() if maker}
        unsigned = self.by_maker.get("", ())
        if not signed:
            return f"{len(unsigned)} files, none of them signed"
        makers = ", ".join(f"{count} {maker}" for maker, count in sorted(signed.items()))
        said = f"{sum(signed.values())} files as they were signed ({makers})"
        named = ", ".join((*unsigned[:NAMED], *(["..."] if len(unsigned) > NAMED else [])))
        return f"{said}, {len(unsigned)} unsigned ({named})" if unsigned else said


def check(folder: Path, platform: Platform) -> Signatures:
    """Compare every library with the signature in it; raises BuildError naming one that does not match."""
    found: dict[str, list[str]] = {}
    with lief.logging.level_scope(lief.logging.LEVEL.OFF):
        for path in sorted(folder.iterdir()):
            if kind_of(path) is not None:
                found.setdefault(READERS[platform.system](path), []).append(path.name)
    return Signatures({maker: tuple(names) for maker, names in sorted(found.items())})


def _of_windows(path: Path) -> str:
    binary = lief.PE.parse(str(path))
    if binary is None:
        raise BuildError(f"{path.name} is no library for Windows.", FETCH_AGAIN)
    if not binary.has_signatures:
        return ""
    if binary.verify_signature() != lief.PE.Signature.VERIFICATION_FLAGS.OK:
        raise BuildError(f"{path.name} is not as its maker signed it.", FETCH_AGAIN)
    signer = next(iter(next(iter(binary.signatures)).signers))
    subject = str(signer.cert.subject) if signer.cert is not None else str(signer.issuer)
    return next((maker for maker in MAKERS if f"O={maker}" in subject), subject)


def _of_macos(path: Path) -> str:
    data = path.read_bytes()
    bare = len(macho.unsigned(data))
    if bare == len(data):
        return ""
    try:
        signature = macho.verify(data)
    except macho.NotMachO as error:
        raise BuildError(f"{path.name} is not as it was signed: {error.message}", FETCH_AGAIN) from error
    if signature.is_adhoc:
        return "ad hoc"
    named = _DEVELOPER.search(data, bare)
    return named[1].decode("utf-8", "replace") if named else "somebody"


def _of_linux(path: Path) -> str:
    return ""  # nothing is signed there


READERS = {WINDOWS: _of_windows, MACOS: _of_macos, LINUX: _of_linux}
