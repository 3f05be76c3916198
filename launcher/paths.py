"""Where things lie: an app's own folder, the packager's cache, the files that travel with us."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import RuntimeFailure

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class AppFolders:
    """The one folder that an app has per user, and the places in it."""

    root: Path

    @property
    def home(self) -> Path:
        """The per-user copy of the app layer, in which a packaged app runs."""
        return self.root / "home"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def web_profile(self) -> Path:
        """Cookies, localStorage and caches of the window."""
        return self.root / "web"

    @property
    def private(self) -> Path:
        """Keys, the port and what a second start needs to find the first; for this user only."""
        return self.root / "private"

    def make(self) -> None:
        """Create the folders that every start needs, closed to other users."""
        for folder in (self.root, self.logs, self.web_profile, self.private):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def unwritable(name: str, root: Path, error: OSError) -> RuntimeFailure:
    """Return what to raise where an app cannot write in its own folder."""
    return RuntimeFailure(
        f"{name} cannot write in its folder {root}: {error.strerror or error}.",
        "Make room there or give it another folder with LAUNCHER_HOME.",
    )


def app_folders(identifier: str) -> AppFolders:
    """Return the folders of the app called `identifier`.

    `LAUNCHER_HOME` puts all that the app writes under that one folder.
    """
    chosen = os.environ.get("LAUNCHER_HOME")
    if chosen:
        return AppFolders(Path(chosen).absolute())
    import platformdirs  # here: a backend is told its folders and has no use for it

    # Not roaming: databases in a roaming or synchronised folder get corrupted.
    return AppFolders(platformdirs.user_data_path(identifier, appauthor=False, roaming=False))


def cache_folder() -> Path:
    """Return the packager's own cache: players, and the environments they are frozen in."""
    chosen = os.environ.get("LAUNCHER_CACHE")
    if chosen:
        return Path(chosen).absolute()
    import platformdirs

    return platformdirs.user_cache_path("flask-launcher", appauthor=False)


def bundled(name: str) -> Path:
    """Return `build`, `app`, `icons` or `pyproject.toml`: beside us in a checkout, else inside us."""
    installed = PACKAGE / "bundled" / name
    return installed if installed.exists() else PACKAGE.parent / name
