"""What a package needs of its system: computed from what the binaries ask for and from the kind of window."""

from __future__ import annotations

from collections.abc import Iterator

from launcher.errors import BuildError
from launcher.packager.audit import Audit
from launcher.packager.debian import MACHINE_S_OWN, package_of

C_LIBRARY = "libc6"
LOADERS = ("ld-linux", "ld64.")  # they come with the C library
GLIBC = "glibc "  # how an audit begins to say the oldest one
# Beside the libraries that a binary names: Qt reads what fonts there are, GTK's web view is the system's own.
WINDOWS_NEED = {
    "qt": ("fontconfig-config",),
    "gtk": ("libwebkit2gtk-4.1-0", "libgtk-3-0t64 | libgtk-3-0"),
}
SONAMES = {"gtk": ("libwebkit2gtk-4.1.so.0", "libgtk-3.so.0")}
# The same in the words of RPM's systems, where fonts come with `fontconfig`.
RPM_WINDOWS_NEED = {"qt": ("fontconfig",)}
BROWSERS = (
    "chromium | google-chrome-stable | microsoft-edge-stable | brave-browser | vivaldi-stable"
    " | firefox-esr | firefox | x-www-browser"
)
# Links to other pages, and to people, are opened by the desktop's own programs.
DESKTOP = "xdg-utils"


def debian(audit: Audit, kind: str) -> tuple[list[str], list[str]]:
    """Return what a package for Debian depends on, and what it recommends.

    Raises BuildError for a library that no package is known for.
    """
    packages = set(WINDOWS_NEED.get(kind, ()))
    for library, asker in _left_to_the_system(audit):
        package = package_of(library)
        if not package:
            raise BuildError(
                f"Which package of Debian has {library}, which {asker} asks for, is not known.",
                "Hand the program over as tar.gz instead.",
            )
        packages.add(package)
    packages.discard(MACHINE_S_OWN)
    floor = floor_of(audit)
    if floor:
        packages.discard(C_LIBRARY)
        packages.add(f"{C_LIBRARY} (>= {floor})")
    recommended = [DESKTOP] if kind != "browser" else [BROWSERS, DESKTOP]
    return sorted(packages), recommended


def rpm(audit: Audit, kind: str, *, wide: bool) -> list[str]:
    """Return what a package of RPM requires: libraries by their names, as its own tools find them."""
    width = "()(64bit)" if wide else ""
    named = {*(library for library, _ in _left_to_the_system(audit)), *SONAMES.get(kind, ())}
    required = {
        f"{library}{width}"
        for library in named
        if package_of(library) != MACHINE_S_OWN and not library.startswith(LOADERS)
    }
    floor = floor_of(audit)
    if floor:
        required.add(f"libc.so.6(GLIBC_{floor}){width.removeprefix('()')}")
    return sorted({*required, *RPM_WINDOWS_NEED.get(kind, ())})


def _left_to_the_system(audit: Audit) -> Iterator[tuple[str, str]]:
    """Give each library with one that asks for it; of what the bundle lacks, the libraries known here."""
    yield from audit.system.items()
    yield from ((library, asker) for library, asker in audit.lacking.items() if package_of(library))


def floor_of(audit: Audit) -> str:
    """Return the oldest C library that will do, as in `2.36`; nothing where none is said."""
    return audit.floor.removeprefix(GLIBC) if audit.floor.startswith(GLIBC) else ""
