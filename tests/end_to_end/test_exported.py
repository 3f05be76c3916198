"""An exported app behind the real nginx and the real Apache, by the files of the export alone."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from launcher.exporting import checks
from launcher.exporting.settings import Ports
from tests.exporting.exports import (
    HOSTS,
    Served,
    apache_of,
    app_of,
    free_port,
    make,
    nginx_of,
    question,
    write_project,
)

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not (checks.find("nginx") and checks.find("apache2")), reason="no proxies here"),
]


@pytest.fixture(scope="module", params=["nginx", "apache"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The exported app, behind a proxy."""
    proxy: str = request.param
    # Not below pytest's own folder, which is closed to the proxy's user.
    folder = Path(tempfile.mkdtemp(prefix="launcher-exported-"))
    folder.chmod(0o755)
    try:
        place, going = folder / "served", folder / "going"
        ports = Ports(free_port(), free_port())
        project = write_project(folder / "quiz", going)
        wishes = {"place": str(place), "certificates": str(place), "socket": str(place / "app.sock")}
        make(project, place, proxy, ports=ports, **wishes)
        checks.certificate(str(checks.find("openssl")), place)
        site = place / proxy / "quiz.conf"
        running = nginx_of if proxy == "nginx" else apache_of
        around = folder / proxy
        around.mkdir()
        with running(site, around, ports):
            # Before the app is there for the first time, as while it starts or after it ended.
            away = Served(place, ports, going).ask("/who")
            with app_of(place):
                yield Served(place, ports, going, away)
    finally:
        shutil.rmtree(folder)


def test_page_is_the_apps_and_is_packed_for_who_can_read_it(served: Served) -> None:
    assert served.ask("/").body.startswith(b"<h1>Quiz</h1>")
    packed = served.ask("/", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body).startswith(b"<h1>Quiz</h1>")


@pytest.mark.parametrize("path", ["/", "/who?a=b%20c", "/a%20b/%0d%0ax:y?z=%0d%0a", "/?a=/../b"])
def test_plain_http_leads_to_https(served: Served, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n"
    lines = served.plain(head.encode()).partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert " 308 " in lines[0]
    found = [line.partition(": ")[2] for line in lines if line.lower().startswith("location:")]
    assert [one.rstrip("?") for one in found] == [
        f"https://www.example.org:{served.ports.https}{path}".rstrip("?")
    ]


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/static/site.3f2a9b1c.css", "public, max-age=31536000, immutable"),
        ("/static/site.css", "no-cache"),
        ("/static/20240101.css", "no-cache"),  # a date is no fingerprint
    ],
)
def test_static_file_is_kept_as_long_as_its_name_allows(served: Served, path: str, caching: str) -> None:
    answer = served.ask(path)
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/css")
    assert answer.headers.get_all("Cache-Control") == [caching]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = served.ask(path, If_None_Match=answer.headers["ETag"])
    assert again.status == 304


def test_static_file_is_the_proxys_and_a_missing_one_is_not_found(served: Served) -> None:
    (served.place / "app/static/later.css").write_text("late", encoding="utf-8")
    assert served.ask("/static/later.css").body == b"late"
    assert served.ask("/static/none.css").status == 404
    assert served.ask("/static/").status in (403, 404)
    for way in ("../app.py", "%2e%2e/app.py", "..%2fapp.py", "..%5capp.py", "//../app.py", "..;/app.py"):
        found = served.ask(f"/static/{way}")
        assert found.status in (308, 400, 404) and b"Flask(" not in found.body
    assert served.ask("/static../app.py").status in (400, 404)
    assert served.ask("/static/site.css", "POST").status in (403, 405)


@pytest.mark.parametrize("host", ["evil.example", "example.org.evil.example", "127.0.0.1", "sub.example.org"])
def test_unknown_host_gets_nothing_of_the_app(served: Served, host: str) -> None:
    try:
        answer = served.ask("/", host=host)
    except (OSError, HTTPException):  # nginx hangs up
        return
    assert answer.status in (400, 403, 421) and b"Quiz" not in answer.body


