"""Versions and processors as packages call them."""

from __future__ import annotations

import re

from packaging.version import InvalidVersion, Version

DEBIAN_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armhf", "i686": "i386"}


def version_of(text: str) -> str:
    """Return a version that Debian and RPM order as Python does: what is early comes before what it leads to.

    One that Python does not know keeps its digits, letters and dots.
    """
    try:
        known = Version(text)
    except InvalidVersion:
        plain = re.sub(r"^v(?=\d)", "", re.sub(r"[^A-Za-z0-9.+]+", ".", text).strip("."))
        return plain if plain[:1].isdigit() else f"0.{plain}"
    epoch = f"{known.epoch}:" if known.epoch else ""
    early = "".join(map(str, known.pre)) if known.pre else ""
    parts = (
        (epoch, ".".join(map(str, known.release))),
        ("~", early),
        ("+post", known.post),
        ("~dev" if early else "~~dev", known.dev),  # before whatever is early
        ("+", known.local),
    )
    return "".join(f"{mark}{part}" for mark, part in parts if part not in (None, ""))


def debian_machine(machine: str) -> str:
    """Return what Debian calls a processor."""
    return DEBIAN_MACHINES.get(machine, machine)
