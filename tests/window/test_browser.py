"""Where no web view works: a Chromium in app mode, else the default browser, and always a way to quit."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from launcher import host
from launcher.serving import pages
from launcher.window import Opening
from launcher.window.browser import DefaultBrowserScreen
from tests.conftest import StartProgram, WriteFiles
from tests.support.asking import Visitor
from tests.support.browsers import led_to
from tests.support.processes import command_of, left_of
from tests.support.programs import Program
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="needs a screen", exc_type=ImportError)

from tests.support.screens import virtual_screen

if TYPE_CHECKING:
    from tests.support.screens import Screen

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="stands in for browsers by shell scripts")

HELLO = "from flask import Flask\napp = Flask('x')\napp.add_url_rule('/', view_func=lambda: 'hello')\n"
COUNT = """
import os
from flask import Flask, session
app = Flask("x")
app.secret_key = os.urandom(16)
app.add_url_rule("/", view_func=lambda: "hello")

@app.route("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])
"""
# A page whose own script asks: no more than the window's session lets that through.
SCRIPT = """
@app.route("/page")
def page():
    return "<script>fetch('/seen', {method: 'POST'})</script>"

@app.route("/seen", methods=["POST"])
def seen():
    open("seen", "w").close()
    return ""

@app.before_request
def lead():
    from flask import redirect, request
    return redirect("/page") if request.path == "/" else None
"""
GATE = "import os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.02)\n"

# Notes what it was asked for and stays, as a browser does; with its own window open it hands over and ends.
CHROMIUM = """#!/bin/sh
printf '%s\\n' "$@" >> "{place}/asked"
/bin/mkdir "{place}/open" 2>/dev/null || exit 0
exec /bin/sleep 1000
"""
BROWSER = """#!/bin/sh
printf '%s\\n' "$1" >> "{place}/asked"
"""


class Browser:
    """A stand-in for a browser, and what it was asked to show."""

    def __init__(self, place: Path, name: str, script: str) -> None:
        place.mkdir()
        self.place = place
        self._seen: list[str] = []
        self.program = place / name
        self.program.write_text(script.format(place=place))
        self.program.chmod(0o755)

    def asked(self) -> list[str]:
        """Return every argument that it was given."""
        asked = self.place / "asked"
        return asked.read_text().splitlines() if asked.exists() else []

    def addresses(self) -> list[str]:
        """Return every address that it was to show, or was led on to by a file."""
        shown = [text.removeprefix("--app=") for text in self.asked()]
        found = [led_to(text) for text in shown if text.startswith(("http:", "file:"))]
        self._seen += found[len(self._seen) :]  # the files are there for a while only
        return [*self._seen]


@pytest.fixture
def chromium(tmp_path: Path) -> Browser:
    """The only Chromium on this machine's PATH."""
    return Browser(tmp_path / "chromium", "chromium", CHROMIUM)


@pytest.fixture
def default_browser(tmp_path: Path) -> Browser:
    """The default browser of a machine without a Chromium."""
    return Browser(tmp_path / "browser", "firefox", BROWSER)


Open = Callable[..., Program]


@pytest.fixture
def open_in(start_program: StartProgram, write_files: WriteFiles) -> Callable[..., Program]:
    """Return a function that opens an app's code on a machine that has one browser."""

    def open_it(browser: Browser, code: str = HELLO, **options: object) -> Program:
        env = {
            "PATH": str(browser.place),
            "BROWSER": str(browser.program),
            "DISPLAY": ":a-screen",
            **(options.pop("env", {})),  # type: ignore[dict-item]
        }
        return start_program(write_files({"app.py": code}), headless=False, env=env, **options)

    return open_it


def greeted(url: str) -> None:
    """Enter by an address, and wait for the app as a browser does."""
    visitor = Visitor(url)
    until(lambda: visitor.ask("/").text == "hello")


def window_of(program: Program) -> psutil.Process:
    """Return the stand-in's process that stays."""
    return until(
        lambda: next(
            (one for one in psutil.Process(program.process.pid).children() if one.name() == "sleep"), None
        )
    ) or psutil.Process(0)


def test_chromium_shows_the_app_in_a_profile_of_its_own(open_in: Open, chromium: Browser) -> None:
    program = open_in(chromium)
    until(chromium.addresses)
    greeted(chromium.addresses()[0])
    asked = chromium.asked()
    assert asked[0].startswith("--app=file:///")
    assert f"--user-data-dir={program.folders.web_profile}" in asked
    assert "--window-size=1024,720" in asked
    # By this a menu of Linux knows whose window it is, and that it is not the browser's.
    assert any(word.startswith("--class=org.example.test-") for word in asked) == host.LINUX
    assert ("--no-sandbox" in asked) == (host.LINUX and host.is_root())
    window_of(program)
    assert program.stop(signal.SIGTERM) == 0
    assert len(chromium.addresses()) == 1


def test_way_in_is_in_no_command_line_and_no_environment(
    open_in: Open, chromium: Browser, default_browser: Browser
) -> None:
    """Every user of the machine can read them."""
    for browser in (chromium, default_browser):
        program = open_in(browser)
        until(browser.addresses)
        entered = Visitor(browser.addresses()[0])
        ticket = urlsplit(browser.addresses()[0]).query.partition("&")[0]
        secrets = [ticket, entered.cookies[f"app_{entered.port}"]]
        assert [len(secret) for secret in secrets] == [43, 43]
        everyone = program.note_processes()
        told = "\n".join([*browser.asked(), program.log, program.stderr, program.stdout])
        told += "".join(" ".join([*one.cmdline(), *one.environ().values()]) for one in everyone)
        assert not [secret for secret in secrets if secret in told]
        files = list(program.folders.private.glob("open-*.html"))
        assert {stat.S_IMODE(place.stat().st_mode) for place in files} == {0o600}
        assert program.stop(signal.SIGTERM) == 0
        assert not list(program.folders.private.glob("open-*.html"))


@pytest.mark.window
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_real_chromium_is_let_in_by_the_file_with_its_strict_cookie(
    start_program: StartProgram, write_files: WriteFiles, screen: Screen
) -> None:
    project = write_files({"app.py": HELLO + SCRIPT})
    env = {"DISPLAY": screen.name, "WAYLAND_DISPLAY": "", "PATH": os.defpath}
    program = start_program(project, headless=False, env=env)
    until((project / "seen").exists, what=lambda: program.log)
    commands = [command_of(one) for one in program.note_processes()]
    assert any("--app=file:" in command for command in commands)
    assert not any("/.launcher/enter" in command for command in commands)
    assert program.stop(signal.SIGTERM) == 0


def test_closing_chromium_s_window_ends_everything(open_in: Open, chromium: Browser) -> None:
    program = open_in(chromium)
    window = window_of(program)
    everyone = program.note_processes()
    window.terminate()
    assert left_of(everyone) == []
    assert program.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_closes_chromium_s_window_too(open_in: Open, chromium: Browser, number: int) -> None:
    program = open_in(chromium)
    window_of(program)
    everyone = program.note_processes()
    program.process.send_signal(number)
    assert left_of(everyone) == []
    assert program.wait() == 0


def test_chromium_waits_with_the_server_s_own_page(
    open_in: Open, chromium: Browser, write_files: WriteFiles
) -> None:
    open_in(chromium, GATE + HELLO)
    until(chromium.addresses)
    visitor = Visitor(chromium.addresses()[0])
    assert "is starting" in visitor.ask("/").text
    (write_files({}) / "go").touch()
    until(lambda: visitor.ask("/").text == "hello")
    assert len(chromium.addresses()) == 1


def test_second_start_opens_another_window_of_the_first(open_in: Open, chromium: Browser) -> None:
    first = open_in(chromium)
    until(chromium.addresses)
    window_of(first)
    assert open_in(chromium).wait() == 0
    until(lambda: len(chromium.addresses()) == 2)
    greeted(chromium.addresses()[1])
    assert first.stop(signal.SIGTERM) == 0


def test_failure_is_shown_in_chromium(open_in: Open, chromium: Browser) -> None:
    program = open_in(chromium, "1 / 0\n")
    until(lambda: any(address.startswith("file:") for address in chromium.addresses()))
    (address,) = [one for one in chromium.addresses() if one.startswith("file:")]
    assert "ZeroDivisionError" in Path(urlsplit(address).path).read_text()
    window = window_of(program)
    everyone = program.note_processes()
    window.terminate()
    assert left_of(everyone) == []
    assert program.wait() == 6


def test_start_after_a_failure_starts_the_app_once_more_in_the_same_program(
    open_in: Open, chromium: Browser, write_files: WriteFiles
) -> None:
    first = open_in(chromium, "1 / 0\n")
    until(lambda: any(address.startswith("file:") for address in chromium.addresses()))
    window_of(first)
    assert open_in(chromium, HELLO).wait() == 0  # its author has mended it
    until(lambda: chromium.addresses()[-1].startswith("http:"))
    greeted(chromium.addresses()[-1])
    assert first.stop(signal.SIGTERM) == 0


def test_closing_chromium_s_window_finishes_what_is_being_saved(
    open_in: Open, chromium: Browser, write_files: WriteFiles
) -> None:
    saving = """
@app.route("/save", methods=["POST"])
def save():
    import time
    open("begun", "w").close()
    time.sleep(2)
    open("saved", "w").close()
    return "saved"
"""
    program = open_in(chromium, HELLO + saving)
    until(chromium.addresses)
    visitor = Visitor(chromium.addresses()[0])
    until(lambda: visitor.ask("/").text == "hello")
    answers: list[str] = []
    asking = threading.Thread(
        target=lambda: answers.append(visitor.ask("/save", method="POST", body=b"").text)
    )
    asking.start()
    until((write_files({}) / "begun").exists)
    window_of(program).terminate()
    assert program.wait() == 0
    asking.join(60)
    assert answers == ["saved"]


def test_web_view_that_cannot_be_used_is_replaced_by_a_browser(
    open_in: Open, chromium: Browser, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "webview.py").write_text("raise OSError('libEGL.so.1: cannot open shared object file')\n")
    program = open_in(chromium, webview="qt", env={"PYTHONPATH": str(broken)})
    until(chromium.addresses)
    greeted(chromium.addresses()[0])
    window_of(program)
    assert program.stop(signal.SIGTERM) == 0
    assert "no native window (OSError: libEGL.so.1" in program.log
    assert len(chromium.addresses()) == 1


CRASHES = {
    "while it is loaded": "import faulthandler\nfaulthandler._sigsegv()\n",
    "while it starts": "import os\ndef __getattr__(name):\n    os.abort()\n",  # whatever is asked of it
}


@pytest.mark.parametrize("case", CRASHES)
def test_web_view_that_crashes_the_program_is_replaced_by_a_browser_the_next_time(
    open_in: Open, chromium: Browser, tmp_path: Path, case: str
) -> None:
    """Nothing can be caught there: the program is gone, and its user starts it again."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "webview.py").write_text(CRASHES[case])
    with virtual_screen() as screen:  # one that can be reached: otherwise no window is tried at all
        env = {"PYTHONPATH": str(tmp_path / "broken"), "DISPLAY": screen.name, "WAYLAND_DISPLAY": ""}
        first = open_in(chromium, webview="gtk", env=env)
        everyone = first.note_processes()
        assert first.wait() < 0
        assert left_of(everyone) == []
        for number in (1, 2):
            again = open_in(chromium, webview="gtk", env=env)
            until(lambda n=number: len(chromium.addresses()) == n)  # type: ignore[misc]
            greeted(chromium.addresses()[-1])
            assert again.stop(signal.SIGTERM) == 0
            assert again.log.count("opening a browser: the native window crashed the last time") == number
            (chromium.place / "open").rmdir()


def test_browser_that_was_asked_for_is_used_though_there_is_a_web_view(
    open_in: Open, chromium: Browser
) -> None:
    program = open_in(chromium, webview="qt", launch={"browser": True})
    until(chromium.addresses)
    assert program.stop(signal.SIGTERM) == 0


class TestDefaultBrowser:
    """Two tabs: one to quit by, and the app in front of it."""

    def visitors(self, browser: Browser) -> tuple[Visitor, Visitor]:
        until(lambda: len(browser.addresses()) == 2)
        control, app = browser.addresses()
        return Visitor(control), Visitor(app)

    def test_app_and_a_page_to_quit_by_are_opened(self, open_in: Open, default_browser: Browser) -> None:
        program = open_in(default_browser)
        control, app = self.visitors(default_browser)
        assert control.entered.header("location") == pages.CONTROL
        assert "is open in this browser" in control.ask(pages.CONTROL).text
        assert app.entered.header("location") == "/"
        until(lambda: app.ask("/").text == "hello")
        assert program.stop(signal.SIGTERM) == 0
        assert len(default_browser.addresses()) == 2

    def test_two_apps_in_one_browser_keep_their_users_logged_in(
        self, open_in: Open, default_browser: Browser, tmp_path: Path
    ) -> None:
        programs = [
            open_in(default_browser, COUNT, identifier=f"org.example.{name}", home=tmp_path / name)
            for name in ("notes", "quiz")
        ]
        until(lambda: len(default_browser.addresses()) == 4)
        visitors = [Visitor(url) for url in default_browser.addresses()]
        notes, quiz = {visitor.port: visitor for visitor in visitors}.values()
        quiz.cookies.update(notes.cookies)
        notes.cookies = quiz.cookies  # ports are nothing to cookies
        until(lambda: (notes.ask("/").status, quiz.ask("/").status) == (200, 200))
        asked = [visitor.ask("/count").text for visitor in (notes, quiz, notes, quiz)]
        assert asked == ["1", "1", "2", "2"]
        assert [program.stop(signal.SIGTERM) for program in programs] == [0, 0]

    def test_quitting_ends_everything(self, open_in: Open, default_browser: Browser) -> None:
        program = open_in(default_browser)
        control, _ = self.visitors(default_browser)
        everyone = program.note_processes()
        assert "has ended" in control.ask(pages.QUIT, method="POST", body=b"").text
        assert left_of(everyone) == []
        assert program.wait() == 0

    def test_quitting_works_while_the_app_is_still_starting(
        self, open_in: Open, default_browser: Browser
    ) -> None:
        program = open_in(default_browser, GATE)
        control, _ = self.visitors(default_browser)
        assert control.ask(pages.QUIT, method="POST", body=b"").status == 200
        assert program.wait() == 0

    def test_second_start_opens_one_more_tab(self, open_in: Open, default_browser: Browser) -> None:
        first = open_in(default_browser)
        self.visitors(default_browser)
        assert open_in(default_browser).wait() == 0
        until(lambda: len(default_browser.addresses()) == 3)
        assert Visitor(default_browser.addresses()[2]).entered.header("location") == "/"
        assert first.stop(signal.SIGTERM) == 0

    def test_failure_is_shown_and_the_program_does_not_linger(
        self, open_in: Open, default_browser: Browser
    ) -> None:
        """With the app gone there is no page to quit by, and nobody could end the program."""
        program = open_in(default_browser, "1 / 0\n")
        assert program.wait() == 6
        last = default_browser.addresses()[-1]
        assert last.startswith("file:")
        assert "ZeroDivisionError" in Path(urlsplit(last).path).read_text()

    def test_remote_session_with_a_browser_and_no_screen_is_served(
        self, open_in: Open, default_browser: Browser
    ) -> None:
        program = open_in(default_browser, webview="qt", env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
        self.visitors(default_browser)
        assert program.stop(signal.SIGTERM) == 0

    def test_place_that_the_app_is_to_be_shown_at_is_kept_for_its_own_tab(
        self, opening: Opening, told: dict[str, list[str]]
    ) -> None:
        """The first way in is spent on the page to quit by."""
        asked: list[str] = []
        opening.folders.make()
        screen = DefaultBrowserScreen(replace(opening, outside=asked.append))
        screen.go("http://127.0.0.1:1/enter?one&next=/there")
        screen.go("http://127.0.0.1:1/enter?two")
        screen.go("http://127.0.0.1:1/enter?three")
        assert [led_to(address) for address in told["outside"]] == [
            f"http://127.0.0.1:1/enter?one&next={pages.CONTROL}",
            "http://127.0.0.1:1/enter?two&next=/there",
            "http://127.0.0.1:1/enter?three",
        ]
        assert asked == ["apart", "entry", "apart", "apart"]
