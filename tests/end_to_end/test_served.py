"""Whole servers: the same promises from Waitress, Gunicorn and uWSGI, asked as visitors and proxies ask."""

from __future__ import annotations

import http.client
import json
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.hosting.order import SERVERS
from tests.support import processes
from tests.support.asking import Answer, answer_of, request_bytes
from tests.support.files import write_into
from tests.support.served import NAME, Served, serving, start, write_order
from tests.support.waiting import until

pytestmark = pytest.mark.end_to_end

KEY = "Ez4vEvoZ0Hk8bSLr3mPq9wYtUuXx7cNa"
MOST = 100_000
APP = """
import os, time
from pathlib import Path
from flask import Flask, request, session
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # of an author who has read of proxies
HERE = Path(os.environ["PLACE"])
VERSION = "first"
# before it is loaded

@app.get("/")
def index():
    session["seen"] = 1
    return "<p>" + VERSION

@app.get("/asked")
def asked():
    names = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "X-Forwarded-Prefix")
    return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host,
            "root": request.root_path, "headers": {name: request.headers.get(name) for name in names}}

@app.post("/sent")
@app.post("/signed-in")
def sent():
    return str(len(request.get_data()))

@app.get("/held")
def held():
    (HERE / "begun").touch()
    while not (HERE / "free").exists():
        time.sleep(0.01)
    return "held"

@app.get("/stream")
def stream():
    return (str(number) for number in range(3))

@app.get("/file")
def file():
    from flask import send_file
    return send_file(__file__, mimetype="text/plain")

if __name__ == "__main__":
    app.run(debug=True)
"""


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    """Return the name of each server in turn."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the project that is served."""
    return write_into(tmp_path_factory.mktemp("a project") / "quiz", {"app.py": APP})


