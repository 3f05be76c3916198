"""What decides in WebView2's window; never run there: what it is asked with is of our own making.

The stand-ins have the properties that Microsoft documents for the arguments of WebView2's events, and those
of pywebview's `EdgeChrome` that ours goes by.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from launcher.window import Opening, webview2
from launcher.window.leading import Leading
from launcher.window.rules import Rules
from launcher.window.webview2 import browser, menubar, permissions
from launcher.window.webview2.navigation import Navigation
from tests.support.waiting import until

OWN = "http://127.0.0.1:23456"
TEXT = "data:text/html;charset=utf-8;base64,AA=="


class Event:
    """An event of .NET's."""

    def __init__(self) -> None:
        self.heard: list[Callable[[Any, Any], None]] = []

    def __iadd__(self, handler: Callable[[Any, Any], None]) -> Event:
        self.heard.append(handler)
        return self

    def happen(self, **properties: Any) -> SimpleNamespace:
        args = SimpleNamespace(**properties)
        for handler in self.heard:
            handler(None, args)
        return args


EVENTS = (
    "SourceChanged",
    "DownloadStarting",
    "NewWindowRequested",
    "PermissionRequested",
    "ScreenCaptureStarting",
    "ServerCertificateErrorDetected",
    "LaunchingExternalUriScheme",
    "ProcessFailed",
    "WebMessageReceived",
)


class Core:
    """A CoreWebView2 of our own making."""

    def __init__(self, *lacks: str) -> None:
        self.Settings = SimpleNamespace()
        self.scripts: list[str] = []
        self.posted: list[str] = []
        self.reloads = 0
        for name in EVENTS:
            if name not in lacks:
                setattr(self, name, Event())

    def AddScriptToExecuteOnDocumentCreatedAsync(self, script: str) -> None:
        self.scripts.append(script)

    def PostWebMessageAsString(self, text: str) -> None:
        self.posted.append(text)

    def Reload(self) -> None:
        self.reloads += 1


class Form:
    """A form that does at once what it is to do later."""

    def __init__(self) -> None:
        self.is_closed = False

    def is_dark_theme(self) -> bool:
        return True

    def BeginInvoke(self, action: Callable[[], object]) -> None:
        action()

    def Close(self) -> None:
        self.is_closed = True


class EdgeChrome:
    """As far as ours goes by pywebview's."""

    core = Core()

    def __init__(self, form: Form, window: Any, cache_dir: str) -> None:
        self.form, self.pywebview_window, self.url, self.html = form, window, "", ""
        self.webview = SimpleNamespace(CoreWebView2=self.core)
        self.loaded: list[str] = []

    def load_html(self, content: str, base_uri: str) -> None:
        self.html = content
        self.loaded.append(content)

    def load_url(self, url: str) -> None:
        self.url = url
        self.loaded.append(url)

    def on_source_changed(self, sender: Any, args: Any) -> None: ...
    def on_download_starting(self, sender: Any, args: Any) -> None: ...
    def on_navigation_completed(self, sender: Any, args: Any) -> None: ...


class Enumerated:
    """A value of an enumeration of .NET's."""

    def __init__(self, name: str) -> None:
        self._name = name

    def ToString(self) -> str:
        return self._name


