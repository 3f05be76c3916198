"""Python for another platform from the package index: a wheel brings it, for programs that are sent around.

Panda3D's wheels carry, for whoever builds programs with that engine, the interpreter of their platform: its
library, the standard library's compiled modules, and what these need. Only those files are taken. What is
written in Python comes from the project's own, which is of the same minor version. Those for Linux have an
interpreter too, but as part of another program.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.across import pinned
from launcher.packager.platforms import LINUX, WINDOWS, Platform
from launcher.packager.progress import Progress

WHEEL, FOLDER = "panda3d", "deploy_libs"
ORIGIN = "the package index"
RUNTIME, RUNTIME_TEXT = "msvc-runtime", "Microsoft-runtime.txt"
# The wheels of the C runtime are each for one Python, and the files in them the same.
RUNTIME_FOR = (3, 11)
C_RUNTIME = ("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll", "msvcp140_1.dll")
SCRIPTS = "Scripts"  # where Windows finds them beside python.exe
LOCK = "pythons.txt"
MINORS = ((3, 10), (3, 11), (3, 12), (3, 13))


def fetch(place: Path, platform: Platform, minor: tuple[int, int], progress: Progress) -> None:
    """Lay at `place` the binaries that the index has of a Python."""
    if platform.system == LINUX or minor not in MINORS:
        raise BuildError(f"it has no Python {minor[0]}.{minor[1]} for {platform.tag}")
    content = pinned.lock(LOCK).read_text(encoding="utf-8")
    wheel = place.with_name("wheel")
    pinned.install(wheel, content, [WHEEL], platform, minor, progress)
    shutil.copytree(wheel / FOLDER, place)


def add_c_runtime(binaries: Path, licences: Path, platform: Platform, progress: Progress) -> str:
    """Add Microsoft's C and C++ runtime, one version of all its parts, in place of what came; return that."""
    if platform.system != WINDOWS:
        return ""
    content = pinned.lock(LOCK).read_text(encoding="utf-8")
    wheel = binaries.with_name("runtime")
    pinned.install(wheel, content, [RUNTIME], platform, RUNTIME_FOR, progress)
    for path in binaries.iterdir():
        if path.name.lower() in C_RUNTIME:
            path.unlink()
    for name in C_RUNTIME:
        shutil.copyfile(wheel / SCRIPTS / name, binaries / name)
    text = next(wheel.glob("*.dist-info/licenses/LICENSE"))
    licences.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(text, licences / RUNTIME_TEXT)
    version = text.parents[1].name.removesuffix(".dist-info").rpartition("-")[2]
    shutil.rmtree(wheel)
    return version
