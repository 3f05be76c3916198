"""The player: interpreter, standard library, runtime and web view, frozen once and then cached."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import host, paths
from launcher.errors import BuildError
from launcher.packager import application, bindings, freezing_environment, player_contents, uniform
from launcher.packager.bindings import Bindings
from launcher.packager.commands import run
from launcher.packager.progress import Progress
from launcher.project.environment import Interpreter
from launcher.serving.single import Lock

# What never runs in a packaged app: the workshop, the roof, and what serves an app to others.
LEFT_AT_HOME = (
    "packager",
    "doctor",
    "exporting",
    "hosting",
    "bundled",
    "cli",
    "__main__.py",
    "start_backend.py",
    "start_hosting.py",
)
COMPLETE = freezing_environment.COMPLETE
ABOUT = ".about"  # what the player consists of, with the licences; no part of it
EXECUTABLE, CONTENTS = "player", "_internal"
RETRY = freezing_environment.RETRY


def player_for(interpreter: Interpreter, webview: str, progress: Progress) -> tuple[Path, bool]:
    """Return the folder of the player for this Python and web view, and whether it was there already."""
    wanted = _wanted(interpreter, webview)
    place = wanted.place
    if (place / COMPLETE).is_file():
        return place, True
    with locked(place):
        if (place / COMPLETE).is_file():
            return place, True
        python = _freezer(wanted, interpreter, progress)
        _freeze(place, python, interpreter, webview, wanted.sources, progress)
    return place, False


def frozen_player(interpreter: Interpreter, webview: str) -> Path | None:
    """Return the folder of the player if it was frozen before."""
    place = _wanted(interpreter, webview).place
    return place if (place / COMPLETE).is_file() else None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A player by what it is made from, its place in the cache, and that of its environment."""

    place: Path
    environment: Path
    locks: list[Path]
    lent: Bindings | None
    sources: dict[str, bytes]


def _wanted(interpreter: Interpreter, webview: str) -> _Wanted:
    lent = bindings.of_system(interpreter) if webview == "gtk" else None
    locks = [paths.bundled("build") / "locks" / name for name in lock_names(webview, lent)]
    environment_key = key_of(
        _about(interpreter), repr(lent).encode(), *(lock.read_bytes() for lock in locks)
    )
    sources = sources_of_runtime()
    player_key = key_of(
        environment_key.encode(), webview.encode(), *sources.values(), *recipes().values()
    )
    cache, label = paths.cache_folder(), _label(interpreter, webview)
    return _Wanted(
        place=cache / "players" / f"{label}-{player_key}",
        environment=cache / "environments" / f"{label}-{environment_key}",
        locks=locks,
        lent=lent,
        sources=sources,
    )


def environment_for(interpreter: Interpreter, progress: Progress) -> Path:
    """Return the Python of the private environment that freezes for other platforms."""
    return _freezer(_wanted(interpreter, "browser"), interpreter, progress)


def _freezer(wanted: _Wanted, interpreter: Interpreter, progress: Progress) -> Path:
    """Make the private environment, or find it: players of several kinds have one in common."""
    with locked(wanted.environment):
        return freezing_environment.make(
            wanted.environment, interpreter, wanted.locks, progress, lent=wanted.lent
        )


def lock_names(webview: str, lent: Bindings | None = None) -> tuple[str, ...]:
    """Name the locks that the player's private environment is made from."""
    if webview == "qt" or (webview == "gtk" and lent is None):
        return ("player.txt", f"player-{webview}.txt")
    return ("player.txt",)


def _label(interpreter: Interpreter, webview: str) -> str:
    version = ".".join(str(part) for part in interpreter.version)
    return f"{host.tag()}-{version}-{webview}"


def _about(interpreter: Interpreter) -> bytes:
    return f"{host.tag()} {interpreter.version} {interpreter.base_executable}".encode()


def key_of(*parts: bytes) -> str:
    """Return a name for what is made from these parts."""
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(len(part).to_bytes(8, "big") + part)
    return hasher.hexdigest()[:16]


def sources_of_runtime() -> dict[str, bytes]:
    """Read the runtime's own modules: the only ones that the freezer can see, and so can follow."""
    found: dict[str, bytes] = {}
    for path in sorted(paths.PACKAGE.rglob("*.py")):
        relative = path.relative_to(paths.PACKAGE)
        if relative.parts[0] not in LEFT_AT_HOME:
            found[relative.as_posix()] = path.read_bytes()
    return found


def lay_sources(sources: dict[str, bytes], place: Path) -> None:
    """Lay the runtime's modules where the freezer looks for them."""
    for name, content in sources.items():
        path = place / "launcher" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def recipes() -> dict[str, bytes]:
    """Read what is said to the freezer."""
    folder = paths.bundled("build") / "player"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Let one build at a time make what lies in the cache at `place`; the others wait for it."""
    import time

    place.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(place.with_name(place.name + ".lock"))
    while not lock.acquire():
        time.sleep(0.2)
    try:
        yield
    finally:
        lock.release()


def _freeze(
    place: Path,
    python: Path,
    interpreter: Interpreter,
    webview: str,
    sources: dict[str, bytes],
    progress: Progress,
) -> None:
    recipes = paths.bundled("build") / "player"
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".freezing-") as scratch:
        work = Path(scratch)
        lay_sources(sources, work / "sources")
        settings = {
            "entry": str(recipes / "entry.py"),
            "sources": str(work / "sources"),
            "webview": webview,
            "contents": str(work / "contents.json"),
        }
        (work / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        run(
            [
                *(python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
                *("--workpath", work / "work", "--distpath", work / "dist"),
                *(recipes / "player.spec", "--", work / "settings.json"),
            ],
            todo=RETRY,
            environ={
                "PYTHONPATH": None,
                # The same player from the same input, whenever it is frozen.
                "PYTHONHASHSEED": "0",
                "SOURCE_DATE_EPOCH": str(uniform.OLDEST),
                "PYINSTALLER_CONFIG_DIR": str(work / "config"),
            },
            on_line=progress.output,
        )
        fresh = work / "dist" / EXECUTABLE
        if not (fresh / host.executable_name(EXECUTABLE)).is_file():
            raise BuildError("PyInstaller ended without a program.", RETRY)
        _strip(fresh)
        if host.MACOS:
            application.enclose(fresh, EXECUTABLE, CONTENTS)
        contents = json.loads((work / "contents.json").read_text(encoding="utf-8"))
        player_contents.write(contents, python, interpreter, fresh / ABOUT)
        (fresh / COMPLETE).touch()
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh, place)


def _strip(player: Path) -> None:
    """Drop the interpreter's debugging symbols: 16 MB where Python was compiled at home."""
    tool = shutil.which("strip")
    if not host.LINUX or tool is None:
        return
    for pattern in ("libpython*.so*", "python3.*/lib-dynload/*.so"):
        for library in (player / "_internal").glob(pattern):
            if not library.is_symlink():
                run([tool, "--strip-unneeded", library], todo=RETRY)
