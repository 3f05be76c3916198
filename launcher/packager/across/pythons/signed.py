"""Signatures that came with a Python: is each file still as its maker signed it?

What is compared is the digest inside the signature with that of the file, and the signature with its own
certificate. Whether somebody's root vouches for that certificate is for the system to say that runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lief

from launcher.errors import BuildError
from launcher.packager.platforms import WINDOWS, Platform

MAKERS = ("Python Software Foundation", "Microsoft Corporation")
FETCH_AGAIN = "Fetch it again, or name another Python with --python-for."


@dataclass(frozen=True, slots=True)
class Signatures:
    """The names of files by who signed them; those that nobody did are under the empty name."""

    by_maker: dict[str, tuple[str, ...]]

    @property
    def told(self) -> str:
        """Say it in a few words."""
        signed = {maker: names for maker, names in self.by_maker.items() if maker}
        unsigned = len(self.by_maker.get("", ()))
        if not signed:
            return f"{unsigned} files, none of them signed"
        count = sum(map(len, signed.values()))
        said = f"{count} files as signed by {' and '.join(sorted(signed))}"
        return f"{said}, {unsigned} unsigned" if unsigned else said


def check(folder: Path, platform: Platform) -> Signatures:
    """Compare every library with the signature in it; raises BuildError naming one that does not match."""
    found: dict[str, list[str]] = {}
    with lief.logging.level_scope(lief.logging.LEVEL.OFF):
        for path in sorted(folder.iterdir()):
            maker = _maker(path) if platform.system == WINDOWS else ""
            found.setdefault(maker, []).append(path.name)
    return Signatures({maker: tuple(names) for maker, names in sorted(found.items())})


def _maker(path: Path) -> str:
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
