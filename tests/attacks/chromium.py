"""A real browser without a window, spoken to over a pipe as its own developer tools do."""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from launcher import host
from launcher.window.browser import chromium as installed
from tests.support.waiting import until

ANSWERS_WITHIN = 30.0  # seconds
# The pipes of the developer tools have numbers of their own, which only the new process can give them.
BEGIN = """
import fcntl, os, sys
reading, writing = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(reading, 3)
os.dup2(writing, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-popup-blocking",  # a user would have clicked
    "--autoplay-policy=no-user-gesture-required",
)


class Tab:
    """One page of the browser."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    def go(self, url: str) -> None:
        """Go somewhere, and wait until the page is there."""
        self._browser.call("Page.navigate", {"url": url}, self._session)
        loaded = "document.readyState === 'complete' && location.href !== 'about:blank'"
        until(lambda: self.run(loaded))

    def command(self, method: str, values: dict[str, Any]) -> dict[str, Any]:
        """Tell the browser something about this page."""
        return self._browser.call(method, values, self._session)

    def run(self, code: str) -> Any:
        """Run code in the page, as its own scripts run, and return what it comes to."""
        asked = {"expression": code, "awaitPromise": True, "returnByValue": True, "userGesture": True}
        found = self._browser.call("Runtime.evaluate", asked, self._session)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")


class Chromium:
    """A browser with a profile of its own."""

    def __init__(self, process: subprocess.Popen[bytes], reading: int, writing: int) -> None:
        self.process = process
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._writing = os.fdopen(writing, "wb")
        self._reading = os.fdopen(reading, "rb")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        rest = b""
        while data := os.read(self._reading.fileno(), 65536):
            *messages, rest = (rest + data).split(b"\0")
            for message in map(json.loads, messages):
                waiting = self._answers.get(message.get("id", 0))
                if waiting is not None:
                    waiting.put(message)

    def call(self, method: str, values: dict[str, Any], session: str = "") -> dict[str, Any]:
        """Ask the browser for something, and return its answer."""
        number = next(self._numbers)
        self._answers[number] = queue.Queue()
        message: dict[str, Any] = {"id": number, "method": method, "params": values}
        if session:
            message["sessionId"] = session
        self._writing.write(json.dumps(message).encode() + b"\0")
        self._writing.flush()
        answer = self._wait(number)
        assert "error" not in answer, (method, answer)
        result: dict[str, Any] = answer["result"]
        return result

    def _wait(self, number: int) -> dict[str, Any]:
        try:
            return self._answers[number].get(timeout=ANSWERS_WITHIN)
        finally:
            del self._answers[number]

    def open(self, url: str) -> Tab:
        """Open a page in a tab of its own."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        tab = Tab(self, attached["sessionId"])
        tab.go(url)
        return tab

    def close(self) -> None:
        """End the browser and all that it consists of."""
        self.process.terminate()
        self.process.wait(30)
        with suppress(OSError):  # what it was asked last, it has not read
            self._writing.close()
        self._thread.join(ANSWERS_WITHIN)  # which ends with the last process that could write
        self._reading.close()


def is_there() -> bool:
    """Tell whether this machine has such a browser."""
    return installed() is not None and not host.WINDOWS


@contextmanager
def browsing(*flags: str, before: Sequence[str] = ()) -> Iterator[Chromium]:
    """Give a browser until the end of the block; `before` is what its command comes behind."""
    program = installed()
    assert program is not None
    with TemporaryDirectory(prefix="browsing-", ignore_cleanup_errors=True) as profile:
        browser = _start([*before, str(program), *FLAGS, *flags, f"--user-data-dir={profile}"], Path(profile))
        try:
            yield browser
        finally:
            browser.close()


def _start(command: list[str], home: Path) -> Chromium:
    if host.is_root():
        command.append("--no-sandbox")  # refuses to run as root otherwise
    (to_browser, writing), (reading, from_browser) = os.pipe(), os.pipe()

    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(to_browser), str(from_browser), *command],
        pass_fds=(to_browser, from_browser),
        env={**os.environ, "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    return Chromium(process, reading, writing)
