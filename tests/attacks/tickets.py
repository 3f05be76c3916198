"""Getting in: without a session, with guesses, and with a ticket that was somebody else's."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import wraps

from tests.attacks.vocabulary import Attack, Outcome, Target, judged, mark, said
from tests.support.asking import ask

ENTER = "/.launcher/enter"
DOOR = "/.launcher/raise"
LIFETIME = 60.0
NO_TICKETS = Outcome("does not apply", "it has no tickets: whoever finds the port is in")


def packaged(attack: Callable[[Target], Outcome]) -> Callable[[Target], Outcome]:
    """Try an attack only on what lets in by tickets."""

    @wraps(attack)
    def tried(target: Target) -> Outcome:
        return attack(target) if target.system.unentered else NO_TICKETS

    return tried


def no_session(target: Target) -> Outcome:
    """Ask for everything as somebody who has found the port."""
    statuses, told, marks = [], [], []
    for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"):
        marks.append(mark())
        answer = ask(target.port, f"/write/{marks[-1]}", method=method)
        statuses.append(answer.status)
        told += [name for name, _ in answer.headers if name in ("set-cookie", "server")]
        told += ["a long page"] if len(answer.body) > 1024 else []
    outcome = judged(target, iter(marks), statuses, (403,))
    if told and outcome.held:
        return Outcome("got through", f"it told {', '.join(sorted(set(told)))}", is_exact=False)
    return outcome


def one_refusal(target: Target) -> Outcome:
    """Compare refusals of paths that exist with those that do not: they must tell nothing."""
    paths = ("/", "/quick", "/nowhere", "/.launcher/open", "/upload/x", "/write/%00", "/%2e%2e/etc/passwd")
    seen = {(answer.status, answer.body) for answer in (ask(target.port, path) for path in paths)}
    if len(seen) == 1:
        return Outcome("held", said([status for status, _ in seen]), {status for status, _ in seen} == {403})
    return Outcome("got through", f"{len(seen)} different answers", is_exact=False)


@packaged
def guesses(target: Target) -> Outcome:
    """Try tickets and cookies that are nearly right, or somebody else's."""
    session = next(part for part in target.cookie.split("; ") if part.startswith("app_"))
    name, _, secret = session.partition("=")
    queries = ("", target.ticket, target.ticket[:-1], secrets.token_urlsafe(32), secret, "next=/", "%00")
    statuses = [ask(target.port, f"{ENTER}?{query}").status for query in queries]
    marks = []
    for value in ("", secret[:-1], secret + "x", f'"{secret}"', secret.swapcase(), target.ticket, "é"):
        marks.append(mark())
        statuses.append(_with(target, marks[-1], f"{name}={value}"))
    marks.append(mark())
    statuses.append(_with(target, marks[-1], f"app_{target.port + 1}={secret}"))
    return judged(target, iter(marks), statuses, (403,))


def _with(target: Target, name: str, cookie: str) -> int:
    return ask(target.port, f"/write/{name}", headers={"Cookie": cookie.encode().decode("latin-1")}).status


@packaged
def twice(target: Target) -> Outcome:
    """Use the ticket that let the window in a second time."""
    status = ask(target.port, f"{ENTER}?{target.ticket}").status
    return Outcome("held" if status == 403 else "got through", str(status))


@packaged
def at_once(target: Target) -> Outcome:
    """Use one unused ticket from a hundred threads at the same time."""
    with target.another_unentered() as fresh:
        port, path = fresh.port, f"{ENTER}?{fresh.ticket}"
        gate, found = threading.Barrier(100), list[int]()

        def enter() -> None:
            gate.wait()
            found.append(ask(port, path).status)

        threads = [threading.Thread(target=enter) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    entered = found.count(303)
    is_right = entered == 1 and found.count(403) == 99
    return Outcome("held" if entered == 1 else "got through", f"{entered} of 100 were let in", is_right)


@packaged
def other_ways(target: Target) -> Outcome:
    """Show a ticket in ways that must not use it up, then in the one way that lets in."""
    with target.another_unentered() as fresh:
        port, path = fresh.port, f"{ENTER}?{fresh.ticket}"
        statuses = [ask(port, path, method=method).status for method in ("HEAD", "POST", "PUT", "OPTIONS")]
        # Of another app on this machine; a page in a file, which is of no site, may lead here with a ticket.
        statuses.append(ask(port, path, headers={"Sec-Fetch-Site": "same-site"}).status)
        misdirected = ask(port, path, headers={"Host": f"localhost:{port}"}).status
        statuses.append(403 if misdirected == 421 else misdirected)
        last = ask(port, path).status
    is_right = set(statuses) == {403} and last == 303
    return Outcome("held" if is_right else "got through", f"{said(statuses)}, then {last}")


@packaged
def door(target: Target) -> Outcome:
    """Knock where a second start does: as a stranger, as the app itself, as a page that has the token."""
    token = {"Authorization": f"Bearer {token_of(target)}"}
    callers: tuple[dict[str, str], ...] = (
        {},
        target.own(),
        target.own(**token),
        {"Authorization": f"Bearer {secrets.token_urlsafe(32)}"},
        {**token, "Origin": "http://evil.example"},
        {**token, "Sec-Fetch-Site": "same-site"},
    )
    statuses = [ask(target.port, DOOR, method="POST", headers=one).status for one in callers]
    if set(statuses) != {403}:
        return Outcome("got through", said(statuses), is_exact=False)
    misdirected = ask(target.port, DOOR, method="POST", headers={**token, "Host": "evil.example"}).status
    bodies = (b"[" * 60_000, b"{}", b'{"arguments": 1}', b"\xff" * 100, b"x" * 100_000)
    refused = [ask(target.port, DOOR, method="POST", headers=token, body=body).status for body in bodies]
    is_exact = misdirected == 421 and {*refused} <= {400, 413} and target.is_alive()
    detail = f"{said(statuses)}; nonsense with the token: {said(refused)}"
    return Outcome("held" if is_exact else "got through", detail, is_exact)


def token_of(target: Target) -> str:
    """Return the token with which a second start of the same user comes."""
    place = target.place / "data" / "private" / "running.json"
    return str(json.loads(place.read_text(encoding="ascii"))["token"])


@packaged
def too_late(target: Target) -> Outcome:
    """Use a ticket a moment after its minute."""
    with target.another_unentered() as fresh:
        port, path = fresh.port, f"{ENTER}?{fresh.ticket}"
        time.sleep(LIFETIME + 1)
        status = ask(port, path).status
    return Outcome("held" if status == 403 else "got through", str(status))


ATTACKS = (
    Attack("Whoever has no session gets a short refusal, and is told nothing", "tickets", no_session),
    Attack("A refusal is the same for every path", "tickets", one_refusal),
    Attack("Guessed and borrowed tickets and cookies let nobody in", "tickets", guesses),
    Attack("A ticket lets in once", "tickets", twice),
    Attack("A ticket that a hundred show at once lets one in", "tickets", at_once),
    Attack("A ticket is not used up by those whom it does not let in", "tickets", other_ways),
    Attack("The door of a second start opens for its token alone", "tickets", door),
    Attack("A ticket is worth nothing after a minute", "tickets", too_late, is_long=True),
)
