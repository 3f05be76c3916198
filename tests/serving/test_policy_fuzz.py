"""Random requests are judged as a table says that was written without looking at the policy.

Requests are put together from parts of which the generator knows whether they are right. The table has no
order of checks and no comparisons of texts: it says which combinations of such parts are let in, and what is
said to the others.

`LAUNCHER_FUZZ_REQUESTS` says how many are asked (100 000 otherwise), `LAUNCHER_FUZZ_SEED` which ones; without
it they are new each time, and a failure names the seed.
"""

from __future__ import annotations

import os
import random
import string
from collections import Counter
from dataclasses import dataclass
from itertools import product

import pytest

from launcher.serving.policy import ENTER, Allowances, Policy, Request

REQUESTS = int(os.environ.get("LAUNCHER_FUZZ_REQUESTS", "100000"))
SEED = int(os.environ.get("LAUNCHER_FUZZ_SEED") or random.SystemRandom().randrange(1 << 32))
PORT = 23456
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
NAME = f"app_{PORT}"
DOOR = "/.launcher/raise"
ALLOWED = Allowances(public=("/feed.xml", "/public/*"), callbacks=("/signed-in",), scripts=True)
LETTERS = string.ascii_letters + string.digits + "-_"
ANYTHING = [chr(code) for code in range(256)]

