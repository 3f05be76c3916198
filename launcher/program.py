"""The first copy of an app while it runs: a backend with the app in it, a window, an orderly end."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace

from launcher import report, second, signals
from launcher.control import Message
from launcher.environ import bypass_proxy
from launcher.keeper import Keeper
from launcher.launch import Launch, headless, proof
from launcher.logs import Log
from launcher.own_pages import OwnPages
from launcher.paths import AppFolders
from launcher.process import BackendProcess, order_for
from launcher.project import manifest as manifests
from launcher.shared import EVENTS, Shared
from launcher.showing import Showing
from launcher.window import Opening, Screen
from launcher.window.folders import show_folder

FAILED = 6


class Program:
    """The first copy of an app, while it runs."""

    def __init__(
        self, launch: Launch, manifest: manifests.Manifest, folders: AppFolders, say: Callable[[str], None]
    ) -> None:
        self.launch = launch
        self.manifest = manifest
        self.folders = folders
        self.say = say
        self.log = Log(folders.logs / "app.log")
        self._pages = OwnPages(manifest.name, launch, self.log.path)
        self.over = threading.Event()
        self._environ = dict(os.environ)  # without what the window's library sets later
        self.code = 0
        self._lock = threading.RLock()
        self.showing = Showing(launch, self.log, self.over, self._lock)
        self._shared = Shared(launch, self.log, self.showing, command=self._command, end=self._end)
        self._backend: BackendProcess | None = None
        self._ready_at = ""  # an address of the app's, once this backend's app has answered
        self._listens = False  # whether this backend can be asked for a way in
        self._keeper: Keeper | None = None  # answers second starts while no backend can
        self._told = False  # whether this backend has said why it ends

    def run(self) -> int:
        """Start the backend, show it, and end it."""
        bypass_proxy(os.environ)
        signals.on_ending(self._close, self._end_at_once)
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
        order = order_for(self.launch, self.folders)
        with self._lock:
            keeper, self._keeper = self._keeper, None
            if keeper is not None:
                keeper.close()
            self._told, self._listens, self._ready_at = False, False, ""
            self._shared.begin()
            backend: BackendProcess | None = None

            def on_event(message: Message) -> None:
                with self._lock:  # held until the process is known
                    current = self._backend
                if current is backend:
                    self._on_event(message)

            backend = BackendProcess(
                self.launch.backend, order, self.log, on_event, environ=self._environ, copy=sys.stderr
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
            self.showing.come_forward()
        elif event == "reopen":
            self.log.note("starts again, with what a second start was given")
            self._start_again(message["arguments"])
        elif event == "entry":
            self._enter(message["url"])
        elif event == "quit":
            self._close()
        elif event in EVENTS:
            self._shared.hear(message)
        elif event == "ended" and not self._told and not self.over.is_set():
            told = report.of_death(message["code"], self.log.tail())
            sys.stderr.write(f"{told.sentence}\n")
            self._failed(asdict(told))

    def _listening(self, url: str) -> None:
        with self._lock:
            self._listens = True
            in_browser = self.showing.in_browser
        if in_browser:
            self._enter(url)

    def _ready(self, url: str) -> None:
        self._ready_at = url
        self.log.note("the app answers")
        if headless():
            self.say(self._shared.way(url))
            return
        if self.showing.in_browser:
            return  # it has been showing the server's own starting page, which asks again by itself
        self.showing.ask(lambda screen: screen.go(self._shared.way(url, screen.place())))

    def _enter(self, url: str) -> None:
        if self._told:
            return  # it was asked for before the app failed, and would cover what is said of that
        self.showing.ask(lambda screen: screen.go(self._shared.way(url)))

    def _failed(self, told: Message) -> None:
        self._told = True
        self.code = FAILED
        self.log.note(f"failed: {told['sentence']}")
        if headless() and self.launch.watch is None:
            self.over.set()
        with self._lock, suppress(OSError):  # a full disk
            if not self.over.is_set() and self._keeper is None:
                self._keeper = Keeper(self.folders.private, self._knocked)
        has_stopped = bool(self._ready_at)

        def show(screen: Screen) -> None:
            in_browser = self.showing.in_browser
            screen.show_page(self._pages.failure(told, has_stopped=has_stopped, in_browser=in_browser))

        self.showing.ask(show)

    def _wait(self) -> None:
        while not self.over.wait(0.5):  # in turns: Windows delivers signals between them only
            pass

    def _show(self) -> None:
        opening = Opening(
            manifest=self.manifest,
            folders=self.folders,
            icon=self.launch.icon,
            page=self._pages.starting(),
            opened=self.showing.opened,
            outside=self._command,
            proof=proof(),
            restarts=self.launch.watch is not None,
            shares=self.manifest.share or self.launch.share is not None,
            asked=self._asked,
            note=self.log.note,
            documents=lambda paths: second.come_later(
                self.launch, paths, self._environ, None if self._ready_at else self._start_again
            ),
        )
        self.showing.run(opening, self._to_browser)

    def _to_browser(self) -> None:
        with self._lock:
            if not self._told:
                self.showing.forget()  # the way in was for the window that did not come
            listens = self._listens and not self._told
        if listens:
            self._command("entry")

    def _asked(self, command: str) -> None:
        """Do what a button of our own pages asks for."""
        if command == "quit":
            self._close()
        elif command == "open-log":
            show_folder(self.folders.logs, self._environ, self.log.note)
        elif command == "restart" and self._told:
            self._start_again(self.launch.arguments)
        elif command == "share":
            has_failed = self._told
            self._shared.show_page("" if has_failed else self._ready_at)
            if has_failed:
                self._start_again(self.launch.arguments)

    def _knocked(self, arguments: Sequence[str] | None) -> None:
        """Start again what has failed: its user has started it once more, as he was told."""
        self._start_again(self.launch.arguments if arguments is None else arguments)
        self.showing.come_forward()

    def _start_again(self, arguments: Sequence[str]) -> None:
        """Start the app anew with these arguments, from its first page."""
        with self._lock:
            self._told, self._ready_at = False, ""  # a second click asks for nothing more
            self.launch = replace(self.launch, arguments=tuple(arguments))
        page = self._pages.starting()
        if not self.showing.in_browser:
            self.showing.ask(lambda screen: screen.show_page(page))
        # Not here: this may be the window's own thread, or the backend's that is to end.
        threading.Thread(target=self.restart, daemon=True).start()

    def _command(self, name: str) -> None:
        if self._backend is not None:
            self._backend.command(name)

    def _close(self) -> None:
        self.over.set()
        self.showing.close()

    def _end(self, code: int) -> None:
        self.code = code
        self._close()

    def _end_at_once(self) -> None:
        """Wait for nothing that is still in flight."""
        backend = self._backend
        if backend is not None:
            self.log.note("told to end at once: what is in flight is cut")
            backend.kill()