@pytest.fixture(scope="module")
def plain(server: str, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve without a proxy."""
    order = write_order(
        tmp_path_factory.mktemp("plain"),
        project,
        server=server,
        workers=2,
        max_body=MOST,
        trust_origins=("https://friend.example",),
        manifest={"server": {"callbacks": ("/signed-in",)}},
    )
    with serving(order, SECRET_KEY=KEY, PLACE=str(order.parent)) as served:
        yield served


@pytest.fixture(scope="module")
def proxied(server: str, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve at a unix socket, to a proxy that speaks https with visitors."""
    folder = tmp_path_factory.mktemp("proxied")
    order = write_order(folder, project, server=server, behind="nginx", bind=f"unix:{folder}/s")
    with serving(order, SECRET_KEY=KEY, PLACE=str(folder)) as served:
        yield served


def test_page_comes_with_what_keeps_it_from_being_misread(plain: Served) -> None:
    answer = plain.ask()
    assert (answer.status, answer.text) == (200, "<p>first")
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") == "SAMEORIGIN"
    assert answer.header("cross-origin-resource-policy") is None, "pictures may be shown elsewhere"
    assert "Secure" not in (answer.header("set-cookie") or "")
    assert not any(character.isdigit() for character in answer.header("server") or "")


@pytest.mark.parametrize(
    "lines",
    [
        ("GET / HTTP/1.1", "Connection: close"),
        ("GET / HTTP/1.1", "Host: evil.example", "Connection: close"),
        ("GET / HTTP/1.1", f"Host: {NAME}.", "Connection: close"),
        ("GET / HTTP/1.1", f"Host: {NAME}:x", "Connection: close"),
        ("GET / HTTP/1.1", f"Host: {NAME}", "Host: evil.example", "Connection: close"),
        ("GET http://evil.example/ HTTP/1.1", f"Host: {NAME}", "Connection: close"),
        ("GET / HTTP/1.1", "Host: evil.example", f"X-Forwarded-Host: {NAME}", "Connection: close"),
    ],
)
def test_other_host_is_refused(plain: Served, lines: tuple[str, ...]) -> None:
    status = plain.exchange(request_bytes(*lines)).split(b" ")[1]
    assert status in (b"421", b"400"), "Gunicorn itself takes two for a broken request"


@pytest.mark.parametrize("host", [NAME.upper(), f"{NAME}:8080"])
def test_name_is_known_in_any_letters_and_with_any_port(plain: Served, host: str) -> None:
    assert plain.ask(headers={"Host": host}).status == 200


@pytest.mark.parametrize("odd", ["X-Odd: a\0b", "Content-Type: text/plain\0"])
def test_header_with_a_nul_is_refused(plain: Served, odd: str) -> None:
    sent = request_bytes("GET / HTTP/1.1", f"Host: {NAME}", odd, "Connection: close")
    assert plain.exchange(sent).split(b" ")[1] == b"400"


def test_health_is_told_by_any_name(plain: Served) -> None:
    answer = plain.ask("/healthz", headers={"Host": "10.0.0.7:8000"})
    assert (answer.status, answer.text) == (200, "ok\n")


def test_log_says_who_asked_for_what_in_one_line(plain: Served) -> None:
    agent = 'Mozilla/5.0 \xe4 \\ " - "'
    sent = request_bytes("GET /none HTTP/1.1", f"Host: {NAME}", f"User-Agent: {agent}", "Connection: close")
    assert plain.exchange(sent).split(b" ")[1] == b"404"
    (line,) = plain.log_of("/none")
    assert line.startswith("127.0.0.1 - - [")
    assert line.isprintable() and line.isascii()
    assert '"GET /none HTTP/1.1" 404 ' in line
    assert line.count('"') == 6


def test_nobody_is_believed_to_be_a_proxy(plain: Served) -> None:
    spoofed = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": NAME,
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
        "X-Forwarded-Prefix": "/evil",
        "Script-Name": "/evil",
    }
    found = json.loads(plain.ask("/asked", headers=spoofed).text)
    assert (found["address"], found["scheme"], found["root"]) == ("127.0.0.1", "http", "")
    assert set(found["headers"].values()) == {None}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/sent", {}, 200),
        ("/sent", {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{NAME}"}, 200),
        ("/sent", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ("/sent", {"Origin": "https://evil.example"}, 403),
        ("/sent", {"Origin": "null"}, 403),
        ("/sent", {"Sec-Fetch-Site": "cross-site", "Origin": "https://friend.example"}, 200),
        ("/signed-in", {"Sec-Fetch-Site": "cross-site", "Origin": "https://provider.example"}, 200),
    ],
)
def test_other_sites_send_nothing_here(
    plain: Served, path: str, headers: dict[str, str], status: int
) -> None:
    assert plain.ask(path, method="POST", headers=headers, body=b"x").status == status


def test_websocket_is_refused_by_a_clear_status(plain: Served) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    assert plain.ask(headers=headers).status == 501
    assert plain.ask(headers={"Connection": "Upgrade", "Upgrade": "h2c"}).status == 200


def test_larger_body_than_is_taken_is_refused(plain: Served) -> None:
    assert plain.ask("/sent", method="POST", body=b"x" * MOST).text == str(MOST)
    assert _status_of_upload(plain, MOST + 1) == b"413"


def test_body_in_pieces_is_read_whole_and_limited(plain: Served) -> None:
    pieces = [b"x" * 1000 for _ in range(50)]
    assert plain.ask("/sent", method="POST", body=iter(pieces)).text == "50000"
    head = request_bytes("POST /sent HTTP/1.1", f"Host: {NAME}", "Transfer-Encoding: chunked")
    chunk = b"fa00\r\n" + b"x" * 64000 + b"\r\n"
    with plain.connect() as connection:
        connection.sendall(head + chunk * 2 + b"0\r\n\r\n")
        assert connection.recv(4096).split(b" ")[1] == b"413"


def test_nothing_behind_a_body_is_taken_for_a_request(plain: Served) -> None:
    hidden = request_bytes("GET /hidden HTTP/1.1", f"Host: {NAME}")
    two_kinds = ("Content-Length: 4", "Transfer-Encoding: chunked")
    for more in (two_kinds, ("Content-Length: 5", "Content-Length: 6")):
        sent = request_bytes("POST /sent HTTP/1.1", f"Host: {NAME}", *more)
        answered = plain.exchange(sent + b"0\r\n\r\n" + hidden)
        assert answered.count(b"HTTP/1.") == 1
    plain.ask("/after")
    plain.log_of("/after")
    assert "/hidden" not in plain.running.stdout


def test_stream_and_file_come_whole_and_are_logged(plain: Served) -> None:
    assert plain.ask("/stream").text == "012"
    assert plain.ask("/file").text == APP
    assert f'HTTP/1.1" 200 {len(APP)} ' in plain.log_of("/file")[0]
    assert 'HTTP/1.1" 200 3 ' in plain.log_of("/stream")[0]


def test_proxy_says_who_the_visitor_is(proxied: Served) -> None:
    said = {
        "Host": NAME,
        "X-Forwarded-For": "198.51.100.1, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Real-IP": "198.51.100.1",
    }
    found = json.loads(proxied.ask("/asked", headers=said).text)
    assert (found["address"], found["scheme"], found["host"]) == ("203.0.113.9", "https", NAME)
    assert found["headers"] | {"X-Forwarded-For": None} == dict.fromkeys(found["headers"])
    assert proxied.log_of("/asked")[-1].startswith("203.0.113.9 - ")


def test_host_that_the_proxy_names_must_be_one_of_the_apps(proxied: Served) -> None:
    named = {"Host": "backend", "X-Forwarded-Host": NAME}
    assert json.loads(proxied.ask("/asked", headers=named).text)["host"] == NAME
    assert proxied.ask(headers={"Host": NAME, "X-Forwarded-Host": "evil.example"}).status == 421


def test_cookies_are_for_https_alone_behind_a_proxy(proxied: Served) -> None:
    cookie = proxied.ask(headers={"X-Forwarded-Proto": "https"}).header("set-cookie") or ""
    assert cookie.count("Secure") == 1


def test_socket_is_for_its_user_and_group(proxied: Served) -> None:
    about = os.stat(proxied.place.removeprefix("unix:"))
    assert stat.S_IMODE(about.st_mode) == 0o660


def test_proxy_may_speak_uwsgis_own_protocol(project: Path, tmp_path: Path) -> None:
    """What it says is in variables; the headers beside them are the visitor's."""
    order = write_order(
        tmp_path,
        project,
        server="uwsgi",
        workers=1,
        behind="nginx",
        protocol="uwsgi",
        bind=f"unix:{tmp_path}/s",
    )
    with serving(order, SECRET_KEY=KEY, PLACE=str(tmp_path)) as served:
        said = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/asked",
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "203.0.113.9",
            "HTTP_HOST": NAME,
            "HTTP_X_FORWARDED_FOR": "198.51.100.1",
            "HTTP_X_FORWARDED_PROTO": "https",
        }
        for scheme in ("http", "https"):
            answer = _exchange_uwsgi(served, {**said, "REQUEST_SCHEME": scheme})
            found = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert (found["address"], found["scheme"]) == ("203.0.113.9", scheme)
        sent = {"REQUEST_METHOD": "POST", "PATH_INFO": "/sent", "CONTENT_LENGTH": "4"}
        sent |= {"HTTP_TRANSFER_ENCODING": "chunked"}  # it was, before nginx put it together
        assert _exchange_uwsgi(served, {**said, **sent}, b"body").endswith(b"\r\n\r\n4")