@pytest.fixture(autouse=True)
def dotnet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put stand-ins in the place of what pythonnet brings."""
    core: Any = ModuleType(permissions.CORE)
    core.CoreWebView2PermissionState = SimpleNamespace(Allow="allow", Deny="deny")
    core.CoreWebView2ServerCertificateErrorAction = SimpleNamespace(Cancel="cancel")
    drawing: Any = ModuleType("System.Drawing")
    drawing.ColorTranslator = SimpleNamespace(FromHtml=str)
    system: Any = ModuleType("System")
    system.Action = lambda action: action
    for module in (core, drawing, system):
        monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.fixture
def rules() -> Rules:
    made = Rules(["camera", "screen"], ["set-title"])
    made.admit(OWN)
    return made


@pytest.fixture
def navigation(opening: Opening, rules: Rules) -> Navigation:
    return Navigation(rules, Leading(rules, opening))


def starting(uri: str, *, clicked: bool = False) -> SimpleNamespace:
    """The arguments of a NavigationStarting."""
    return SimpleNamespace(Uri=uri, Cancel=False, IsUserInitiated=clicked, IsRedirected=False)


def test_own_origin_is_gone_to_and_others_are_opened_outside_once(
    navigation: Navigation, told: dict[str, list[str]]
) -> None:
    own, other, strange = (
        starting(f"{OWN}/a"),
        starting("https://example.org/"),
        starting("file:///etc/passwd"),
    )
    for args in (own, other, strange):
        assert navigation.starting(args) == ""
    assert (own.Cancel, other.Cancel, strange.Cancel) == (False, True, True)
    assert told["outside"] == ["https://example.org/"]
    assert told["noted"] == ["a page was not let to file:///etc/passwd"]


def test_text_is_shown_only_where_it_was_given(navigation: Navigation) -> None:
    refused = starting(TEXT)
    navigation.starting(refused)
    assert refused.Cancel
    navigation.await_own()
    given = starting(TEXT)
    navigation.starting(given)
    assert not given.Cancel
    assert navigation.shows_own_page


def test_buttons_work_on_our_own_pages_alone(navigation: Navigation, told: dict[str, list[str]]) -> None:
    navigation.starting(starting("launcher:quit"))
    assert told["asked"] == []
    navigation.await_own()
    navigation.starting(starting(TEXT))
    args = starting("launcher:quit", clicked=True)
    navigation.starting(args)
    assert args.Cancel
    assert told["asked"] == ["quit"]


def test_way_from_our_own_page_to_the_app_is_the_window_s_own(navigation: Navigation) -> None:
    navigation.await_own()
    navigation.starting(starting(TEXT))
    clicked = starting(f"{OWN}/a", clicked=True)
    assert navigation.starting(clicked) == f"{OWN}/a"
    assert clicked.Cancel
    assert navigation.starting(starting(f"{OWN}/a")) == ""
    assert not navigation.shows_own_page


@pytest.mark.parametrize(
    ("uri", "instead", "outside"),
    [
        (f"{OWN}/a", f"{OWN}/a", []),
        (f"{OWN}0/a", "", [f"{OWN}0/a"]),
        ("https://example.org/", "", ["https://example.org/"]),
        ("about:blank", "", []),  # the app would be gone
        ("javascript:alert(1)", "", []),
    ],
)
def test_new_windows_are_never_webview2_s_own(
    navigation: Navigation, told: dict[str, list[str]], uri: str, instead: str, outside: list[str]
) -> None:
    args = SimpleNamespace(Uri=uri, Handled=False, IsUserInitiated=True)
    assert navigation.new_window(args) == instead
    assert args.Handled
    assert told["outside"] == outside


@pytest.mark.parametrize(
    ("kind", "origin", "state"),
    [
        ("Camera", f"{OWN}/", "allow"),
        ("Microphone", f"{OWN}/", "deny"),
        ("Camera", "https://example.org/", "deny"),
        ("Geolocation", f"{OWN}/", "deny"),
        ("LocalFonts", f"{OWN}/", "deny"),
        ("FileReadWrite", f"{OWN}/", "deny"),
    ],
)
def test_permission_is_named_by_the_project_or_denied_and_never_kept(
    rules: Rules, kind: str, origin: str, state: str
) -> None:
    args = SimpleNamespace(PermissionKind=Enumerated(kind), Uri=origin, State="default", SavesInProfile=True)
    permissions.decide(rules, args)
    assert (args.State, args.SavesInProfile) == (state, False)


@pytest.mark.parametrize(("source", "cancelled"), [(f"{OWN}/a", False), ("https://example.org/", True)])
def test_screen_is_shown_to_the_app_alone(rules: Rules, source: str, cancelled: bool) -> None:
    args = SimpleNamespace(OriginalSourceFrameInfo=SimpleNamespace(Source=source), Cancel=False)
    permissions.decide_screen(rules, args)
    assert args.Cancel is cancelled


def made(opening: Opening, rules: Rules, core: Core) -> Any:
    """A browser whose WebView2 has not started yet."""
    base = type("EdgeChrome", (EdgeChrome,), {"core": core})
    return browser.browser_of(base, opening, rules)(Form(), SimpleNamespace(html=opening.page), "")


def ready(view: Any, *, success: bool = True) -> None:
    view.on_webview_ready(None, SimpleNamespace(IsSuccess=success, InitializationException="no reason"))


def test_nothing_is_loaded_before_the_rules_are_bound(opening: Opening, rules: Rules) -> None:
    view = made(opening, rules, Core())
    view.load_html("<p>still starting", "")
    view.load_url(f"{OWN}/last")
    assert view.loaded == []
    ready(view)
    assert view.loaded == [f"{OWN}/last"]


def test_first_page_is_loaded_where_nothing_else_was_asked_for(opening: Opening, rules: Rules) -> None:
    view = made(opening, rules, Core())
    ready(view)
    assert view.loaded == [opening.page]


@pytest.mark.parametrize("lacks", [name for name in EVENTS if name != "WebMessageReceived"])
def test_window_closes_where_a_rule_cannot_be_bound(opening: Opening, rules: Rules, lacks: str) -> None:
    view = made(opening, rules, Core(lacks))
    ready(view)
    assert (view.loaded, view.form.is_closed) == ([], True)
    window = SimpleNamespace(native=SimpleNamespace(browser=view))
    with pytest.raises(AttributeError, match=lacks):
        webview2.finish(window)
    with pytest.raises(AttributeError, match=lacks):
        webview2.begin(window, opening, rules)


def test_window_closes_where_webview2_does_not_start(opening: Opening, rules: Rules) -> None:
    view = made(opening, rules, Core())
    ready(view, success=False)
    assert view.form.is_closed
    with pytest.raises(OSError, match="WebView2 did not start: no reason"):
        webview2.finish(SimpleNamespace(native=SimpleNamespace(browser=view)))


class Full(Form):
    """A form that takes the whole screen and gives it back; it has these controls."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.is_fullscreen = False
        self.Controls = [control(name) for name in names]

    def toggle_fullscreen(self) -> None:
        self.is_fullscreen = not self.is_fullscreen


