"""The scratch folder of one rehearsal: a home, a temporary folder, an environment, and who runs there.

The app finds nothing of its author: no variable that configures an app in his shell (a database's
address, a key), no desktop, an empty home. Neither does a friend's machine have them.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from launcher import host
from launcher.project.environment import Interpreter
from launcher.project.manifest import Manifest

# What belongs to the machine and its network. A Python's own libraries may be found by the paths.
KEPT = re.compile(
    r"PATH|LANG|LANGUAGE|LC_\w+|TZ|USER|LOGNAME|USERNAME|SHELL|"
    r"(?:https?|ftp|all|no)_proxy|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|"
    r"(?:DY)?LD_\w*LIBRARY_PATH|"
    r"SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|PROGRAMDATA|PROGRAMFILES.*|COMMONPROGRAM\w+|"
    r"PROCESSOR_\w+|NUMBER_OF_PROCESSORS|PUBLIC|ALLUSERSPROFILE",
    re.IGNORECASE,
)
TEMPORARY = ("/tmp", "/var/tmp")
DEVICES = ("/dev", "/proc")
SWEEPS = 20  # times that we look for processes which are still there


@dataclass(frozen=True, slots=True)
class Scratch:
    """The folder of one run."""

    place: Path

    @property
    def home(self) -> Path:
        return self.place / "user"

    @property
    def temporary(self) -> Path:
        return self.place / "tmp"

    @property
    def data(self) -> Path:
        """The app's own folder, as far as the launcher keeps things in it."""
        return self.place / "data"

    @property
    def manifest(self) -> Path:
        return self.place / "launcher.json"

    @property
    def facts(self) -> Path:
        """What the app is, written by itself."""
        return self.place / "facts.json"

    @property
    def events(self) -> Path:
        """What it did, line by line."""
        return self.place / "events"

    def make(self, manifest: Manifest) -> None:
        """Make the folders, empty, and lay the manifest."""
        for folder in (self.home, self.temporary):
            folder.mkdir(parents=True)
        manifest.save(self.manifest)

    def environ(self, interpreter: Interpreter) -> dict[str, str]:
        """Return the environment of a process that lives here."""
        kept = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
        home, temporary = str(self.home), str(self.temporary)
        own = {"HOME": home, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)}
        if host.WINDOWS:
            drive, folders = os.path.splitdrive(home)
            own |= {"USERPROFILE": home, "HOMEDRIVE": drive, "HOMEPATH": folders}
            own |= {"APPDATA": f"{home}\\AppData\\Roaming", "LOCALAPPDATA": f"{home}\\AppData\\Local"}
        base = _user_base(interpreter)
        if base is not None:
            own["PYTHONUSERBASE"] = str(base)
        return {**kept, **own}

    def end_processes(self) -> None:
        """End every process that was started here, also one that left its parents and its group."""
        for _ in range(SWEEPS):
            left = list(self.processes())
            for process in left:
                with suppress(psutil.Error):
                    process.suspend()  # nothing more is started while the others are ended
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            if not left:
                return
            time.sleep(0.05)

    def processes(self) -> Iterator[psutil.Process]:
        """Yield the processes with the home that only we have given."""
        home = str(self.home)
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get("HOME") == home and process.status() != psutil.STATUS_ZOMBIE:
                    yield process


def _user_base(interpreter: Interpreter) -> Path | None:
    """Return the folder of packages that were installed for the user alone, which lies in his home."""
    chosen = os.environ.get("PYTHONUSERBASE")
    if interpreter.is_environment or chosen:
        return Path(chosen) if chosen else None
    home = Path.home()
    for site in interpreter.purelibs:
        if site.is_relative_to(home) and not site.is_relative_to(interpreter.prefix):
            # lib/python3.12/site-packages, lib/python/site-packages, Python312\site-packages
            return site.parents[0] if host.WINDOWS else site.parents[2]
    return None


def free_folders() -> tuple[Path, ...]:
    """Return where a rehearsed app may write beside its scratch folder."""
    return tuple(
        dict.fromkeys(
            Path(os.path.realpath(place)) for place in (tempfile.gettempdir(), *TEMPORARY, *DEVICES)
        )
    )


def listing(root: Path) -> dict[str, tuple[int, int]]:
    """List the files below a folder with their size and time; Python's own caches are left out."""
    found: dict[str, tuple[int, int]] = {}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != "__pycache__"]
        for name in files:
            with suppress(OSError):
                state = os.lstat(os.path.join(folder, name))
                found[os.path.join(folder, name)] = (state.st_size, state.st_mtime_ns)
    return found


def changed(before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]) -> Iterable[str]:
    """Return the files that came, went, or are others now."""
    return sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )
