"""The lab: three hosts, a database, a proxy and customers, each a machine of a network of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import databases, exported, hosted, proxies
from tests.support.installing import ROOT
from tests.support.networks import Machine, Network, network
from tests.support.processes import end, left_of
from tests.support.programs import environment
from tests.support.running import Running
from tests.support.waiting import until

SHOP = Path(__file__).with_name("shop")
NAME = "shop.example"
READ_TIMEOUT = 60  # seconds, as it is exported
PORT, FRONT_S_PORT = 8000, 8080
HOSTS = ("one", "two", "three")
KEY = "of-the-lab-and-of-nothing-else-3141592653589793"
ASKED = """\
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=2)
connection.request("GET", sys.argv[3], headers={"Host": sys.argv[4]})
print(connection.getresponse().status)
"""


@dataclass(slots=True)
class ShopHost:
    """One host of the three, with the shop on it or without."""

    name: str
    machine: Machine
    place: Path
    environ: dict[str, str]
    server: str
    behind: tuple[str, ...]
    running: Running | None = None
    starts: int = 0

    @property
    def upstream(self) -> str:
        return f"{self.machine.address}:{PORT}"

    def start(self) -> None:
        """Start the shop, and wait until the host itself gets an answer."""
        self.starts += 1
        command = hosted.serve_command(SHOP, self.server, self.upstream, NAME, *self.behind)
        notes = self.place / f"said-{self.starts}"
        self.running = Running(self.machine.command(command), self.environ, notes, cwd=SHOP)
        until(self.is_up, seconds=60, what=self.said)

    def is_up(self) -> bool:
        """Tell whether the shop answers on its own host."""
        assert self.running is None or self.running.process.poll() is None, self.said()
        asked = [sys.executable, "-c", ASKED, self.machine.address, PORT, "/healthz", NAME]
        return self.machine.run([*map(str, asked)], check=False).stdout.strip() == "200"

    def kill(self) -> None:
        """Kill all its processes at once, as a crash of the machine's memory does."""
        killed = self.machine.processes()
        end(killed)
        assert self.running is not None
        self.running.process.wait(30)
        assert not left_of(killed)

    def clean_up(self) -> None:
        """Leave nothing of it running."""
        if self.running is not None:
            self.running.clean_up()

    def said(self) -> str:
        """Return what its server has said."""
        return "" if self.running is None else f"{self.running.stdout[-3000:]}\n{self.running.stderr[-3000:]}"


@dataclass(slots=True)
class Load:
    """The customers under way, and what they have noted."""

    process: subprocess.Popen[bytes]
    notes: Path
    _read: int = 0
    _records: list[Record] = field(default_factory=list)

    def records(self) -> list[Record]:
        """Return all requests so far, in the order of their ends."""
        with self.notes.open(encoding="utf-8") as file:
            file.seek(self._read)
            while (line := file.readline()).endswith("\n"):
                self._records.append(Record(*json.loads(line)))
                self._read = file.tell()
        return self._records

    def hold(self, seconds: float) -> None:
        """Keep them coming for a while; that they do come is seen."""
        end, before = time.time() + seconds, len(self.records())
        until(lambda: time.time() > end and len(self.records()) > before, seconds=seconds + 60)

    def stop(self) -> None:
        """Send the customers home; each finishes what it has begun."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(120) == 0


@dataclass(frozen=True, slots=True)
class Record:
    """One request of a customer's: when it began, and what came of it; status 0 is no answer."""

    begin: float
    took: float
    method: str
    status: int
    host: str
    number: str
    why: str

    @property
    def is_lost(self) -> bool:
        return not 200 <= self.status < 300


