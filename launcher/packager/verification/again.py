"""The starts after the first: one more, a newer version over the same data, and the older one again."""

from __future__ import annotations

import http.client
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from launcher import versions
from launcher.data import backups
from launcher.data import home as homes
from launcher.errors import BuildError, RuntimeFailure, VerificationFailed
from launcher.packager.asking import Answer, Session
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.serving import NotServing
from launcher.packager.verification import keeping, sessions
from launcher.packager.verification.comparing import breaks, listed
from launcher.packager.verification.keeping import Written
from launcher.packager.verification.outcome import Kept, Updated, Verified
from launcher.packager.verification.replay import Replay, Source, changing
from launcher.packager.verification.stranger import Stranger
from launcher.paths import AppFolders
from launcher.project import bundles
from launcher.project import manifest as manifests

BUDGET = 3.0  # seconds for asking once more
SURELY_NEWER = "1000000"


@dataclass(slots=True)
class Round:
    """One start: what was answered, which cookies were set, and what lay in the home at its end."""

    answers: Mapping[str, Answer]
    given: Mapping[str, str]
    written: Written = field(default_factory=Written)


def prove_later_starts(
    stranger: Stranger, facts: Facts, first: Round, verified: Verified, source: Source | None
) -> None:
    """See that nothing is lost by a restart and by an update, unless the source loses it as well."""
    came, home = came_with(stranger.bundle), stranger.data / "home"
    facts = _less_changing(facts, verified)
    keeping.leave_probes(home, stranger.own)
    first.written = keeping.written_in(home, came)
    second = _started_again(stranger, facts, home, came, source)
    old, new = versions_of(stranger.bundle)
    with as_version(stranger.bundle, new):
        third = _started_again(stranger, facts, home, came, source)
    restarted = _troubles(facts, first, second, came, None)
    updated = _troubles(facts, second, third, came, first)
    if suspects := [path for path in facts.answers if f"GET {path}" in {**restarted, **updated}]:
        verified.changing |= changing(suspects, facts, source)
        facts = _less_changing(facts, verified)
        restarted = _troubles(facts, first, second, came, None)
        updated = _troubles(facts, second, third, came, first)
    theirs = _of_source(source, facts) if (restarted or updated) and source else ({}, {})
    ours = [f"After a restart: {said}" for what, said in restarted.items() if what not in theirs[0]]
    ours += [f"After an update: {said}" for what, said in updated.items() if what not in theirs[1]]
    if ours:
        raise VerificationFailed(
            "The packaged program does not keep what it has:\n" + listed(ours),
            "From source it does: this is a defect of the packaging. Please report it.",
        )
    verified.session = sessions.verdict(
        stranger.data / "private", _environ(stranger), first.given, second.given
    )
    if not verified.session:
        raise VerificationFailed(
            "Who has logged in is logged out by a restart: the second start signs with another key.",
            "Give the app a SECRET_KEY that stays the same.",
        )
    verified.restart = _kept(first, second, restarted)
    verified.update = Updated(old, new, _kept(second, third, updated))
    verified.update.backups = _backed_up(stranger.data, second.written)
    verified.update.older_refused = _is_refused(stranger, old, new, verified)


def _less_changing(facts: Facts, verified: Verified) -> Facts:
    return replace(facts, varying=facts.varying | verified.changing)


def _environ(stranger: Stranger) -> dict[str, str]:
    """Return the variables that the app sees: a key may be among them."""
    manifest = manifests.load(bundles.layers_in(stranger.bundle) / bundles.MANIFEST)
    return {**dict(manifest.env), **stranger.environ}


def came_with(bundle: Path) -> dict[str, str]:
    """Return the files of the app layer with their SHA-256."""
    listing: dict[str, str] = json.loads(
        (bundles.layers_in(bundle) / homes.LISTING).read_text(encoding="utf-8")
    )
    return listing


def versions_of(bundle: Path) -> tuple[str, str]:
    """Return the version of a bundle, and one that is newer."""
    old = manifests.load(bundles.layers_in(bundle) / bundles.MANIFEST).version
    return old, f"{old}.1" if versions.is_older(old, f"{old}.1") else SURELY_NEWER


@contextmanager
def as_version(bundle: Path, version: str) -> Iterator[None]:
    """Let a bundle be of another version for a while; not a byte of it is different afterwards."""
    file = bundles.layers_in(bundle) / bundles.MANIFEST
    before, kept = file.stat(), file.read_bytes()
    file.chmod(before.st_mode | 0o200)
    try:
        file.write_text(json.dumps({**json.loads(kept), "version": version}), encoding="utf-8")
        yield
    finally:
        file.write_bytes(kept)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        file.chmod(before.st_mode)


