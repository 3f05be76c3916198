"""Who may talk to the app: exact outcomes, and a fuzz against an oracle of its own."""

from __future__ import annotations

import base64
import random
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

from launcher.serving import policy as policies
from launcher.serving.guard import destination
from launcher.serving.policy import ENTER, Allowances, Policy, Request

PORT = 23456
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
COOKIE = f"app_{PORT}"

WRONG_HOSTS = [
    None,
    "",
    "evil.example",
    f"evil.example:{PORT}",
    f"rebound.evil.example:{PORT}",
    f"localhost:{PORT}",
    "localhost",
    "127.0.0.1",
    f"127.0.0.1.:{PORT}",
    f"127.0.0.1:{PORT}.",
    f"127.0.0.1:{PORT}1",
    f"127.0.0.1:0{PORT}",
    "127.0.0.1:80",
    f"[::1]:{PORT}",
    f"[::ffff:127.0.0.1]:{PORT}",
    f"0.0.0.0:{PORT}",
    f"127.1:{PORT}",
    f"127.0.0.2:{PORT}",
    f"2130706433:{PORT}",
    f"0x7f000001:{PORT}",
    f" {HOST}",
    f"{HOST} ",
    f"{HOST}, {HOST}",
    f"{HOST}, evil.example",
    f"evil.example, {HOST}",
    f"{HOST}.evil.example",
    f"{HOST}@evil.example",
    f"user@{HOST}",
    f"{HOST}\x00",
    f"{HOST}\xa0",
]
WRONG_SITES = ["", "cross-site", "same-site", "Same-Origin", "same-origin ", "none, cross-site"]
WRONG_ORIGINS = [
    "",
    "null",
    "http://127.0.0.1",
    f"http://127.0.0.1:{PORT - 1}",
    f"http://127.0.0.1:{PORT}0",
    f"https://127.0.0.1:{PORT}",
    f"{ORIGIN}/",
    f"{ORIGIN}.evil.example",
    f"{ORIGIN}@evil.example",
    f"http://localhost:{PORT}",
    f"http://evil.example:{PORT}",
    f"http://{HOST.upper()} ",
    f"HTTP://{HOST}",
    f"{ORIGIN}, {ORIGIN}",
    "file://",
]


def replace(request: Request, **changes: Any) -> Request:
    return request._replace(**changes)


@pytest.fixture
def policy() -> Policy:
    return Policy.for_port(PORT)


@pytest.fixture
def good(policy: Policy) -> Request:
    """A request as the app's own page makes it."""
    return Request(
        "POST",
        "/save",
        host=HOST,
        fetch_site="same-origin",
        origin=ORIGIN,
        cookie=f"{COOKIE}={policy.secret}",
    )


def test_own_page_is_let_through(policy: Policy, good: Request) -> None:
    assert policy.judge(good) == policies.PASS
    assert policy.judge(replace(good, method="GET", fetch_site="none", origin=None)).allowed
    assert policy.judge(replace(good, method="GET", fetch_site=None, origin=None)).allowed


@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_other_host_is_misdirected_whatever_else_is_right(
    policy: Policy, good: Request, host: str | None
) -> None:
    assert policy.judge(replace(good, host=host)) == policies.WRONG_HOST
    assert policies.WRONG_HOST.status == 421


@pytest.mark.parametrize("site", WRONG_SITES)
def test_request_from_another_site_is_refused_with_the_cookie(
    policy: Policy, good: Request, site: str
) -> None:
    assert policy.judge(replace(good, fetch_site=site)) == policies.WRONG_SITE
    assert policy.judge(replace(good, method="GET", fetch_site=site, origin=None)).status == 403


@pytest.mark.parametrize("origin", WRONG_ORIGINS)
def test_request_of_another_origin_is_refused_with_the_cookie(
    policy: Policy, good: Request, origin: str
) -> None:
    assert policy.judge(replace(good, origin=origin)) == policies.WRONG_ORIGIN
    assert policy.judge(replace(good, origin=origin, fetch_site=None)) == policies.WRONG_ORIGIN


@pytest.mark.parametrize(
    "shape",
    [
        None,
        "",
        "{name}",
        "{name}=",
        "{name}=x",
        "{name}={secret}x",
        "{name}={short}",
        "{name}= {secret}x",
        "{name}={other}",
        '{name}="{secret}"',
        "{name}={secret}, {name}={secret}",
        "x{name}={secret}",
        "{name}x={secret}",
        "{upper}={secret}",
        "app_1={secret}",
        "{name}==={secret}",
        "{name}=x; {name}={secret}",
        "{secret}",
        "{name}=é",
    ],
)
def test_request_without_the_session_is_refused(policy: Policy, good: Request, shape: str | None) -> None:
    given = shape and shape.format(
        name=COOKIE,
        upper=COOKIE.upper(),
        secret=policy.secret,
        short=policy.secret[:-1],
        other=Policy.for_port(PORT).secret,
    )
    assert policy.judge(replace(good, cookie=given)) == policies.NO_SESSION


