"""Two apps in one browser: neither sees the other's session, and each can end its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask, make_response, request, session
from flask.typing import ResponseReturnValue

from launcher.serving.cookies import Apart


class Browser:
    """One browser, which keeps cookies of all apps at 127.0.0.1 in one place."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def ask(self, app: Any, path: str) -> str:
        """Ask an app, and keep the cookies that it sets."""
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "20000",
            "wsgi.url_scheme": "http",
        }
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            assert status == "200 OK"
            for name, value in headers:
                if name == "Set-Cookie":
                    key, _, rest_of_it = value.partition("=")
                    if "Max-Age=0" in value:
                        self.cookies.pop(key, None)
                    else:
                        self.cookies[key] = rest_of_it.partition(";")[0]
            return lambda data: None

        parts: Iterable[bytes] = app(environ, begin)
        return b"".join(parts).decode()


def app_of(name: str, shared: threading.Event) -> Apart:
    """An app with a session, a cookie that lasts, and one for its scripts."""
    made = Flask(name)
    made.secret_key = f"key of {name}"

    @made.route("/count")
    def count() -> str:
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    @made.route("/remember")
    def remember() -> ResponseReturnValue:
        answer = make_response("")
        answer.set_cookie("remember_token", name, max_age=1000, httponly=True)
        answer.set_cookie("colour", name)
        return answer

    @made.route("/forget")
    def forget() -> ResponseReturnValue:
        answer = make_response("")
        answer.delete_cookie("remember_token")  # as Flask-Login does, which does not say what it was
        return answer

    @made.route("/cookies")
    def cookies() -> str:
        return " ".join(sorted(f"{key}={value}" for key, value in request.cookies.items()))

    return Apart(made, f"org.example.{name}", shared)


@pytest.fixture
def shared() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def test_neither_app_logs_the_other_out(shared: threading.Event) -> None:
    browser, notes, quiz = Browser(), app_of("notes", shared), app_of("quiz", shared)
    asked = [browser.ask(app, "/count") for app in (notes, quiz, notes, quiz, notes)]
    assert asked == ["1", "1", "2", "2", "3"]
    assert sorted(browser.cookies) == ["session~org.example.notes", "session~org.example.quiz"]


def test_app_sees_its_own_cookies_under_their_names_and_can_take_them_back(shared: threading.Event) -> None:
    browser, notes, quiz = Browser(), app_of("notes", shared), app_of("quiz", shared)
    browser.ask(notes, "/remember")
    browser.ask(quiz, "/remember")
    assert browser.ask(notes, "/cookies") == "colour=quiz remember_token=notes"
    browser.ask(quiz, "/forget")
    assert browser.ask(quiz, "/cookies") == "colour=quiz"
    assert browser.ask(notes, "/cookies") == "colour=quiz remember_token=notes"


def test_cookie_of_before_gives_way_to_the_one_that_is_marked(shared: threading.Event) -> None:
    browser, notes = Browser(), app_of("notes", shared)
    browser.cookies = {"remember_token": "old", "odd": "", "": "x"}
    assert "remember_token=old" in browser.ask(notes, "/cookies")
    browser.ask(notes, "/remember")
    assert "remember_token=notes" in browser.ask(notes, "/cookies")


def test_app_with_a_window_of_its_own_keeps_its_cookies_as_they_are() -> None:
    browser, notes = Browser(), app_of("notes", threading.Event())
    assert [browser.ask(notes, "/count") for _ in range(2)] == ["1", "2"]
    assert [*browser.cookies] == ["session"]
