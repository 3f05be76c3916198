"""The victim on the web: by `launcher serve`, alone or behind a proxy that was exported; and beside it plain.

Plain is what the first page of each server's manual says, and a site that does nothing but pass on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.attacks.systems.ours import VICTIM
from tests.attacks.vocabulary import ADDRESS, System, Target
from tests.support import exported, hosted, proxies
from tests.support.waiting import until

NAME = "victim.example"
FRONTS = ("", *proxies.PROXIES)
PLAIN = "plain"


def _name(server: str, front: str, is_plain: bool) -> str:
    words = [f"{PLAIN} {server}" if is_plain else server, front]
    return ", ".join(word for word in words if word)


@contextmanager
def start(server: str, front: str, is_plain: bool, system: System, place: Path) -> Iterator[Target]:
    """Serve the victim until the end of the block."""
    place.chmod(0o755)  # a proxy's workers are another user
    project, port = place / "victim", proxies.free_port()
    shutil.copytree(VICTIM, project, ignore=shutil.ignore_patterns("__pycache__"))
    bind = f"{ADDRESS}:{port}"
    command = hosted.plain_command(server, bind) if is_plain else _serve(project, server, bind, front)
    env = {"VICTIM_NOTES": str(place / "notes"), "FLASK_APP": "app"}
    with ExitStack() as stack:
        running = stack.enter_context(
            hosted.hosted(command, project, place / "server", port, path="/quick", name=NAME, env=env)
        )
        target = Target(system, port, running.pid, place, name=NAME, said=partial(_said, running))
        if front:
            target.inner, target.port = port, proxies.free_port()
            site = _site(server, front, is_plain, project, place, target)
            proxy = stack.enter_context(proxies.proxy(front, site, place / "proxy", target.port))
            target.behind = (proxy.running.process.pid,)
        until(target.is_alive, what=target.said)
        target.cookie = (target.ask("/").header("set-cookie") or "").partition(";")[0]
        yield target


def _serve(project: Path, server: str, bind: str, front: str) -> hosted.Words:
    behind = ("--behind", front) if front else ()
    return hosted.serve_command(project, server, bind, NAME, *behind)


def _site(server: str, front: str, is_plain: bool, project: Path, place: Path, target: Target) -> Path:
    upstream = f"{ADDRESS}:{target.inner}"
    if not is_plain:
        return exported.site(
            front,
            project,
            place / "export",
            name=NAME,
            listen=target.port,
            upstreams=[upstream],
            server=server,
        )
    site = place / "site"
    site.write_text(proxies.plain_site(front, f"{ADDRESS}:{target.port}", upstream), encoding="utf-8")
    return site


def _said(running: hosted.Hosted) -> Mapping[str, str]:
    return {"standard output": running.running.stdout, "standard error": running.running.stderr}


def system(server: str, front: str = "", *, is_plain: bool = False) -> System:
    """Return a server with what is in front of it."""
    return System(
        _name(server, front, is_plain),
        partial(start, server, front, is_plain),
        lacks=proxies.lacking(front) if front else "",
    )


OURS = tuple(system(server, front) for server in hosted.OURS for front in FRONTS)
RIVALS = tuple(system(server, front, is_plain=True) for server in hosted.PLAIN for front in FRONTS)
