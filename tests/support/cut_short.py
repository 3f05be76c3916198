"""Settle a home again and again, cut short each time one step later; a process of its own.

    python cut_short.py HOW SCENE

SCENE is a JSON file: `template` (an app's folder before), `place` (where it is copied to), `old` and
`new` (app layers). HOW is `kill` (the process is gone), `full` (from then on nothing that needs room
works) or `fail` (that one step fails). Prints one JSON object a step.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from launcher.data import home, switching
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target

STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.utime", "sqlite3.connect")
NEED_ROOM = ("open", "os.mkdir")
KILLED, REFUSED, SURVIVED = 9, 6, 10
MOST = 1000


def settle(layer: str, folders: AppFolders) -> None:
    """Settle a layer whose version is the last part of its bundle's name."""
    version = Path(layer).parent.name
    manifest = Manifest("Quiz", "org.example.quiz", version, Target(None, "app.py", None, ".", "a test"))
    home.settle(Path(layer), manifest, folders, lambda text: None)


def in_child(action: Callable[[], None]) -> int:
    """Do something in a process of its own, and return its exit code."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            action()
            code = 0
        except RuntimeFailure:
            code = REFUSED
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def interrupt(how: str, step: int) -> Callable[[], bool]:
    """Interrupt this process at one of its steps; the answer tells whether it came to that."""
    seen = 0

    def hook(event: str, values: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in STEPS or (event == "open" and not _writes(values)):
            return
        seen += 1
        if how == "kill" and seen == step:
            os._exit(KILLED)
        if how == "full" and seen >= step and event in NEED_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if how == "fail" and seen == step:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    sys.addaudithook(hook)
    return lambda: seen >= step


def _writes(values: tuple[Any, ...]) -> bool:
    return bool(values[2] & (os.O_WRONLY | os.O_RDWR)) and not str(values[0]).startswith("/dev/")


def contents(place: Path) -> dict[str, str]:
    """Return the files of a home; databases by their name alone, for their bytes may differ."""
    found = {}
    for path in sorted(place.rglob("*")):
        if path.is_file() and not path.name.endswith(("-wal", "-shm", "-journal")):
            is_database = path.read_bytes()[:6] == b"SQLite"
            found[path.relative_to(place).as_posix()] = "" if is_database else path.read_text()
    return found


def try_step(how: str, scene: dict[str, str], step: int, then: str) -> dict[str, Any]:
    """Cut an update short at a step, start a version of the app again, and tell what was found."""
    folders = AppFolders(Path(scene["place"]))
    shutil.rmtree(folders.root, ignore_errors=True)
    shutil.copytree(scene["template"], folders.root)

    def cut() -> None:
        reached = interrupt(how, step)
        settle(scene["new"], folders)
        if reached():
            os._exit(SURVIVED)

    code = in_child(cut)
    after, is_pending = contents(folders.home), switching.decided(folders) is not None
    next_code = in_child(lambda: settle(scene[then], folders))
    return {
        "step": step,
        "code": code,
        "after": after,
        "is_pending": is_pending,
        "then": then,
        "next_code": next_code,
        "next": contents(folders.home),
        "version": (switching.state_of(folders) or {}).get("version"),
        "left": sorted(path.name for path in folders.root.iterdir()),
        "backups": len([*folders.private.glob("backups/*/backup.json")]),
    }


def main() -> None:
    """Go through all steps, each with both versions as the next start."""
    how = sys.argv[1]
    scene = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    for step in range(1, MOST):
        found = [try_step(how, scene, step, then) for then in ("new", "old")]
        for one in found:
            print(json.dumps(one))
        if found[0]["code"] == 0:
            return


if __name__ == "__main__":
    main()
