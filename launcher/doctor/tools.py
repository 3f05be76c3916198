"""The programs that freezing needs, and those that each format of artifact needs."""

from __future__ import annotations

import shutil

from launcher import host
from launcher.doctor.finding import Finding
from launcher.errors import MissingTool
from launcher.packager.formats import FORMATS

# What PyInstaller calls: it reads and extends ELF files, and Mach-O files.
ON_LINUX = ("ldd", "objdump", "objcopy")
ON_MACOS = ("codesign", "install_name_tool", "lipo")


def examine() -> tuple[Finding, ...]:
    """Tell which programs for freezing and for each format are here."""
    return (*map(_freezing, _of_this_system()), *map(_format, FORMATS))


def _of_this_system() -> tuple[str, ...]:
    return ON_LINUX if host.LINUX else ON_MACOS if host.MACOS else ()


def _freezing(name: str) -> Finding:
    place = shutil.which(name)
    if place is not None:
        return Finding(name, "ok", place)
    command = ("xcode-select", "--install") if host.MACOS else ()
    return Finding(name, "missing", "PyInstaller needs it", needs=(name,), command=command)


def _format(name: str) -> Finding:
    systems = ", ".join(FORMATS[name].systems)
    try:
        FORMATS[name].check()
    except MissingTool as error:
        return Finding(f"Format {name}", "optional", f"{error.message} {error.todo}")
    return Finding(f"Format {name}", "ok", f"can be made here, for {systems}")