@pytest.mark.parametrize("shape", ["a=1; {}", "{}; a=1", ";;{};", "bad name=\x01; {}", '="; {}', "  {}  "])
def test_session_is_found_among_odd_cookies(policy: Policy, good: Request, shape: str) -> None:
    cookie = shape.format(f"{COOKIE}={policy.secret}")
    assert policy.judge(replace(good, cookie=cookie)).allowed


def test_first_failing_check_decides(policy: Policy) -> None:
    request = Request("GET", "/", fetch_site="cross-site", origin="null")
    assert policy.judge(request) == policies.WRONG_HOST
    request = replace(request, host=HOST)
    assert policy.judge(request) == policies.WRONG_SITE
    request = replace(request, fetch_site=None)
    assert policy.judge(request) == policies.WRONG_ORIGIN
    request = replace(request, origin=None)
    assert policy.judge(request) == policies.NO_SESSION


def test_preflight_of_another_origin_is_refused(policy: Policy) -> None:
    request = Request("OPTIONS", "/", host=HOST, fetch_site="same-site", origin="http://127.0.0.1:9999")
    assert policy.judge(request).status == 403


def test_secret_is_256_bits_and_new_each_launch() -> None:
    secrets = {Policy.for_port(PORT).secret for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.urlsafe_b64decode(secret + "=")) for secret in secrets} == {32}


def test_secret_is_not_shown_by_accident(policy: Policy) -> None:
    assert policy.secret not in repr(policy)


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(policy: Policy) -> None:
    first, *attributes = policy.cookie.split("; ")
    assert first == f"{COOKIE}={policy.secret}"
    # No Domain: host-only. No Expires: gone with the window. No Secure: there is no TLS here.
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict"]


class TestEntering:
    """The one way in: a ticket, by GET, once."""

    def request(self, policy: Policy, **changes: object) -> Request:
        query = urlsplit(policy.entry_url()).query
        return replace(Request("GET", ENTER, query, host=HOST), **changes)

    def test_ticket_lets_in_once(self, policy: Policy) -> None:
        request = self.request(policy)
        assert policy.judge(request) == policies.ENTERED
        assert policy.judge(request) == policies.WRONG_TICKET

    @pytest.mark.parametrize("site", ["none", "same-origin", "cross-site"])
    def test_ticket_lets_a_typed_address_and_a_file_of_ours_in(self, policy: Policy, site: str) -> None:
        assert policy.judge(self.request(policy, fetch_site=site)) == policies.ENTERED

    @pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS", "get", ""])
    def test_other_method_is_refused_and_leaves_the_ticket_good(self, policy: Policy, method: str) -> None:
        request = self.request(policy)
        assert policy.judge(replace(request, method=method)) == policies.WRONG_TICKET
        assert policy.judge(request) == policies.ENTERED

    @pytest.mark.parametrize("site", [site for site in WRONG_SITES if site != "cross-site"])
    def test_other_site_cannot_use_the_ticket_up(self, policy: Policy, site: str) -> None:
        request = self.request(policy)
        assert policy.judge(replace(request, fetch_site=site)) == policies.WRONG_TICKET
        assert policy.judge(request) == policies.ENTERED

    def test_other_host_cannot_use_the_ticket_up(self, policy: Policy) -> None:
        request = self.request(policy)
        assert policy.judge(replace(request, host=f"localhost:{PORT}")) == policies.WRONG_HOST
        assert policy.judge(request) == policies.ENTERED

    @pytest.mark.parametrize("query", ["", "x", "&", "ticket=x", "next=/"])
    def test_no_ticket_lets_nobody_in(self, policy: Policy, query: str) -> None:
        session = f"{COOKIE}={policy.secret}"
        assert policy.judge(Request("GET", ENTER, query, HOST)) == policies.WRONG_TICKET
        assert policy.judge(Request("GET", ENTER, query, HOST, cookie=session)).status == 403


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("ticket", "/"),
        ("ticket&next=/notes", "/notes"),
        ("ticket&next=/notes%3Fpage%3D2%26x%3D1", "/notes?page=2&x=1"),
        ("ticket&next=", "/"),
        ("ticket&next=notes", "/"),
        ("ticket&next=//evil.example", "/"),
        ("ticket&next=/%5Cevil.example", "/"),
        ("ticket&next=%2F%2Fevil.example", "/"),
        ("ticket&next=http://evil.example/", "/"),
        ("ticket&next=javascript:alert(1)", "/"),
        # Browsers drop these from an address before they read it.
        ("ticket&next=/%09/evil.example", "/"),
        ("ticket&next=/%0A/evil.example", "/"),
        ("ticket&next=/x%0D%0ASet-Cookie:a=b", "/"),
        ("ticket&next=/x%00", "/"),
        ("ticket&next=/x%7F", "/"),
        ("ticket&next=%20/x", "/"),
        # A header is ASCII; the address bar's own spelling stays as it is.
        ("ticket&next=/%E6%97%A5%E6%9C%AC", "/%E6%97%A5%E6%9C%AC"),
        ("ticket&next=/%25E6%2597%25A5", "/%E6%97%A5"),
        ("ticket&next=/a%20b", "/a%20b"),
    ],
)
def test_entry_leads_to_a_path_of_the_app_and_nowhere_else(query: str, place: str) -> None:
    assert destination(query) == place


