"""Where the ticket, the session's secret and the door's token could be read by others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from tests.attacks.tickets import packaged, token_of
from tests.attacks.vocabulary import Attack, Outcome, Target

DOOR = "data/private/running.json"  # for a second start of the same user
ADDRESS_TOLD = "said.out"  # where a start without a window says its address


def secrets_of(target: Target) -> dict[str, str]:
    """Return what nobody else may know, by what it is."""
    session = next(part for part in target.cookie.split("; ") if part.startswith("app_"))
    return {"ticket": target.ticket, "secret": session.partition("=")[2], "token": token_of(target)}


def use(target: Target, *, hard: bool) -> None:
    """Use the app as people do, make it fail, and try to get in: each leaves lines behind."""
    target.ask("/write/secrets", method="POST", body=b"a=1")
    target.ask(f"/.launcher/enter?{target.ticket}")
    target.ask("/quick", headers={"Cookie": target.cookie, "Host": "evil.example"})
    target.ask("/crash/softly")
    if hard:
        with suppress(OSError):
            target.ask("/crash/hard")


def places_of_processes(target: Target) -> Iterator[tuple[str, str]]:
    """Give the words and variables of every process, which other programs of the user can read."""
    for process in target.processes():
        with suppress(psutil.Error):
            yield "a command line", "\0".join(process.cmdline())
            yield "an environment", "\0".join(f"{key}={value}" for key, value in process.environ().items())


def places_of_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Give the contents of every file below a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes().decode("latin-1")


def found_in(places: Iterator[tuple[str, str]], secrets: Mapping[str, str]) -> set[str]:
    """Name what stands where."""
    return {f"{kind} in {place}" for place, text in places for kind, word in secrets.items() if word in text}


@packaged
def words_and_variables(target: Target) -> Outcome:
    """Look at every process of the program while it runs."""
    use(target, hard=False)
    return _judged(found_in(places_of_processes(target), secrets_of(target)))


@packaged
def files(target: Target) -> Outcome:
    """Look into every file that it leaves, also after a crash; what was meant for one place stays there."""
    with target.another() as fresh:
        known = secrets_of(fresh)
        door = fresh.place / DOOR
        is_closed = door.stat().st_mode & 0o077 == 0 and door.parent.stat().st_mode & 0o077 == 0
        intended = {f"ticket in {ADDRESS_TOLD}", f"token in {DOOR}"}
        assert found_in(places_of_files(fresh.place), known) >= intended, "the search finds what is there"
        use(fresh, hard=True)
        _wait_for_report(fresh)
        found = found_in(places_of_files(fresh.place), known) - intended
    return _judged(found if is_closed else {*found, "token in a file that others can read"})


def _wait_for_report(target: Target) -> None:
    """Wait until the crash has been told, wherever that is."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "Fatal Python error" not in "".join(target.said().values()):
        time.sleep(0.1)


def other_users(target: Target) -> Outcome:
    """Look for files of the program that another user could read or write."""
    if target.system.program is None:
        return Outcome("does not apply", "it keeps no files")
    data = target.place / "data"
    if data.stat().st_mode & 0o077 == 0:
        return Outcome("held", "its folder is closed to other users")
    loose = [path.name for path in data.rglob("*") if path.lstat().st_mode & 0o022 and not path.is_symlink()]
    return Outcome("got through", f"its folder is open; {len(loose)} files can be written", is_exact=False)


def _judged(found: set[str]) -> Outcome:
    if found:
        return Outcome("got through", "; ".join(sorted(found)), is_exact=False)
    return Outcome("held", "nowhere")


ATTACKS = (
    Attack("No secret stands in a command line or a variable", "secrets", words_and_variables),
    Attack("No secret stands in a log, a report or any other file", "secrets", files),
    Attack("No other user can look into the program's folder", "secrets", other_users),
)
