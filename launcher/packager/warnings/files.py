"""Files that make the program large, that travel although git ignores them, or that Windows cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from launcher import names
from launcher.packager.app_layer import AppLayer, size_of
from launcher.packager.app_layer.walking import TOO_LONG, UNWRITABLE
from launcher.packager.warnings.notice import Notice

LARGE = 100_000_000  # bytes
SHOWN = 3
FORBIDDEN = frozenset('<>:"|?*\\')


def look(layer: AppLayer) -> Iterator[Notice]:
    """Look at the files that travel, one by one and together."""
    for name in layer.files:
        size = size_of(layer.source / name)
        if size > LARGE:
            yield Notice(
                f"{name} has {size / 1e6:.0f} MB",
                f"{layer.source / name} travels with the app and is copied for each user at the first start.",
                "If the app does not need it, name it in exclude of [tool.launcher.files].",
            )
    for link in layer.leaving:
        yield Notice(
            f"{link.path} leaves the project",
            f"It is a link to {link.target}, which would not travel: a build is refused.",
            "Put a copy in its place, or name it in exclude of [tool.launcher.files].",
        )
    if layer.despite:
        yield Notice(
            "Files travel although git ignores them",
            f"{_some(layer.despite)}: the app reads them, or others of the same folder of data.",
            "Name in exclude of [tool.launcher.files] what friends are not to have.",
        )
    lost = [one.path for one in layer.left if one.why in (UNWRITABLE, TOO_LONG)]
    if lost:
        yield Notice(
            "Files stay behind for their names",
            f"{_some(lost)}: no list could name them, or no path reach them on other systems.",
            "Give them plain names, if the app needs them.",
        )
    odd = [name for name in layer.files if any(map(_is_odd, name.split("/")))]
    if odd:
        yield Notice(
            "Windows has no such names",
            f"{_some(odd)}: a program for Windows cannot be built of them.",
            "Give them other names, if friends with Windows are to have the app.",
        )
    twins = list(_twins(layer))
    if twins:
        yield Notice(
            "Names that differ by capitals only",
            f"{_some(twins)}: on Windows and macOS they are one file.",
            "Give one of them another name, if friends with these systems are to have the app.",
        )


def _is_odd(part: str) -> bool:
    return (
        names.is_device_name(part)
        or part.endswith((".", " "))
        or not FORBIDDEN.isdisjoint(part)
        or any(ord(sign) < 32 for sign in part)
    )


def _twins(layer: AppLayer) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in layer.files:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield f"{other} and {name}"


def _some(several: list[str] | tuple[str, ...]) -> str:
    rest = f" and {len(several) - SHOWN} more" if len(several) > SHOWN else ""
    return f"{', '.join(map(names.visible, several[:SHOWN]))}{rest}"