def test_fuzz_agrees_with_an_independent_oracle() -> None:
    """100 000 requests made of right, wrong and nearly right parts; the oracle knows how they were made."""
    policy = Policy.for_port(PORT)
    pick = random.Random(20261123)
    alphabet = [chr(code) for code in range(256)]

    def nearly(text: str) -> str:
        """Change one character, insert one or drop one."""
        place, letter = pick.randrange(len(text)), pick.choice(alphabet)
        return text[:place] + pick.choice(["", letter, letter + text[place]]) + text[place + 1 :]

    session = f"{COOKIE}={policy.secret}"
    outcomes: Counter[str] = Counter()
    for _ in range(100_000):
        host = pick.choice([HOST, HOST, HOST, HOST, nearly(HOST), pick.choice(WRONG_HOSTS)])
        site = pick.choice([None, "same-origin", "none", nearly("same-origin"), pick.choice(WRONG_SITES)])
        origin = pick.choice([None, ORIGIN, ORIGIN, nearly(ORIGIN), pick.choice(WRONG_ORIGINS)])
        # Of a nearly right cookie only the value is changed, so that the oracle need not parse.
        secret = pick.choice([policy.secret, policy.secret, None, nearly(policy.secret[:-1]) + "!"])
        cookie = None if secret is None else f"{COOKIE}={secret.replace(';', ',')}"
        method = pick.choice(["GET", "POST", "HEAD", "OPTIONS", "DELETE", "BREW"])
        path = pick.choice(["/", "/save", ENTER.upper(), ENTER + "/", "/.launcher/open", ENTER, ENTER])
        ticket = policy.tickets.issue() if path == ENTER and pick.random() < 0.5 else None
        request = Request(method, path, ticket or "x", host, site, origin, cookie)

        if host != HOST:
            expected = "host"
        elif path == ENTER:
            sites = {None, "none", "same-origin", "cross-site"}
            welcome = ticket is not None and method == "GET" and site in sites
            expected = "entered" if welcome else "ticket"
        elif site not in {None, "none", "same-origin"}:
            expected = "site"
        elif origin not in {None, ORIGIN}:
            expected = "origin"
        else:
            expected = "passed" if cookie == session else "session"

        verdict = policy.judge(request)
        got = {200: "passed", 303: "entered"}.get(verdict.status, verdict.reason)
        assert got == expected, request
        assert (verdict.status == 421) == (expected == "host")
        outcomes[expected] += 1
        policy.tickets.redeem(ticket or "")  # not to pile up
    assert set(outcomes) == {"host", "ticket", "entered", "site", "origin", "session", "passed"}
    assert min(outcomes.values()) > 500


def test_page_without_an_origin_opens_no_socket(policy: Policy, good: Request) -> None:
    """Browsers name the origin of every WebSocket."""
    assert policy.judge(replace(good, upgrades=True)).allowed
    assert policy.judge(replace(good, upgrades=True, origin=None)) == policies.WRONG_ORIGIN


def test_ticket_comes_without_a_body(policy: Policy) -> None:
    request = Request("GET", ENTER, urlsplit(policy.entry_url()).query, host=HOST)
    assert policy.judge(replace(request, has_body=True)) == policies.WRONG_TICKET
    assert policy.judge(request) == policies.ENTERED


