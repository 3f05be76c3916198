"""An application of macOS, made on any system: its properties, its icon, its order, and its seal.

The one door to it. Written from Apple's documentation and open sources, and never run on a Mac.
"""

from __future__ import annotations

import plistlib
from pathlib import Path

from PIL import Image

from launcher import names
from launcher.packager import icon, macho
from launcher.packager.application import properties, sealing
from launcher.packager.application.arranging import FRAMEWORKS, RESOURCES, arrange, enclose, is_code
from launcher.packager.plan import Plan
from launcher.project import bundles

__all__ = ["FRAMEWORKS", "arrange", "dress", "enclose", "is_code", "sealed_by", "write_seal"]

OLDEST = {"arm64": (11, 0), "x86_64": (10, 13)}  # before them no Mac had that processor, or our bootloader
GRID = 824 / 1024  # how much of an icon's width Apple lets a square fill: larger ones stand out in the Dock


def dress(bundle: Path, plan: Plan, code: list[Path]) -> None:
    """Write an application's properties and icon; `code` are its binaries, each for one machine."""
    contents = bundle / bundles.CONTENTS
    oldest = max([OLDEST[plan.platform.machine], *filter(None, map(_oldest, code))])
    about = properties.properties(plan, oldest)
    (contents / properties.FILE).write_bytes(plistlib.dumps(about))
    (contents / properties.PKG_INFO).write_bytes(properties.PKG_INFO_TEXT)
    picture = icon.of(plan.icon, plan.manifest.name)
    side = picture.width
    small = picture.resize((round(side * GRID),) * 2, Image.Resampling.LANCZOS)
    framed = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    framed.paste(small, ((side - small.width) // 2,) * 2)
    framed.save(contents / RESOURCES / properties.ICON, format="ICNS")


def sealed_by(bundle: Path) -> macho.Sealed:
    """Return what the signature of an application's program has to attest."""
    contents = bundle / bundles.CONTENTS
    seal = contents / sealing.FOLDER / sealing.NAME
    return macho.Sealed((contents / properties.FILE).read_bytes(), seal.read_bytes())


def write_seal(bundle: Path, plan: Plan) -> None:
    """Write down the hashes of all that lies in an application, but for its program."""
    contents = bundle / bundles.CONTENTS
    value = sealing.seal(contents, names.file_name(plan.manifest.name))
    (contents / sealing.FOLDER).mkdir(exist_ok=True)
    (contents / sealing.FOLDER / sealing.NAME).write_bytes(value)


def _oldest(path: Path) -> tuple[int, int] | None:
    return macho.minimum_system(path.read_bytes())
