"""Binaries of other systems and processors in a bundle: meant to be there, or slipped in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.audit.kinds import Kind
from launcher.packager.platforms import Platform

SITE, APP = "site", "app"
NAMED = 3  # files in one message
# What folders and files are called that are meant for one processor of several.
PROCESSORS = {
    "x86_64": ("x86_64", "x64", "amd64", "win64"),
    "arm64": ("arm64", "aarch64"),
    "x86": ("x86", "i386", "i686", "win32"),
    "arm": ("arm", "armv7l", "armhf"),
}
TAGS = re.compile(r"^Tag:\s*\S+-(\S+)\s*$", re.MULTILINE)


def sort(bundle: Path, layers: str, others: Mapping[str, Kind], platform: Platform) -> dict[str, str]:
    """Return those of the project itself, with what they are for; raise BuildError for any that slipped in.

    Distributions for any platform may bring what they load on each. What is built for this machine was
    installed and proven here: all of it may stay.
    """
    if platform.is_here:
        return {}
    own = {path: kind.told for path, kind in others.items() if path.startswith(f"{layers}/{APP}/")}
    site = f"{layers}/{SITE}/"
    rest = {path: kind for path, kind in others.items() if path not in own and is_stray(path, kind, platform)}
    owners = dict(_owners(bundle / layers / SITE)) if rest else {}
    wrong = []
    for path, kind in rest.items():
        name, may_bring = owners.get(path.removeprefix(site), ("", False))
        if not (path.startswith(site) and may_bring):
            wrong.append(f"{path}{f' of {name}' if name else ''} is for {kind.told}")
    if wrong:
        raise refusal(wrong, platform)
    return own


def is_stray(path: str, kind: Kind, platform: Platform) -> bool:
    """Tell whether a binary is of no use on a platform, and does not say that it is for another processor."""
    if kind.suits(platform):
        return False
    words = set(re.split(r"[/.\-]|(?<=win)_", path.lower()))
    is_called_so = any(not words.isdisjoint(PROCESSORS.get(machine, ())) for machine in kind.machines)
    return not (kind.system == platform.system and is_called_so)


def is_for_any(metadata: Path) -> bool:
    """Tell whether a distribution is for any platform by its own word."""
    try:
        tags = TAGS.findall((metadata / "WHEEL").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return False
    return bool(tags) and all(tag == "any" for tag in tags)


def refusal(wrong: Sequence[str], platform: Platform) -> BuildError:
    """Return the error that names what cannot run on a platform."""
    more = f"; {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    told = "; ".join(wrong[:NAMED])
    return BuildError(
        f"The program for {platform.tag} would bring what cannot run there: {told}{more}.",
        f"Leave it out, take another version of what brings it, or build on {platform.system}.",
    )


def _owners(site: Path) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Yield each file of the layer, with its distribution and whether that is for any platform."""
    for record in sorted(site.glob("*.dist-info/RECORD")):
        about = record.parent.name.partition("-")[0], is_for_any(record.parent)
        text = record.read_text(encoding="utf-8", errors="replace")
        yield from ((row[0], about) for row in csv.reader(text.splitlines()) if row)
