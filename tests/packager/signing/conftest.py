"""A laid application of macOS, as it is before its last touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from launcher.packager import macho, plan, uniform
from launcher.packager.plan import Plan
from launcher.packager.platforms import MACOS, Platform
from launcher.project.config import SignMacos

ROOT = Path(__file__).resolve().parents[3]
MOMENT = 1_700_000_000
Lay = Callable[[Path], Path]


@pytest.fixture(scope="session")
def made() -> Plan:
    """The plan of a program for Apple's own processors, with a name that is not plain."""
    made = plan.make(plan.Options(str(ROOT)))
    manifest = replace(made.manifest, name="Müller Shop", identifier="org.example.shop")
    config = replace(made.config, sign_macos=SignMacos(), documents={".shop": "Shop"})
    # Letters are drawn sooner than a picture is read.
    return replace(made, manifest=manifest, config=config, platform=Platform(MACOS, "arm64"), icon=None)


@pytest.fixture
def lay(program: bytes, library: bytes) -> Lay:
    """Return a function that lays the application in a folder."""

    def laid(folder: Path) -> Path:
        bundle = folder / "Müller Shop.app"
        contents = bundle / "Contents"
        files = {
            "MacOS/Müller Shop": macho.append(macho.thin(program, "arm64"), b"the modules" * 999),
            "Frameworks/libpython.dylib": library,
            "Frameworks/_ssl.so": macho.unsigned(macho.thin(library, "arm64")),
            "Frameworks/base_library.zip": b"PK",
            "Resources/layers/launcher.json": b"{}",
            "Resources/layers/site/zmq/_zmq.so": library,
            "Resources/layers/site/markupsafe/_speedups.so": macho.thin(library, "arm64"),
            "Resources/layers/app/größe.txt": b"data",
        }
        for name, data in files.items():
            (contents / name).parent.mkdir(parents=True, exist_ok=True)
            (contents / name).write_bytes(data)
        (contents / "MacOS" / "Müller Shop").chmod(0o755)
        uniform.settle(bundle, MOMENT)
        return bundle

    return laid
