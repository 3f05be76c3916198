"""The programs that freezing needs, and those that each format of artifact needs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from launcher import host
from launcher.doctor.finding import Finding

# What PyInstaller calls: it reads and extends ELF files, and Mach-O files.
ON_LINUX = ("ldd", "objdump", "objcopy")
ON_MACOS = ("codesign", "install_name_tool", "lipo")


@dataclass(frozen=True, slots=True)
class Format:
    """A format of artifact and the programs that make it."""

    name: str
    tools: tuple[str, ...] = ()


FORMATS = (Format("folder"), Format("tar.gz"))


def examine() -> tuple[Finding, ...]:
    """Tell which programs for freezing and for each format are here."""
    return (*(_freezing(name) for name in _of_this_system()), *(_format(one) for one in FORMATS))


def _of_this_system() -> tuple[str, ...]:
    return ON_LINUX if host.LINUX else ON_MACOS if host.MACOS else ()


def _freezing(name: str) -> Finding:
    place = shutil.which(name)
    if place is not None:
        return Finding(name, "ok", place)
    command = ("xcode-select", "--install") if host.MACOS else ()
    return Finding(name, "missing", "PyInstaller needs it", needs=(name,), command=command)


def _format(one: Format) -> Finding:
    title = f"Format {one.name}"
    absent = tuple(tool for tool in one.tools if shutil.which(tool) is None)
    if absent:
        return Finding(title, "optional", f"needs {', '.join(absent)}", needs=absent)
    return Finding(title, "ok", ", ".join(one.tools) or "needs no tool")
