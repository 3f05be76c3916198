"""Verification: the program is started as on a stranger's machine and compared with its source.

Four starts, each for more than one thing: the first answers everything that the source was asked, the
second shows that a restart keeps what was written, the third is a newer version over the same data, and
the fourth the old one again, which must refuse.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from launcher.errors import VerificationFailed
from launcher.packager.asking import Session, ask_all
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.serving import NotServing
from launcher.packager.verification.again import Round, prove_later_starts
from launcher.packager.verification.comparing import compare, differing
from launcher.packager.verification.outcome import Kept, Seen, Updated, Verified
from launcher.packager.verification.replay import Source, changing
from launcher.packager.verification.seclusion import Surroundings, surroundings_of
from launcher.packager.verification.stranger import Stranger, stranger_with
from launcher.packager.verification.window import no_window, verify_window

__all__ = [
    "Kept",
    "Seen",
    "Source",
    "Surroundings",
    "Updated",
    "Verified",
    "no_window",
    "surroundings_of",
    "verify",
    "verify_window",
]

LOG_SIZE = 2000  # characters of the log's end in a message
PLAIN = Surroundings()


def verify(
    bundle: Path,
    name: str,
    facts: Facts,
    surroundings: Surroundings = PLAIN,
    source: Source | None = None,
) -> Verified:
    """Start the program headless and compare its answers; raises VerificationFailed with the difference."""
    verified = Verified()
    clashes = [path for path in facts.opened if path.startswith("/tmp/") and Path(path).exists()]
    with stranger_with(bundle, name, surroundings, clashes=clashes) as stranger:
        _note_circumstances(stranger, verified)
        first = _first_start(stranger, facts, verified, source)
        prove_later_starts(stranger, facts, first, verified, source)
        if stranger.touched:
            raise VerificationFailed(
                "The packaged program holds files of this machine open, which a friend has not:\n"
                + "\n".join(sorted(set(stranger.touched))[:10]),
                "Put such files into the project, and open them by a path relative to the code.",
            )
    return verified


def _note_circumstances(stranger: Stranger, verified: Verified) -> None:
    secluded = stranger.seclusion
    verified.circumstances = stranger.circumstances()
    verified.is_covered = bool(secluded.covered)
    watched = tuple(dict.fromkeys(name for name, _ in stranger.surroundings.places))
    verified.out_of_reach = list(secluded.names if secluded.covered else watched)
    if stranger.why_same_user:
        verified.not_done["another owner"] = stranger.why_same_user
    if secluded.why_not:
        verified.not_done["project and environment out of reach"] = (
            f"{secluded.why_not}; it was only watched which files the program holds open"
        )


def _first_start(
    stranger: Stranger, facts: Facts, verified: Verified, source: Source | None
) -> Round:
    begin = time.monotonic()
    try:
        with stranger.start() as running:
            verified.seconds_to_serve = time.monotonic() - begin
            session = Session(running.entry, stranger.places)
            answers, broke = ask_all(session, facts.answers)
    except NotServing as error:
        raise VerificationFailed(
            f"The packaged program does not start. {error.message}\n{error.output}",
            _advice(stranger, facts, error.output),
        ) from error
    verified.changing = changing(differing(facts, answers), facts, source)
    log = _log(stranger.data)
    end = f"The end of its log:\n{log}" if log else ""
    compare(facts, answers, broke, verified, "\n".join(filter(None, (_reached(stranger, facts, log), end))))
    if running.exit_code:
        raise VerificationFailed(
            f"The packaged program ended with exit code {running.exit_code} when it was told to end."
        )
    return Round(answers, session.given)


def _advice(stranger: Stranger, facts: Facts, said: str) -> str:
    return (
        _reached(stranger, facts, said)
        or "From source it does: this is a defect of the packaging. Please report it."
    )


def _reached(stranger: Stranger, facts: Facts, said: str) -> str:
    """Say which file of this machine the program asked for in vain, where its words show one."""
    missing = [path for path in _elsewhere(stranger, facts.opened) if path in said]
    if not missing:
        return ""
    return (
        f"It reads {', '.join(missing[:5])}: a friend has no such file, so it was out of reach."
        " Put it into the project, and open it by a path relative to the code."
    )


def _elsewhere(stranger: Stranger, opened: Sequence[str]) -> list[str]:
    own = (stranger.bundle, stranger.scratch)
    return [path for path in opened if not any(Path(path).is_relative_to(place) for place in own)]


def _log(data: Path) -> str:
    with suppress(OSError):
        return (data / "logs" / "app.log").read_text(encoding="utf-8", errors="replace")[-LOG_SIZE:]
    return ""
