"""Requests that a page elsewhere makes with the user's cookies, as its browser would put them."""

from __future__ import annotations

from functools import partial

from tests.attacks.vocabulary import Attack, Outcome, Target, judged, mark
from tests.attacks.wire import exchange, own_head
from tests.support.asking import Answer

REFUSED = (403,)


def _foreign(
    headers: tuple[dict[str, str], ...], target: Target, methods: tuple[str, ...] = ("GET", "POST")
) -> Outcome:
    statuses, marks = [], []
    for more in headers:
        for method in methods:
            marks.append(mark())
            ports = {"port": target.port, "other": target.port + 1}
            own = target.own(**{name: value.format(**ports) for name, value in more.items()})
            body = b"a=1" if method == "POST" else None
            answer = target.ask(f"/write/{marks[-1]}", method=method, headers=own, body=body)
            statuses.append(answer.status)
    return judged(target, iter(marks), statuses, REFUSED)


SITES = tuple({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "Same-Origin", ""))
ORIGINS = tuple(
    {"Origin": origin}
    for origin in (
        "null",
        "http://127.0.0.1:{other}",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}@evil.example",
        "http://localhost:{port}",
        "http://evil.example:{port}",
    )
)


def own_page(target: Target) -> Outcome:
    """Save as the app's own page saves: whoever refuses this holds everything."""
    name = mark()
    headers = target.own(Origin=target.origin, **{"Sec-Fetch-Site": "same-origin"})
    status = target.ask(f"/write/{name}", method="POST", headers=headers, body=b"a=1").status
    if status == 200 and target.reached(name):
        return Outcome("held", "200")
    return Outcome("got through", f"{status}: the app refuses its own page", is_exact=False)


def upgrade(target: Target) -> Outcome:
    """Ask for a WebSocket from another origin, and from none."""
    statuses, marks = [], []
    for origin in (("Origin: http://evil.example",), (f"Origin: http://127.0.0.1:{target.port + 1}",)):
        marks.append(mark())
        head = own_head(
            target,
            f"GET /write/{marks[-1]} HTTP/1.1",
            *origin,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )
        statuses.append(exchange(target, [head]).status)
    return judged(target, iter(marks), statuses, REFUSED)


def preflight(target: Target) -> Outcome:
    """Ask as browsers ask before a request with a method and a type of its own."""
    name = mark()
    origin = f"http://127.0.0.1:{target.port + 1}"
    headers = {
        "Origin": origin,
        "Sec-Fetch-Site": "same-site",
        "Sec-Fetch-Mode": "cors",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = target.ask(f"/write/{name}", method="OPTIONS", headers=headers)
    return judged(target, name, [answer.status], REFUSED)


def permissions(target: Target) -> Outcome:
    """Look for a permission to read in answers of every kind."""
    foreign = {"Origin": "http://evil.example"}
    answers: list[Answer] = [
        target.ask("/quick"),
        target.ask("/nowhere"),
        target.ask("/quick", headers=target.own(**foreign)),
        target.ask("/quick", headers=foreign),
        target.ask("/quick", method="OPTIONS", headers=foreign),
    ]
    names = {name for answer in answers for name, _ in answer.headers}
    given = {name for name in names if name.startswith("access-control-allow")}
    if given:
        return Outcome("got through", ", ".join(sorted(given)), is_exact=False)
    return Outcome("held", "no such header")


# These two break nothing that a site on the web is for: pictures shown elsewhere, a sign-in in a popup.
FRAMED = {"x-content-type-options": ("nosniff",), "x-frame-options": ("SAMEORIGIN", "DENY")}
BOUNDARIES = {
    **FRAMED,
    "cross-origin-resource-policy": ("same-origin",),
    "cross-origin-opener-policy": ("same-origin-allow-popups", "same-origin"),
}


def boundaries(wanted: dict[str, tuple[str, ...]], target: Target) -> Outcome:
    """Look for what tells browsers to keep other pages away from this one."""
    answer = target.ask(f"/write/{mark()}")
    lacking = [name for name, values in wanted.items() if answer.header(name) not in values]
    if lacking:
        return Outcome("got through", f"lacks {', '.join(lacking)}", is_exact=False)
    return Outcome("held", f"all {len(wanted)} headers")


# On the web a link from another site is welcome: what may not come from there is what changes something.
SERVED = (
    Attack("The app's own page is let in", "origins", own_page),
    Attack(
        "A form that a browser says comes from another site is refused",
        "origins",
        partial(_foreign, SITES, methods=("POST", "PUT", "DELETE")),
    ),
    Attack(
        "A form of another origin, however alike, is refused",
        "origins",
        partial(_foreign, ORIGINS, methods=("POST", "PUT", "DELETE")),
    ),
    Attack("A page elsewhere opens no WebSocket", "origins", upgrade),
    Attack(
        "Pages elsewhere are told not to frame or guess at the app's", "origins", partial(boundaries, FRAMED)
    ),
    Attack("No answer permits a page elsewhere to read", "origins", permissions),
)
ATTACKS = (
    Attack("The app's own page is let in", "origins", own_page),
    Attack(
        "A request that a browser says comes from another site is refused",
        "origins",
        partial(_foreign, SITES),
    ),
    Attack("A request of another origin, however alike, is refused", "origins", partial(_foreign, ORIGINS)),
    Attack("A page elsewhere opens no WebSocket", "origins", upgrade),
    Attack("A page elsewhere gets no permission to ask", "origins", preflight),
    Attack(
        "Pages elsewhere are told not to frame, embed or guess at the app's",
        "origins",
        partial(boundaries, BOUNDARIES),
    ),
    Attack("No answer permits a page elsewhere to read", "origins", permissions),
)
