"""The guests' door: joining, asking with digits, waiting, and being let in or not."""

from __future__ import annotations

import json
import re
import threading

from tests.sharing.conftest import Open
from tests.support.guests import PHONE, join, path_of
from tests.support.visiting import Caller

WAIT, STATE = "/.launcher/wait", "/.launcher/wait/state"


def state(guest: Caller) -> str:
    return str(json.loads(guest.ask(STATE).text)["state"])


def test_page_behind_a_link_invites_and_leaks_no_ticket(open_sharing: Open) -> None:
    opened = open_sharing()
    seen = opened.guest().ask(path_of(opened.link))
    assert "Join" in seen.text and "Quiz" in seen.text
    assert seen.header("referrer-policy") == "strict-origin"
    assert seen.header("cache-control") == "no-store"
    assert seen.header("x-frame-options") == "SAMEORIGIN"
    assert not re.search(r"(src|href)=.https?:", seen.text), "nothing from elsewhere"


def test_joining_opens_a_session_of_this_device_alone(open_sharing: Open) -> None:
    opened = open_sharing()
    guest = opened.guest(PHONE)
    found = join(guest, opened.link)
    cookie = found.header("set-cookie") or ""
    assert (found.status, found.header("location")) == (303, "/")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    other = opened.joined()
    assert guest.cookies.keys() == other.cookies.keys() and guest.cookies != other.cookies
    assert len(next(iter(guest.cookies.values()))) >= 43
    assert [one.name for one in opened.sharing.entrance.devices.all()] == ["Chrome on Android", "A browser"]


def test_one_ticket_lets_one_of_thirty_in(open_sharing: Open) -> None:
    opened = open_sharing()
    link, ready, found = opened.link, threading.Barrier(30), []  # an address has 32 connections

    def rush() -> None:
        guest = opened.guest()
        ready.wait()
        found.append(join(guest, link).status)

    running = [threading.Thread(target=rush) for _ in range(30)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert found.count(303) == 1 and {*found} <= {303, 403, 429}
    assert len(opened.sharing.entrance.devices.all()) == 1


def test_device_that_asks_waits_with_its_digits_until_it_is_let_in(open_sharing: Open) -> None:
    opened = open_sharing(asks=True)
    guest = opened.guest(PHONE)
    assert join(guest, opened.link).header("location") == WAIT
    (question,) = opened.sharing.entrance.questions.waiting()
    assert opened.events[-1] == {
        "event": "guest",
        "what": "asks",
        "device": "Chrome on Android",
        "address": "127.0.0.1",
        "digits": question.digits,
    }
    assert question.digits in guest.ask(WAIT).text and state(guest) == "waits"
    early = guest.ask("/who")
    assert early.status == 403 and "You are not in yet" in early.text
    assert guest.ask("/save", method="POST", body=b"x").status == 403
    opened.sharing.answer(question.number, allow=True)
    assert state(guest) == "in" and guest.ask("/who").status == 200
    assert guest.ask(WAIT).header("location") == "/"
    assert opened.told() == ["asks", "joined"] and opened.events[-1]["digits"] == question.digits


def test_device_that_is_refused_is_told_and_may_ask_again(open_sharing: Open) -> None:
    opened = open_sharing(asks=True)
    guest = opened.guest()
    join(guest, opened.link)
    (question,) = opened.sharing.entrance.questions.waiting()
    opened.sharing.answer(question.number, allow=False)
    assert state(guest) == "refused" and "Not now" in guest.ask(WAIT).text
    assert guest.ask("/who").status == 403
    opened.sharing.answer(question.number, allow=True)
    assert guest.ask("/who").status == 403, "a second press of another button changes nothing"
    assert opened.events[-1]["what"] == "refused" and opened.events[-1]["digits"] == question.digits
    assert join(guest, opened.link).header("location") == WAIT


def test_invited_ones_see_the_apps_icon_and_strangers_a_letter(open_sharing: Open) -> None:
    icon = '<img alt="" src="data:image/png;base64,SWNvbg==">'
    opened = open_sharing(asks=True, picture=icon)
    guest, stranger = opened.guest(), opened.guest()
    assert icon in guest.ask(path_of(opened.link)).text
    join(guest, opened.link)
    assert icon in guest.ask(WAIT).text
    for path in ("/", "/.launcher/join?wrong"):
        found = stranger.ask(path)
        assert found.status == 403 and icon not in found.text and 'class="tile"' in found.text


def test_nobody_can_ask_without_end(open_sharing: Open) -> None:
    opened = open_sharing(asks=True)
    found = [join(opened.guest(), opened.link) for _ in range(10)]
    assert [one.status for one in found] == [303, 303] + [429] * 8
    assert found[-1].header("retry-after") is not None
    for question in opened.sharing.entrance.questions.waiting():
        opened.sharing.answer(question.number, allow=False)
    assert join(opened.guest(), opened.link).status == 429, "not even whoever is refused each time"


def test_removed_device_is_told_so(open_sharing: Open) -> None:
    opened = open_sharing()
    guest = opened.joined()
    (device,) = opened.sharing.entrance.devices.all()
    opened.sharing.revoke(device.number)
    seen = guest.ask("/who")
    assert seen.status == 403 and "You are no longer in" in seen.text
    assert opened.told() == ["joined", "revoked"]
    assert join(guest, opened.link).status == 303, "a new invitation is a new beginning"


def test_until_the_app_is_there_guests_see_that_it_starts(open_sharing: Open) -> None:
    opened = open_sharing(app=None)
    guest = opened.joined()
    assert guest.ask("/who").status == 503
