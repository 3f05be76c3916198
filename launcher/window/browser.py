"""Where there is no web view: a Chromium-family browser in app mode, else the default browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import webbrowser
from pathlib import Path

from launcher import host
from launcher.environ import clean
from launcher.serving.pages import CONTROL
from launcher.window import Opening, handed

# By name on PATH, and where installers put them; the first found is used.
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "brave-browser",
    "vivaldi",
    "msedge",
    "chrome",
)
WINDOWS_PLACES = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")
MACOS_PLACES = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
    "Brave Browser.app/Contents/MacOS/Brave Browser",
)


def chromium() -> Path | None:
    """Find an installed browser of the Chromium family."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    for place in _places():
        if place.is_file():
            return place
    return None


def _places() -> list[Path]:
    if host.WINDOWS:
        roots = [os.environ.get(name) for name in ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA")]
        return [Path(root) / place for root in roots if root for place in WINDOWS_PLACES]
    if host.MACOS:
        return [Path("/Applications") / place for place in MACOS_PLACES]
    return []


class AppModeScreen:
    """A Chromium window of its own profile, without the browser's bars."""

    def __init__(self, opening: Opening, program: Path) -> None:
        self._opening = opening
        self._program = program
        self._handed = handed.Handed(opening.folders.private)
        # A later one hands its address to the one with the window and ends at once; which of two
        # that start together has the window is for them to settle.
        self._processes: list[subprocess.Popen[bytes]] = []
        self._there = threading.Event()

    def show_page(self, page: str) -> None:
        """Show one of our pages from a file: nothing else can be said before the app answers."""
        self._start(_kept(self._opening, page))

    def go(self, url: str) -> None:
        self._start(self._handed.address_of(url) if handed.is_readable_by(self._program) else url)

    def place(self) -> str:
        return "/"

    def mark(self, words: str) -> None:
        """Do nothing: the name above a page is the page's own."""

    def come_forward(self) -> None:
        self._opening.outside("entry")

    def close(self) -> None:
        self._there.set()
        for process in self._processes:
            process.terminate()

    def wait(self) -> None:
        """Return when the last window of the profile is closed."""
        self._there.wait()
        while running := [process for process in self._processes if process.poll() is None]:
            running[0].wait()
        self._handed.withdraw()

    def _start(self, url: str) -> None:
        window = self._opening.manifest.window
        command = [
            str(self._program),
            f"--app={url}",
            f"--user-data-dir={self._opening.folders.web_profile}",
            f"--window-size={window.width},{window.height}",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-sync",
        ]
        if host.LINUX:
            command.append(f"--class={self._opening.manifest.identifier}")
        if host.LINUX and host.is_root():
            command.append("--no-sandbox")  # refuses to run as root otherwise
        started = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._processes = [one for one in self._processes if one.poll() is None] + [started]
        self._there.set()


class DefaultBrowserScreen:
    """Tabs in the user's browser, one of them to quit by."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._quittable = False
        self._following = ""  # where the app is to be shown, when it is
        self._handed = handed.Handed(opening.folders.private)
        self._closed = threading.Event()

    def show_page(self, page: str) -> None:
        """Show that the app has failed; with it went the page to quit by, so that this is the end."""
        webbrowser.open(_kept(self._opening, page))
        if not self._opening.restarts:
            self.close()

    def go(self, url: str) -> None:
        """Open the tab to quit by first, and with a second ticket the app in front of it."""
        self._opening.outside("apart")  # before anything is asked: other apps have cookies there too
        entry, _, leading = url.partition("&")
        if self._quittable:
            following, self._following = leading or self._following, ""
            self._open(f"{entry}&{following}" if following else entry)
        else:
            self._quittable, self._following = True, leading
            self._open(f"{entry}&next={CONTROL}")
            self._opening.outside("entry")

    def place(self) -> str:
        return "/"

    def mark(self, words: str) -> None:
        """Do nothing: the name above a page is the page's own."""

    def come_forward(self) -> None:
        self._opening.outside("entry")

    def close(self) -> None:
        self._closed.set()

    def wait(self) -> None:
        """Return when the user has quit."""
        self._closed.wait()
        self._handed.withdraw()

    def _open(self, url: str) -> None:
        webbrowser.open(self._handed.address_of(url) if handed.is_readable_by(None) else url)


def _kept(opening: Opening, page: str) -> str:
    """Write a page of ours into a file, and return its address."""
    place = opening.folders.private / "page.html"
    handed.write(place, page)
    return place.as_uri()


def show(opening: Opening) -> None:
    """Open the app in a browser and stay until it is closed or quit."""
    clean({})  # a browser of the machine's would load the bundle's libraries instead of its own
    program = chromium()
    screen = AppModeScreen(opening, program) if program else DefaultBrowserScreen(opening)
    opening.opened(screen)
    screen.wait()
