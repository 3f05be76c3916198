"""What shows a running app: its native window, else a browser, and the last wish until that is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from launcher import host
from launcher.launch import Launch
from launcher.logs import Log
from launcher.window import Opening, Screen
from launcher.window.attempt import Attempt

Action = Callable[[Screen], None]
MOST_CAUSES = 4  # of an error, in one line of the log


class Showing:
    """The screen of one program; what it is asked before it is there is done when it comes.

    `lock` is the program's: what it knows of its backend and what is known here are read together.
    """

    def __init__(self, launch: Launch, log: Log, over: threading.Event, lock: threading.RLock) -> None:
        self.in_browser = False
        self._launch = launch
        self._log = log
        self._over = over
        self._lock = lock
        self._screen: Screen | None = None
        self._waiting: Action | None = None
        self._words = ""
        self._attempt: Attempt | None = None

    def run(self, opening: Opening, to_browser: Callable[[], None]) -> None:
        """Show the app until its window is closed; `to_browser` is called when it must be a browser."""
        self._attempt = attempt = Attempt(opening.folders.private, opening.manifest.version)
        if self._wants_native(opening) and not self._died_before(attempt):
            attempt.begin()
            try:
                from launcher.window import native

                native.show(opening)
                return
            except Exception as error:  # a broken web view raises anything; the app opens all the same
                self._log.note(f"no native window ({_words_of(error)}); opening a browser")
                if self._over.is_set():
                    return
            finally:
                attempt.end()
        from launcher.window import browser

        with self._lock:
            self._screen, self.in_browser = None, True
        to_browser()
        browser.show(opening)

    def opened(self, screen: Screen) -> None:
        """Take the screen that has come, and let it do what was asked last."""
        if self._attempt is not None:
            self._attempt.end()
        with self._lock:
            self._screen = screen
            waiting, self._waiting = self._waiting, None
        screen.mark(self._words)
        if self._over.is_set():
            screen.close()  # it was told to end while the window was on its way
        elif waiting is not None:
            waiting(screen)

    def ask(self, action: Action) -> None:
        """Act on the window, now or as soon as it is there; the last wish counts."""
        with self._lock:
            screen = self._screen
            if screen is None:
                self._waiting = action
        if screen is not None and not self._over.is_set():
            action(screen)

    def forget(self) -> None:
        """Drop what was asked and not yet done."""
        self._waiting = None

    def place(self) -> str:
        """Return the path that is being looked at; nothing where no window is."""
        with self._lock:
            screen = self._screen
        return screen.place() if screen is not None and not self._over.is_set() else ""

    def mark(self, words: str) -> None:
        """Let words stand beside the window's name, now or as soon as it is there."""
        with self._lock:
            self._words, screen = words, self._screen
        if screen is not None and not self._over.is_set():
            screen.mark(words)

    def come_forward(self) -> None:
        """Raise the window; one that is about to come needs no raising, nor may its wish be forgotten."""
        if self._screen is not None:
            self.ask(lambda screen: screen.come_forward())

    def close(self) -> None:
        """Close the window where there is one."""
        screen = self._screen
        if screen is not None:
            # Not here: this may be the window's own thread, and it would wait for itself.
            threading.Thread(target=_quietly, args=(screen.close,), daemon=True).start()

    def _wants_native(self, opening: Opening) -> bool:
        # Without a display the web view's library ends the whole process.
        chosen = opening.manifest.webview != "browser" and not self._launch.browser
        return chosen and host.has_display()

    def _died_before(self, attempt: Attempt) -> bool:
        why = attempt.died_before()
        if why:
            self._log.note(
                f"opening a browser: {why}; the window is tried again in a week, or after an update"
            )
        return bool(why)


def _words_of(error: BaseException) -> str:
    """Say an error in one line, with those that it hides: .NET's second try says nothing of the first."""
    told: list[str] = []
    hidden: BaseException | None = error
    while hidden is not None and len(told) < MOST_CAUSES:
        told.append(f"{type(hidden).__name__}: {' '.join(str(hidden).split())}")
        hidden = hidden.__cause__ or hidden.__context__
    return ", after ".join(told)


def _quietly(action: Callable[[], None]) -> None:
    with suppress(Exception):
        action()
