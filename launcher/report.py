"""What went wrong in the user's code, as a person wants to read it."""

from __future__ import annotations

import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from launcher.errors import LauncherError


@dataclass(frozen=True, slots=True)
class Report:
    """A failure: one sentence, what to do, and the lines that a developer needs."""

    sentence: str
    todo: str
    details: str

    def to_text(self) -> str:
        """Return the whole report, as the copy button gives it."""
        return "\n\n".join(part for part in (self.sentence, self.todo, self.details) if part)


def of_exception(error: BaseException, root: Path) -> Report:
    """Describe an exception, its traceback trimmed to the lines of the project at `root`."""
    if isinstance(error, LauncherError):
        return Report(error.message, error.todo, "")
    if isinstance(error, SystemExit):
        why = error.code if isinstance(error.code, str) else f"exit code {error.code or 0}"
        return Report(
            f"The app ended itself while it was starting ({why}).",
            "Its log may say why.",
            _trimmed(error, root),
        )
    if isinstance(error, ModuleNotFoundError) and error.name:
        where = _last_place(error.__traceback__, root)
        distribution = error.name.partition(".")[0]
        return Report(
            f"The module {error.name!r} is not installed{f'; {where} imports it' if where else ''}.",
            f"Install it in the project's environment, for example: pip install {distribution}",
            _trimmed(error, root),
        )
    last = " ".join(traceback.format_exception_only(type(error), error)[-1].split())
    return Report(
        f"The app could not be started: {last}",
        "The error is in the app's own code.",
        _trimmed(error, root),
    )


def of_death(code: int, log: str) -> Report:
    """Describe a process of the app's that ended without a word; `log` is the end of its log."""
    how = f"with exit code {code}"
    if code < 0:
        with suppress(ValueError):
            how = f"by the signal {signal.Signals(-code).name}"
    return Report(f"The app's process ended by itself, {how}.", "The end of its log is below.", log)


def _trimmed(error: BaseException, root: Path) -> str:
    """Return the traceback with the user's own frames alone."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _inside(frame.filename, root)]
    lines = ["Traceback (most recent call last):\n"] if own else []
    lines += traceback.format_list(own)
    lines += traceback.format_exception_only(type(error), error)
    return "".join(lines).rstrip()


def _last_place(trace: TracebackType | None, root: Path) -> str:
    own = [frame for frame in traceback.extract_tb(trace) if _inside(frame.filename, root)]
    if not own:
        return ""
    return f"line {own[-1].lineno} of {Path(own[-1].filename).resolve().relative_to(root.resolve())}"


def _inside(filename: str, root: Path) -> bool:
    path = Path(filename)
    if not path.is_absolute() or "site-packages" in path.parts:
        return False
    if path.is_relative_to(sys.prefix) and not root.is_relative_to(sys.prefix):
        return False
    return path.resolve().is_relative_to(root.resolve())
