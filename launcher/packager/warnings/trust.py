"""What makes scanners and systems suspicious of a program, as a number, with the cheapest way out of each.

The number is a hundred less what is found. How much each costs is our judgement of what is published: the
same program drew 22 detections in one file and 2 as a folder (Nuitka#2291); without a signature every
version begins at nothing with SmartScreen, which no kind of signature skips any more; macOS refuses what was
not notarised until its settings are told otherwise. What no setting changes stays in the number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from launcher import names
from launcher.packager.app_layer import AppLayer
from launcher.packager.plan import Plan
from launcher.packager.site import Site
from launcher.packager.warnings import packed

SMARTSCREEN = "https://learn.microsoft.com/windows/apps/package-and-deploy/smartscreen-reputation"
SUBMISSION = "https://www.microsoft.com/wdsi/filesubmission"
GATEKEEPER = "https://support.apple.com/102445"
BOOTLOADER = "https://github.com/pyinstaller/pyinstaller/issues/5854"
ONEFILE = "https://github.com/Nuitka/Nuitka/issues/2291"
PACKED = "https://pyinstaller.org/en/stable/usage.html#using-upx"
VERSION_INFO = "https://learn.microsoft.com/windows/win32/menurc/versioninfo-resource"
# Words of which a name says nothing, or says that it installs: Windows and scanners look harder at those.
VAGUE = frozenset(
    (
        *("a", "the", "my", "new", "app", "apps", "application", "main", "project", "program", "tool"),
        *("flask", "python", "web", "server", "site", "website", "client", "test", "demo", "example"),
        *("sample", "untitled", "run", "start", "launcher", "setup", "install", "installer", "update"),
        *("updater", "patch"),
    )
)
SENTENCES = (
    (85, "Scanners find nothing to object to; systems ask once, for nobody knows it yet."),
    (65, "Scanners have little to object to; systems warn your friends once."),
    (40, "Friends are warned, and a scanner may object."),
    (0, "Many friends will not get past the warnings."),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that costs trust: how much of the hundred, why, the cheapest way out, and who says so."""

    id: str
    costs: int
    title: str
    detail: str
    todo: str
    source: str
    is_yours: bool = True  # something in the project changes it


@dataclass(frozen=True, slots=True)
class Trust:
    """The number, what it means, the best that settings can make of it, and what it consists of."""

    score: int
    words: str
    best: int
    points: tuple[Point, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {**asdict(self), "points": [asdict(point) for point in self.points]}


def score(made: Plan, chosen: Site, layer: AppLayer, formats: Collection[str] = ()) -> Trust:
    """Score a project as it would be handed over; `formats` are those that are asked for."""
    found = (
        *_signatures(made),
        *_forms(chosen, layer, formats),
        *_descriptions(made),
        *_UNAVOIDABLE,
    )
    points = tuple(sorted(found, key=lambda one: (not one.is_yours, -one.costs)))
    number = max(0, 100 - sum(point.costs for point in points))
    best = 100 - sum(point.costs for point in _UNAVOIDABLE)
    return Trust(number, next(words for least, words in SENTENCES if number >= least), best, points)


def _signatures(made: Plan) -> Iterator[Point]:
    windows, macos = made.config.sign_windows, made.config.sign_macos
    if not windows.command and not windows.certificate:
        yield Point(
            "unsigned-windows",
            25,
            "Not signed for Windows",
            "SmartScreen warns of it and names no publisher, every version begins at nothing, and Smart App "
            "Control refuses it without asking.",
            "SignPath signs open source for nothing; Azure Artifact Signing (once Trusted Signing) costs "
            "about 10 dollars a month where it is offered; Certum has certificates for open source. Then set "
            "sign.windows.command or sign.windows.certificate.",
            SMARTSCREEN,
        )
    if not macos.identity:
        yield Point(
            "unsigned-macos",
            15,
            "Not signed for macOS",
            "macOS does not open it before a friend has gone through System Settings for it.",
            "Apple's developer programme costs 99 dollars a year: then set sign.macos.identity and "
            "sign.macos.notary-profile. Without it, send the page for friends along: it shows the way.",
            GATEKEEPER,
        )
    elif not macos.notary_profile:
        yield Point(
            "not-notarised",
            12,
            "Signed for macOS, but not notarised",
            "macOS refuses what Apple has not looked at, almost as if it were not signed.",
            "Notarising is part of what you have: set sign.macos.notary-profile.",
            GATEKEEPER,
        )


def _forms(chosen: Site, layer: AppLayer, formats: Collection[str]) -> Iterator[Point]:
    if "onefile" in formats:
        yield Point(
            "onefile",
            20,
            "One file that unpacks itself",
            "It writes programs to a temporary folder at every start, as malware does: the same program drew "
            "22 detections in one file and 2 as a folder.",
            "Use setup or zip instead.",
            ONEFILE,
        )
    found = list(packed.find(chosen, layer))
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        yield Point(
            "packed",
            12,
            "Packed by UPX",
            f"Scanners cannot look into it, and take it for something hidden: {', '.join(found[:3])}{more}.",
            "Install another version of what brings it, or unpack it with upx -d.",
            PACKED,
        )


def _descriptions(made: Plan) -> Iterator[Point]:
    manifest, config = made.manifest, made.config
    if not manifest.publisher:
        yield Point(
            "no-publisher",
            6,
            "No publisher",
            "The program does not say who answers for it: its properties in Windows name no company.",
            'Set publisher = "Your Name" in [tool.launcher].',
            VERSION_INFO,
        )
    if _is_vague(manifest.name):
        yield Point(
            "vague-name",
            4,
            f"{manifest.name} says nothing",
            "Many harmful programs have such names, and Windows takes what is called setup or update for an "
            "installer.",
            "Give it a name of its own: name in [tool.launcher].",
            VERSION_INFO,
        )
    if not (config.version or config.project_version or made.distribution):
        yield Point(
            "no-version",
            3,
            "No version of its own",
            f"Every build is {manifest.version}: nobody can tell a newer file from an older one.",
            "Set version in [project] or in [tool.launcher], and raise it for every release.",
            VERSION_INFO,
        )
    if made.icon is None:
        yield Point(
            "no-icon",
            3,
            "No picture of its own",
            "Two letters stand for it, which any program could have.",
            "Put an icon.svg or icon.png of 512 pixels into the project.",
            VERSION_INFO,
        )
    if not config.project_homepage:
        yield Point(
            "no-homepage",
            2,
            "No address on the web",
            "Whoever wonders about the file finds nothing to ask.",
            "Set homepage in [project.urls].",
            SMARTSCREEN,
        )


_UNAVOIDABLE = (
    Point(
        "no-reputation",
        6,
        "Nobody knows it yet",
        "Windows learns from those who run a file, or others of the same signer, that it does no harm. No "
        "setting changes that, and no certificate does any more: time does, and friends.",
        "Sign every version alike, and send the very same file to all. The Microsoft Store is the one way "
        "round it.",
        SMARTSCREEN,
        is_yours=False,
    ),
    Point(
        "stock-bootloader",
        4,
        "It begins as other Python programs begin",
        "Its first bytes are PyInstaller's own, which harmful programs have as well; some scanners know no "
        "better. No setting changes that.",
        f"Where a scanner objects, send the file to its maker; Microsoft answers within days: {SUBMISSION}",
        BOOTLOADER,
        is_yours=False,
    ),
)


def _is_vague(name: str) -> bool:
    words = re.sub(r"[0-9]+", " ", names.slug(name).replace("-", " ")).split()
    return all(word in VAGUE for word in words)