OTHER_HOSTS = (
    None,
    "",
    "evil.example",
    f"evil.example:{PORT}",
    f"localhost:{PORT}",
    "127.0.0.1",
    f"127.0.0.1.:{PORT}",
    f"[::1]:{PORT}",
    f"0.0.0.0:{PORT}",
    f"127.1:{PORT}",
    f"2130706433:{PORT}",
    f"{HOST}, {HOST}",
    f"{HOST}, evil.example",
    f"{HOST}.evil.example",
    f"user@{HOST}",
    f"{HOST}\x00",
)
OTHER_SITES = ("", "cross site", "same-site", "Same-Origin", "none, cross-site", "same-origin, none")
OTHER_ORIGINS = (
    "",
    "null",
    "http://127.0.0.1",
    f"http://127.0.0.1:{PORT + 1}",
    f"https://{HOST}",
    f"{ORIGIN}/",
    f"{ORIGIN}.evil.example",
    f"{ORIGIN}@evil.example",
    f"{ORIGIN}, {ORIGIN}",
    f"http://localhost:{PORT}",
    "file://",
)
METHODS = ("GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get", "")
PLAIN = ("/", "/save", "/.launcher/open", f"{ENTER}/", ENTER.upper(), f"/{ENTER}", f"{DOOR}/", DOOR.upper())
PUBLIC = ("/feed.xml", "/public/style.css", "/public/deep/picture.png")
NEARLY_PUBLIC = (
    "/public",
    "/Public/style.css",
    "/xpublic/style.css",
    "/feed.xml/",
    "/feed-xml",
    "/public/../save",
    "/public/deep/../../save",
    "/public//save",
    "/public/./save",
    "/public/..",
    "/public/..\\save",
    "/signed-in/",
    "/signed-in2",
    "/Signed-in",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the outcome, and what the columns must be; others may be anything."""

    outcome: str
    columns: dict[str, str]


def row(outcome: str, **columns: str) -> Row:
    """Write one line; several values for a column stand in one text."""
    return Row(outcome, columns)


# A page of ours, as browsers describe it: what it asks, and where it says it comes from.
OURS = {"host": "own", "site": "own", "origin": "own absent"}
TABLE = (
    row("host", host="other"),
    row("entered", host="own", path="enter", way="asks", site="own", ticket="fresh"),
    row("entered", host="own", path="enter", way="asks", site="across", leads="yes", ticket="fresh"),
    row("ticket", path="enter"),
    row("pass", path="door", right="token", upgrade="no", **OURS),
    row("pass", path="door", right="token", upgrade="yes", host="own", site="own", origin="own"),
    row("pass", path="plain public callback", right="session", upgrade="no", **OURS),
    row(
        "pass",
        path="plain public callback",
        right="session",
        upgrade="yes",
        host="own",
        site="own",
        origin="own",
    ),
    row("pass", path="plain public callback", right="token", scripts="yes", upgrade="no", **OURS),
    row(
        "pass",
        path="plain public callback",
        right="token",
        scripts="yes",
        upgrade="yes",
        host="own",
        site="own",
        origin="own",
    ),
    row("public", path="public", way="asks looks", upgrade="no"),
    row("came back", path="callback", way="asks", upgrade="no", leads="yes"),
    row("site", site="foreign across"),
    row("origin", origin="foreign"),
    row("origin", origin="absent", upgrade="yes"),
    row("session"),
)


def looked_up(labels: dict[str, str]) -> str:
    """Return the outcome of the first line that fits."""
    return next(
        line.outcome
        for line in TABLE
        if all(labels[column] in wanted.split() for column, wanted in line.columns.items())
    )


class Generator:
    """Makes requests of a policy, with a label for every part."""

    def __init__(self, seed: int, policy: Policy) -> None:
        self.pick = random.Random(seed)
        self.policy = policy
        self.used = ["never-issued"]

    def spoilt(self, right: str, letters: str | list[str] = ANYTHING) -> str:
        """Change one character, insert one or drop one."""
        while True:
            place, letter = self.pick.randrange(len(right)), self.pick.choice(letters)
            rest = self.pick.choice([right[place + 1 :], right[place:]])
            found = right[:place] + self.pick.choice(["", letter]) + rest
            if found != right:
                return found

    def request(self) -> tuple[Request, dict[str, str]]:
        """Make one request, and say what is in it."""
        labels: dict[str, str] = {"scripts": "yes" if self.policy.allowances.scripts else "no"}
        path, query = self._path(labels)
        method = self.pick.choice(METHODS)
        has_body, upgrades = self.pick.random() < 0.1, self.pick.random() < 0.1
        bodiless = {"GET": "asks", "HEAD": "looks"}
        labels["way"] = "sends" if has_body else bodiless.get(method, "sends")
        labels["upgrade"] = "yes" if upgrades else "no"
        mode, dest = self._navigation(labels)
        cookie, authorization = self._rights(labels)
        request = Request(
            method,
            path,
            query,
            self._host(labels),
            self._site(labels),
            self._origin(labels),
            cookie,
            mode,
            dest,
            authorization,
            has_body,
            upgrades,
        )
        return request, labels

    def _host(self, labels: dict[str, str]) -> str | None:
        labels["host"] = self.pick.choice(["own", "own", "own", "other"])
        if labels["host"] == "own":
            return HOST
        return self.pick.choice([*OTHER_HOSTS, self.spoilt(HOST)])

    def _site(self, labels: dict[str, str]) -> str | None:
        labels["site"] = self.pick.choice(["own", "own", "across", "foreign"])
        if (
            labels["site"] == "across"
        ):  # a page of ours in a file leads here with a ticket, and is called this
            return "cross-site"
        if labels["site"] == "own":
            return self.pick.choice([None, "none", "same-origin"])
        spoilt = self.spoilt(self.pick.choice(["same-origin", "none"]))
        return self.pick.choice([*OTHER_SITES, spoilt])

    def _origin(self, labels: dict[str, str]) -> str | None:
        labels["origin"] = self.pick.choice(["own", "absent", "foreign"])
        if labels["origin"] == "foreign":
            return self.pick.choice([*OTHER_ORIGINS, self.spoilt(ORIGIN)])
        return ORIGIN if labels["origin"] == "own" else None

    def _path(self, labels: dict[str, str]) -> tuple[str, str]:
        allowed = self.policy.allowances
        kind = self.pick.choice(["enter", "enter", "door", "plain", "near", "public", "callback"])
        shown = {"public": bool(allowed.public), "callback": bool(allowed.callbacks)}.get(kind, True)
        labels["path"] = kind if shown and kind != "near" else "plain"
        labels["ticket"] = "none"
        if kind == "enter":
            return ENTER, self._ticket(labels)
        paths = {"door": (DOOR,), "plain": PLAIN, "near": NEARLY_PUBLIC, "public": PUBLIC}
        return self.pick.choice(paths.get(kind, ("/signed-in",))), self.pick.choice(["", "a=1"])

    def _ticket(self, labels: dict[str, str]) -> str:
        labels["ticket"] = self.pick.choice(["fresh", "fresh", "wrong"])
        ticket = self.policy.tickets.issue() if labels["ticket"] == "fresh" else ""
        if ticket:
            return ticket + self.pick.choice(["", "&next=/save", "&"])
        secrets = [self.policy.secret, self.policy.token, self.pick.choice(self.used)]
        return self.pick.choice([*secrets, "", "&", "next=/", self.spoilt(secrets[-1], LETTERS)])

    def _navigation(self, labels: dict[str, str]) -> tuple[str | None, str | None]:
        mode = self.pick.choice([None, "navigate", "navigate", "cors", "no-cors", "Navigate", ""])
        dest = self.pick.choice([None, "document", "document", "iframe", "image", "empty", ""])
        leads = {None, "navigate"} >= {mode} and {None, "document"} >= {dest}
        labels["leads"] = "yes" if leads else "no"
        return mode, dest

    def _rights(self, labels: dict[str, str]) -> tuple[str | None, str | None]:
        """Make a cookie and an authorization; a good token counts only where there is no cookie at all."""
        cookie, is_session = self._cookie()
        token = f"Bearer {self.policy.token}"
        wrong = (
            f"bearer {self.policy.token}",
            f"{token} ",
            f"Bearer {self.policy.secret}",
            "Bearer ",
            "Basic eDp4",
        )
        given = self.pick.choice([None, token, token, self.pick.choice(wrong), self.spoilt(token)])
        labels["right"] = "session" if is_session and cookie is not None else "none"
        if cookie is None and given == token:
            labels["right"] = "token"
        # A session opens no door, and beside it a token is not looked at.
        return cookie, given

    def _cookie(self) -> tuple[str | None, bool]:
        secret = self.policy.secret
        kind = self.pick.choice(["right", "right", "absent", "absent", "wrong"])
        if kind == "absent":
            return None, False
        if kind == "right":
            forms = (
                "{}",
                "a=1; {}",
                "{}; a=1",
                ";;{};",
                '="; {}',
                "  {}  ",
                "{}; " + f"{NAME}=x",
                "é=\x01;{}",
            )
            return self.pick.choice(forms).format(f"{NAME}={secret}"), True
        wrong = (
            "",
            "a=1",
            secret,
            f"{NAME}",
            f"{NAME}=",
            f"{NAME}={self.policy.token}",
            f'{NAME}="{secret}"',
            f"{NAME}={secret}, {NAME}={secret}",
            f"x{NAME}={secret}",
            f"{NAME.upper()}={secret}",
            f"app_{PORT + 1}={secret}",
            f"{NAME}=x; {NAME}={secret}",
            f"{NAME}={self.spoilt(secret, LETTERS)}",
            f"{self.spoilt(NAME, LETTERS)}={secret}",
        )
        return self.pick.choice(wrong), False


def outcome_of(policy: Policy, request: Request) -> str:
    """Return the verdict in the table's words, having seen that its status is the one that belongs to it."""
    verdict = policy.judge(request)
    name = verdict.reason or {200: "pass", 303: "entered"}[verdict.status]
    statuses = {"pass": 200, "public": 200, "came back": 200, "entered": 303, "host": 421}
    assert verdict.status == statuses.get(name, 403), verdict
    return name


@pytest.mark.parametrize("allowances", [Allowances(), ALLOWED], ids=["nothing allowed", "much allowed"])
def test_random_requests_are_judged_as_the_table_says(allowances: Allowances) -> None:
    print(f"LAUNCHER_FUZZ_SEED={SEED}")
    policy = Policy.for_port(PORT, doors=frozenset((DOOR,)), allowances=allowances)
    made = Generator(SEED, policy)
    outcomes: Counter[str] = Counter()
    for _ in range(REQUESTS // 2):
        request, labels = made.request()
        expected = looked_up(labels)
        assert outcome_of(policy, request) == expected, (f"LAUNCHER_FUZZ_SEED={SEED}", request, labels)
        outcomes[expected] += 1
        if labels["ticket"] == "fresh":
            ticket = request.query.partition("&")[0]
            assert policy.tickets.redeem(ticket) == (expected != "entered"), "used up exactly by entering"
            made.used.append(ticket)
            del made.used[:-50]
    print(dict(outcomes))
    expected_kinds = {line.outcome for line in TABLE}
    if not allowances.public:
        expected_kinds -= {"public", "came back"}
    assert outcomes.keys() == expected_kinds
    if REQUESTS >= 100_000:
        assert min(outcomes.values()) > 50, outcomes


def test_table_says_what_it_means_about_strangers() -> None:
    """Without the session or the token, nothing but what is public gets further, whatever else is right."""
    columns = {
        "path": ("plain", "public", "callback", "door"),
        "way": ("asks", "looks", "sends"),
        "site": ("own", "foreign", "across"),
        "origin": ("own", "absent", "foreign"),
        "upgrade": ("yes", "no"),
        "leads": ("yes", "no"),
        "scripts": ("yes", "no"),
    }
    for values in product(*columns.values()):
        labels = dict(zip(columns, values, strict=True))
        found = looked_up({**labels, "host": "own", "right": "none", "ticket": "none"})
        assert found != "pass"
        assert (found in ("public", "came back")) <= (labels["path"] in ("public", "callback"))