def control(name: str) -> SimpleNamespace:
    """A control of Windows Forms' of that class."""
    return SimpleNamespace(GetType=lambda: SimpleNamespace(Name=name), Visible=True)


def test_bar_of_menus_makes_room_for_a_full_screen(opening: Opening, rules: Rules) -> None:
    form = Full("WebView2", "MenuStrip")
    form.browser = SimpleNamespace(broken=None, paper="#fbfbfd")  # type: ignore[attr-defined]
    webview2.begin(SimpleNamespace(native=form), replace(opening, shares=True), rules)
    seen = []
    for _ in range(2):
        form.toggle_fullscreen()
        seen.append([one.Visible for one in form.Controls])
    assert seen == [[True, False], [True, True]]


def test_form_without_a_bar_is_left_as_it_is(opening: Opening, rules: Rules) -> None:
    form = Full("WebView2")
    menubar.follow(form)
    form.toggle_fullscreen()
    assert form.is_fullscreen
    assert form.Controls[0].Visible


def test_developer_s_ways_are_shut_and_comforts_are_there(opening: Opening, rules: Rules) -> None:
    core = Core()
    ready(made(opening, rules, core))
    shut = ("AreDevToolsEnabled", "AreHostObjectsAllowed")
    there = ("AreBrowserAcceleratorKeysEnabled", "AreDefaultContextMenusEnabled", "IsZoomControlEnabled")
    assert not any(getattr(core.Settings, name) for name in shut)
    assert all(getattr(core.Settings, name) for name in there)


def test_certificate_that_is_not_valid_ends_the_way(opening: Opening, rules: Rules) -> None:
    core: Any = Core()
    ready(made(opening, rules, core))
    assert core.ServerCertificateErrorDetected.happen(Action="default").Action == "cancel"