# Passes whoever is the first to load it; Gunicorn's is the look at a project before the processes load it.
FIRST_MAY = """
def is_first():
    try:
        (HERE / VERSION).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

if not is_first():
    (HERE / "loading").touch()
"""
WAITS = f"{FIRST_MAY}    while not (HERE / 'may load').exists():\n        time.sleep(0.01)\n"
FAILS = f"{FIRST_MAY}    raise OSError('the database is away')\n"


def changed(version: str, more: str) -> str:
    """Return the app in another version, which does something more when it is loaded."""
    return APP.replace('"first"', f'"{version}"').replace("# before it is loaded", more)


def test_old_processes_answer_until_the_new_ones_can(server: str, tmp_path: Path) -> None:
    project = write_into(tmp_path / "quiz", {"app.py": APP})
    order = write_order(tmp_path / "order", project, server=server, workers=2)
    with serving(order, SECRET_KEY=KEY, PLACE=str(tmp_path)) as served:
        crowd = Crowd(served)
        until(lambda: crowd.seen.get("<p>first"))
        write_into(project, {"app.py": changed("second", WAITS)})
        served.running.process.send_signal(signal.SIGHUP)
        until(lambda: (tmp_path / "loading").exists())
        before = crowd.seen["<p>first"]
        until(lambda: crowd.seen["<p>first"] > before + 50)
        (tmp_path / "may load").touch()
        until(lambda: crowd.seen.get("<p>second"))
        until(lambda: "Reloaded" in served.running.stderr)
        if server != "uwsgi":  # one of its processes that answers already goes with the one that fails
            write_into(project, {"app.py": changed("third", FAILS)})
            served.running.process.send_signal(signal.SIGHUP)
            until(lambda: "cannot be served" in served.running.stderr, what=lambda: served.running.stderr)
            before = crowd.seen["<p>second"]
            until(lambda: crowd.seen["<p>second"] > before + 50)
        served.running.process.send_signal(signal.SIGTERM)
        assert served.running.wait() == 0
        crowd.go_home()
        assert crowd.failures == []