@dataclass(slots=True)
class Lab:
    """All of it under way."""

    network: Network
    hosts: list[ShopHost]
    front: Machine
    proxy: proxies.Proxy
    database: databases.Database
    machine_of_database: Machine
    read_timeout: int

    @contextmanager
    def load(self, place: Path, customers: int) -> Iterator[Load]:
        """Let customers come until the end of the block."""
        machine, notes = self.network.machines["client"], place / "customers"
        words = [sys.executable, Path(__file__).with_name("load.py"), self.front.address, FRONT_S_PORT, NAME]
        process = machine.start(
            [*map(str, [*words, notes, customers])], env=environment(), stdin=subprocess.PIPE
        )
        try:
            until(lambda: notes.exists() and notes.stat().st_size > 0)
            yield Load(process, notes)
        finally:
            process.kill()
            process.wait(30)

    def rows(self) -> list[str]:
        """List the numbers of all orders in the table, as often as they are there."""
        code = f"import psycopg; found = psycopg.connect({self.database.url!r}).execute({ROWS!r})"
        told = f"{code}; print(*(row[0] for row in found))"
        return self.machine_of_database.run([sys.executable, "-c", told]).stdout.split()

    def visits(self) -> list[Visit]:
        """Return what the proxy has noted of each request."""
        found = []
        for line in self.proxy.visits.splitlines():
            when, method, status, upstreams, statuses = line.split("|")
            tried = tuple(zip(upstreams.split(", "), statuses.split(", "), strict=False))
            found.append(Visit(float(when), method, int(status), tried))
        return found


TABLE = "CREATE TABLE orders (number uuid PRIMARY KEY, taken_by text NOT NULL)"
ROWS = "SELECT number FROM orders"
NOTED = "$msec|$request_method|$status|$upstream_addr|$upstream_status"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the proxy saw it: when it ended, and which hosts were tried with what result."""

    when: float
    method: str
    status: int
    tried: tuple[tuple[str, str], ...]


@contextmanager
def lab(place: Path, server: str = "gunicorn", *, read_timeout: int = READ_TIMEOUT) -> Iterator[Lab]:
    """Lay the network, the database, the hosts and the proxy, and take all of it down again.

    `read_timeout` is how long the proxy waits for a page: long as it is exported, for any app; this one's
    pages are quick.
    """
    with network("192.168.78") as net, ExitStack() as stack:
        data, front, _ = (net.machine(name) for name in ("data", "front", "client"))
        shared = net.prefix + ".0/24"
        database = stack.enter_context(
            databases.database(place / "data", data.address, shared, wrapped=data.command)
        )
        hosts = []
        for name in HOSTS:
            machine, home = net.machine(name), place / name
            home.mkdir()
            environ = environment(
                HOME=str(home),
                TMPDIR=str(home),
                PYTHONPATH=str(ROOT),
                PYTHONDONTWRITEBYTECODE="1",
                SECRET_KEY=KEY,
                DATABASE_URL=database.url,
                SHOP_HOST=name,
            )
            # Three hosts share the processors of one machine here.
            behind = ("--behind", "nginx", "--proxy", front.address, "--workers", "2")
            hosts.append(ShopHost(name, machine, home, environ, server, behind))
        _prepare(database, data)
        for host in hosts:
            stack.callback(host.clean_up)
            host.start()
        site = exported.site(
            "nginx",
            SHOP,
            place / "export",
            name=NAME,
            listen=FRONT_S_PORT,
            upstreams=[one.upstream for one in hosts],
            server=server,
            env=hosts[0].environ,
        )
        exported.change(site, f"proxy_read_timeout {READ_TIMEOUT}s;", f"proxy_read_timeout {read_timeout}s;")
        proxy = stack.enter_context(
            proxies.proxy(
                "nginx",
                site,
                place / "front",
                FRONT_S_PORT,
                address=front.address,
                wrapped=front.command,
                log=NOTED,
            )
        )
        yield Lab(net, hosts, front, proxy, database, data, read_timeout)


def _prepare(database: databases.Database, machine: Machine) -> None:
    code = f"import psycopg; psycopg.connect({database.url!r}, autocommit=True).execute({TABLE!r})"
    machine.run([sys.executable, "-c", code])
