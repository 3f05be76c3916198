"""What an export is asked for, and what of it cannot be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from launcher import names
from launcher.errors import UsageError
from launcher.packager.plan import Options

MACHINE = ("nginx", "apache", "systemd")  # what runs on a machine itself
CONTAINERS = ("docker", "compose", "kubernetes")
TARGETS = (*MACHINE, *CONTAINERS)
SERVERS = ("waitress", "gunicorn", "uwsgi")
PORT = 8000  # in a container, and on machines of several
LONGEST_HOST = 253
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_PLACE = re.compile(r"(/[A-Za-z0-9_+@][A-Za-z0-9._+@-]*)+")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the proxy listens."""

    http: int = 80
    https: int = 443


@dataclass(frozen=True, slots=True)
class Request:
    """What an export is to make, and for where.

    `place` is the folder that DIR becomes on the machine that serves; `upstreams` are the machines that the
    proxy asks, where there are several. Without `tls` the proxy speaks plain http, for one that stands
    behind another.
    """

    options: Options
    output: Path
    targets: tuple[str, ...]
    hosts: tuple[str, ...]
    server: str = "waitress"
    place: str = ""
    upstreams: tuple[str, ...] = ()
    tls: bool = True
    proxies: tuple[str, ...] = ()  # whom the machines believe, where there are several
    group: str = "www-data"  # of the proxy
    ports: Ports = field(default_factory=Ports)
    certificates: str = ""  # folder; /etc/ssl/NAME
    socket: str = ""  # /run/NAME/app.sock
    environ: tuple[tuple[str, str], ...] = ()  # for the look at the app alone; nothing of it is written


def slug_of(name: str) -> str:
    """Return a name for files, users and services: letters, digits and hyphens, beginning with a letter."""
    text = re.sub(r"[^a-z0-9]+", "-", names.file_name(name).lower()).strip("-")[:30].strip("-")
    return text if text[:1].isalpha() else f"app-{text}".strip("-")


def check_targets(targets: Iterable[str]) -> tuple[str, ...]:
    """Return the targets, each once, in the table's order; raises UsageError for none and unknown ones."""
    asked = [word for text in targets for word in text.replace(",", " ").split()]
    for word in asked:
        if word not in TARGETS:
            raise UsageError(f"Nothing is exported for {word!r}.", f"There are: {', '.join(TARGETS)}.")
    if not asked:
        raise UsageError(
            "It is not said what to export for.", f"Give --for with one of: {', '.join(TARGETS)}."
        )
    return tuple(target for target in TARGETS if target in asked)


def check_environ(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return variables given as NAME=VALUE, or as NAME for that of our own; raises UsageError."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not name or "\0" in word or (not sign and name not in os.environ):
            raise UsageError(f"--env {name or word}: there is no such variable.", "Write --env NAME=VALUE.")
        found[name] = value if sign else os.environ[name]
    return tuple(found.items())


def check_hosts(hosts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of hosts as they stand in requests; raises UsageError for what is none."""
    found: dict[str, None] = {}
    for word in (word for text in hosts for word in text.replace(",", " ").split()):
        try:
            host = word.rstrip(".").encode("idna").decode("ascii").lower()
        except UnicodeError:
            host = ""
        labels = host.split(".")
        if not host or len(host) > LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
            raise UsageError(
                f"{word!r} is not the name of a host.",
                "Give names alone, without http:// and without a port: --hosts example.org,www.example.org",
            )
        found[host] = None
    if not found:
        raise UsageError(
            "It is not said under which names the app is reached.",
            "Give them with --hosts, such as --hosts example.org,www.example.org; all others are refused.",
        )
    return tuple(found)


def check_place(place: str) -> str:
    """Return a folder of the machine that serves; raises UsageError for one that is not plain."""
    if not _PLACE.fullmatch(place) or ".." in place:
        raise UsageError(
            f"{place!r} cannot be the folder on the machine that serves.",
            "Give an absolute path of letters, digits, dots and hyphens with --at, such as /srv/quiz.",
        )
    return place


def check_upstreams(upstreams: Iterable[str]) -> tuple[str, ...]:
    """Return HOST:PORT of each machine; raises UsageError for what is none."""
    found: dict[str, None] = {}
    for text in upstreams:
        host, _, port = text.rpartition(":")
        plain = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        is_address = re.fullmatch(r"[0-9a-fA-F:.]+", plain) is not None and plain != host
        is_name = all(map(_LABEL.fullmatch, host.lower().split(".")))
        if not (port.isdigit() and 0 < int(port) < 1 << 16 and (is_address or is_name)):
            raise UsageError(
                f"{text!r} is not the address of a machine.",
                "Give HOST:PORT, such as --upstream 10.0.0.5:8000.",
            )
        found[text.lower()] = None
    return tuple(found)


def check_group(group: str) -> str:
    """Return the name of a group; raises UsageError for what is none."""
    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,31}", group):
        raise UsageError(
            f"{group!r} is not the name of a group.", "Give the proxy's, such as www-data or nginx."
        )
    return group
