"""The owner's page and its buttons."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher.project.manifest import Manifest
from launcher.serving import pages
from launcher.sharing import owner_pages
from launcher.sharing.addresses import Address
from launcher.sharing.owner import PAGE, STATE, pages_of
from launcher.sharing.sharer import WATCHED, Sharer
from tests.sharing.conftest import HERE
from tests.support.backends import SCRIPT
from tests.support.guests import join
from tests.support.visiting import Caller

NAME = 'Quiz <b>"&'


class Owner:
    """An owner in front of the pages, which the guard leads to."""

    def __init__(self, private: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self.sharer = Sharer(Manifest(NAME, "org.example.quiz", "1", SCRIPT), private, self.events.append)
        self.pages = pages_of(self.sharer)

    def ask(self, path: str, form: str = "", *, method: str = "GET", query: str = "") -> tuple[str, str]:
        """Ask one of the pages; return its status and its body."""
        begun: list[str] = []

        def begin(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
            begun.append(status)
            return lambda data: None

        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(form)),
            "wsgi.input": io.BytesIO(form.encode()),
        }
        body = self.pages[path](environ, begin)
        return begun[0], b"".join(body).decode()

    def press(self, what: str, form: str = "") -> None:
        status, _ = self.ask(f"{PAGE}/{what}", form, method="POST")
        assert status == "303 See Other"

    @property
    def page(self) -> str:
        return self.ask(PAGE)[1]


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    """An owner whose machine has the loopback and a Wi-Fi that is gone."""
    gone = Address("192.0.2.77", "wlan0", "Wi-Fi")
    monkeypatch.setattr("launcher.sharing.addresses.shareable", lambda: (HERE, gone))
    made = Owner(tmp_path)
    yield made
    made.sharer.stop()


def test_page_offers_the_addresses_and_what_is_honest(owner: Owner) -> None:
    page = owner.page
    assert "127.0.0.1" in page and "Wi-Fi · 192.0.2.77" in page
    assert "On an open Wi-Fi others could listen in" in page
    assert 'href="/"' in page and "Back to" in page
    assert "<b>" not in page.replace("<b>asks", "") and "Quiz &lt;b&gt;&quot;&amp;" in page
    assert not re.search(r"(src|href|url\()=?.https?:", page), "nothing from elsewhere"


def test_without_a_network_the_page_says_so(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.sharing.addresses.shareable", lambda: ())
    assert "There is no network to share in" in owner.page


@pytest.mark.parametrize(
    ("who", "uses", "asks"),
    [("1", 1, False), ("10", 10, False), ("ask", 1, True), ("", 1, False), ("9999", 50, False)],
)
def test_start_is_on_the_terms_that_were_chosen(owner: Owner, who: str, uses: int, asks: bool) -> None:
    owner.press("start", f"address=127.0.0.1&who={who}")
    sharing = owner.sharer.sharing
    assert sharing is not None
    assert (sharing.terms.uses, sharing.terms.asks, sharing.terms.hours) == (uses, asks, 8.0)
    assert sharing.link in owner.page and "<svg" in owner.page


@pytest.mark.parametrize(
    "form", ["", "address=", "address=10.9.9.9", "address=0.0.0.0", "\xff\xfe=&&=", "address=::"]
)
def test_address_that_is_not_there_is_no_beginning(owner: Owner, form: str) -> None:
    owner.press("start", form)
    assert owner.sharer.sharing is None and "no longer has that address" in owner.page


def test_address_that_cannot_be_listened_at_is_told(owner: Owner) -> None:
    owner.press("start", "address=192.0.2.77")
    assert owner.sharer.sharing is None and "cannot be shared at 192.0.2.77" in owner.page


def test_buttons_without_a_sharing_do_nothing(owner: Owner) -> None:
    for what in ("stop", "renew", "allow", "refuse", "revoke"):
        owner.press(what, "number=1")
    assert owner.events == []


@pytest.mark.parametrize("number", ["", "x", "-1", "1e9", "99999999999999", "٣", "1&number=0"])
def test_number_of_nobody_changes_nothing(owner: Owner, number: str) -> None:
    owner.press("start", "address=127.0.0.1&who=1")
    sharing = owner.sharer.sharing
    assert sharing is not None and join(Caller("127.0.0.1", sharing.port), sharing.link).status == 303
    before = len(owner.events)
    for what in ("allow", "refuse", "revoke"):
        owner.press(what, f"number={number}".replace("1&number=0", "7&number=0"))
    assert len(owner.events) == before and len(sharing.entrance.devices.all()) == 1


@pytest.mark.parametrize("name", ["start", "stop", "renew", "allow", "refuse", "revoke"])
def test_a_link_to_a_button_does_nothing(owner: Owner, name: str) -> None:
    assert owner.ask(f"{PAGE}/{name}")[0].startswith("405")
    assert owner.ask(f"{PAGE}/{name}", "x" * 5000, method="POST")[0].startswith("413")
    assert owner.ask(PAGE, method="POST")[0].startswith("405")


def test_state_tells_what_has_changed_and_says_it_aloud(owner: Owner) -> None:
    first = json.loads(owner.ask(STATE)[1])
    assert first["shared"] is False and "Start sharing" in first["html"]
    assert json.loads(owner.ask(STATE, query=first["mark"])[1]) == {"shared": False, "mark": first["mark"]}
    owner.press("start", "address=127.0.0.1&who=ask")
    sharing = owner.sharer.sharing
    assert sharing is not None
    join(Caller("127.0.0.1", sharing.port), sharing.link)
    digits = owner.events[-1]["digits"]
    then = json.loads(owner.ask(STATE, query=first["mark"])[1])
    assert then["said"] == f"A browser asks to join. Its digits are {' '.join(digits)}."
    assert digits in then["html"]
    (number,) = re.findall(r'id="allow-(\d+)"', then["html"])
    owner.press("allow", f"number={number}")
    assert "since" in owner.page and "here now" in owner.page


def test_end_says_whether_the_owner_did_it_and_whether_he_sees_it(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended() -> tuple[bool, bool]:
        return owner.events[-1]["asked"], owner.events[-1]["watched"]

    owner.press("start", "address=127.0.0.1&who=1")
    owner.press("stop")
    assert ended() == (True, False)
    for look in (PAGE, STATE):
        owner.press("start", "address=127.0.0.1&who=1")
        owner.ask(look)
        owner.sharer.stop("The network is gone.")
        assert ended() == (False, True)
        owner.press("start", "address=127.0.0.1&who=1")
        monkeypatch.setattr(owner.sharer, "looked", owner.sharer.looked - WATCHED)
        owner.sharer.stop("The network is gone.")
        assert ended() == (False, False)


def test_page_to_quit_by_leads_here(owner: Owner) -> None:
    assert f'href="{PAGE}"' in owner.ask(pages.CONTROL)[1]


def test_new_link_is_another(owner: Owner) -> None:
    owner.press("start", "address=127.0.0.1&who=10")
    sharing = owner.sharer.sharing
    assert sharing is not None
    before = sharing.link
    owner.press("renew")
    assert sharing.link != before and sharing.link in owner.page and before not in owner.page


def test_picture_is_of_the_link_and_fits_any_size() -> None:
    """What phones read of it is tested where a phone is; here, that it is a picture of this very link."""
    link = "http://192.168.1.5:23456/.launcher/join?" + "x" * 43
    picture = owner_pages.picture(link)
    assert (
        picture.startswith("<svg")
        and "viewBox" in picture
        and "width" not in picture.partition(">")[0].replace("stroke-width", "")
    )
    assert picture != owner_pages.picture(link[:-1] + "y")
