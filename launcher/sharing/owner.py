"""What the owner does about guests: the page for it, its state while it is looked at, and its buttons."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs

from launcher.errors import LauncherError
from launcher.project.manifest import Manifest
from launcher.serving import pages
from launcher.serving.guard import answer
from launcher.sharing import SHARE, addresses, owner_pages
from launcher.sharing.sharing import Sharing, Terms

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = SHARE
STATE = PAGE + "/state"
LARGEST = 4096  # bytes of a form of ours
MOST_USES = 50

Form = dict[str, str]


class Sharer(Protocol):
    """Who shares."""

    manifest: Manifest
    sharing: Sharing | None
    why: str
    looked: float

    def start(self, terms: Terms) -> None:
        """Begin to share."""

    def stop(self, why: str = ..., *, asked: bool = ...) -> None:
        """End sharing."""


def pages_of(sharer: Sharer) -> dict[str, WSGIApplication]:
    """Return the owner's pages, by their paths."""
    actions: dict[str, Callable[[Form], None]] = {
        "start": lambda form: _start(sharer, form),
        "stop": lambda form: sharer.stop(asked=True),
        "renew": lambda form: _with(sharer, lambda sharing: sharing.renew()),
        "allow": lambda form: _with(sharer, lambda sharing: sharing.answer(_number(form), allow=True)),
        "refuse": lambda form: _with(sharer, lambda sharing: sharing.answer(_number(form), allow=False)),
        "revoke": lambda form: _with(sharer, lambda sharing: sharing.revoke(_number(form))),
    }
    made = {f"{PAGE}/{name}": _button(action) for name, action in actions.items()}
    # Where the app is in a browser, its window's menu is not there to lead here.
    control = pages.control(sharer.manifest.name, share=PAGE)
    return {PAGE: _page(sharer), STATE: _state(sharer), pages.CONTROL: control, **made}


def _page(sharer: Sharer) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return answer(start_response, "405 Method Not Allowed", "", [("Allow", "GET, HEAD")])
        sharer.looked = time.monotonic()
        inside = _inside(sharer)
        page = owner_pages.page(sharer.manifest.name, inside, mark=_mark(inside), state=STATE)
        return answer(start_response, "200 OK", page)

    return app


def _state(sharer: Sharer) -> WSGIApplication:
    """Make what the page asks every second: what has changed in it, in words for those who hear it too."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sharer.looked = time.monotonic()
        inside = _inside(sharer)
        mark = _mark(inside)
        sharing = sharer.sharing
        told: dict[str, Any] = {"shared": sharing is not None, "mark": mark}
        if environ.get("QUERY_STRING") != mark:
            told |= {"html": inside, "said": _said(sharing)}
        data = json.dumps(told).encode("ascii")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
        start_response("200 OK", [*headers, ("Cache-Control", "no-store")])
        return [data]

    return app


def _inside(sharer: Sharer) -> str:
    name, sharing = sharer.manifest.name, sharer.sharing
    if sharing is None:
        return owner_pages.closed(name, addresses.shareable(), sharer.why, at=PAGE)
    return owner_pages.opened(name, sharing, at=PAGE)


def _said(sharing: Sharing | None) -> str:
    waiting = sharing.entrance.questions.waiting() if sharing is not None else []
    return " ".join(f"{one.name} asks to join. Its digits are {' '.join(one.digits)}." for one in waiting)


def _mark(inside: str) -> str:
    return hashlib.sha256(inside.encode()).hexdigest()[:16]


def _button(action: Callable[[Form], None]) -> WSGIApplication:
    """Make what a form leads to: it does something, and goes back to the page."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return answer(start_response, "405 Method Not Allowed", "", [("Allow", "POST")])
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if size > LARGEST:
            return answer(start_response, "413 Content Too Large", "")
        sent = parse_qs(environ["wsgi.input"].read(size).decode("utf-8", "replace"))
        action({key: values[-1] for key, values in sent.items()})
        return answer(start_response, "303 See Other", "", [("Location", PAGE)])

    return app


def _start(sharer: Sharer, form: Form) -> None:
    wanted = form.get("address", "")
    chosen = next((one for one in addresses.shareable() if one.ip == wanted), None)
    if chosen is None:
        sharer.why = "This computer no longer has that address. Choose another one."
        return
    uses = min(max(_number(form, "who"), 1), MOST_USES)
    try:
        sharer.start(Terms(chosen, uses=uses, asks=form.get("who") == "ask"))
    except (OSError, LauncherError) as error:
        sharer.why = f"The app cannot be shared at {chosen.ip}: {error}"


def _with(sharer: Sharer, action: Callable[[Sharing], None]) -> None:
    """Do something with the sharing that goes on, if one does."""
    sharing = sharer.sharing
    if sharing is not None:
        action(sharing)


def _number(form: Form, key: str = "number") -> int:
    text = form.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
