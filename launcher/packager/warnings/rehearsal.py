"""What the rehearsal saw that a friend will meet otherwise; never what reading the files told already."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path, PurePath

from launcher.packager.app_layer import AppLayer, secrets
from launcher.packager.rehearsal.facts import ELSEWHERE, FAILED, HOME, Facts, Started
from launcher.packager.warnings.notice import SHOWN, Notice
from launcher.packager.warnings.programs import EVERYWHERE, foreign
from launcher.packager.warnings.servers import PORTS

# Folders that every machine of the kind has, and what is in them is not the app's affair.
SYSTEM = (
    *("/etc/", "/usr/", "/lib", "/bin/", "/sbin/", "/opt/homebrew/", "/System/", "/Library/"),
    "C:\\Windows",
)


def look(
    facts: Facts, layer: AppLayer, told: Iterable[Notice] = (), *, commands: Container[str] = ()
) -> Iterator[Notice]:
    """Look for what the app did that it cannot do at a friend's.

    `told` are the warnings there are, `commands` those of the distributions, which travel.
    """
    titles = {one.title for one in told}
    for notice in _all(facts, layer, titles, commands):
        if notice.title not in titles:
            titles.add(notice.title)
            yield notice


def _all(
    facts: Facts, layer: AppLayer, titles: set[str], commands: Container[str]
) -> Iterator[Notice]:
    for path in facts.fatal:
        yield Notice("A page ends the app", f"GET {path} ends the app's process; it was left out.")
    for path in facts.hanging:
        yield Notice("A page does not answer", f"GET {path} gave no answer in time; it was left out.")
    broken = [path for path, answer in facts.answers.items() if answer.status >= FAILED]
    if broken:
        more = f", and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
        yield Notice(
            "Pages fail from source, too",
            f"{', '.join(f'GET {path}' for path in broken[:SHOWN])}{more}: the app answered with an error.",
            "Start it with `launcher run`, open the page, and read the log.",
        )
    yield from _left_behind(facts, layer)
    for one in facts.programs:
        yield from _program(one, commands)
    yield from _hosts(facts)
    yield from _listeners(facts)
    yield from _files(facts, titles)
    for url in facts.pages:
        yield Notice(
            "The app opens a page in the browser",
            f"It opens {url} by itself. The program has a window of its own, at another address.",
            "Take it out, or do it only where the app is started by hand.",
        )


def _left_behind(facts: Facts, layer: AppLayer) -> Iterator[Notice]:
    for one in layer.left:
        if one.path in facts.read and one.why not in secrets.KINDS:  # of those `private` tells
            yield Notice(
                f"{one.path} stays behind",
                f"The app reads it, and it does not travel: {one.why}.",
                "What friends may have of it can go into env in [tool.launcher]; "
                "include in [tool.launcher.files] takes all of it along.",
            )


def _program(one: Started, commands: Container[str]) -> Iterator[Notice]:
    name = PurePath(one.name).name.removesuffix(".exe")
    if one.origin == "project" or name in EVERYWHERE:
        return  # it travels, or is everywhere
    if one.origin == "environment":
        if name.startswith("python") or name in commands:
            return  # the program stands in for its Python, and has the commands of its distributions
        yield Notice(
            f"The app starts {name}",
            f"{_sentence(one.by)}It belongs to the environment ({one.path}), and is no command that travels.",
            f"Start [sys.executable, '-m', '{name}', ...] where it can be started so.",
        )
        return
    where = f"Here it is {one.path}" if one.path else "It was not found here either"
    yield foreign(name, f"{_sentence(one.by)}{where}")


def _hosts(facts: Facts) -> Iterator[Notice]:
    away = [one for one in facts.hosts if not one.here]
    names = list(dict.fromkeys(one.host for one in away))
    if names:
        by = "; ".join(dict.fromkeys(one.by for one in away if one.by))
        yield Notice(
            "The app calls other hosts",
            f"{_some(names)}{f' ({by})' if by else ''}. Without a network, or where they are blocked, "
            "that part does not work.",
            "Let its pages come without, and say so where something is missing.",
        )
    for one in facts.hosts:
        if one.here and one.port:
            server = PORTS.get(one.port)
            yield Notice(
                f"The app may need a {server} server" if server else f"The app calls port {one.port} here",
                f"{_sentence(one.by)}It calls another server on this machine, at port {one.port}. That one "
                "does not travel.",
                "Do without it, or give the app one that friends reach.",
            )


def _listeners(facts: Facts) -> Iterator[Notice]:
    for one in facts.listeners:
        reach = "whoever is on the same network" if one.address in ("0.0.0.0", "::") else "every program here"
        yield Notice(
            f"The app listens on port {one.port} itself",
            f"{_sentence(one.by)}It can be reached by {reach}, around the guard of the window, and the port "
            "may be taken on a friend's machine.",
            "Let the app answer at an address of its own server instead.",
        )


def _files(facts: Facts, titles: set[str]) -> Iterator[Notice]:
    for path in facts.refused:
        yield Notice(
            f"The app writes to {path}",
            f"{_sentence(facts.by.get((ELSEWHERE, path), ''))}A friend's machine has no such place, or "
            "nobody but an administrator may write there. The rehearsal refused it.",
            "Write beside the code (Path(__file__).parent) or into the user's home (Path.home()).",
        )
    for path in facts.seen.elsewhere:
        by = facts.by.get((ELSEWHERE, path), "")
        is_told = any(title.partition(" is a path")[0] in path for title in titles if " is a path" in title)
        # What a library reads of the system is its own affair.
        if ", line " in by and not path.startswith(SYSTEM) and path not in facts.refused and not is_told:
            yield Notice(
                f"The app reads {path}",
                f"{by}. That file lies outside of the project and does not travel.",
                "Put it into the project and start from where the code lies: Path(__file__).parent.",
            )
    for name in facts.seen.home:
        own = Path.home() / name
        if name not in facts.written.home and own.is_file():
            by = facts.by.get((HOME, name), "")
            yield Notice(
                f"The app reads {name} in the home",
                f"{_sentence(by)}You have that file ({own}); a friend has not.",
                "Put what friends need of it into the project, and do without it where it is missing.",
            )
    if facts.written.home:
        yield Notice(
            "The app writes into the home",
            f"{_some(list(facts.written.home))}. That lies outside of the app's own folder: it stays when "
            "the app is removed, and is in no backup before an update.",
            "Write beside the code (Path(__file__).parent): in the program that is the app's own folder.",
        )


def _sentence(by: str) -> str:
    return f"{by}. " if by else ""


def _some(names: list[str]) -> str:
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + rest
