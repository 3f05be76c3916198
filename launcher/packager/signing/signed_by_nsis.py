"""Signs the uninstaller, which only NSIS has in its hands: `python -m ... SETTINGS FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from launcher.packager.signing import windows


def main(settings: str, file: str) -> None:
    """Sign a file by settings that were written down; what is raised is among what NSIS says."""
    windows.read(Path(settings)).sign(Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
