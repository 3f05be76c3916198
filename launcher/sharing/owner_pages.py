"""What the owner sees of sharing: how to begin, the link and its picture, who asks, and who is in."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import segno

from launcher.serving import pages
from launcher.sharing.addresses import INSIDE, OTHER, WI_FI, Address
from launcher.sharing.asking import Question
from launcher.sharing.devices import Device
from launcher.sharing.owner_look import SCRIPT, STYLE

if TYPE_CHECKING:
    from launcher.sharing.sharing import Sharing

JUST_NOW = 60.0  # seconds
HONEST = (
    "People {} who have the link can use the app. On an open Wi-Fi others could listen in: "
    "share nothing there that is a secret."
)
ON_WI_FI, IN_NETWORK = "on this Wi-Fi", "in this network"
# What a link does, and the choice that makes it so.
TERMS = (
    ("1", "Every device gets a link of its own", "A link lets one device in. The next one is here at once."),
    ("10", "One link for up to ten devices", "For a group. The link can be passed on."),
    ("ask", "Ask me about each device", "It shows four digits. You see the same, and let it in."),
)


def page(name: str, inside: str, *, mark: str, state: str) -> str:
    """Return the owner's page around what it shows now, which `state` will tell from then on."""
    body = (
        f'<div id="now" data-mark="{mark}" data-state="{state}">{inside}</div>'
        '<p id="said" class="unseen" role="status" aria-live="assertive"></p>'
        f'<p class="back"><a href="/">Back to {html.escape(name)}</a></p>{SCRIPT}'
    )
    return pages.page(f"Share {name}", body, head=STYLE)


def closed(name: str, found: Sequence[Address], why: str, *, at: str) -> str:
    """Return what is shown while the app is not shared: how to begin."""
    told = f'<p class="told" role="status">{html.escape(why)}</p>' if why else ""
    called = html.escape(name)
    begin = _beginning(found, at) if found else _nowhere()
    return (
        f"<header><h1>Share {called}</h1><p>Friends in the same network open it on their phones, by a "
        "picture to scan or by a link. They use the app on this computer, with the same data as you.</p>"
        "</header>"
        f'{told}{begin}<p class="small">{HONEST.format(ON_WI_FI)}</p>'
        f'<p class="small">It ends when you close {called}, after eight hours, or when this computer leaves '
        "the network.</p>"
    )


def _nowhere() -> str:
    return (
        '<section class="card"><h2>There is no network to share in</h2><p>Join a Wi-Fi or plug in a cable; '
        "this page sees it by itself. Networks in which every machine has an address of the internet's own "
        "are left out, for everybody out there could come.</p></section>"
    )


def _beginning(found: Sequence[Address], at: str) -> str:
    rows = "".join(
        _choice("address", one.ip, f"{_kind(one)} · {one.ip}", f"by {one.interface}", is_first=number == 0)
        for number, one in enumerate(found)
    )
    terms = "".join(_choice("who", *term, is_first=number == 0) for number, term in enumerate(TERMS))
    return (
        f'<form method="post" action="{at}/start" class="card">'
        f"<fieldset><legend>In which network</legend>{rows}</fieldset>"
        f"<fieldset><legend>Who may come</legend>{terms}</fieldset>"
        "<button>Start sharing</button></form>"
    )


def _kind(address: Address) -> str:
    kinds = {OTHER: "Network", INSIDE: "Inside this computer", "cable": "Cable"}
    return kinds.get(address.kind, address.kind)


def _choice(name: str, value: str, label: str, more: str, *, is_first: bool) -> str:
    checked = " checked" if is_first else ""
    return (
        f'<label class="choice"><input type="radio" name="{name}" value="{html.escape(value)}"{checked}>'
        f"<span>{html.escape(label)}<small>{html.escape(more)}</small></span></label>"
    )


