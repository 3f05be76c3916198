"""What decides in WKWebView's window; never run there: what it is asked with is of our own making.

The stand-ins have the methods that Apple documents for what WebKit hands its delegates, as PyObjC names them,
and those of pywebview's `BrowserView` that ours goes by.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from launcher.window import Opening, cocoa
from launcher.window.cocoa.deciding import DENY, GRANT, LINK
from launcher.window.cocoa.delegate import CANCEL, SELECTORS
from launcher.window.rules import OWN_PAGE, Rules

OWN = "http://127.0.0.1:23456"
ALLOWED = "by pywebview"
OTHER = -1  # WKNavigationTypeOther


class Url:
    """An NSURL, and all that has one."""

    def __init__(self, url: str) -> None:
        self._url = url

    def absoluteString(self) -> str:
        return self._url

    def URL(self) -> Url:
        return self


class Action:
    """A WKNavigationAction; `frame` is the main one, one inside a page, or none: a new window."""

    def __init__(self, url: str, *, frame: str = "main", kind: int = OTHER) -> None:
        self._url, self._frame, self._kind = url, frame, kind

    def request(self) -> Url:
        return Url(self._url)

    def navigationType(self) -> int:
        return self._kind

    def targetFrame(self) -> Any:
        return SimpleNamespace(isMainFrame=lambda: self._frame == "main") if self._frame else None


class Origin:
    """A WKSecurityOrigin."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    def protocol(self) -> str:
        return "http"

    def host(self) -> str:
        return self._host

    def port(self) -> int:
        return self._port


class Delegate:
    """As far as ours goes by pywebview's, which calls the handler with what it lets through."""

    deaf: tuple[str, ...] = ()

    def respondsToSelector_(self, name: str) -> bool:
        return name not in self.deaf and hasattr(self, name.replace(":", "_"))

    def webView_decidePolicyForNavigationAction_decisionHandler_(
        self, webview: Any, action: Any, handler: Callable[[Any], None]
    ) -> None:
        handler(ALLOWED)

    webView_decidePolicyForNavigationResponse_decisionHandler_ = (
        webView_decidePolicyForNavigationAction_decisionHandler_
    )


class Window:
    """A window of pywebview's with a view, and what the two are told to show."""

    uid = "master"

    def __init__(self, view: Any) -> None:
        self.loaded: list[str] = []
        self.reloads = 0
        self.url = OWN_PAGE
        self._browserDelegate = view.BrowserDelegate()
        view.instances["master"] = self

    @property
    def asked(self) -> Any:
        return self._browserDelegate

    def URL(self) -> Url:
        return Url(self.url)

    def reload(self) -> None:
        self.reloads += 1

    def loadRequest_(self, request: Url) -> None:
        self.loaded.append(request.absoluteString())

    def load_url(self, url: str) -> None:
        self.loaded.append(url)

    def load_html(self, content: str, base_uri: str) -> None:
        self.loaded.append(f"{base_uri} {content}")

    def show(self, url: str) -> None:
        self.url = url
        self.asked.webView_didCommitNavigation_(self, None)

    def action(self, action: Action) -> Any:
        answers: list[Any] = []
        self.asked.webView_decidePolicyForNavigationAction_decisionHandler_(self, action, answers.append)
        assert len(answers) == 1, "WebKit ends the program otherwise"
        return answers[0]

    def response(self, url: str, *, is_main: bool = True) -> Any:
        answers: list[Any] = []
        response = SimpleNamespace(isForMainFrame=lambda: is_main, response=lambda: Url(url))
        self.asked.webView_decidePolicyForNavigationResponse_decisionHandler_(self, response, answers.append)
        assert len(answers) == 1, "WebKit ends the program otherwise"
        return answers[0]

    def media(self, origin: Any, kind: int) -> Any:
        answers: list[Any] = []
        ask = "webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_"
        getattr(self.asked, ask)(self, origin, None, kind, answers.append)
        assert len(answers) == 1, "WebKit ends the program otherwise"
        return answers[0]

    def new(self, url: str) -> Any:
        ask = "webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_"
        return getattr(self.asked, ask)(self, None, Action(url, frame=""), None)


@pytest.fixture
def rules() -> Rules:
    return Rules(["camera"])


@pytest.fixture
def view(monkeypatch: pytest.MonkeyPatch) -> Any:
    """pywebview's `BrowserView`, and PyObjC as far as it is used."""
    view = SimpleNamespace(BrowserDelegate=Delegate, AppDelegate=type("AppDelegate", (), {}), instances={})
    view.get_instance = lambda attribute, value: view.instances["master"]
    platform: Any = ModuleType("webview.platforms.cocoa")
    platform.BrowserView = view
    objc: Any = ModuleType("objc")
    objc.super = builtins.super
    objc.selector = lambda function, selector, signature: function
    objc.registerMetaDataForSelector = lambda name, selector, metadata: None
    for module in (platform, objc):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return view


@pytest.fixture
def window(opening: Opening, rules: Rules, view: Any) -> Window:
    """A window that shows the app."""
    cocoa.prepare(opening, rules)
    made = Window(view)
    cocoa.begin(made, opening, rules)
    rules.admit(OWN)
    made.show(f"{OWN}/")
    return made


