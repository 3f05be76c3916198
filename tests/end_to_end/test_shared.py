"""An app shared in a network of several machines: who gets in, who does not, and how it ends."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from launcher import host
from launcher.serving.connections import AT_ONCE
from launcher.sharing.listener import MOST
from tests.attacks import chromium
from tests.corpus.environments import environment_for, python_of
from tests.end_to_end.builds import Built
from tests.support import flooding
from tests.support.asking import DEADLINE
from tests.support.files import write_into
from tests.support.guests import PAGE, Shared, join, path_of, sharing
from tests.support.networks import Machine, Network, network
from tests.support.phones import phone, press, sees
from tests.support.visiting import Caller, connect
from tests.support.waiting import until

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="makes network namespaces"),
]

APP = """
import gc, threading, types
from flask import Flask, Response, jsonify, request, session
app = Flask(__name__)
over = threading.Event()

@app.route("/")
def home():
    if request.environ["launcher.role"] == "guest":
        sum(number * number for number in range(100_000))  # a page that takes some work
    return f"<h1>Quiz</h1><p>You are a {request.environ['launcher.role']}.</p>"

@app.route("/admin/users")
def users():
    return "all of them"

@app.route("/stream")
def stream():
    def go():
        while True:
            yield "data: x\\n\\n"
            over.wait(0.05)
    return Response(go(), mimetype="text/event-stream")

@app.route("/save", methods=["POST"])
def save():
    return str(len(request.get_data()))

@app.route("/modules")
def modules():
    every = [one for one in gc.get_objects() if isinstance(one, types.ModuleType)]
    return jsonify(sorted({one.__name__.split(".")[0] for one in every} & {"segno", "ifaddr"}))

@app.route("/own")
def own():
    import segno
    return segno.WHOSE

@app.route("/headers")
def headers():
    return jsonify(dict(request.headers))
"""
OWNER_PATHS = {"owner": ("/admin/*",)}


@pytest.fixture(scope="module")
def made() -> Iterator[Network]:
    """A network: the owner's machine, and three of friends."""
    with network() as found:
        for number, name in enumerate(("owner", "ann", "bob", "eve")):
            found.machine(name, 5 + number)
        yield found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app that is shared."""
    return write_into(
        tmp_path_factory.mktemp("shared") / "project", {"app.py": APP, "segno.py": 'WHOSE = "the app\'s own"'}
    )


@pytest.fixture(scope="module")
def backend(made: Network, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """One backend for most of the tests."""
    place = tmp_path_factory.mktemp("backend")
    with sharing(made.machines["owner"], place, project, server=OWNER_PATHS) as found:
        yield found


@pytest.fixture
def shared(backend: Shared) -> Iterator[Shared]:
    """The app, shared with one device a link, for one test."""
    backend.share()
    yield backend
    backend.stop_sharing()


@pytest.fixture
def ann(made: Network) -> Machine:
    return made.machines["ann"]


@pytest.fixture
def bob(made: Network) -> Machine:
    return made.machines["bob"]


@pytest.fixture
def eve(made: Network) -> Machine:
    return made.machines["eve"]


def listeners(machine: Machine) -> set[str]:
    """Return where a machine listens."""
    lines = machine.run(["ss", "-ltnH"]).stdout.splitlines()
    return {line.split()[3] for line in lines}


def is_refused(machine: Machine, address: str, port: int) -> bool:
    try:
        connect(machine, address, port, timeout=5).close()
    except OSError:
        return True
    return False


def device_numbers(shared: Shared) -> list[int]:
    """Return the devices that the owner's page can remove."""
    return [int(one) for one in re.findall(r'id="revoke-(\d+)"', shared.state())]


