"""What a friend is handed beside the programs: a page that offers the right one, and sums that prove it.

The one door to it. Both tell of all files of one version that lie in the folder, whichever build made them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from launcher import names
from launcher.packager import sums
from launcher.packager.app_layer import handed
from launcher.packager.handout import page, plain
from launcher.packager.handout.offers import Offer, Release, gather, releases
from launcher.packager.handout.subject import Subject, of_plan, of_project
from launcher.packager.warnings.notice import Notice

__all__ = [
    "HandedOut",
    "Offer",
    "Release",
    "Subject",
    "gather",
    "of_plan",
    "of_project",
    "plain",
    "releases",
    "write",
]

PAGE = "index.html"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What lies beside the programs, and what there is to say of it."""

    page: Path
    sums: Path
    signature: Path | None
    files: tuple[Offer, ...]
    notices: tuple[Notice, ...]

    @property
    def beside(self) -> tuple[Path, ...]:
        """Return the sums, and their signature where there is one."""
        return (self.sums,) if self.signature is None else (self.sums, self.signature)


def write(subject: Subject, folder: Path, work: Path) -> HandedOut | None:
    """Write the page and the sums into `folder`; None where nothing in it can be sent to anybody.

    `work` is a folder of the same disk, where they are until they are whole and signed.
    """
    offers = gather(folder, subject.release)
    if not offers:
        return None
    place, summed = _places(subject, folder)
    signed = bool(subject.key)
    signature = summed.with_name(f"{summed.name}{sums.SIGNATURE}")
    parts = [work / one.name for one in (summed, signature, place)]
    sums.write(parts[0], {offer.file: offer.sha256 for offer in offers})
    if subject.key:
        sums.sign(parts[0], parts[1], subject.key)
    text = page.render(subject, offers, sums=summed.name, signature=signature.name if signed else "")
    parts[2].write_text(text, encoding="utf-8", newline="\n")
    if not signed:
        signature.unlink(missing_ok=True)  # an older one is of other sums
    for part, final in zip(parts, (summed, signature, place), strict=True):
        if part.exists():
            os.replace(part, final)
    notices = tuple(_notices(offers, place))
    return HandedOut(place, summed, signature if signed else None, offers, notices)


def _places(subject: Subject, folder: Path) -> tuple[Path, Path]:
    """Return where both go: under the program's own name where the usual names are somebody else's."""
    own = names.file_name(subject.name)
    mark = f'<meta name="application-name" content="{page.escaped(subject.name)}">'
    usual, summed = folder / PAGE, folder / sums.NAME
    if _is_ours(usual, mark) and sums.is_of(summed, own):
        return usual, summed
    return folder / f"{own}.html", folder / f"{own}.{sums.NAME}"


def _is_ours(place: Path, mark: str) -> bool:
    """Tell whether a page may be replaced: there is none, or it is an older one of the same program."""
    if not os.path.lexists(place):
        return True
    if place.is_symlink() or not place.is_file():
        return False
    with place.open(encoding="utf-8", errors="replace") as file:
        begin = file.read(4000)
    return handed.MARK in begin and mark in begin


def _notices(offers: tuple[Offer, ...], place: Path) -> list[Notice]:
    found = [
        Notice(
            f"{offer.file} is not as its build left it",
            "Its SHA-256 is another than in its report; the page and the sums tell the one that it has.",
            "Where it was signed since, that is right. Where not, build it again.",
        )
        for offer in offers
        if offer.changed
    ]
    if place.name != PAGE:
        found.append(
            Notice(
                f"The page for friends is {place.name}",
                f"The {PAGE} that is there, or the {sums.NAME} beside it, is not of this program.",
                "Choose another folder with --output, or move that file away.",
            )
        )
    return found
