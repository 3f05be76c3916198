"""Whoever signed in elsewhere comes back to the window, once, and only who was sent from here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from launcher.serving.callbacks import LONGEST, Callbacks
from launcher.serving.guard import Guard
from launcher.serving.policy import Allowances
from tests.support.asking import Answer, ask
from tests.support.serving import Guarded, listening, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ORIGIN = "http://127.0.0.1:20000"
PROVIDER = "https://accounts.example/authorize"
FROM_OUTSIDE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def callbacks(shown: list[str]) -> Callbacks:
    return Callbacks(ORIGIN, shown.append)


def test_state_that_was_sent_out_comes_back_once(callbacks: Callbacks, shown: list[str]) -> None:
    callbacks.note(f"{PROVIDER}?client_id=1&state=a%2Bb&scope=x")
    assert callbacks.accept("/signed-in", "code=1&state=a%2Bb")
    assert shown == ["/signed-in?code=1&state=a%2Bb"]
    assert not callbacks.accept("/signed-in", "code=1&state=a%2Bb")
    assert len(shown) == 1


@pytest.mark.parametrize("query", ["", "code=1", "state=", "state=other", "state=a&state=", "State=a"])
def test_state_that_nobody_sent_out_is_refused(callbacks: Callbacks, shown: list[str], query: str) -> None:
    callbacks.note(f"{PROVIDER}?client_id=1&state=wanted")
    assert not callbacks.accept("/signed-in", query)
    assert shown == []


@pytest.mark.parametrize(
    "location",
    [
        f"{ORIGIN}/next?state=a",
        "/next?state=a",
        "ftp://x/?state=a",
        f"{PROVIDER}?state={'a' * (LONGEST + 1)}",
    ],
)
def test_other_redirects_are_no_sign_in(callbacks: Callbacks, location: str) -> None:
    callbacks.note(location)
    assert not callbacks.accept("/signed-in", location.partition("?")[2])


class SigningIn:
    """An app that sends people to a provider, guarded and served, and what its window was shown."""

    def __init__(self, guarded: Guarded) -> None:
        self.guarded = guarded
        self.shown: list[str] = []
        self.came: list[str] = []
        callbacks = Callbacks(guarded.policy.origin, self.shown.append)
        self.guard = Guard(self.app, guarded.policy, callbacks=callbacks)

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.came.append(environ["PATH_INFO"])
        headers = [("Content-Length", "0")]
        if environ["PATH_INFO"] == "/sign-in":
            start_response("302 Found", [*headers, ("Location", f"{PROVIDER}?state=s1")])
        else:
            start_response("200 OK", headers)
        return []

    def own(self, path: str) -> Answer:
        return ask(self.guarded.port, path, headers={"Cookie": self.guarded.cookie})

    def from_provider(self, path: str, **changes: str) -> Answer:
        return ask(self.guarded.port, path, headers={**FROM_OUTSIDE, **changes})


@pytest.fixture
def signing_in() -> Iterator[SigningIn]:
    with listening() as bound:
        made = SigningIn(Guarded(bound, Allowances(callbacks=("/signed-in",))))
        with serving(made.guard, bound, made.guarded.policy.judge):
            yield made


def test_sign_in_elsewhere_goes_on_in_the_window(signing_in: SigningIn) -> None:
    assert signing_in.own("/sign-in").status == 302
    back = signing_in.from_provider("/signed-in?code=7&state=s1")
    assert back.status == 200
    assert "window" in back.text
    assert "code=7" not in back.text
    assert back.header("set-cookie") is None
    assert signing_in.shown == ["/signed-in?code=7&state=s1"]
    assert signing_in.came == ["/sign-in"], "the app is asked by the window alone"
    assert signing_in.own("/signed-in?code=7&state=s1").status == 200
    assert signing_in.came == ["/sign-in", "/signed-in"]


def test_page_that_makes_a_sign_in_up_is_refused(signing_in: SigningIn) -> None:
    assert signing_in.from_provider("/signed-in?code=7&state=s1").status == 403
    signing_in.own("/sign-in")
    for changes in ({"Sec-Fetch-Dest": "image"}, {"Sec-Fetch-Mode": "no-cors"}, {"Host": "evil.example"}):
        assert signing_in.from_provider("/signed-in?code=7&state=s1", **changes).status in (403, 421)
    assert signing_in.from_provider("/other?code=7&state=s1").status == 403
    assert signing_in.shown == []
    assert signing_in.from_provider("/signed-in?code=7&state=s1").status == 200
