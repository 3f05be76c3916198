"""The bundle in a setup for Windows, made by NSIS: for one user, without an administrator.

The recipe is `build/windows/setup.nsi`; what is written here are the values that it speaks of.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image

from launcher import host, names, paths
from launcher.data import home
from launcher.errors import MissingTool
from launcher.packager import dressing
from launcher.packager.commands import run
from launcher.packager.formats.parcel import Parcel
from launcher.packager.plan import Plan
from launcher.packager.signing import windows
from launcher.project import bundles

SIDE, ICON_SIDE, PAPER = (328, 628), 192, "#f3f3f5"  # twice the size of old: screens are finer now
LISTING = "files.lst"  # what was installed, beside it, for whatever removes it again
GET_IT = "Get NSIS 3: apt install nsis, brew install makensis, or winget install NSIS.NSIS."


def tool() -> str:
    """Return NSIS's compiler; raises MissingTool, with where to get it, where there is none."""
    found = shutil.which("makensis")
    roots = [os.environ.get(name) for name in ("PROGRAMFILES(X86)", "PROGRAMFILES")] if host.WINDOWS else []
    for place in (Path(root) / "NSIS" / "makensis.exe" for root in roots if root):
        found = found or (str(place) if place.is_file() else None)
    if found is None:
        raise MissingTool("A setup is made by NSIS, and makensis is not on this machine.", GET_IT)
    return found


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Make the setup; the same bundle gives the same bytes."""
    base = f"{parcel.base}-setup.exe"
    place = parcel.output / base
    scratch = parcel.bundle.with_name("setup")
    scratch.mkdir()
    part = scratch / base
    listing = scratch / LISTING
    listing.write_bytes("".join(f"{name}\n" for name in _listed(parcel.bundle)).encode("utf-16-le"))
    side = scratch / "side.bmp"
    _draw_side(bundles.layers_in(parcel.bundle) / bundles.ICON, side)
    for path in (listing, side):  # NSIS notes when its files were written
        os.utime(path, (parcel.moment, parcel.moment))
    values = scratch / "values.nsh"
    files = {"LISTING_FILE": listing, "SIDE": side, "OUT": part}
    values.write_text(_values(parcel, files) + _signing(parcel.plan, scratch), encoding="utf-8")
    recipe = paths.bundled("build") / "windows" / "setup.nsi"
    run(
        [tool(), "-V2", "-INPUTCHARSET", "UTF8", f"-DVALUES={values}", recipe],
        todo="NSIS could not make the setup; its message says what it did not like.",
        environ={"SOURCE_DATE_EPOCH": str(parcel.moment), **windows.environment()},
    )
    windows.seal(part, parcel.plan)
    digest = home.digest(part)
    os.replace(part, place)
    shutil.rmtree(scratch)
    return place, place.stat().st_size, digest


def _listed(bundle: Path) -> Iterator[str]:
    """Name every file of a bundle as Windows does, then every folder, what lies in another before that."""
    folders = []
    for folder, names_below, files in os.walk(bundle):
        names_below.sort()
        place = Path(folder).relative_to(bundle)
        yield from (_windows(place / name) for name in sorted(files))
        folders += [place] if place.parts else []
    yield from (f"{_windows(place)}\\" for place in reversed(folders))


def _windows(path: Path) -> str:
    return "\\".join(path.parts)


def _draw_side(icon: Path, place: Path) -> None:
    """Draw what stands beside the last page: the program's icon, for NSIS's own picture is of long ago."""
    side = Image.new("RGB", SIDE, PAPER)
    with Image.open(icon) as opened:
        drawn = opened.convert("RGBA").resize((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS)
    side.paste(drawn, ((SIDE[0] - ICON_SIDE) // 2, (SIDE[1] - ICON_SIDE) // 3), drawn)
    side.save(place, format="BMP")


def _values(parcel: Parcel, made: Mapping[str, Path]) -> str:
    plan, bundle = parcel.plan, parcel.bundle
    manifest = plan.manifest
    name = names.file_name(manifest.name)
    size = sum(path.lstat().st_size for path in bundle.rglob("*") if path.is_file())
    texts = {
        "NAME": manifest.name,
        "NAME_IN_CONTROLS": manifest.name.replace("&", "&&"),  # one alone would underline a letter
        "FOLDER": name,
        "EXE": plan.platform.executable_name(name),
        "IDENTIFIER": manifest.identifier,
        "VERSION": manifest.version,
        "NUMBER": ".".join(map(str, dressing.numeric(manifest.version))),
        "PUBLISHER": manifest.publisher,
        "HOMEPAGE": plan.config.project_homepage or "",
        "LISTING": LISTING,
        "DOCUMENTS": "".join(f"{ending} " for ending in sorted(plan.config.documents)),
        "KILOBYTES": str(size // 1024),
    }
    files = {
        "BUNDLE": bundle / "*",  # with the separator of the makensis that reads it
        "ICON": bundles.layers_in(bundle) / bundles.ICON,
        **made,
    }
    values = {name: _text(text) for name, text in texts.items()}
    values |= {name: _quoted(str(path)) for name, path in files.items()}
    defined = (f'!define {name} "{value}"\n' for name, value in values.items())
    return "".join((*defined, *_documents(plan)))


def _signing(plan: Plan, scratch: Path) -> str:
    """Define by what NSIS has the uninstaller signed, which is never in other hands than its own."""
    signer = windows.signer_of(plan)
    if signer is None:
        return ""
    words = signer.command_for_others(scratch / "signing.json")
    command = subprocess.list2cmdline(words) if host.WINDOWS else shlex.join(words)
    return f'!define SIGN "{_quoted(command)} $\\"%1$\\""\n'


def _documents(plan: Plan) -> Iterator[str]:
    yield "!macro Documents each\n"
    for ending, kind in sorted(plan.config.documents.items()):
        yield f'  !insertmacro ${{each}} "{ending}" "{_text(kind)}"\n'
    yield "!macroend\n"


def _text(text: str) -> str:
    """Return a text as NSIS reads it between double quotes; no value has more than one line."""
    return _quoted(re.sub(r"\s", " ", text).replace("$", "$$"))


def _quoted(text: str) -> str:
    return text.replace('"', '$\\"')
