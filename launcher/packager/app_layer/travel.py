"""Which files travel, by their names: what is never part of an app, and what its author wishes."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass

from launcher.packager import platforms
from launcher.packager.app_layer import secrets
from launcher.project.config import Files

BUILT = "a program that was built"
IGNORED = "ignored by git"
EXCLUDED = "excluded in [tool.launcher.files]"
EXCLUDED_NOW = "excluded by --exclude"

# The endings of what a build hands over, after the platform's name.
ARTIFACTS = (
    *(".tar.gz", ".zip", "-setup.exe", ".exe", ".dmg", ".deb", ".rpm", ".AppImage"),
    *(".report.txt", ".report.json", ".window.png"),
)
# Names of folders that hold nothing of the app: history, caches, environments, other tools' output.
NEVER_FOLDERS = {
    **dict.fromkeys((".git", ".hg", ".svn", ".bzr", "CVS"), "version control"),
    **dict.fromkeys(
        ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox", ".nox", ".cache"),
        "cache",
    ),
    **dict.fromkeys(
        (".venv", "venv", "site-packages", "__pypackages__", "node_modules"), "installed packages"
    ),
    **dict.fromkeys((".idea", ".vscode", ".github", ".gitlab"), "editor or server settings"),
    **dict.fromkeys(secrets.FOLDERS, secrets.CREDENTIALS),
}
NEVER_FILES = {
    "*.pyc": "cache",
    "*.pyo": "cache",
    ".DS_Store": "left by the system",
    "Thumbs.db": "left by the system",
    ".coverage": "left by tests",
    ".flaskenv": "development settings",
    **{f"*-{tag}{kind}": BUILT for tag in platforms.TAGS for kind in ARTIFACTS},
}
# Folders of data: an app that reads one file of them may ask for any other the next time.
DATA = frozenset(
    ("instance", "data", "db", "database", "databases", "storage", "uploads", "media", "user_data")
)
_WILD = re.compile(r"[*?[]")


def matches(relative: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path is named by a pattern, or lies in a folder that is."""
    return any(
        fnmatch.fnmatchcase(relative, form)
        for pattern in patterns
        for form in (pattern.rstrip("/"), pattern.rstrip("/") + "/*")
    )


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the project's settings and the command line say of files; the latter is asked first."""

    files: Files

    def of(self, relative: str) -> str | None:
        """Return why a path stays, an empty text where it is to travel, None where nothing is said."""
        files = self.files
        if matches(relative, files.asked_include):
            return ""
        if matches(relative, files.asked_exclude):
            return EXCLUDED_NOW
        if matches(relative, (*files.include, *files.keep)):
            return ""
        if matches(relative, files.exclude):
            return EXCLUDED
        return None

    def may_name_below(self, folder: str) -> bool:
        """Tell whether a pattern of what travels can mean something in a folder."""
        return any(_can_reach(pattern, folder) for pattern in self._wanted())

    def name_below(self, folder: str) -> bool:
        """Tell whether a pattern of what travels names something in just that folder."""
        return any(_start(pattern).startswith(f"{folder}/") for pattern in self._wanted())

    def _wanted(self) -> tuple[str, ...]:
        return (*self.files.asked_include, *self.files.include, *self.files.keep)


def _start(pattern: str) -> str:
    """Return the part of a pattern before its first sign that stands for others."""
    return _WILD.split(pattern, maxsplit=1)[0]


def _can_reach(pattern: str, folder: str) -> bool:
    start = _start(pattern)
    is_wild = start != pattern  # a sign stands for slashes too
    return start.startswith(f"{folder}/") or (is_wild and f"{folder}/".startswith(start))
