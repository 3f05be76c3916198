"""The build report's section on the proof: how, what was asked and compared, what was not and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from launcher.packager import platforms
from launcher.packager.platforms import Platform
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.verification import Seen, Updated, Verified

NEVER_ASKED = "Never asked: routes that need an argument, a login, another host or another method than GET."


def to_value(
    verified: Verified | None, facts: Facts, window: Seen | None, picture: str, platform: Platform
) -> dict[str, Any]:
    """Return the section as it stands in JSON; `picture` is the name of the window's picture."""
    if verified is None:
        abroad = f"a program for {platform.tag} cannot be run on {platforms.here().tag}; try it there"
        why = "--no-verify was given" if platform.is_here else abroad
        return {"done": False, "why": why, "asked": []}
    update = verified.update
    return {
        "done": True,
        "circumstances": list(verified.circumstances),
        "out_of_reach": {
            "how": "covered" if verified.is_covered else "watched",
            "places": list(verified.out_of_reach),
        },
        "seconds_to_serve": round(verified.seconds_to_serve, 3),
        "restart": asdict(verified.restart) if verified.restart else None,
        "session": verified.session,
        "update": asdict(update) if update else None,
        "window": _window(window, picture) if window else None,
        "asked": list(_asked(facts, verified.changing)),
        "not_asked": [
            *({"path": path, "why": "it ends the app's process"} for path in facts.fatal),
            *({"path": path, "why": "it does not answer from source"} for path in facts.hanging),
        ],
        "never_asked": NEVER_ASKED,
        "not_done": [{"what": what, "why": why} for what, why in verified.not_done.items()],
    }


def lines_of(proof: Mapping[str, Any]) -> Iterator[str]:
    """Write the section for people."""
    if not proof["done"]:
        yield f"  None: {proof['why']}."
        return
    yield f"  Started with {', '.join(proof['circumstances'])}."
    yield _reach(proof["out_of_reach"])
    yield f"  It served after {proof['seconds_to_serve']:.2f} s."
    if proof["restart"] is not None:
        yield from _kept("A restart", proof["restart"])
        yield f"    session cookie: {proof['session']}"
    if proof["update"] is not None:
        yield from _updated(proof["update"])
    if proof["window"] is not None:
        yield from _shown(proof["window"])
    for one in proof["asked"]:
        verdict = "as from source" if one["compared"] else "not compared"
        why = f" ({one['why']})" if one.get("why") else ""
        yield f"  GET {one['path']}: {one['status']}, {verdict}{why}"
    yield from (f"  GET {one['path']}: not asked ({one['why']})" for one in proof["not_asked"])
    yield f"  {proof['never_asked']}"
    yield from (f"  Not proven: {one['what']}; {one['why']}." for one in proof["not_done"])


def own_ways(verified: Verified) -> Iterator[tuple[str, str, str]]:
    """Warn of what the source loses as well: title, detail, and what to do."""
    for what, kept in (("a restart", verified.restart), ("an update", verified.update)):
        own = kept.kept.own_ways if isinstance(kept, Updated) else kept.own_ways if kept else []
        if own and not (isinstance(kept, Updated) and verified.restart and verified.restart.own_ways == own):
            yield (
                f"The app does not keep what it has over {what}",
                f"From source it is the same: {'; '.join(own[:5])}.",
                "A friend loses it too. Let a start make what is missing, and empty nothing.",
            )


def _asked(facts: Facts, changing: Collection[str]) -> Iterator[dict[str, Any]]:
    for path, answer in facts.answers.items():
        one: dict[str, Any] = {"path": path, "status": answer.status, "type": answer.kind}
        if path in facts.varying:
            one |= {"compared": False, "why": "it differs between two runs of the source"}
        elif path in changing:
            one |= {"compared": False, "why": "the source itself answered otherwise by then"}
        elif not answer.whole:
            one |= {"compared": True, "why": "status and type only; its body has no end, or a very late one"}
        else:
            one |= {"compared": True}
        yield one


def _window(seen: Seen, picture: str) -> dict[str, Any]:
    drawn = {"file": picture, "colours": seen.colours} if seen.picture is not None else None
    return {**seen.page, "picture": drawn, "without_picture": seen.without_picture}


def _reach(told: Mapping[str, Any]) -> str:
    places = ", ".join(told["places"])
    if told["how"] == "covered":
        return f"  Out of reach, covered by empty folders: all but the system's own; with that {places}."
    return f"  Watched, not covered: no file of these was held open: {places}."


def _kept(what: str, kept: Mapping[str, Any]) -> Iterator[str]:
    tables = [
        f"{name} ({', '.join(f'{table} {count}' for table, count in rows.items()) or 'no tables'})"
        for name, rows in kept["rows"].items()
    ]
    databases = f"; databases by rows: {'; '.join(tables)}" if tables else ""
    yield f"  {what} kept what the app had written: {kept['files']} files{databases}."
    yield f"    written by us and found again: {', '.join(kept['probes']) or 'nothing'}"
    yield f"    asked again: {kept['asked']}, of them {kept['same']} with the same answer"
    yield from (f"    but not, as from source: {said}" for said in kept["own_ways"])


def _updated(update: Mapping[str, Any]) -> Iterator[str]:
    yield from _kept(f"An update from {update['old']} to {update['new']}", update["kept"])
    backups = ", ".join(update["backups"]) or "nothing, there is no database"
    yield f"    backed up before it, and compared: {backups}"
    if update["older_refused"]:
        yield f"    version {update['old']} then refused the newer data"


def _shown(window: Mapping[str, Any]) -> Iterator[str]:
    title = window.get("title") or window.get("url")
    yield f"  Its window, opened by the user who builds, showed {title!r}."
    picture = window["picture"]
    if picture is None:
        yield f"    no picture was kept: {window['without_picture']}"
    else:
        empty = ", of one colour: its page is empty" if picture["colours"] == 1 else ""
        yield f"    its picture: {picture['file']}{empty}"
