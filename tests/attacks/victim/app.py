"""The app that is attacked: it notes every request that reaches its code, where a note is wanted.

Routes have an argument, so that nobody who asks for what a project has will start a crash. What is
written after `/write/` is a mark by which an attack finds its own request among the notes.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGIN = "login=victim-login"
PRIVATE = "the diary of the victim"
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

app = Flask(__name__)


class Noted:
    """The app behind a pen: whatever is asked is written down before anything else happens."""

    def __init__(self) -> None:
        self._app = app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        place = os.environ.get("VICTIM_NOTES")
        if place:
            asked = {name: environ.get(name, "") for name in ("REQUEST_METHOD", "PATH_INFO", "HTTP_HOST")}
            line = json.dumps({**asked, "cookie": LOGIN in environ.get("HTTP_COOKIE", "")})
            note = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(note, f"{line}\n".encode())
            os.close(note)
        return self._app(environ, start_response)


app.wsgi_app = Noted()  # type: ignore[method-assign]


@app.get("/")
def index() -> Response:
    """Show the app, and remember the user as apps do."""
    answer = Response("<!doctype html><title>Victim</title><h1>Victim</h1>")
    answer.headers["Set-Cookie"] = f"{LOGIN}; Path=/"
    return answer


@app.route("/facts/<mark>", methods=["GET", "POST"])
def facts(mark: str) -> dict[str, str]:
    """Tell what the app is made to believe of the request."""
    texts = {name: value for name, value in request.environ.items() if isinstance(value, str)}
    return {"url": request.url, "role": str(request.environ.get("launcher.role")), **texts}


@app.get("/quick")
def quick() -> str:
    """Answer at once, as the window's requests are to be answered."""
    return "quick"


@app.route("/write/<mark>", methods=["GET", "POST", "PUT", "DELETE"])
def write(mark: str) -> str:
    """Change something: to have been here is enough."""
    return PRIVATE


@app.get("/script/<mark>")
def script(mark: str) -> Response:
    """Give data in the shape of a script, which pages elsewhere can include."""
    return Response(f"globalThis.stolen = {json.dumps(PRIVATE)}", mimetype="text/javascript")


@app.get("/picture/<mark>")
def picture(mark: str) -> Response:
    """Give a picture, whose size pages elsewhere could measure."""
    return Response(PIXEL, mimetype="image/gif")


@app.post("/upload/<mark>")
def upload(mark: str) -> str:
    """Take a file in, and tell its size."""
    size = 0
    while data := request.stream.read(1 << 20):
        size += len(data)
    return str(size)


@app.get("/slow/<float:seconds>")
def slow(seconds: float) -> str:
    """Take a while."""
    time.sleep(seconds)
    return "slow"


@app.get("/stream/<mark>")
def stream(mark: str) -> Response:
    """Send events for a minute, or until nobody listens."""

    def events() -> Iterator[str]:
        for number in range(240):
            yield f"data: {PRIVATE} {number}\n\n"
            time.sleep(0.25)

    return Response(events(), mimetype="text/event-stream")


@app.get("/large/<int:megabytes>")
def large(megabytes: int) -> Response:
    """Give a large file."""
    return Response((b"x" * (1 << 20) for _ in range(megabytes)), mimetype="application/octet-stream")


@app.get("/outside/<address>")
def outside(address: str) -> str:
    """Show a page with a picture of, and a link to, a server elsewhere, at a port of this machine."""
    there = f"http://localhost:{address}"
    return f'<!doctype html><title>Out</title><img src="{there}/picture"><a href="{there}/link">out</a>'


@app.get("/crash/<how>")
def crash(how: str) -> str:
    """Fail: with an exception, or so that the whole process goes."""
    if how == "hard":
        os.abort()
    raise RuntimeError("the victim has crashed")
