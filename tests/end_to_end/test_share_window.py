"""`launcher share` on a machine of a network of its own: in its terminal, in its window, and for a friend."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from launcher.serving.pages import CONTROL
from launcher.sharing import SHARE
from tests.conftest import WriteFiles
from tests.support.browsers import led_to
from tests.support.networks import Machine, Network, network
from tests.support.pictures import rows_in, rows_of
from tests.support.programs import environment
from tests.support.terminals import Terminal, terminal_on
from tests.support.waiting import until

pytestmark = pytest.mark.end_to_end

APP = """
from flask import Flask, request
app = Flask(__name__)

@app.route("/")
def index():
    return "hello, " + request.environ["launcher.role"]
"""
SETTINGS = '[tool.launcher]\nname = "Quiz"\nidentifier = "org.example.quiz"\nwebview = "{}"\n'
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
WHO = "Chrome on Android at 192.168.77.7"
WHOLE = "█\x1b[0m\n\n"  # the end of a picture
PATIENCE = 10  # seconds for an answer
# Asks once, as a browser that keeps cookies: url, method and cookie in, status, headers and text out.
ASK = f"""
import http.client, json, sys
from urllib.parse import urlsplit
url, method, cookie = sys.argv[1:]
parts = urlsplit(url)
connection = http.client.HTTPConnection(parts.netloc, timeout={PATIENCE})
headers = {{"User-Agent": {PHONE!r}, "Content-Length": "0", "Sec-Fetch-Site": "same-origin"}}
if cookie:
    headers["Cookie"] = cookie
connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), headers=headers)
answer = connection.getresponse()
text = answer.read().decode()
print(json.dumps([answer.status, answer.getheader("Set-Cookie", "").partition(";")[0], text]))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A network with the machine that shares and a friend's, and a project on the first."""

    network: Network
    here: Machine
    friend: Machine
    project: Path
    home: Path

    def share(self, *words: str, columns: int = 100, **env: str) -> AbstractContextManager[Terminal]:
        """Type `launcher share` in the project's folder."""
        given = environment(
            LAUNCHER_HOME=str(self.home),
            LAUNCHER_CACHE=str(self.home.with_name("cache")),
            TERM="xterm",
            LANG="C.UTF-8",
            **{"DISPLAY": "", "WAYLAND_DISPLAY": "", **env},
        )
        command = [sys.executable, "-m", "launcher", "share", *words]
        return terminal_on(self.here, command, given, self.project, columns=columns)


@pytest.fixture
def place(write_files: WriteFiles, tmp_path: Path) -> Iterator[Place]:
    project = write_files({"app.py": APP, "pyproject.toml": SETTINGS.format("qt")})
    with network() as made:
        yield Place(made, made.machine("here", 5), made.machine("friend", 7), project, tmp_path / "home")


def ask(machine: Machine, url: str, method: str = "GET", cookie: str = "") -> tuple[int, str, str]:
    """Ask from a machine; return the status, the cookie that was set, and the text."""
    said = machine.run([sys.executable, "-c", ASK, url, method, cookie])
    status, given, text = json.loads(said.stdout)
    return status, given, text


def links_in(text: str) -> list[str]:
    return re.findall(r"^ +(http://192\.168\.77\.5:\d+/\S+)$", text, re.MULTILINE)