def test_friend_joins_by_the_link_and_is_a_guest(shared: Shared, ann: Machine) -> None:
    guest = shared.guest(ann)
    assert guest.ask("/").status == 403
    assert "Join" in guest.ask(path_of(shared.event("shared")["link"])).text
    assert join(guest, shared.event("shared")["link"]).status == 303
    assert "You are a guest." in guest.ask("/").text
    assert "You are a owner." in shared.owner.ask("/").text
    told = shared.event("guest")
    assert told == {
        "event": "guest",
        "what": "joined",
        "device": "Chrome on Android",
        "address": ann.address,
        "digits": "",
    }
    assert "Chrome on Android" in shared.state() and ann.address in shared.state()


def test_wrong_ticket_six_times_is_too_many(shared: Shared, eve: Machine, ann: Machine) -> None:
    guest = shared.guest(eve)
    tries = [guest.ask("/.launcher/join?guessed") for _ in range(6)]
    assert [one.status for one in tries] == [403] * 5 + [429]
    assert tries[-1].header("retry-after") == "60"
    assert join(guest, shared.event("shared")["link"]).status == 429
    assert shared.joined(ann).ask("/").status == 200, "others are not kept out"


def test_guest_may_not_ask_for_owners_paths(shared: Shared, ann: Machine) -> None:
    guest = shared.joined(ann)
    for path in ("/admin/users", "/Admin/users", "//admin/users", "/x/../admin/users", "/%61dmin/users"):
        assert guest.ask(path).status == 403, path
    assert shared.owner.ask("/admin/users").text == "all of them"


def test_off_is_off_at_once(backend: Shared, ann: Machine) -> None:
    told = backend.share()
    guest = backend.joined(ann)
    with guest.connect() as streaming:
        streaming.sendall(guest.request("/stream"))
        until(lambda: b"data: x" in streaming.recv(65536))
        backend.stop_sharing()
        until(lambda: is_refused(ann, told["address"], told["port"]), seconds=1.0)
        assert ends(streaming)
    assert backend.event("unshared")["why"] == "Sharing has ended."
    assert backend.owner.ask("/").status == 200
    backend.share()
    assert guest.ask("/").status == 403, "the next sharing knows nobody of the last"
    backend.stop_sharing()


def ends(client: socket.socket) -> bool:
    """Read to the end of a connection."""
    client.settimeout(DEADLINE)
    try:
        while client.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def test_another_address_ends_it_and_says_so(made: Network, project: Path, tmp_path: Path) -> None:
    machine = made.machine("mover", 20)
    with sharing(machine, tmp_path, project) as shared:
        told = shared.share()
        guest = shared.joined(made.machines["ann"])
        assert guest.ask("/").status == 200
        machine.readdress("192.168.77.21")
        why = shared.event("unshared")["why"]
        assert f"no longer has the address {told['address']}" in why
        assert told["address"] in shared.state() and "Sharing has ended" in shared.state()
        until(lambda: listeners(machine) == {f"127.0.0.1:{shared.owner.port}"})
        assert shared.share(address="192.168.77.21")["address"] == "192.168.77.21"


def test_sessions_are_good_at_their_own_listener_alone(shared: Shared, ann: Machine) -> None:
    guest = shared.joined(ann)
    as_guest = Caller("127.0.0.1", shared.owner.port, shared.machine)
    secret = next(iter(guest.cookies.values()))
    as_guest.cookies = {**guest.cookies, f"app_{shared.owner.port}": secret}
    assert as_guest.ask("/").status == 403
    as_owner = shared.guest(ann)
    secret = shared.owner.cookies[f"app_{shared.owner.port}"]
    as_owner.cookies = {**shared.owner.cookies, f"guest_{as_owner.port}": secret}
    assert as_owner.ask("/").status == 403
    kept = json.loads((shared.folders.private / "running.json").read_text("ascii"))
    token = {"Authorization": f"Bearer {kept['token']}"}
    assert shared.guest(ann).ask("/", headers=token).status == 403
    assert shared.guest(ann).ask("/.launcher/raise", method="POST", headers=token).status == 403


