"""A sharing in this process, on this machine's loopback, where nobody else comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from launcher.control import Message
from launcher.project.manifest import Manifest, ServerSettings
from launcher.sharing.addresses import Address
from launcher.sharing.sharing import Sharing, Terms
from tests.support.backends import SCRIPT
from tests.support.guests import join
from tests.support.visiting import Caller

HERE = Address("127.0.0.1", "lo")


class Opened:
    """A sharing, what it told, and the app behind it."""

    def __init__(self, place: Path, app: Any, server: dict[str, Any], picture: str, **terms: Any) -> None:
        self.events: list[Message] = []
        manifest = Manifest("Quiz", "org.example.quiz", "1", SCRIPT, server=ServerSettings(**server))
        wanted = Terms(**{"address": HERE, **terms})
        self.sharing = Sharing(manifest, place / "share-port", wanted, app, self.events.append, picture)
        self.sharing.open()

    @property
    def link(self) -> str:
        return self.sharing.link

    def guest(self, agent: str = "Test/1.0") -> Caller:
        """Return a browser that has not joined."""
        return Caller("127.0.0.1", self.sharing.port, agent=agent)

    def joined(self, agent: str = "Test/1.0") -> Caller:
        """Return a browser that has joined."""
        guest = self.guest(agent)
        assert join(guest, self.link).status == 303
        return guest

    def told(self) -> list[str]:
        """List what was told of guests."""
        return [one["what"] for one in self.events if one["event"] == "guest"]


class Book:
    """A Flask app with a stream, and what it knows of those who ask."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.going = threading.Event()
        self.app = app = Flask("book")

        @app.route("/who")
        def who() -> Any:
            kept = sorted(
                key for key in request.environ if key.startswith(("HTTP_X", "HTTP_SCRIPT", "launcher."))
            )
            return jsonify(
                role=request.environ.get("launcher.role"), cookies=dict(request.cookies), kept=kept
            )

        @app.route("/admin/users")
        def users() -> str:
            return "all of them"

        @app.route("/stream")
        def stream() -> Response:
            def go() -> Iterator[str]:
                try:
                    while not self.ended.is_set():
                        self.going.set()
                        yield "data: x\n\n"
                        self.ended.wait(0.02)
                finally:
                    self.ended.set()

            return Response(go(), mimetype="text/event-stream")

        @app.route("/save", methods=["POST"])
        def save() -> str:
            return str(len(request.get_data()))


@pytest.fixture
def book() -> Iterator[Book]:
    """The app behind a sharing."""
    made = Book()
    yield made
    made.ended.set()


Open = Callable[..., Opened]


@pytest.fixture
def open_sharing(tmp_path: Path, book: Book) -> Iterator[Open]:
    """Return a function that begins a sharing of the book; `server` are the project's settings."""
    made: list[Opened] = []

    def begin(
        *, app: Any = book.app, server: dict[str, Any] | None = None, picture: str = "", **terms: Any
    ) -> Opened:
        made.append(Opened(tmp_path, app, server or {}, picture, **terms))
        return made[-1]

    yield begin
    for one in made:
        one.sharing.close()