class TestToken:
    """For doors, and for scripts where the project says so."""

    DOORS = frozenset(("/.launcher/door",))

    @pytest.mark.parametrize("scripts", [True, False])
    def test_token_opens_the_doors_and_the_app_where_the_project_says_so(self, scripts: bool) -> None:
        policy = Policy.for_port(PORT, doors=self.DOORS, allowances=Allowances(scripts=scripts))
        request = Request("POST", "/.launcher/door", host=HOST, authorization=f"Bearer {policy.token}")
        assert policy.judge(request).allowed
        assert policy.judge(replace(request, path="/save")).allowed == scripts
        session = replace(request, authorization=None, cookie=f"{COOKIE}={policy.secret}")
        assert policy.judge(session) == policies.NO_SESSION, "the session opens no door"

    @pytest.mark.parametrize(
        "shape", [None, "", "Bearer ", "Bearer x", "Basic {}", "bearer {}", "Bearer {}x", "{}"]
    )
    def test_other_words_open_nothing(self, shape: str | None) -> None:
        policy = Policy.for_port(PORT, doors=self.DOORS, allowances=Allowances(scripts=True))
        given = shape and shape.format(policy.token)
        for path in ("/.launcher/door", "/"):
            assert not policy.judge(Request("GET", path, host=HOST, authorization=given)).allowed

    def test_token_is_for_scripts_which_have_no_cookies(self) -> None:
        policy = Policy.for_port(PORT, allowances=Allowances(scripts=True))
        request = Request("GET", "/", host=HOST, authorization=f"Bearer {policy.token}")
        assert policy.judge(request).allowed
        assert not policy.judge(replace(request, cookie="a=b")).allowed
        assert not policy.judge(replace(request, fetch_site="cross-site")).allowed
        assert not policy.judge(replace(request, origin="http://evil.example")).allowed
        assert policy.token not in repr(policy)


class TestPublic:
    """What a project shows to every page on this machine."""

    @pytest.fixture
    def policy(self) -> Policy:
        return Policy.for_port(PORT, allowances=Allowances(public=("/embed/*", "/logo.png")))

    @pytest.mark.parametrize("path", ["/embed/a", "/embed/a/b.js", "/embed/", "/logo.png"])
    def test_public_path_is_for_everybody_who_reads(self, policy: Policy, path: str) -> None:
        request = Request("GET", path, host=HOST, fetch_site="cross-site", origin="http://other.example")
        assert policy.judge(request) == policies.PUBLIC
        assert policy.judge(replace(request, method="HEAD")) == policies.PUBLIC
        assert not policy.judge(replace(request, method="POST")).allowed
        assert not policy.judge(replace(request, has_body=True)).allowed
        assert not policy.judge(replace(request, upgrades=True)).allowed
        assert policy.judge(replace(request, host="evil.example")) == policies.WRONG_HOST

    def test_own_page_stays_the_user_s_own(self, policy: Policy) -> None:
        session = Request("GET", "/embed/a", host=HOST, cookie=f"{COOKIE}={policy.secret}")
        assert policy.judge(session) == policies.PASS

    @pytest.mark.parametrize(
        "path",
        [
            *("/embed", "/embe", "/x/embed/a", "/logo.png/x", "/LOGO.PNG", "//logo.png", "/"),
            *("/embed/../secret", "/embed/..", "/embed/x/../../secret", "/embed//x", "/embed/./x"),
            *("/embed/..\\secret", "/.launcher/open"),
        ],
    )
    def test_path_beside_it_is_not(self, policy: Policy, path: str) -> None:
        request = Request("GET", path, host=HOST, fetch_site="cross-site")
        assert policy.judge(request) == policies.WRONG_SITE

    def test_way_back_from_a_sign_in_is_a_navigation_by_get(self) -> None:
        policy = Policy.for_port(PORT, allowances=Allowances(callbacks=("/signed-in",)))
        request = Request(
            "GET", "/signed-in", "code=1", HOST, "cross-site", fetch_mode="navigate", fetch_dest="document"
        )
        assert policy.judge(request) == policies.CAME_BACK
        for changes in (
            {"method": "POST"},
            {"method": "HEAD"},
            {"fetch_mode": "cors"},
            {"fetch_dest": "iframe"},
            {"path": "/signed-in/"},
            {"has_body": True},
            {"upgrades": True},
        ):
            assert not policy.judge(replace(request, **changes)).allowed, changes
        own = replace(request, fetch_site="none", cookie=f"{COOKIE}={policy.secret}")
        assert policy.judge(own) == policies.PASS
