"""The files that a friend can be sent, read from the reports that builds have left beside them.

A Linux build today and a Windows build tomorrow leave two reports in one folder, and give one page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher import names
from launcher.data import home
from launcher.packager.handout import signatures
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

REPORT = ".report.json"
# What is offered first on each system, by the ending of its name.
KINDS: Mapping[str, tuple[str, ...]] = {
    WINDOWS: ("-setup.exe", ".zip", ".exe"),
    MACOS: (".dmg", ".zip"),
    LINUX: (".deb", ".AppImage", ".rpm", ".tar.gz"),
}
MACHINES = ("x86_64", "arm64", "aarch64")  # the commonest first


@dataclass(frozen=True, slots=True)
class Offer:
    """One file to be sent: for which system, made when, how large, and what is known of it.

    `tried` says that the program in it was started on such a system before it was handed over; `changed` that
    the file is no longer as its build left it: signed since, or damaged.
    """

    file: str
    platform: Platform
    ending: str
    size: int
    sha256: str
    moment: int
    floor: str
    tried: bool
    signed: bool
    changed: bool = False

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Return where it stands among others."""
        system, machine = self.platform.system, self.platform.machine
        place = MACHINES.index(machine) if machine in MACHINES else len(MACHINES)
        if system == MACOS:
            place = -place  # Macs are sold with Apple's own processors
        return list(KINDS).index(system), place, KINDS[system].index(self.ending), self.file


@dataclass(frozen=True, slots=True)
class Release:
    """Which program it is that reports tell of."""

    name: str
    version: str


def releases(folder: Path) -> tuple[Release, ...]:
    """Return the programs that have something to be sent in a folder."""
    found = {
        Release(report["name"], report["version"])
        for report in _reports(folder)
        if any(_of_report(report, folder))
    }
    return tuple(sorted(found, key=lambda one: (one.name, one.version)))


def gather(folder: Path, release: Release) -> tuple[Offer, ...]:
    """Return what a folder holds of one version of a program, as it is offered."""
    found = {
        offer.file: offer
        for report in _reports(folder)
        if (report["name"], report["version"]) == (release.name, release.version)
        for offer in _of_report(report, folder)
    }
    return tuple(sorted(found.values(), key=lambda one: one.rank))


def ending_of(file: str, system: str) -> str | None:
    """Return what kind of file of a system a name belongs to."""
    return next((ending for ending in KINDS.get(system, ()) if file.endswith(ending)), None)


def _reports(folder: Path) -> Iterator[dict[str, Any]]:
    """Give the reports that can be read; one that somebody has written into is none of ours."""
    for place in sorted(folder.glob(f"*{REPORT}")):
        try:
            value = json.loads(place.read_text(encoding="utf-8"))
            texts = (value["name"], value["version"], value["platform"])
            known = value["artifacts"], value["verification"]["done"], value["audit"]["floor"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if all(isinstance(text, str) for text in texts) and isinstance(known[0], list):
            yield value


def _is_plain(file: str) -> bool:
    """Tell whether a report names a file of its own folder, and one that can stand in a list."""
    return Path(file).name == file and names.is_writable(file) and "\\" not in file


def _of_report(report: Mapping[str, Any], folder: Path) -> Iterator[Offer]:
    system, _, machine = report["platform"].partition("-")
    for artifact in report["artifacts"]:
        file = artifact.get("file") if isinstance(artifact, dict) else None
        if not isinstance(file, str) or not _is_plain(file):
            continue
        place, ending = folder / file, ending_of(file, system)
        if ending is None or place.is_symlink() or not place.is_file():
            continue  # a folder, or what was moved away since
        platform, digest = Platform(system, machine), home.digest(place)
        yield Offer(
            file=file,
            platform=platform,
            ending=ending,
            size=place.stat().st_size,
            sha256=digest,
            moment=int(report.get("source_date_epoch") or 0),
            floor=str(report["audit"]["floor"]),
            tried=report["verification"]["done"] is True,
            signed=signatures.is_signed(place, platform),
            changed=digest != artifact.get("sha256"),
        )
