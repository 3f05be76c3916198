"""What a program does while its app is shared: it leads to the page for that, and tells what happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urljoin

from launcher.control import Message
from launcher.launch import Launch
from launcher.logs import Log
from launcher.sharing import SHARE
from launcher.showing import Showing

EVENTS = ("shared", "guest", "unshared", "unshareable")
SHARED, ASKED, ENDED = "shared on this Wi-Fi", "somebody asks to join", "no longer shared"
DID = {
    "asks": "asks to join",
    "joined": "has joined",
    "refused": "was not let in",
    "revoked": "was removed",
}
IMPOSSIBLE = 2  # the exit code of a command that asks for what cannot be


class Shared:
    """The sharing of one program, as its own process sees it.

    Whoever shares reads in the title of the window that he does, and that it ended: above the page, and in
    the desktop's list of windows. A dialog would take the keys that he is typing, and another page in the
    place of the app's what he has not saved. In a browser, where the title is not ours, the page to share
    by opens beside the app's.
    """

    def __init__(
        self,
        launch: Launch,
        log: Log,
        showing: Showing,
        *,
        command: Callable[[str], None],
        end: Callable[[int], None],
    ) -> None:
        self._told = launch.told
        self._log = log
        self._showing = showing
        self._command = command
        self._end = end
        self._is_wanted = launch.share is not None  # the page to share by, as soon as it can be shown
        self._is_on = False
        self._asking: set[str] = set()  # the digits of each device that waits for an answer

    def begin(self) -> None:
        """Know that a backend begins, and whatever was shared by another is so no more."""
        self._is_on = False
        self._asking.clear()
        self._showing.mark("")

    def show_page(self, url: str) -> None:
        """Show the page to share by: now, by any address of an app that answers, else when it does."""
        self._showing.mark(SHARED if self._is_on else "")
        self._is_wanted = not url
        if url:
            self._showing.ask(lambda screen: screen.go(urljoin(url, SHARE)))

    def way(self, entry: str, place: str = "/") -> str:
        """Return the way in to a place of the app's, or to the page to share by where that is wanted."""
        if "&" in entry:
            return entry  # it leads somewhere already
        wanted, self._is_wanted = self._is_wanted, False
        place = SHARE if wanted else place
        return entry if place == "/" else f"{entry}&next={quote(place, safe='/')}"

    def hear(self, message: Message) -> None:
        """Take an event about the sharing, and tell of it."""
        event = message["event"]
        if not (event == "shared" and self._is_on):  # another link, which is no news for a log
            self._log.note(sentence_of(message))
        self._is_on = event in ("shared", "guest")
        if self._told is not None:
            self._told(message)
        if event == "unshareable":
            self._end(IMPOSSIBLE)
        elif event == "unshared":
            self._ended(is_known=message["asked"] or message["watched"])
        else:
            self._count(message)
            is_news = self._asking and self._showing.place() != SHARE
            self._showing.mark(ASKED if is_news else SHARED)

    def _count(self, message: Message) -> None:
        """Know who waits for an answer."""
        if message.get("what") == "asks":
            self._asking.add(message["digits"])
        elif message["event"] == "guest":
            self._asking.discard(message["digits"])

    def _ended(self, *, is_known: bool) -> None:
        """Tell whoever shared, unless it was he who ended it, or he reads it on the page."""
        self._asking.clear()
        if is_known or self._showing.place() == SHARE:
            self._showing.mark("")
        elif self._showing.in_browser:
            self._is_wanted = True
            self._command("entry")
        else:
            self._showing.mark(ENDED)


def sentence_of(message: Message) -> str:
    """Say in a sentence what happened, without what lets anybody in."""
    event = message["event"]
    if event == "shared":
        return f"Shared at {message['address']}:{message['port']} until {clock_of(message)}."
    if event == "guest":
        return _plain(f"{message['device']} at {message['address']} {DID[message['what']]}.")
    return _plain(message["why"] if event == "unshared" else f"Not shared: {message['why']}")


def clock_of(message: Message) -> str:
    """Return the time of the day at which sharing ends."""
    return datetime.fromisoformat(message["until"]).strftime("%H:%M")


def _plain(text: str) -> str:
    """Return what a terminal shows as it stands: devices name themselves."""
    return "".join(letter for letter in text if letter.isprintable())
