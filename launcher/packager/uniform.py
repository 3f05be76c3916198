"""The same input gives the same bytes: times and rights of a bundle follow from what went into it.

The specification of SOURCE_DATE_EPOCH asks that no time in a build is later than that moment. What the
project and its distributions brought keeps its own time up to there: apps show it, and browsers cache by
it. What was made here (player, bytecode, manifest, icon) gets the moment itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from launcher import host
from launcher.errors import UsageError
from launcher.project import bundles

VARIABLE = "SOURCE_DATE_EPOCH"
OLDEST = 315_532_800  # 1980: archives of some formats know no time before
LATEST = 4_354_819_199  # 2107: nor one after
MADE_HERE = frozenset(("licenses",))  # folders beside the layers that the build writes itself


def chosen_moment() -> int | None:
    """Return the moment that SOURCE_DATE_EPOCH asks for; raises UsageError when it is none."""
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    try:
        moment = int(text)
    except ValueError:
        moment = -1
    if moment < 0:
        raise UsageError(
            f"{VARIABLE} is {text!r}, which is no time.", "It counts the seconds since 1970: date +%s"
        )
    return min(max(moment, OLDEST), LATEST)


def moment_of(bundle: Path) -> int:
    """Return the moment of what is made here: the chosen one, else that of the newest file brought."""
    chosen = chosen_moment()
    if chosen is not None:
        return chosen
    return max(map(_time_of, _brought(bundle)), default=OLDEST)


def settle(bundle: Path, moment: int) -> None:
    """Give everything in a bundle its time and its rights."""
    brought = {path: _time_of(path) for path in _brought(bundle)}
    for folder, names, files in os.walk(bundle, topdown=False):
        for name in (*names, *files):
            path = Path(folder) / name
            _settle(path, min(brought.get(path, moment), moment))
    _settle(bundle, moment)


def round_times(folder: Path) -> None:
    """Give the files of a copy the times that they will have in a bundle: apps show them."""
    latest = chosen_moment()
    for place, _, files in os.walk(folder):
        for path in (Path(place) / name for name in files):
            if not path.is_symlink():
                moment = _time_of(path) if latest is None else min(_time_of(path), latest)
                os.utime(path, (moment, moment))


def _brought(bundle: Path) -> Iterator[Path]:
    """List the files that the build only copied: those of the layers, without bytecode."""
    layers = bundles.layers_in(bundle)
    for layer in sorted(path for path in layers.iterdir() if path.is_dir()):
        if layer.name in MADE_HERE:
            continue
        for folder, names, files in os.walk(layer):
            names[:] = [name for name in names if name != "__pycache__"]
            yield from (Path(folder) / name for name in files)


def _time_of(path: Path) -> int:
    return min(max(int(path.lstat().st_mtime), OLDEST), LATEST)


def _settle(path: Path, moment: int) -> None:
    if path.is_symlink():
        if os.utime in os.supports_follow_symlinks:
            os.utime(path, (moment, moment), follow_symlinks=False)
        return
    if not host.WINDOWS:
        # A file that its author alone may read could not be opened by the friend, whose
        # program may belong to an administrator.
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runs else 0o644)
    os.utime(path, (moment, moment))