def test_unknown_host_by_plain_http_gets_nothing(served: Served) -> None:
    answer = served.plain(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert answer == b"" or b" 403 " in answer.split(b"\r\n")[0] or b" 400 " in answer.split(b"\r\n")[0]
    assert b"evil.example/" not in answer


@pytest.mark.parametrize("scheme", ["http", "https", "ftp"])
def test_address_in_the_first_line_leads_nowhere_else(served: Served, scheme: str) -> None:
    try:
        answer = served.ask(f"{scheme}://evil.example/who")
    except (OSError, HTTPException):  # nginx hangs up
        return
    assert answer.status in (400, 403, 421)


def test_upgrade_is_refused_in_clear_words(served: Served) -> None:
    answer = served.ask("/", Upgrade="websocket", Sec_WebSocket_Key="x", Sec_WebSocket_Version="13")
    assert answer.status == 501 and b"no WebSockets" in answer.body


@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("POST", b"question")])
def test_event_stream_arrives_as_it_is_said(served: Served, method: str, body: bytes) -> None:
    served.going.unlink(missing_ok=True)
    asked = question("/events", method, body=body, Accept="text/event-stream", Accept_Encoding="gzip")
    with served.answering(asked) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert not answer.headers["Content-Encoding"]
        assert answer.readline().decode() == f"data: 0 {method} {body.decode()}\n"
        assert not served.going.exists()  # and the app waits for it
        served.going.touch()
        assert f"data: 1 {method} {body.decode()}\n".encode() in answer.read()


def test_what_a_visitor_says_of_himself_is_not_believed(served: Served) -> None:
    spoofed: dict[str, Any] = {
        **{"X_Forwarded_For": "6.6.6.6", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example"},
        **{"X_Forwarded_Prefix": "/evil", "Forwarded": "for=6.6.6.6", "X_Real_IP": "6.6.6.6"},
        **{"Script_Name": "/evil", "X_Forwarded_User": "root", "Remote_User": "root", "Proxy": "evil"},
        **{"X_Original_URL": "/admin", "X_Forwarded_Port": "6"},
    }
    said = json.loads(served.send(question("/who", **spoofed)).body)
    assert said["address"] == "127.0.0.1" and said["scheme"] == "https" and said["root"] == ""
    assert said["host"] == f"{HOSTS[0]}:{served.ports.https}" or said["host"] == HOSTS[0]
    assert "6.6.6.6" not in str(said) and "evil" not in str(said) and "root'" not in str(said["headers"])


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X_Forwarded-For", "SCRIPT_NAME", "Remote_User"])
def test_header_with_underscores_does_not_reach_the_app(served: Served, name: str) -> None:
    lines = f"GET /who HTTP/1.1\r\nHost: {HOSTS[0]}\r\n{name}: 6.6.6.6\r\nConnection: close\r\n\r\n"
    answer = served.send(lines.encode())
    assert answer.status in (200, 400) and b"6.6.6.6" not in answer.body


def test_body_has_the_apps_own_limit(served: Served) -> None:
    assert served.ask("/upload", "POST", body=b"x" * 100_000).body == b"100000"
    head = f"POST /upload HTTP/1.1\r\nHost: {HOSTS[0]}\r\nContent-Length: 100001\r\nConnection: close\r\n\r\n"
    assert served.send(head.encode()).status == 413


def test_answer_of_the_app_is_nobody_elses(served: Served) -> None:
    """418 is what nginx tells itself with."""
    answer = served.ask("/teapot")
    assert answer.status == 418 and answer.body == b"short and stout"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/said/a%2Fb%20c%3Fd%23e", "a/b c?d#e|"),
        ("/said/a%252Fb?q=%26%2F%C3%A4", "a%2Fb|&/\u00e4"),
        ("/said/%E6%97%A5/%7Ea+b;c", "\u65e5/~a+b;c|"),
    ],
)
def test_address_reaches_the_app_as_it_was_written(served: Served, path: str, said: str) -> None:
    assert served.ask(path).body.decode() == said


def test_two_lengths_are_refused(served: Served) -> None:
    head = f"POST /upload HTTP/1.1\r\nHost: {HOSTS[0]}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"
    assert served.send(head.encode()).status == 400


def test_app_that_is_away_is_told_in_a_page(served: Served) -> None:
    assert served.away is not None and served.away.status in (502, 503)
    assert "quiz does not answer just now" in served.away.body.decode()
