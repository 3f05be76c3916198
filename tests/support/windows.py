"""Windows whose pages do what a test says, a stranger's server, and a browser that only takes note."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from launcher.project.manifest import WindowSettings
from tests.support.programs import Program, Start
from tests.support.screens import Screen
from tests.support.steering import APP, Steering
from tests.support.waiting import until

NAME = "Notes"
PATIENCE = 8.0
BROWSER = '#!/bin/sh\nprintf "%s\\n" "$1" >> "$ASKED"\n'


class Elsewhere:
    """A server of another origin, and what it was asked for."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.origin = f"http://127.0.0.1:{server.server_port}"
        self.asked: list[str] = []
        self.page = "<title>elsewhere</title>elsewhere"


@contextmanager
def serving_elsewhere() -> Iterator[Elsewhere]:
    """Serve another origin for a while."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(found.page.encode())

        do_POST = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    found = Elsewhere(server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


class Window:
    """A program's window, as its pages and the world outside it see it."""

    def __init__(self, program: Program, steering: Steering, screen: Screen, folder: Path) -> None:
        self.program = program
        self.screen = screen
        self.at = "/"  # where a test has led it
        self.folder = folder
        self.downloads = folder / "run" / "Downloads"
        self._steering = steering

    def run(self, script: str, at: str = "/") -> Any:
        """Return what an expression comes to in the page at a path."""
        return self._steering.run(script, at, seconds=PATIENCE)

    def do(self, script: str, at: str = "/") -> None:
        """Let a script run that may lead the page away."""
        self._steering.do(script, at)

    def outside(self) -> list[str]:
        """List what the system's browser was asked to open."""
        asked = self.folder / "asked"
        return asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []

    def key(self, *names: str) -> None:
        """Press keys together, such as Control_L and f."""
        self.screen.press(*names)

    def click_at(self, selector: str, at: str = "/", *, button: int = 1) -> None:
        """Click in the middle of an element of a page."""
        self.screen.click(*self.middle(selector, at), button)

    def middle(self, selector: str, at: str = "/") -> tuple[int, int]:
        """Return where the middle of an element is on the screen."""
        box = self.run(
            "(box => [box.x + box.width / 2 + window.screenX, box.y + box.height / 2 + window.screenY])"
            f"(document.querySelector({selector!r}).getBoundingClientRect())",
            at,
        )
        return int(box[0]), int(box[1])


Open = Callable[..., Window]


@contextmanager
def window_of(
    screen: Screen,
    folder: Path,
    code: str = "",
    settings: WindowSettings | None = None,
    *,
    webview: str = "qt",
    python: str = sys.executable,
    home: Path | None = None,
    share: bool = False,
    **env: Any,  # variables, each a text
) -> Iterator[Window]:
    """Open a program with some code in its app, and leave nothing of it."""
    project, browser = folder / "project", folder / "browser"
    project.mkdir(parents=True)
    (project / "app.py").write_text(APP + code, encoding="utf-8")
    browser.write_text(BROWSER, encoding="utf-8")
    browser.chmod(0o755)
    steering = Steering(folder / "steering")
    given = {
        "DISPLAY": screen.name,
        "WAYLAND_DISPLAY": "",
        "BROWSER": str(browser),
        "ASKED": str(folder / "asked"),
        "STEERING": str(steering.folder),
        "LANG": "C.UTF-8",
        **(env or {}),
    }
    start = Start(
        project,
        name=NAME,
        webview=webview,
        headless=False,
        env=given,
        python=python,
        window=settings or WindowSettings(),
        share=share,
    )
    program = Program(start, folder / "run", home or folder / "home")
    try:
        window = Window(program, steering, screen, folder)
        window.downloads.mkdir()
        yield window
    finally:
        program.clean_up()


def stays_at(window: Window, path: str = "/") -> bool:
    """Tell whether a window shows the page at a path of its own origin, and can be asked."""
    return until(lambda: bool(window.run("location.pathname", path) == path))
