"""Start a program in the root of another system, as in a container; a process of its own.

    unshare --mount --propagation private python enter.py ROOT USER PLACE=FOLDER... -- PROGRAM ARGUMENTS

Each FOLDER is seen at PLACE of ROOT. Whatever is mounted belongs to the namespace, and goes with its last
process. The root is exchanged and not only changed: from a changed one no sandbox can be made.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

DETACH = 2
TOOLS = "/usr/sbin:/sbin:/usr/bin:/bin"  # PATH is that of the program


def enter(root: Path, places: dict[str, str], user: str) -> None:
    """Make ROOT the root, with these folders in it, and become the user."""
    mount("--bind", root, root)
    mount("-t", "proc", "proc", root / "proc")
    mount("--rbind", "/dev", root / "dev")
    mount("-t", "tmpfs", "-o", "mode=1777", "tmp", root / "tmp")
    for place, folder in places.items():
        seen = root / place.lstrip("/")
        seen.mkdir(parents=True, exist_ok=True)
        mount("--bind", folder, seen)
    entry = pwd.getpwnam(user)
    os.chdir(root)
    subprocess.run([shutil.which("pivot_root", path=TOOLS) or "pivot_root", ".", "."], check=True)
    if ctypes.CDLL(None).umount2(b".", DETACH):
        raise OSError("the old root stays")
    os.chdir("/")
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def mount(*words: str | Path) -> None:
    """Mount something."""
    subprocess.run(["mount", *words], check=True)


if __name__ == "__main__":
    end = sys.argv.index("--")
    enter(Path(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[3:end]), sys.argv[2])
    os.execv(sys.argv[end + 1], sys.argv[end + 1 :])
