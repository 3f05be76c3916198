"""Python for another platform from uv: it knows where such Pythons are, and the hash of each."""

from __future__ import annotations

from pathlib import Path

import uv

from launcher.packager.commands import run
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress

ORIGIN = "uv"
# As uv writes them: the system, the machine, the C library.
NAMES = {
    (WINDOWS, "x86_64"): "windows-x86_64-none",
    (MACOS, "arm64"): "macos-aarch64-none",
    (MACOS, "x86_64"): "macos-x86_64-none",
    (LINUX, "x86_64"): "linux-x86_64-gnu",
}
# There is another way, so it is tried once, and not for long.
HASTE = {"UV_HTTP_RETRIES": "0", "UV_HTTP_CONNECT_TIMEOUT": "5", "UV_HTTP_TIMEOUT": "20"}
CHECK = "Check the network connection, or name a Python with --python-for."


def fetch(place: Path, platform: Platform, minor: tuple[int, int], progress: Progress) -> None:
    """Install at `place` the newest Python of this minor version that uv knows for a platform."""
    name = f"cpython-{minor[0]}.{minor[1]}-{NAMES[platform.system, platform.machine]}"
    run(
        [
            *(uv.find_uv_bin(), "python", "install", "--no-config", "--no-bin", "--no-registry"),
            *("--install-dir", place, name),
        ],
        todo=CHECK,
        environ={"UV_NO_PROGRESS": "1", **HASTE},
        on_line=progress.output,
    )
