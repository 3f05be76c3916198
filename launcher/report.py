"""What went wrong in the user's code, as a person wants to read it."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from launcher.errors import LauncherError
from launcher.redacting import redact

USAGE = 2  # the exit code of a wrong command line
LONGEST_SENTENCE, LONGEST_DETAILS = 500, 20_000  # characters; a message may be the whole of a file


@dataclass(frozen=True, slots=True)
class Report:
    """A failure: one sentence, what to do, and the lines that a developer needs."""

    sentence: str
    todo: str
    details: str

    def __post_init__(self) -> None:
        """Keep to ourselves what is nobody else's business, whoever makes the report."""
        for name, longest in (("sentence", LONGEST_SENTENCE), ("todo", None), ("details", LONGEST_DETAILS)):
            text = getattr(self, name)
            object.__setattr__(self, name, redact(text if longest is None else _shortened(text, longest)))

    def to_text(self) -> str:
        """Return the whole report, as the copy button gives it."""
        return "\n\n".join(part for part in (self.sentence, self.todo, self.details) if part)


def _shortened(text: str, longest: int) -> str:
    """Return a text without its middle where it is too long: what is to be read stands at its ends."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} [...] {text[-half:]}"


def of_exception(error: BaseException, root: Path) -> Report:
    """Describe an exception, its traceback trimmed to the lines of the project at `root`."""
    if isinstance(error, LauncherError):
        return Report(error.message, error.todo, "")
    if isinstance(error, SystemExit):
        if asked := _asked_for(error):
            return asked
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


def _asked_for(error: SystemExit) -> Report | None:
    """Describe an app that ended because its command line lacks something, as argparse and Click see it."""
    message = usage = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name, file, values = frame.f_code.co_name, frame.f_code.co_filename, frame.f_locals
        if name == "error" and file.endswith("argparse.py"):
            message, usage = str(values.get("message", "")), values["self"].format_usage()
        elif error.code == USAGE and name == "main" and "click" in Path(file).parts:
            message, usage = _click_said([error.__context__, *values.values()])
    if not message:
        return None
    return Report(
        f"The app was not given what it asks for: {message.rstrip('.')}.",
        'Name it in pyproject.toml, under [tool.launcher]: args = ["..."].'
        " What the program is started with, such as a document, comes after that.",
        usage.strip(),
    )


def _click_said(values: Iterable[Any]) -> tuple[str, str]:
    """Return what a Click command says is wrong, and its usage; the newer ones keep a method of the error."""
    for value in values:
        wrong = getattr(value, "__self__", value)
        if hasattr(wrong, "format_message"):
            context = getattr(wrong, "ctx", None)
            return str(wrong.format_message()), context.get_usage() if context else ""
    return "", ""


def of_death(code: int, log: str) -> Report:
    """Describe a process of the app's that ended without a word; `log` is the end of its log."""
    how = f"with exit code {code}"
    if code < 0:
        with suppress(ValueError):
            how = f"by the signal {signal.Signals(-code).name}"
    return Report(f"The app's process ended by itself, {how}.", "The end of its log is below.", log)


def of_defect(name: str, error: BaseException) -> Report:
    """Describe an error of the launcher's own, with all its lines: they are ours."""
    return Report(
        f"{name} was ended by an error that is not the app's own.",
        "Start it again. If that does not help, send this report to whoever made it.",
        "".join(traceback.format_exception(error)).rstrip(),
    )


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