def pictures_in(text: str) -> list[list[str]]:
    """Return the lines of each QR code in what a terminal was given, without its colours."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        drawn = re.fullmatch("\x1b\\[97;40m([ ▀▄█]+)\x1b\\[0m", line)
        if drawn:
            found[-1].append(drawn[1])
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def own_way(text: str) -> str:
    """Return the way in of who shares."""
    return str(re.findall(r"^ +(http://127\.0\.0\.1:\S+)$", text, re.MULTILINE)[0])


def test_a_friend_comes_by_the_picture_in_a_terminal_alone(place: Place) -> None:
    with place.share() as terminal:
        text = terminal.shows(WHOLE)
        (link,), (drawn,) = links_in(text), pictures_in(text)
        wanted = rows_of(link)
        assert rows_in(drawn)[: len(wanted)] == wanted
        assert text.count("On an open Wi-Fi others could listen in.") == 1
        assert own_way(text).endswith(f"&next={SHARE}")
        assert "data:image/png" in ask(place.friend, link)[2], "the app's icon"
        status, session, _ = ask(place.friend, link, "POST")
        assert status == 303
        text = terminal.shows("The next link:")
        assert f"{WHO} has joined." in text
        app = link.partition("/.launcher")[0]
        assert ask(place.friend, f"{app}/", cookie=session)[::2] == (200, "hello, guest")
        until(lambda: len(pictures_in(terminal.text)) == 2)
        assert links_in(terminal.text)[1] != link
        terminal.process.send_signal(2)
        assert terminal.ended() == 0
        assert "Sharing has ended, for the app was closed." in terminal.text
        assert "Traceback" not in terminal.text
        gone = place.friend.run([sys.executable, "-c", ASK, link, "GET", ""], check=False)
        assert "ConnectionRefusedError" in gone.stderr


def test_who_asks_shows_the_digits_that_stand_in_the_terminal(place: Place) -> None:
    with place.share("--ask", "--hours", "0.5") as terminal:
        (link,) = until(lambda: links_in(terminal.text))
        _, pending, _ = ask(place.friend, link, "POST")
        text = terminal.shows("asks to join")
        digits = re.findall(rf"{WHO} asks to join\. It shows (\d{{4}})", text)[0]
        app = link.partition("/.launcher")[0]
        shown = ask(place.friend, f"{app}/.launcher/wait", cookie=pending)[2]
        assert digits in re.sub(r"<[^>]*>|\s", "", shown)
        assert "has joined" not in terminal.text


def test_narrow_terminal_has_the_link_alone(place: Place) -> None:
    with place.share(columns=40) as terminal:
        until(lambda: links_in(terminal.text))
        assert links_in(terminal.shows("/.launcher/join"))
        assert pictures_in(terminal.text) == []


def test_several_addresses_are_named_with_the_command_for_each(place: Place) -> None:
    add = ["ip", "address", "add", "10.9.8.7/24", "dev", place.here.interface]
    place.here.run(add)
    with place.share("--ask") as terminal:
        assert terminal.ended() == 2
        for address in ("192.168.77.5", "10.9.8.7"):
            assert f"    launcher share --ask --address {address}    eth0\n" in terminal.text
    with place.share("--address", "10.9.8.8") as terminal:
        assert terminal.ended() == 2
        assert "10.9.8.8" in terminal.text.splitlines()[0]
    with place.share("--address", "10.9.8.7") as terminal:
        terminal.shows("http://10.9.8.7:")


def test_machine_in_no_network_is_told_to_join_one(place: Place) -> None:
    place.here.run(["ip", "address", "flush", "dev", place.here.interface])
    with place.share() as terminal:
        assert terminal.ended() == 2
        assert "Join a Wi-Fi or plug in a cable" in terminal.text
    assert not place.home.exists(), "nothing was started"


def test_app_that_is_open_already_is_not_shared_in_silence(place: Place) -> None:
    with place.share() as terminal:
        until(lambda: links_in(terminal.text))
        with place.share() as second:
            assert second.ended() == 6
            assert "Quiz is open already, and was not shared." in second.text


@pytest.mark.window
def test_window_shows_the_page_and_both_say_that_the_address_has_changed(
    place: Place, display: str, tmp_path: Path
) -> None:
    pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)
    from tests.support.screens import Screen, colours

    proof, screen = tmp_path / "proof.json", Screen(display)

    def seen() -> dict[str, Any]:
        return json.loads(proof.read_text(encoding="utf-8")) if proof.exists() else {"url": "", "text": ""}

    with place.share(DISPLAY=display, LAUNCHER_WINDOW_PROOF=str(proof)) as terminal:
        (link,) = until(lambda: links_in(terminal.text))
        until(lambda: seen()["url"].endswith(SHARE), what=seen)
        until(lambda: "Quiz - shared on this Wi-Fi" in screen.titles(), what=screen.titles)
        assert len(pictures_in(terminal.shows(WHOLE))) == 1
        assert colours(screen.picture(tmp_path / "window.png")) > 2
        place.here.readdress("192.168.77.9")
        assert "no longer has the address 192.168.77.5" in terminal.shows("Sharing has ended")
        until(lambda: "Quiz" in screen.titles(), what=screen.titles)
        terminal.process.send_signal(2)
        assert terminal.ended() == 0
    log = (place.home / "logs/app.log").read_text(encoding="utf-8")
    assert "Shared at 192.168.77.5:" in log
    assert link.rpartition("?")[2] not in log, "the log lets nobody in"


@pytest.mark.window
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_browsers_window_that_shows_the_end_is_not_opened_twice(place: Place, display: str) -> None:
    from tests.support.screens import Screen

    screen = Screen(display)
    (place.project / "app.py").write_text(APP.replace('"hello, "', '"<title>My quiz</title>"'))
    with place.share("--browser", DISPLAY=display, PATH=os.defpath) as terminal:
        (link,) = until(lambda: links_in(terminal.text))
        until(lambda: screen.titles().count("Share Quiz") == 1, what=screen.titles)
        assert ask(place.friend, link, "POST")[0] == 303
        assert terminal.shows("The next link:").count(f"{WHO} has joined.") == 1
        place.here.readdress("192.168.77.9")
        terminal.shows("Sharing has ended")
        with place.share("--address", "192.168.77.9") as second:  # which brings the app forward
            assert second.ended() == 6
        until(lambda: "My quiz" in screen.titles(), what=screen.titles)
        assert screen.titles().count("Share Quiz") == 1
        terminal.process.send_signal(2)
        assert terminal.ended() == 0
        assert terminal.text.count("Sharing has ended") == 1
    log = (place.home / "logs/app.log").read_text(encoding="utf-8")
    assert [log.count(words) for words in ("Shared at", "has joined", "Sharing has ended")] == [1, 1, 1]


def test_default_browser_is_led_to_the_page_once_more_when_it_has_ended(place: Place, tmp_path: Path) -> None:
    programs, shown = tmp_path / "programs", tmp_path / "shown"  # all that this machine has; no Chromium
    programs.mkdir()
    (programs / "ip").symlink_to(shutil.which("ip") or "")
    browser = programs / "firefox"
    browser.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{shown}'\n")
    browser.chmod(0o755)
    places: list[str] = []

    def seen() -> list[str]:
        asked = shown.read_text().splitlines() if shown.exists() else []
        places.extend(led_to(one).partition("&next=")[2] for one in asked[len(places) :])
        return places

    with place.share("--browser", BROWSER=str(browser), PATH=str(programs)) as terminal:
        until(lambda: len(seen()) == 2 and links_in(terminal.text), what=lambda: terminal.text)
        place.here.readdress("192.168.77.9")
        until(lambda: len(seen()) == 3, what=seen)
        terminal.process.send_signal(2)
        assert terminal.ended() == 0
    assert seen() == [CONTROL, SHARE, SHARE]