def ask_again(entry: str, places: Iterable[str], facts: Facts) -> tuple[dict[str, Answer], dict[str, str]]:
    """Ask once more for what has an end and is there soon; return the answers and the cookies."""
    session, answers = Session(entry, places), {}
    end = time.monotonic() + BUDGET
    for path, expected in facts.answers.items():
        if expected.whole and time.monotonic() < end:
            try:
                answers[path] = session.ask(path)
            except (OSError, http.client.HTTPException):
                answers[path] = Answer(599, "", "", 0, "")  # it is gone, or hangs
                break
    return answers, session.given


def _started_again(
    stranger: Stranger, facts: Facts, home: Path, came: Mapping[str, str], source: Source | None
) -> Round:
    try:
        with stranger.start() as running:
            answers, given = ask_again(running.entry, stranger.places, facts)
    except NotServing as error:
        raise VerificationFailed(
            f"The packaged program does not start again over its own data. {error.message}\n{error.output}",
            _why_not_again(source, facts),
        ) from error
    if running.exit_code:
        raise VerificationFailed(
            f"The packaged program ended with exit code {running.exit_code} when it was told to end again."
        )
    return Round(answers, given, keeping.written_in(home, came))


def _why_not_again(source: Source | None, facts: Facts) -> str:
    """Find out whose fault it is that a second start fails."""
    if source is not None:
        try:
            _of_source(source, facts)
        except BuildError as error:
            return f"{error.message} Its first start leaves something that the next one stumbles over."
    return "From source it does: this is a defect of the packaging. Please report it."


def _troubles(
    facts: Facts, before: Round, after: Round, came: Mapping[str, str], earlier: Round | None
) -> dict[str, str]:
    """Name what is lost or broken from one start to the next; pages that never changed must not now."""
    found = keeping.lost(before.written, after.written, came)
    for path, got in after.answers.items():
        last = before.answers.get(path, got)
        steady = earlier is not None and facts.answers[path] == earlier.answers.get(path) == last
        if breaks(last, got) or (steady and path not in facts.varying and got != last):
            found[f"GET {path}"] = f"GET {path}: {last.describe()} before, {got.describe()} now"
    return found


def _of_source(source: Source, facts: Facts) -> tuple[dict[str, str], dict[str, str]]:
    """Start the source three times over the same data, and name its troubles."""
    with tempfile.TemporaryDirectory(prefix="launcher-replay-") as folder:
        scratch = Path(os.path.realpath(folder))
        replay = Replay(source, scratch)
        came = homes.listing_of(replay.home)
        rounds = []
        for number in range(3):
            with replay.start() as entry:
                asked = ask_again(entry, replay.places, facts)
            if number == 0:
                keeping.leave_probes(replay.home, lambda path: None)
            rounds.append(Round(*asked, keeping.written_in(replay.home, came)))
    first, second, third = rounds
    return _troubles(facts, first, second, came, None), _troubles(facts, second, third, came, first)


def _kept(before: Round, after: Round, troubles: Mapping[str, str]) -> Kept:
    rows = {
        name: {table: count for table, count in tables.items() if table != keeping.PROBE}
        for name, tables in before.written.databases.items()
    }
    same = sum(before.answers.get(path) == answer for path, answer in after.answers.items())
    own = len([name for name in before.written.files if name != keeping.FILE])
    probes = keeping.probes_in(after.written)
    return Kept(own, rows, probes, len(after.answers), same, list(troubles.values()))


def _backed_up(data: Path, before: Written) -> list[str]:
    """List the databases that the update has backed up; each must hold what was there before it."""
    if not before.databases:
        return []
    made = backups.all_of(AppFolders(data))
    for name, rows in before.databases.items():
        kept = keeping.rows_of(made[-1].path_of(name)) if made and name in made[-1].names else None
        if kept != rows:
            raise VerificationFailed(
                f"The update did not back up the database {name} as it was.",
                "This is a defect of the packaging. Please report it.",
            )
    return sorted(before.databases)


def _is_refused(stranger: Stranger, old: str, new: str, verified: Verified) -> bool:
    """Start the old version over the newer one's data, which it must refuse."""
    if not versions.is_older(old, new):
        verified.not_done["an older version is refused"] = f"of {old} nobody can say what is newer"
        return False
    try:
        with stranger.start():
            pass
    except NotServing as error:
        if error.code == RuntimeFailure.exit_code:
            return True
        raise VerificationFailed(
            f"The older version does not refuse a newer one's data in order. {error.message}\n{error.output}"
        ) from error
    raise VerificationFailed(
        f"Version {old} started over the data of version {new} instead of refusing it.",
        "This is a defect of the packaging. Please report it.",
    )