def test_ticket_of_one_device_lets_one_of_fifty_in(shared: Shared, ann: Machine, bob: Machine) -> None:
    link, ready, found = shared.event("shared")["link"], threading.Barrier(50), []

    def rush(machine: Machine) -> None:
        guest = shared.guest(machine)
        ready.wait()
        found.append(join(guest, link).status)

    threads = [threading.Thread(target=rush, args=(one,)) for one in (ann, bob) for _ in range(25)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found.count(303) == 1 and {*found} <= {303, 403, 429} and len(found) == 50
    assert len(device_numbers(shared)) == 1


@pytest.mark.parametrize("name", ["evil.example", "evil.example:{port}", "127.0.0.1:{port}", "{address}"])
def test_rebound_name_is_misdirected(shared: Shared, ann: Machine, name: str) -> None:
    guest = shared.joined(ann)
    wanted = name.format(port=guest.port, address=guest.address)
    assert guest.ask("/", headers={"Host": wanted}).status == 421


def test_another_sites_form_is_refused_by_both(shared: Shared, ann: Machine) -> None:
    guest = shared.joined(ann)
    for origin in ("http://evil.example", "null", f"http://{guest.address}"):
        assert guest.ask("/save", method="POST", body=b"x", headers={"Origin": origin}).status == 403
        for action in ("start", "stop", "renew", "allow", "refuse", "revoke"):
            asked = shared.owner.ask(f"{PAGE}/{action}", method="POST", body=b"", headers={"Origin": origin})
            assert asked.status == 403
    assert guest.ask("/").status == 200


def test_revoking_cuts_a_stream_that_runs(shared: Shared, ann: Machine, bob: Machine) -> None:
    guest = shared.joined(ann)
    (number,) = device_numbers(shared)
    other = shared.joined(bob)
    with guest.connect() as streaming:
        streaming.sendall(guest.request("/stream"))
        until(lambda: b"data: x" in streaming.recv(65536))
        shared.owner.post(f"{PAGE}/revoke", number=number)
        assert ends(streaming)
    assert "You are no longer in" in guest.ask("/").text
    assert other.ask("/").status == 200
    assert shared.event("guest")["what"] == "revoked"


def test_preview_of_the_link_uses_nothing_up(shared: Shared, ann: Machine, bob: Machine) -> None:
    link = shared.event("shared")["link"]
    for agent in ("WhatsApp/2.23", "facebookexternalhit/1.1", "TelegramBot (like TwitterBot)"):
        for method in ("HEAD", "GET"):
            assert shared.guest(bob, agent).ask(path_of(link), method=method).status == 200
    assert device_numbers(shared) == []
    assert join(shared.guest(ann), link).status == 303


def test_owners_page_is_out_of_guests_reach(shared: Shared, ann: Machine) -> None:
    guest = shared.joined(ann)
    for path in (PAGE, f"{PAGE}/state", f"{PAGE}/stop", f"/{PAGE}", PAGE.upper(), "/%2elauncher/share"):
        for method in ("GET", "POST"):
            assert guest.ask(path, method=method).status == 404, path
    assert is_refused(ann, shared.machine.address, shared.owner.port), (
        "the window's port is this machine's own"
    )


def test_machine_listens_at_the_two_places_alone(shared: Shared) -> None:
    told = shared.event("shared")
    assert listeners(shared.machine) == {
        f"127.0.0.1:{shared.owner.port}",
        f"{told['address']}:{told['port']}",
    }


def test_no_secret_is_in_the_command_the_environment_or_the_log(shared: Shared, ann: Machine) -> None:
    guest = shared.joined(ann)
    links = [one["link"].partition("?")[2] for one in shared.named("shared")]
    secrets = [*links, *guest.cookies.values(), *shared.owner.cookies.values()]
    assert all(len(one) >= 43 for one in secrets)
    process = psutil.Process(shared.process.pid)
    seen = " ".join([*process.cmdline(), *process.environ().values(), shared.log.path.read_text("utf-8")])
    assert not [one for one in secrets if one in seen]
    headers = guest.ask("/headers").text
    assert not [one for one in secrets if one in headers], "nor does the app see them"


def test_device_that_asks_is_let_in_by_its_digits(backend: Shared, ann: Machine, bob: Machine) -> None:
    backend.share(who="ask")
    guest, other = backend.guest(ann), backend.guest(bob)
    link = backend.event("shared")["link"]
    for one in (guest, other):
        assert join(one, link).header("location") == "/.launcher/wait"
    digits = backend.event("guest", 0 - 2)["digits"]
    assert digits in guest.ask("/.launcher/wait").text
    state = backend.state()
    allow, refuse = (re.findall(rf'id="{what}-(\d+)"', state) for what in ("allow", "refuse"))
    assert digits in state and len(allow) == 2
    backend.owner.post(f"{PAGE}/allow", number=allow[0])
    backend.owner.post(f"{PAGE}/refuse", number=refuse[1])
    assert guest.ask("/").status == 200
    assert other.ask("/").status == 403 and "Not now" in other.ask("/.launcher/wait").text
    backend.stop_sharing()


def test_page_follows_what_happens(shared: Shared, ann: Machine) -> None:
    first = json.loads(shared.owner.ask(f"{PAGE}/state").text)
    same = json.loads(shared.owner.ask(f"{PAGE}/state?{first['mark']}").text)
    assert same == {"shared": True, "mark": first["mark"]}
    shared.joined(ann)
    then = json.loads(shared.owner.ask(f"{PAGE}/state?{first['mark']}").text)
    assert "Chrome on Android" in then["html"] and "<svg" in then["html"]


def test_flood_of_guests_leaves_the_window_alone(
    shared: Shared, made: Network, ann: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the window waits for is printed; asserted is that it is answered while the flood stands."""
    cookies = [
        "; ".join(f"{name}={value}" for name, value in shared.joined(made.machines[name]).cookies.items())
        for name in ("bob", "eve")
    ]
    told = shared.event("shared")
    calm = timed(shared.owner)
    floods = [
        ("eve", "silent", 100, ""),
        ("ann", "drips", 100, ""),
        ("eve", "asks", 8, cookies[1]),
        ("bob", "bodies", 8, cookies[0]),
    ]
    running = []
    for name, kind, count, cookie in floods:
        words = [sys.executable, flooding.__file__, told["address"], told["port"], kind, count, cookie]
        running.append(
            made.machines[name].start([str(word) for word in words if word != ""], stdout=subprocess.PIPE)
        )
    try:
        for one in running:
            assert one.stdout is not None and one.stdout.readline() == b"floods\n"
        until(lambda: connections(shared) >= 40, what=lambda: connections(shared))
        flooded = timed(shared.owner)
        assert connections(shared) <= MOST + 2 * AT_ONCE, (
            "the last to come, and those about to be closed for them"
        )
    finally:
        for one in running:
            one.kill()
            one.wait()
            if one.stdout is not None:
                one.stdout.close()
    with capsys.disabled():
        for name, times in (("calm", calm), ("flooded", flooded)):
            cut = quantiles(times, n=100)
            text = f"p50 {cut[49]:.1f} ms, p99 {cut[98]:.1f} ms"
            print(f"\n  window, {name}: {len(times)} asked, {text}", end="")
    assert all(one < DEADLINE * 1000 for one in flooded)


def connections(shared: Shared) -> int:
    """Count the connections that guests hold; what the system has ready and nobody took is none."""
    told = shared.event("shared")
    lines = shared.machine.run(["ss", "-tnpH"]).stdout.splitlines()
    ours = [line for line in lines if f"pid={shared.process.pid}," in line]
    return sum(f"{told['address']}:{told['port']}" == line.split()[3] for line in ours)


def timed(owner: Caller, seconds: float = 2.0) -> list[float]:
    """Ask as the window does for a while, on one connection; return the milliseconds of each answer."""
    found: list[float] = []
    over = time.monotonic() + seconds
    with owner.connect() as client:
        client.settimeout(DEADLINE)
        while time.monotonic() < over or len(found) < 100:
            begin = time.perf_counter()
            client.sendall(owner.request("/"))
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
            found.append((time.perf_counter() - begin) * 1000)
    return found


@pytest.mark.skipif(not chromium.is_there(), reason="needs Chromium")
def test_phone_joins_plays_and_is_removed(backend: Shared, ann: Machine) -> None:
    backend.share(who="ask")
    with phone(ann) as tab:
        tab.go(backend.event("shared")["link"])
        sees(tab, "Ask to join")
        assert tab.run("document.documentElement.scrollWidth") <= 390, "it fits a phone"
        before = len(backend.named("guest"))
        press(tab, "Ask to join")
        until(lambda: len(backend.named("guest")) > before)  # the tests before this one had guests as well
        digits = backend.event("guest")["digits"]
        sees(tab, digits)
        (number,) = re.findall(r'id="allow-(\d+)"', backend.state())
        backend.owner.post(f"{PAGE}/allow", number=number)
        sees(tab, "You are a guest.")
        assert tab.run("document.cookie") == "", "no script sees the session"
        assert tab.run("fetch('/admin/users').then(answer => answer.status)") == 403
        backend.owner.post(f"{PAGE}/revoke", number=device_numbers(backend)[0])
        tab.run("location.reload()")
        sees(tab, "You are no longer in")
        tab.go(backend.event("shared")["link"])
        press(tab, "Ask to join")
        sees(tab, "Waiting to be let in")
        backend.stop_sharing()
        sees(tab, "Sharing has ended")


class TestByItself:
    """Sharing that an order asks for, as `launcher share` does."""

    @pytest.fixture
    def begin(self, made: Network, project: Path, tmp_path: Path) -> Iterator[Callable[..., Shared]]:
        started: list[Shared] = []

        def start(machine: Machine, **order: Any) -> Shared:
            place = tmp_path / str(len(started))
            place.mkdir()
            started.append(Shared(machine, place, project, share=False, order=order))
            return started[-1]

        yield start
        for one in started:
            one.close()

    def test_app_is_shared_as_soon_as_it_answers(
        self, begin: Callable[..., Shared], made: Network, ann: Machine
    ) -> None:
        shared = begin(made.machines["owner"], address=None, ask=True, hours=1)
        told = shared.event("shared")
        assert (told["address"], told["ask"]) == (made.machines["owner"].address, True)
        assert shared.events.index(told) > shared.events.index(shared.event("ready"))
        assert shared.guest(ann).ask(path_of(told["link"])).status == 200
        shared.process.stop()
        assert shared.event("unshared")["why"] == "Sharing has ended, for the app was closed."

    def test_who_cannot_begin_is_told_what_there_is(
        self, begin: Callable[..., Shared], made: Network
    ) -> None:
        machine = made.machine("several", 30)
        there = [machine.address, machine.interface]
        shared = begin(machine, address="192.168.1.99", ask=False, hours=8)
        told = shared.event("unshareable")
        assert told["addresses"] == [there] and "192.168.1.99" in told["why"]
        machine.run(["ip", "address", "add", "10.9.8.7/24", "dev", machine.interface])
        told = begin(machine, address=None, ask=False, hours=8).event("unshareable")
        assert "several addresses" in told["why"]
        assert [one[0] for one in told["addresses"]] == [machine.address, "10.9.8.7"]
        assert begin(machine, address="10.9.8.7").event("shared")["address"] == "10.9.8.7"
        machine.run(["ip", "address", "flush", "dev", machine.interface])
        told = begin(machine, address=None).event("unshareable")
        assert told["addresses"] == [] and "no network" in told["why"]


def test_app_that_is_not_to_be_shared_knows_nothing_of_it(
    made: Network, project: Path, tmp_path: Path
) -> None:
    with sharing(made.machines["owner"], tmp_path, project, share=False) as shared:
        for path in (PAGE, f"{PAGE}/state", f"{PAGE}/start"):
            assert shared.owner.ask(path, method="POST" if "start" in path else "GET").status == 404
        assert json.loads(shared.owner.ask("/modules").text) == []
        assert listeners(made.machines["owner"]) >= {f"127.0.0.1:{shared.owner.port}"}


WEB = """
import flask
from importlib.metadata import version
from flask import Flask, redirect, request, session, url_for
app = Flask(__name__)
app.config.update(SERVER_NAME="quiz.example.org", PREFERRED_URL_SCHEME="https", SESSION_COOKIE_SECURE=True)
app.secret_key = "for a test"

@app.before_request
def secure():
    if not request.is_secure:
        return redirect(request.url.replace("http:", "https:", 1), 308)

@app.route("/where")
def where():
    session["count"] = session.get("count", 0) + 1
    return f"{url_for('where', _external=True)} {session['count']} {version('flask')}"
"""


@pytest.mark.parametrize("version", ["2.3.3", "3.0.3", "3.1.1"])
def test_app_for_the_web_gives_each_their_own_address(
    version: str, made: Network, ann: Machine, tmp_path: Path, cache: Path
) -> None:
    """`SERVER_NAME` decided in 3.0 which requests are answered, and in 3.1 only which addresses are made."""
    folder = environment_for(f"flask-{version}", [f"flask=={version}", "werkzeug<3.2"], cache)
    project = write_into(tmp_path / "project", {"app.py": WEB})
    owners = made.machines["owner"]
    with sharing(owners, tmp_path, project, python=str(python_of(folder))) as shared:
        told = shared.share()
        guest = shared.joined(ann)
        for count in (1, 2):
            own = f"http://{told['address']}:{told['port']}/where {count} {version}"
            assert guest.ask("/where").text == own
            assert shared.owner.ask("/where").text == f"http://{shared.owner.host}/where {count} {version}"
        assert "session~" in " ".join(guest.cookies), "kept apart from other apps at this address"


def test_packaged_program_lets_friends_in(built: Built, made: Network, ann: Machine, tmp_path: Path) -> None:
    program = built("single_file", "share = true\n").program
    machine = made.machine("packaged", 40)
    environ = {"HOME": str(tmp_path), "PATH": os.defpath, "LANG": "C.UTF-8", "LAUNCHER_HEADLESS": "1"}
    running = machine.start([program], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert running.stdout is not None
        parts = urlsplit(running.stdout.readline().decode().strip())
        owner = Caller("127.0.0.1", parts.port or 0, machine)
        assert owner.ask(f"{parts.path}?{parts.query}").status == 303
        owner.post(f"{PAGE}/start", address=machine.address, who="1")
        (link,) = re.findall(r'<code id="link">([^<]+)</code>', owner.ask(PAGE).text)
        guest = Caller(machine.address, urlsplit(link).port or 0, ann)
        assert join(guest, link).status == 303
        assert guest.ask("/").text == owner.ask("/").text
    finally:
        running.terminate()
        running.wait(DEADLINE)
        if running.stdout is not None:
            running.stdout.close()
    assert is_refused(ann, guest.address, guest.port)
    layers = program.parent / "layers"
    told = (layers / "bill-of-materials.json").read_text("utf-8")
    for name in ("segno", "ifaddr"):
        assert f'"{name}"' in told, "what travels is named, with its licence"
        assert list(layers.rglob(f"licenses/{name}/*")) or list(layers.rglob(f"{name}/*"))


def test_what_sharing_needs_is_hidden_from_the_app(shared: Shared) -> None:
    assert json.loads(shared.owner.ask("/modules").text) == ["ifaddr", "segno"], "they are there"
    assert shared.owner.ask("/own").text == "the app's own"
