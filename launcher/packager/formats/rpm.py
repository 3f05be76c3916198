"""The program as a package for Fedora, openSUSE and what is made from them: .rpm.

`rpmbuild` writes it, of a folder that is laid here: its format is one that only its own tools write well.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from launcher.data import home
from launcher.errors import BuildError, MissingTool
from launcher.packager.commands import run
from launcher.packager.formats.linux import about, members, needs, numbers, package
from launcher.packager.formats.linux.filling import fill
from launcher.packager.formats.linux.members import Member
from launcher.packager.formats.parcel import Parcel

TOOL = "rpmbuild"
WIDE = ("x86_64", "aarch64", "ppc64le", "s390x", "riscv64")
LAID = "LAUNCHER_LAID"  # by which the recipe is told where the folder is
SHARED = ("usr/share/applications", "usr/share/metainfo", "usr/share/mime/packages", "usr/share/icons")


def check() -> None:
    """Raise MissingTool where the tool that writes packages is not installed."""
    if shutil.which(TOOL) is None:
        raise MissingTool(
            "Packages of RPM are written by rpmbuild, which is not installed here.",
            "Install it: apt-get install rpm, dnf install rpm-build, brew install rpm.",
        )


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Let rpmbuild write the package; the same bundle gives the same bytes, by the same version of it."""
    check()
    told, machine = about.of(parcel), parcel.plan.platform.machine
    place = parcel.output / f"{parcel.base}.rpm"
    part = parcel.bundle.with_name(f"{parcel.base}.rpm.part")
    content = members.whole(package.contents(parcel), parcel.moment)
    with tempfile.TemporaryDirectory(dir=parcel.bundle.parent, prefix=".rpm-") as scratch:
        work = Path(scratch)
        members.lay(content, work / "laid")
        recipe = work / "program.spec"
        recipe.write_bytes(fill("program.spec", _values(parcel, told, content)))
        run(
            (TOOL, "-bb", "--quiet", *_defined(work), "--target", f"{machine}-linux", recipe),
            todo="Hand the program over as tar.gz instead.",
            environ={"SOURCE_DATE_EPOCH": str(parcel.moment), LAID: str(work / "laid"), "LC_ALL": "C.UTF-8"},
        )
        made = list((work / "RPMS").rglob("*.rpm"))
        if len(made) != 1:
            raise BuildError("rpmbuild ended well, and has written no package.", "Look at its version.")
        os.replace(made[0], part)
    digest = home.digest(part)
    os.replace(part, place)
    return place, place.stat().st_size, digest


def _defined(work: Path) -> Iterator[str]:
    """Give the macros that keep rpmbuild within a folder, whatever the user's own say."""
    yield from ("--define", f"_topdir {work}", "--define", f"_tmppath {work / 'tmp'}")
    yield from ("--define", f"_rpmdir {work / 'RPMS'}", "--define", f"_builddir {work / 'BUILD'}")
    yield from ("--define", "_rpmfilename package.rpm")
    (work / "tmp").mkdir()


def _values(parcel: Parcel, told: about.About, content: list[Member]) -> dict[str, object]:
    epoch, _, version = numbers.version_of(told.version).rpartition(":")
    kind, machine = parcel.plan.webview.kind, parcel.plan.platform.machine
    own = {f"/{package.folder_of(told)}"}
    own.update(
        f"/{one.path}"
        for one in content
        if not one.is_folder and (one.path.startswith(SHARED) or one.path.startswith("usr/bin/"))
    )
    return {
        "package": told.command,
        "version": version,
        "epoch": int(epoch or 0),
        "summary": told.told[:80],
        "licence": told.licence or "LicenseRef-not-named",
        "publisher": told.publisher,
        "homepage": told.homepage,
        "requires": needs.rpm(parcel.audit, kind, wide=machine in WIDE),
        "description": told.told,
        "identifier": told.identifier,
        "places": sorted(own),
    }
