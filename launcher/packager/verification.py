"""Verification: the program is started as on a stranger's machine and compared with its source."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher import frozen, host
from launcher.errors import VerificationFailed
from launcher.packager.asking import Answer, Session, ask_all
from launcher.packager.bundle import program_of, read_only
from launcher.packager.rehearsal import Facts
from launcher.packager.serving import NotServing, served

PLACE = "Prüfstand für Gäste 日本"
SHOWN = 10  # differences in a message
WINDOW_DEADLINE = 90.0


@dataclass(slots=True)
class Verified:
    """What was asked of the program, and how."""

    asked: int = 0
    compared: int = 0
    varying: int = 0
    seconds_to_serve: float = 0.0
    circumstances: list[str] = field(default_factory=list)


def verify(bundle: Path, name: str, facts: Facts) -> Verified:
    """Start the program headless and compare its answers; raises VerificationFailed with the difference."""
    verified = Verified()
    with _stranger(bundle, name) as (program, environ, user):
        verified.circumstances = [
            "a path with spaces and non-ASCII letters",
            "working directory /",
            "an empty home",
            "a scrubbed environment",
            "the program's folder read-only",
            f"as the user {user}" if user else "as the user who builds",
        ]
        data = Path(environ["LAUNCHER_HOME"])
        for start in range(2):
            begin = time.monotonic()
            try:
                with served([program], cwd=Path("/"), environ=environ, user=user) as running:
                    verified.seconds_to_serve = time.monotonic() - begin
                    session = Session(running.entry, _places(program, data, environ["HOME"]))
                    answers, broke = ask_all(
                        session, facts.answers if start == 0 else list(facts.answers)[:1]
                    )
            except NotServing as error:
                raise VerificationFailed(
                    f"The packaged program does not start. {error.message}\n{error.output}",
                    "From source it does: this is a defect of the packaging. Please report it.",
                ) from error
            if start == 0:
                _compare(facts, answers, broke, verified, _log(data))
            if running.exit_code:
                raise VerificationFailed(
                    f"The packaged program ended with exit code {running.exit_code} when it was told to end."
                )
    return verified


def verify_window(bundle: Path, name: str) -> dict[str, Any]:
    """Open the program in its window and return what the page says of itself."""
    with _stranger(bundle, name) as (program, environ, _):
        proof = Path(environ["HOME"]) / "proof.json"
        environ.update({key: value for key in DISPLAY if (value := os.environ.get(key))})
        environ["LAUNCHER_WINDOW_PROOF"] = str(proof)
        # Another user may not be let in by the display; this is about the window, not about rights.
        process = subprocess.Popen(
            [str(program)],
            cwd="/",
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            end = time.monotonic() + WINDOW_DEADLINE
            while not proof.is_file() and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            if not proof.is_file():
                code = process.poll()
                how = "" if code is None else f"; it ended with exit code {code}"
                raise VerificationFailed(
                    f"The packaged program's window did not show the app{how}.",
                    _log(Path(environ["LAUNCHER_HOME"])) or "Its log is empty.",
                )
            seen: dict[str, Any] = json.loads(proof.read_text(encoding="utf-8"))
            return seen
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=20)
            process.kill()
            process.wait()


DISPLAY = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
)


@contextmanager
def _stranger(bundle: Path, name: str) -> Iterator[tuple[Path, dict[str, str], str | None]]:
    """Move the bundle to an awkward place, read-only, with an empty home; and back."""
    elsewhere = bundle.parent / PLACE / bundle.name
    elsewhere.parent.mkdir()
    bundle.rename(elsewhere)
    try:
        with read_only(elsewhere), tempfile.TemporaryDirectory(prefix="launcher-home-") as scratch:
            user = _other_user(elsewhere)
            empty = Path(scratch) / "empty home"
            empty.mkdir()
            if user is not None:
                shutil.chown(scratch, user)
                shutil.chown(empty, user)
            yield program_of(elsewhere, name), _scrubbed(empty), user
    finally:
        elsewhere.rename(bundle)
        elsewhere.parent.rmdir()


def _places(program: Path, data: Path, home: str) -> tuple[str, ...]:
    """Return the folders that are others than in the rehearsal: the app's, its user's."""
    return (str(data / "home"), str(data / "work"), str(program.parent / frozen.LAYERS / "app"), home)


def _scrubbed(home: Path) -> dict[str, str]:
    environ = {
        "HOME": str(home),
        "LAUNCHER_HOME": str(home / "data"),
        "PATH": os.defpath,
        "TMPDIR": tempfile.gettempdir(),
    }
    if host.WINDOWS:
        kept = ("SYSTEMROOT", "WINDIR", "TEMP", "TMP", "COMSPEC", "PATH")
        environ |= {key: os.environ[key] for key in kept if key in os.environ} | {
            "USERPROFILE": str(home)
        }
    return environ


def _other_user(place: Path) -> str | None:
    """Return a user without rights here, where we may become one and he may come in."""
    if not host.is_root():
        return None
    import pwd

    try:
        pwd.getpwnam("nobody")
    except KeyError:
        return None
    reachable = all(parent.stat().st_mode & 0o001 for parent in place.parents)
    return "nobody" if reachable else None


def _compare(
    facts: Facts, answers: dict[str, Answer], broke: str | None, verified: Verified, log: str
) -> None:
    differences = []
    for path, expected in facts.answers.items():
        got = answers.get(path)
        verified.asked += 1
        if got is None:
            differences.append(
                f"GET {path}: the program ended" if path == broke else f"GET {path}: not asked"
            )
        elif path in facts.varying:
            verified.varying += 1
            if got.status >= 500 > expected.status:
                differences.append(_difference(path, expected, got))
        else:
            verified.compared += 1
            if got != expected:
                differences.append(_difference(path, expected, got))
    if differences:
        more = f"\nand {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
        raise VerificationFailed(
            "The packaged program answers otherwise than its source:\n"
            + "\n".join(differences[:SHOWN])
            + more,
            f"The end of its log:\n{log}" if log else "",
        )


def _difference(path: str, expected: Answer, got: Answer) -> str:
    return f"GET {path}: from source {expected.describe()}; packaged {got.describe()}"


def _log(data: Path) -> str:
    with suppress(OSError):
        return (data / "logs" / "app.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    return ""
