"""The first copy of an app while it runs: a backend with the app in it, a window, an orderly end."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from urllib.parse import quote

from launcher import host, report, signals
from launcher.control import Message, Order
from launcher.environ import bypass_proxy
from launcher.launch import Launch, headless, proof
from launcher.logs import Log
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project import manifest as manifests
from launcher.serving import pages
from launcher.window import Opening, Screen

FAILED = 6


class Program:
    """The first copy of an app, while it runs."""

    def __init__(
        self,
        launch: Launch,
        manifest: manifests.Manifest,
        folders: AppFolders,
        say: Callable[[str], None],
    ) -> None:
        self.launch = launch
        self.manifest = manifest
        self.folders = folders
        self.say = say
        self.log = Log(folders.logs / "app.log")
        self.over = threading.Event()
        self._environ = dict(os.environ)  # without what the window's library sets later
        self.code = 0
        self._screen: Screen | None = None
        self._waiting: Callable[[Screen], None] | None = None
        self._lock = threading.RLock()
        self._backend: BackendProcess | None = None
        self._in_browser = False
        self._listens = False  # whether this backend can be asked for a way in
        self._told = False  # whether this backend has said why it ends

    def run(self) -> int:
        """Start the backend, show it, and end it."""
        bypass_proxy(os.environ)
        signals.on_ending(self._close)
        self.log.note(f"{self.manifest.name} {self.manifest.version} starts")
        self._start()
        if self.launch.watch is not None:
            threading.Thread(target=self.launch.watch, args=(self.restart,), daemon=True).start()
        try:
            if headless():
                self._wait()
            else:
                self._show()
        finally:
            with self._lock:
                self.over.set()
                backend = self._backend
            if backend is not None:
                backend.stop()
            self.log.note("ended")
        return self.code

    def restart(self) -> None:
        """Start the app anew, and show it where the window was."""
        with self._lock:
            old, self._backend = self._backend, None
        if old is not None:
            old.stop()  # without the lock, which its last event takes
        with self._lock:
            if not self.over.is_set():
                self.code = 0
                self._start()

    def _start(self) -> None:
        launch = self.launch
        order = Order(
            manifest=str(launch.manifest),
            root=str(launch.root),
            data=str(self.folders.root),
            sites=tuple(str(site) for site in launch.sites),
            settle=launch.settle,
            port=launch.port,
            threads=launch.threads,
            arguments=launch.arguments,
        )
        with self._lock:
            self._told = self._listens = False
            backend: BackendProcess | None = None

            def on_event(message: Message) -> None:
                with self._lock:  # held until the process is known
                    current = self._backend
                if current is backend:
                    self._on_event(message)

            backend = BackendProcess(
                launch.backend, order, self.log, on_event, environ=self._environ, copy=sys.stderr
            )
            self._backend = backend

    def _on_event(self, message: Message) -> None:
        event = message["event"]
        if event == "listening":
            self._listening(message["url"])
        elif event == "ready":
            self._ready(message["url"])
        elif event == "failed":
            self._failed(message)
        elif event == "raise":
            self._raise()
        elif event == "entry":
            self._enter(message["url"])
        elif event == "quit":
            self._close()
        elif event == "ended" and not self._told and not self.over.is_set():
            told = report.of_death(message["code"], self.log.tail())
            sys.stderr.write(f"{told.sentence}\n")
            self._failed(asdict(told))

    def _listening(self, url: str) -> None:
        with self._lock:
            self._listens = True
            in_browser = self._in_browser
        if in_browser:
            self._enter(url)

    def _raise(self) -> None:
        # Where there is no window yet, it is about to come; what it is to show must not be forgotten.
        if self._screen is not None:
            self._with_screen(lambda screen: screen.come_forward())

    def _ready(self, url: str) -> None:
        self.log.note("the app answers")
        if headless():
            self.say(url)
            return
        if self._in_browser:
            return  # it has been showing the server's own starting page, which asks again by itself

        def go(screen: Screen) -> None:
            place = screen.place()
            screen.go(url if place == "/" else f"{url}&next={_quoted(place)}")

        self._with_screen(go)

    def _enter(self, url: str) -> None:
        self._with_screen(lambda screen: screen.go(url))

    def _failed(self, told: Message) -> None:
        self._told = True
        self.code = FAILED
        self.log.note(f"failed: {told['sentence']}")
        if headless() and self.launch.watch is None:
            self.over.set()
        page = pages.failure_page(self.manifest.name, told, self.log.path, self.launch.icon)
        self._with_screen(lambda screen: screen.show_page(page))

    def _wait(self) -> None:
        while not self.over.wait(0.5):  # in turns: Windows delivers signals between them only
            pass

    def _show(self) -> None:
        opening = Opening(
            manifest=self.manifest,
            folders=self.folders,
            icon=self.launch.icon,
            page=pages.starting_page(self.manifest.name, self.launch.icon, self.log.path),
            opened=self._opened,
            outside=self._command,
            proof=proof(),
            restarts=self.launch.watch is not None,
            note=self.log.note,
        )
        if self._wants_native():
            try:
                from launcher.window import native

                native.show(opening)
                return
            except Exception as error:  # a broken web view raises anything; the app opens all the same
                self.log.note(f"no native window ({type(error).__name__}: {error}); opening a browser")
                if self.over.is_set():
                    return
        self._show_in_browser(opening)

    def _wants_native(self) -> bool:
        # Without a display the web view's library ends the whole process.
        return self.manifest.webview != "browser" and not self.launch.browser and host.has_display()

    def _show_in_browser(self, opening: Opening) -> None:
        from launcher.window import browser

        with self._lock:
            self._screen, self._in_browser = None, True
            if not self._told:
                self._waiting = None  # the way in was for the window that did not come
            listens = self._listens and not self._told
        if listens:
            self._command("entry")
        browser.show(opening)

    def _opened(self, screen: Screen) -> None:
        with self._lock:
            self._screen = screen
            waiting, self._waiting = self._waiting, None
        if self.over.is_set():
            screen.close()  # it was told to end while the window was on its way
        elif waiting is not None:
            waiting(screen)

    def _with_screen(self, action: Callable[[Screen], None]) -> None:
        """Act on the window, now or as soon as it is there; the last wish counts."""
        with self._lock:
            screen = self._screen
            if screen is None:
                self._waiting = action
        if screen is not None and not self.over.is_set():
            action(screen)

    def _command(self, name: str) -> None:
        if self._backend is not None:
            self._backend.command(name)

    def _close(self) -> None:
        self.over.set()
        screen = self._screen
        if screen is not None:
            # Not here: this may be the window's own thread, and it would wait for itself.
            threading.Thread(target=_quietly, args=(screen.close,), daemon=True).start()


def _quoted(path: str) -> str:
    return quote(path, safe="/")


def _quietly(action: Callable[[], None]) -> None:
    with suppress(Exception):
        action()
