"""Who shares: begins once, ends once, and tells of both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.control import Message
from launcher.project.manifest import Manifest
from launcher.sharing.addresses import Address
from launcher.sharing.sharer import Sharer
from launcher.sharing.sharing import Terms
from tests.sharing.conftest import HERE, Book
from tests.support.backends import SCRIPT
from tests.support.guests import join
from tests.support.visiting import Caller
from tests.support.waiting import until

MANIFEST = Manifest("Quiz", "org.example.quiz", "1", SCRIPT)


class Told:
    """A sharer, and what the program was told."""

    def __init__(self, private: Path) -> None:
        self.events: list[Message] = []
        self.sharer = Sharer(MANIFEST, private, self.events.append)

    def names(self) -> list[str]:
        return [str(one["event"]) for one in self.events]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """A sharer at an address that nobody is offered but that stays."""
    monkeypatch.setattr("launcher.sharing.addresses.is_still_there", lambda address: True)
    made = Told(tmp_path)
    yield made
    made.sharer.stop()


def test_second_beginning_changes_nothing(told: Told) -> None:
    told.sharer.start(Terms(HERE))
    first = told.sharer.sharing
    told.sharer.start(Terms(HERE, asks=True))
    assert told.sharer.sharing is first and told.names() == ["shared"]


def test_end_is_told_once_and_everything_can_begin_again(told: Told) -> None:
    told.sharer.stop()
    assert told.names() == [], "there is nothing to end"
    told.sharer.start(Terms(HERE))
    told.sharer.stop("Enough.")
    told.sharer.stop()
    assert told.events[1:] == [{"event": "unshared", "why": "Enough.", "asked": False, "watched": False}]
    assert told.sharer.why == "Enough."
    told.sharer.start(Terms(HERE))
    assert told.names() == ["shared", "unshared", "shared"] and told.sharer.why == ""


def test_app_may_come_after_the_beginning(told: Told, book: Book) -> None:
    told.sharer.start(Terms(HERE))
    sharing = told.sharer.sharing
    assert sharing is not None
    guest = Caller("127.0.0.1", sharing.port)
    assert join(guest, sharing.link).status == 303
    assert guest.ask("/who").status == 503
    told.sharer.lead_to(book.app)
    assert guest.ask("/who").status == 200


def test_it_ends_by_itself_when_its_time_is_over(told: Told) -> None:
    before = {*threading.enumerate()}
    told.sharer.start(Terms(HERE, hours=0.0001))
    until(lambda: told.names() == ["shared", "unshared"], what=told.names)
    assert told.sharer.sharing is None
    until(lambda: not {*threading.enumerate()} - before, what=lambda: {*threading.enumerate()} - before)


def test_addresses_that_cannot_be_read_end_it(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(address: object) -> bool:
        raise OSError("no netlink today")

    told.sharer.start(Terms(HERE))
    monkeypatch.setattr("launcher.sharing.addresses.is_still_there", fail)
    until(lambda: "unshared" in told.names())
    assert "no netlink today" in told.events[-1]["why"]


def test_program_alone_writes_of_it(told: Told, capfd: pytest.CaptureFixture[str]) -> None:
    """What is printed here goes to the log and to the terminal, as what the program is told does."""
    told.sharer.start(Terms(HERE))
    sharing = told.sharer.sharing
    assert sharing is not None
    join(Caller("127.0.0.1", sharing.port), sharing.link)
    told.sharer.stop()
    told.sharer.begin({"address": "x"})
    assert {"shared", "guest", "unshared", "unshareable"} == {*told.names()}
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("wanted", [{"address": "127.0.0.1"}, {"address": "8.8.8.8"}, {"address": "x"}])
def test_address_that_may_not_be_shared_is_refused_in_words(
    told: Told, wanted: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.sharing.addresses.shareable", lambda: (Address("10.0.0.3", "wlan0"),))
    told.sharer.begin(wanted)
    assert told.names() == ["unshareable"] and wanted["address"] in told.events[0]["why"]


def test_address_that_cannot_be_listened_at_is_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be gone between the look and the listening."""
    gone = Address("192.0.2.77", "eth9")
    monkeypatch.setattr("launcher.sharing.addresses.shareable", lambda: (gone,))
    told.sharer.begin({"address": None})
    assert told.names() == ["unshareable"] and "cannot be shared at 192.0.2.77" in told.events[0]["why"]
    assert told.sharer.sharing is None