def test_reload_and_stop_lose_nobody(server: str, tmp_path: Path) -> None:
    """The project changes, breaks and is stopped under load."""
    project = write_into(tmp_path / "quiz", {"app.py": APP})
    order = write_order(tmp_path / "order", project, server=server, workers=2, bind=f"unix:{tmp_path}/s")
    with serving(order, SECRET_KEY=KEY, PLACE=str(tmp_path)) as served:
        crowd = Crowd(served)
        until(lambda: crowd.seen.get("<p>first"))
        write_into(project, {"app.py": APP.replace('"first"', '"second"')})
        served.running.process.send_signal(signal.SIGHUP)
        until(lambda: crowd.seen.get("<p>second"))
        write_into(project, {"app.py": "import nothing_of_that_name"})
        served.running.process.send_signal(signal.SIGHUP)
        until(lambda: "cannot be served" in served.running.stderr, what=lambda: served.running.stderr)
        before = crowd.seen["<p>second"]
        until(lambda: crowd.seen["<p>second"] > before)
        crowd.go_home()
        assert crowd.failures == []

        kept = http.client.HTTPConnection(NAME)
        kept.sock = served.connect()
        held: list[Answer] = []
        visitor = threading.Thread(target=lambda: held.append(served.ask("/held")))
        visitor.start()
        until(lambda: (tmp_path / "begun").exists())
        if server != "uwsgi":  # which answers once on a connection
            kept.request("GET", "/healthz")
            assert answer_of(kept).status == 200
        served.running.process.send_signal(signal.SIGTERM)
        until(lambda: _is_closed(served))
        if server != "uwsgi":
            until(lambda: _health(kept) == 503)
        kept.close()
        (tmp_path / "free").touch()
        visitor.join(30)
        assert held[0].text == "held"
        assert served.running.wait() == 0
        assert not (tmp_path / "s").exists()


def test_process_that_is_killed_is_replaced_and_none_outlives_the_master(
    server: str, project: Path, tmp_path: Path
) -> None:
    order = write_order(tmp_path, project, server=server, workers=1, bind=f"unix:{tmp_path}/s")
    with serving(order, SECRET_KEY=KEY, PLACE=str(tmp_path)) as served:
        family = served.running.note_processes()
        served.ask()
        processes.end(family[-1:])
        assert served.ask().status == 200, "whoever comes meanwhile waits"
        family = served.running.note_processes()
        processes.end(family[:1])
        assert processes.left_of(family) == []


def test_key_made_by_chance_is_found_out(server: str, tmp_path: Path) -> None:
    """Two processes of it would not know each other's visitors."""
    code = "from flask import Flask\nfrom os import urandom as chance\napp = Flask('app', None)\n"
    project = write_into(tmp_path / "quiz", {"app.py": f"{code}app.secret_key = chance(24)\n"})
    running = start(write_order(tmp_path / "order", project, server=server, workers=2))
    try:
        assert running.wait() == 6
        assert "another SECRET_KEY at every start" in running.stderr
    finally:
        running.clean_up()


class Crowd:
    """Visitors who ask all the time."""

    def __init__(self, served: Served) -> None:
        self.seen: dict[str, int] = {}
        self.failures: list[str] = []
        self._served = served
        self._is_over = False
        self._threads = [threading.Thread(target=self._visit) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def go_home(self) -> None:
        """Stop asking."""
        self._is_over = True
        for thread in self._threads:
            thread.join(30)

    def _visit(self) -> None:
        while not self._is_over:
            try:
                answer = self._served.ask("/sent", method="POST", body=b"x")
                answer = self._served.ask()
            except ConnectionRefusedError:  # it has ended: a proxy would ask another server
                continue
            except Exception as error:
                self.failures.append(repr(error))
                continue
            if answer.status == 200:
                self.seen[answer.text] = self.seen.get(answer.text, 0) + 1
            else:
                self.failures.append(f"{answer.status} {answer.text}")
            time.sleep(0.002)  # a visitor, not an attack


def _health(kept: http.client.HTTPConnection) -> int:
    kept.request("GET", "/healthz")
    return answer_of(kept).status


def _is_closed(served: Served) -> bool:
    try:
        served.connect().close()
    except OSError:
        return True
    return False


def _exchange_uwsgi(served: Served, variables: dict[str, str], body: bytes = b"") -> bytes:
    """Ask as a proxy does that speaks uWSGI's own protocol."""
    packet = b""
    for word in (word.encode("ascii") for pair in variables.items() for word in pair):
        packet += len(word).to_bytes(2, "little") + word
    return served.exchange(b"\0" + len(packet).to_bytes(2, "little") + b"\0" + packet + body)


def _status_of_upload(served: Served, size: int) -> bytes:
    head = request_bytes("POST /sent HTTP/1.1", f"Host: {NAME}", f"Content-Length: {size}")
    with served.connect() as connection:
        connection.sendall(head)
        return connection.recv(4096).split(b" ")[1]