def test_no_other_program_is_started(opening: Opening, rules: Rules, told: dict[str, list[str]]) -> None:
    core: Any = Core()
    ready(made(opening, rules, core))
    assert core.LaunchingExternalUriScheme.happen(Uri="ms-msdt:/id?secret", Cancel=False).Cancel
    assert told["noted"] == ["a page was not let to ms-msdt:/id"]
    assert told["outside"] == []


def test_page_whose_process_died_is_loaded_again_once(opening: Opening, rules: Rules) -> None:
    core: Any = Core()
    view = made(opening, rules, core)
    view.load_url(f"{OWN}/a")
    ready(view)
    core.ProcessFailed.happen(ProcessFailedKind=Enumerated("RenderProcessExited"))
    assert core.reloads == 1
    core.ProcessFailed.happen(ProcessFailedKind=Enumerated("RenderProcessExited"))
    assert core.reloads == 1
    assert f'href="{OWN}/a"' in view.loaded[-1]
    core.ProcessFailed.happen(ProcessFailedKind=Enumerated("RenderProcessUnresponsive"))
    assert (core.reloads, view.form.is_closed) == (1, False)


def test_window_gives_way_to_a_browser_where_all_of_webview2_died(opening: Opening, rules: Rules) -> None:
    core: Any = Core()
    view = made(opening, rules, core)
    ready(view)
    core.ProcessFailed.happen(ProcessFailedKind=Enumerated("BrowserProcessExited"))
    assert view.form.is_closed
    with pytest.raises(OSError, match="WebView2 has ended"):
        webview2.finish(SimpleNamespace(native=SimpleNamespace(browser=view)))


def test_channel_of_calls_is_there_only_where_it_is_asked_for(opening: Opening, rules: Rules) -> None:
    open_one: Any = Core()
    shut: Any = Core()
    ready(made(opening, rules, open_one))
    ready(made(opening, Rules(), shut))
    assert (open_one.Settings.IsWebMessageEnabled, len(open_one.scripts)) == (True, 1)
    assert (shut.Settings.IsWebMessageEnabled, shut.scripts, shut.WebMessageReceived.heard) == (False, [], [])


def test_call_of_the_app_s_page_is_answered_and_no_other_s(opening: Opening, rules: Rules) -> None:
    core: Any = Core()
    view = made(opening, rules, core)
    titles: list[str] = []
    view.pywebview_window.set_title = titles.append
    ready(view)
    for number, source in ((1, "https://example.org/"), (2, f"{OWN}/a")):
        said = json.dumps({"id": number, "name": "set-title", "value": "New"})
        core.WebMessageReceived.happen(Source=source, TryGetWebMessageAsString=lambda said=said: said)
    until(lambda: len(core.posted) == 2, what=lambda: core.posted)
    answers = {answer["id"]: answer for answer in map(json.loads, core.posted)}
    assert answers == {1: {"id": 1, "error": "not allowed"}, 2: {"id": 2, "value": None}}
    assert titles == ["New"]


def test_message_that_is_no_text_is_dropped(opening: Opening, rules: Rules) -> None:
    core: Any = Core()
    ready(made(opening, rules, core))

    def refuse() -> str:
        raise ValueError("as .NET does")

    core.WebMessageReceived.happen(Source=f"{OWN}/a", TryGetWebMessageAsString=refuse)
    assert core.posted == []


def test_internet_explorer_s_engine_cannot_be_reached(
    opening: Opening, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pywebview's own module asks the machine again when it is imported, and takes MSHTML by itself."""
    monkeypatch.setitem(sys.modules, webview2.INTERNET_EXPLORER, ModuleType("mshtml"))
    forms = ModuleType("webview.platforms.winforms")
    monkeypatch.setitem(sys.modules, forms.__name__, forms)
    forms.is_chromium = False  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="finds no WebView2"):
        webview2.prepare(opening, rules)
    with pytest.raises(ImportError):
        importlib.import_module(webview2.INTERNET_EXPLORER)