def test_own_origin_is_gone_to_and_others_are_opened_outside_once(
    window: Window, told: dict[str, list[str]]
) -> None:
    assert window.action(Action(f"{OWN}/a")) == ALLOWED
    assert window.action(Action("https://example.org/", kind=LINK)) == CANCEL
    assert window.action(Action("file:///etc/passwd")) == CANCEL
    assert told["outside"] == ["https://example.org/"]
    assert told["noted"] == ["a page was not let to file:///etc/passwd"]


def test_frames_load_what_they_like_and_nothing_is_opened_for_them(
    window: Window, told: dict[str, list[str]]
) -> None:
    assert window.action(Action("https://example.org/", frame="inside")) == ALLOWED
    assert window.response("https://example.org/", is_main=False) == ALLOWED
    assert told["outside"] == []


def test_answer_of_another_site_does_not_fill_the_window(window: Window) -> None:
    assert window.response(f"{OWN}/a") == ALLOWED
    assert window.response("https://example.org/") == CANCEL


def test_buttons_work_on_our_own_pages_alone(window: Window, told: dict[str, list[str]]) -> None:
    assert window.action(Action("launcher:quit", kind=LINK)) == CANCEL
    assert told["asked"] == []
    window.show(OWN_PAGE)
    assert window.action(Action("launcher:quit", kind=LINK)) == CANCEL
    assert told["asked"] == ["quit"]


def test_way_from_our_own_page_to_the_app_is_the_window_s_own(window: Window) -> None:
    window.show(OWN_PAGE)
    assert window.action(Action(f"{OWN}/a", kind=LINK)) == CANCEL
    assert window.loaded == [f"{OWN}/a"]
    assert window.action(Action(f"{OWN}/a")) == ALLOWED


def test_what_cannot_be_decided_is_refused_and_the_handler_is_called(window: Window) -> None:
    broken: Any = SimpleNamespace()  # none of the methods that are there by the documentation
    assert window.action(broken) == CANCEL
    assert window.media(broken, 0) == DENY


@pytest.mark.parametrize(
    ("url", "loaded", "outside"),
    [
        (f"{OWN}/a", [f"{OWN}/a"], []),
        ("https://example.org/", [], ["https://example.org/"]),
        ("about:blank", [], []),  # the app would be gone
        ("file:///etc/passwd", [], []),
    ],
)
def test_new_windows_are_this_one_or_the_browser(
    window: Window, told: dict[str, list[str]], url: str, loaded: list[str], outside: list[str]
) -> None:
    assert window.new(url) is None
    assert (window.loaded, told["outside"]) == (loaded, outside)


@pytest.mark.parametrize(
    ("origin", "kind", "answer"),
    [
        (Origin("127.0.0.1", 23456), 0, GRANT),
        (Origin("127.0.0.1", 23456), 1, DENY),
        (Origin("127.0.0.1", 23456), 2, DENY),
        (Origin("127.0.0.1", 23457), 0, DENY),
        (Origin("example.org", 0), 0, DENY),
        (Origin("127.0.0.1", 23456), 9, DENY),
    ],
)
def test_camera_and_microphone_are_named_by_the_project_or_denied(
    window: Window, origin: Origin, kind: int, answer: int
) -> None:
    assert window.media(origin, kind) == answer


def test_page_whose_process_died_is_loaded_again_once(window: Window) -> None:
    window.show(f"{OWN}/a")
    window.asked.webViewWebContentProcessDidTerminate_(window)
    assert (window.reloads, window.loaded) == (1, [])
    window.asked.webViewWebContentProcessDidTerminate_(window)
    assert window.reloads == 1
    assert window.loaded[-1].startswith(f"{OWN_PAGE} ")
    assert f'href="{OWN}/a"' in window.loaded[-1]


def test_own_page_whose_process_died_is_shown_again(window: Window) -> None:
    window.load_html("<p>ended", OWN_PAGE)
    window.show(OWN_PAGE)
    window.asked.webViewWebContentProcessDidTerminate_(window)
    assert window.loaded == [f"{OWN_PAGE} <p>ended"] * 2


@pytest.mark.parametrize("deaf", SELECTORS)
def test_window_with_a_delegate_that_does_not_answer_is_not_shown(
    opening: Opening, rules: Rules, view: Any, monkeypatch: pytest.MonkeyPatch, deaf: str
) -> None:
    monkeypatch.setattr(Delegate, "deaf", (deaf,))
    cocoa.prepare(opening, rules)
    with pytest.raises(OSError, match="does not answer"):
        cocoa.begin(Window(view), opening, rules)


def test_documents_that_finder_hands_over_are_the_program_s(
    opening: Opening, rules: Rules, view: Any
) -> None:
    handed: list[list[str]] = []
    replies: list[int] = []
    cocoa.prepare(replace(opening, documents=lambda paths: handed.append(list(paths))), rules)
    application = SimpleNamespace(replyToOpenOrPrint_=replies.append)
    view.AppDelegate().application_openFiles_(application, ("/Users/ada/a.quiz", "/Users/ada/b.quiz"))
    assert (handed, replies) == ([["/Users/ada/a.quiz", "/Users/ada/b.quiz"]], [0])