def opened(name: str, sharing: Sharing, *, at: str) -> str:
    """Return what is shown while the app is shared."""
    called, entrance = html.escape(name), sharing.entrance
    where = ON_WI_FI if sharing.terms.address.kind == WI_FI else IN_NETWORK
    asking = "".join(_asking(one, at) for one in entrance.questions.waiting())
    return (
        f"<header><h1>{called} is shared</h1><p>At {sharing.terms.address.ip}, port {sharing.port}, "
        f"until {_clock(sharing.until)}.</p></header>"
        f'<div class="two"><section class="card link">{_link(sharing, at)}</section><div>{asking}'
        f'<section class="card"><h2>Who is here</h2>{_devices(entrance.devices.all(), at)}</section>'
        f'<form method="post" action="{at}/stop"><button class="quiet wide">Stop sharing</button></form>'
        '</div></div><details class="small"><summary>A phone does not get through?</summary><p>It must be in '
        "the same network; networks for guests often keep devices apart. This computer's firewall may keep "
        f"others out as well: allow {called} in it, or port {sharing.port}.</p></details>"
        f'<p class="small">{HONEST.format(where)}</p>'
    )


def _clock(until: datetime) -> str:
    now = datetime.now().astimezone()
    return f"{until:%H:%M}" if until.date() == now.date() else f"{until:%H:%M} tomorrow"


def _link(sharing: Sharing, at: str) -> str:
    if sharing.asks:
        told = "Every device that comes by it shows four digits, and waits for you."
    elif sharing.terms.uses == 1:
        told = "It lets one device in. As soon as that is here, so is the next link."
    else:
        told = f"It lets up to {sharing.terms.uses} devices in."
    return (
        f'<div class="picture" role="img" aria-label="The link, to be scanned">{picture(sharing.link)}</div>'
        f"<p>Scan it with a phone's camera. {told}</p>"
        f'<code id="link">{html.escape(sharing.link)}</code>'
        '<div class="buttons"><button type="button" id="copy" class="quiet">Copy the link</button>'
        f'<form method="post" action="{at}/renew"><button class="quiet">New link</button></form></div>'
    )


@lru_cache(4)
def picture(link: str) -> str:
    """Return a link as a picture that phones read, as SVG; dark on light whatever the page is."""
    code = segno.make(link, error="m", micro=False)
    return str(code.svg_inline(omitsize=True, border=3, dark="#14161b", light="#ffffff"))


def _asking(one: Question, at: str) -> str:
    return (
        f'<section class="card asks"><p class="who"><b>{html.escape(one.name)}</b> asks to join'
        f'<small>{html.escape(one.address)}</small></p><p class="digits">{one.digits}</p>'
        "<p>Does the device in front of you show these digits?</p>"
        f'<div class="buttons">{_button(at, "allow", one.number, "Let it in", f"Let {one.name} in")}'
        f"{_button(at, 'refuse', one.number, 'Not now', f'Do not let {one.name} in', quiet=True)}"
        "</div></section>"
    )


def _devices(devices: Sequence[Device], at: str) -> str:
    if not devices:
        return "<p>Nobody yet.</p>"
    rows = "".join(
        f"<li><span>{html.escape(one.name)}<small>{html.escape(one.address)} · {_since(one)}</small></span>"
        f"{_button(at, 'revoke', one.number, 'Remove', f'Remove {one.name}', quiet=True)}</li>"
        for one in devices
    )
    return f'<ul class="devices">{rows}</ul>'


def _since(one: Device) -> str:
    idle = time.monotonic() - one.seen
    seen = "here now" if idle < JUST_NOW else f"last seen {int(idle // 60)} min ago"
    return f"since {time.strftime('%H:%M', time.localtime(one.joined))} · {seen}"


def _button(at: str, what: str, number: int, label: str, spoken: str, *, quiet: bool = False) -> str:
    look = ' class="quiet"' if quiet else ""
    return (
        f'<form method="post" action="{at}/{what}"><input type="hidden" name="number" value="{number}">'
        f'<button{look} id="{what}-{number}" aria-label="{html.escape(spoken)}">{label}</button></form>'
    )
