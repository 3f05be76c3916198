"""A stranger's machine, as far as one can be made here: another folder, another user, nothing of ours."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from launcher import host
from launcher.packager import platforms
from launcher.packager.bundle import program_of, read_only
from launcher.packager.serving import Served, served
from launcher.packager.verification import seclusion
from launcher.packager.verification.seclusion import Seclusion, Surroundings
from launcher.project import bundles

PLACE = "Prüfstand für Gäste 日本"
SCREEN = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
)
SOCKETS = Path("/tmp/.X11-unix")


@dataclass(slots=True)
class Stranger:
    """Somebody who has the bundle, an empty home, and no more."""

    bundle: Path
    program: Path
    scratch: Path
    environ: dict[str, str]
    surroundings: Surroundings
    seclusion: Seclusion
    user: str | None
    why_same_user: str = ""
    touched: list[str] = field(default_factory=list)  # files of ours that were held open, where watched

    @property
    def home(self) -> Path:
        """The empty home."""
        return Path(self.environ["HOME"])

    @property
    def data(self) -> Path:
        """The folder of all that the app writes."""
        return Path(self.environ["LAUNCHER_HOME"])

    @property
    def places(self) -> tuple[str, ...]:
        """The folders that are others than in the rehearsal: the app's, its user's."""
        own = (self.data / "home", bundles.layers_in(self.bundle) / "app", self.home)
        return tuple(map(str, own))

    @contextmanager
    def start(self, *arguments: str) -> Iterator[Served]:
        """Start the program headless from the root folder, and end it in order."""
        user = None if self.seclusion.covered else self.user
        command = self.command(*arguments)
        with served(command, cwd=Path(self.program.anchor), environ=self.environ, user=user) as running:
            yield running
            if not self.seclusion.covered:
                mine = (self.bundle, self.scratch)
                self.touched += seclusion.held_open(running.pid, self.surroundings, mine)

    def command(self, *arguments: str, shown: Iterable[Path] = ()) -> list[str]:
        """Return the command that starts the program where it is to be started."""
        words = [str(self.program), *arguments]
        if not self.seclusion.covered:
            return words
        user = _numbers(self.user) if self.user else None
        return self.seclusion.command(words, (self.bundle, self.scratch, *shown), user)

    def own(self, *places: Path) -> None:
        """Give files that we made to him."""
        for place in places if self.user else ():
            shutil.chown(place, *_numbers(self.user or ""))

    def circumstances(self) -> list[str]:
        """Say how the program was started."""
        said = [
            "a path with spaces and non-ASCII letters",
            "working directory /",
            "an empty home",
            "a scrubbed environment",
            "the program's folder read-only",
        ]
        if self.user:
            said += [f"as the user {self.user}, who owns none of its files"]
        return said


@contextmanager
def stranger_with(
    bundle: Path, name: str, surroundings: Surroundings, *, window: bool = False, clashes: Sequence[str] = ()
) -> Iterator[Stranger]:
    """Move the bundle to an awkward place, read-only, with an empty home; and back.

    A window is opened by the user who builds: the screen may let in no other. `clashes` are files which the
    rehearsal left at fixed places, where another user could not write them again.
    """
    elsewhere = bundle.parent / PLACE / bundle.name
    elsewhere.parent.mkdir()
    bundle.rename(elsewhere)
    try:
        with read_only(elsewhere), tempfile.TemporaryDirectory(prefix="launcher-home-") as folder:
            scratch = Path(os.path.realpath(folder))
            for one in ("empty home", "tmp"):
                (scratch / one).mkdir()
            hidden = seclusion.around(surroundings)
            user, why = (None, "") if window else _other_user(hidden, (elsewhere, scratch), clashes)
            usual = tempfile.gettempdir()
            # An empty one of its own either way; pages that show its name are to show the same one.
            temporary = Path(usual) if hidden.covered and usual in seclusion.OPEN else scratch / "tmp"
            environ = _scrubbed(scratch / "empty home", temporary)
            program = program_of(elsewhere, name, platforms.here())
            stranger = Stranger(elsewhere, program, scratch, environ, surroundings, hidden, user, why)
            stranger.own(scratch, *scratch.iterdir())
            yield stranger
    finally:
        elsewhere.rename(bundle)
        elsewhere.parent.rmdir()


def with_screen(stranger: Stranger) -> list[Path]:
    """Let the stranger's program use our screen; return what must stay visible for that."""
    stranger.environ.update({key: value for key in SCREEN if (value := os.environ.get(key))})
    key = os.environ.get("XAUTHORITY") or os.path.expanduser("~/.Xauthority")
    if os.path.isfile(key):
        copy = stranger.scratch / "xauthority"
        shutil.copyfile(key, copy)
        copy.chmod(0o600)
        stranger.environ["XAUTHORITY"] = str(copy)
    kept = [SOCKETS, Path(os.environ.get("XDG_RUNTIME_DIR") or SOCKETS)]
    return [place.resolve() for place in dict.fromkeys(kept) if place.is_dir()]


def _scrubbed(home: Path, temporary: Path) -> dict[str, str]:
    environ = {
        "HOME": str(home),
        "LAUNCHER_HOME": str(home / "data"),
        "PATH": os.defpath,
        "TMPDIR": str(temporary),
    }
    if host.WINDOWS:
        kept = ("SYSTEMROOT", "WINDIR", "COMSPEC", "PATH")
        environ |= {key: os.environ[key] for key in kept if key in os.environ}
        environ |= {"USERPROFILE": str(home), "TEMP": str(temporary), "TMP": str(temporary)}
    return environ


def _other_user(hidden: Seclusion, ours: Iterable[Path], clashes: Sequence[str]) -> tuple[str | None, str]:
    """Return a user without rights here, where we may become one and he may come in; else why not."""
    if not host.is_root():
        return None, "only root can start it as somebody else, who owns none of its files"
    import pwd

    try:
        pwd.getpwnam("nobody")
    except KeyError:
        return None, "there is no user nobody here"
    above = [parent for place in ours for parent in place.parents if not hidden.covers(parent)]
    closed = [parent for parent in above if not parent.stat().st_mode & 0o001 and parent not in ours]
    if closed:
        return None, "other users cannot come in where the build works"
    if clashes and not hidden.covered:
        return None, "the app writes at a fixed place, where its rehearsal left files that are ours"
    return "nobody", ""


def _numbers(user: str) -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid
