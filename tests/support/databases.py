"""PostgreSQL as Debian has it: a cluster of its own in a folder for the moment, run by its own user."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import host
from tests.support.running import Running
from tests.support.waiting import until

USER = "postgres"
PORT = 5432
Words = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Database:
    """A database under way, and the URL under which its network knows it."""

    address: str
    running: Running

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:lab@{self.address}:{PORT}/{USER}"


def programs() -> Path | None:
    """Find the folder of PostgreSQL's programs; the newest, where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[4]))
    return found[-1].parent if found else None


@contextmanager
def database(
    place: Path, address: str, network: str, *, wrapped: Callable[[Words], Words] = lambda words: words
) -> Iterator[Database]:
    """Make a cluster and serve it at an address, for a network such as 10.0.0.0/24."""
    tools = programs()
    assert tools is not None, "PostgreSQL is not on this machine"
    place.mkdir(parents=True)
    user = USER if host.is_root() else None
    if user:
        place.chmod(0o755)
        home = place / "cluster"
        home.mkdir(mode=0o700)
        shutil.chown(home, user, user)
    cluster, secret = place / "cluster", place / "secret"
    secret.write_text("lab\n", encoding="utf-8")
    secret.chmod(0o644)
    made: list[str | Path] = [
        tools / "initdb",
        "-D",
        cluster,
        "-U",
        USER,
        "--auth=scram-sha-256",
        f"--pwfile={secret}",
        "-N",
    ]
    subprocess.run(made, check=True, capture_output=True, user=user, cwd="/")
    with (cluster / "pg_hba.conf").open("a", encoding="utf-8") as rules:
        rules.write(f"host all all {network} scram-sha-256\n")
    words: list[str | Path] = [tools / "postgres", "-D", cluster, "-h", address, "-p", str(PORT), "-k", ""]
    if user:
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *words]
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    running = Running([*wrapped(words)], environ, place / "said")
    try:
        until(
            lambda: "ready to accept connections" in running.stderr, seconds=60, what=lambda: running.stderr
        )
        yield Database(address, running)
    finally:
        running.clean_up()
