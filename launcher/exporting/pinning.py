"""The requirements of an export: the versions of the project's own environment, and the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from launcher import paths
from launcher.errors import ConfigError, LauncherError
from launcher.packager.site import Site
from launcher.project.config import load
from launcher.project.environment import Distribution

LOCKS = ("develop.txt", "launcher.txt")  # ours, which hold the servers
LARGEST = 5_000_000  # bytes of a lock
SERVERS = {"waitress": "waitress", "gunicorn": "gunicorn", "uwsgi": "pyuwsgi"}
NEEDS = {"gunicorn": ("packaging",)}
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*==\s*([^\s;\\]+)")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")

# What wheels do not bring, by Debian's names: for building where there is no wheel, and for running.
SYSTEM: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "psycopg2": (("gcc", "libc6-dev", "libpq-dev"), ("libpq5",)),
    "psycopg": ((), ("libpq5",)),
    "mysqlclient": (("gcc", "libc6-dev", "default-libmysqlclient-dev", "pkg-config"), ("libmariadb3",)),
    "pyodbc": ((), ("unixodbc",)),
    "python-ldap": (("gcc", "libc6-dev", "libldap-dev", "libsasl2-dev"), ("libldap-2.5-0", "libsasl2-2")),
    "weasyprint": ((), ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")),
    "cairosvg": ((), ("libcairo2",)),
    "pycairo": (("gcc", "libc6-dev", "libcairo2-dev", "pkg-config"), ("libcairo2",)),
    "xmlsec": (("gcc", "libc6-dev", "libxmlsec1-dev", "pkg-config"), ("libxmlsec1-openssl",)),
    "python-magic": ((), ("libmagic1",)),
    "pyzbar": ((), ("libzbar0",)),
    "opencv-python": ((), ("libgl1", "libglib2.0-0")),
    "pytesseract": ((), ("tesseract-ocr",)),
    "pdf2image": ((), ("poppler-utils",)),
    "pydub": ((), ("ffmpeg",)),
    "uwsgi": (("gcc", "libc6-dev"), ()),
}


@dataclass(frozen=True, slots=True)
class Pins:
    """What is installed to serve a project.

    `has_hashes` tells whether all of it is held to hashes. `loose` cannot be had from an index: a folder of
    the author's machine. `build` and `run` are packages of the system.
    """

    lines: tuple[str, ...]
    has_hashes: bool
    loose: tuple[str, ...]
    build: tuple[str, ...]
    run: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the file."""
        return "".join(f"{line}\n" for line in self.lines)


def pin(site: Site, server: str, root: Path) -> Pins:
    """Pin what a project needs, and the server; raises LauncherError for one that nothing pins."""
    versions: dict[str, tuple[str, str]] = {}
    loose: list[str] = []
    for part in site.parts:
        one = part.distribution
        address = _address(one)
        if one.editable is not None or address.startswith("file:"):
            loose.append(f"{one.name} {one.version}")
        else:
            versions[one.key] = (one.version, address)
    loose += sorted(one.source.name for one in site.loose)
    known = dict(_known(root))
    for name in dict.fromkeys((SERVERS[server], *NEEDS.get(server, ()), "waitress")):
        if name not in versions:
            versions[name] = (_ours(name, known), "")
    hashes = {
        name: known.get((name, version), ()) for name, (version, address) in versions.items() if not address
    }
    has_hashes = len(hashes) == len(versions) and all(hashes.values())
    lines = [
        f"{name} @ {address}" if address else _line(name, version, hashes[name] if has_hashes else ())
        for name, (version, address) in sorted(versions.items())
    ]
    build, run = (
        tuple(sorted({package for name in versions for package in SYSTEM.get(name, ((), ()))[which]}))
        for which in (0, 1)
    )
    return Pins(tuple(lines), has_hashes, tuple(loose), build, run)


def _line(name: str, version: str, hashes: tuple[str, ...]) -> str:
    return " \\\n    ".join((f"{name}=={version}", *(f"--hash={one}" for one in sorted(hashes))))


def _address(one: Distribution) -> str:
    """Return where a distribution was installed from, where that was no index."""
    try:
        told = json.loads((one.metadata / "direct_url.json").read_text(encoding="utf-8"))
        url, version = str(told["url"]), told.get("vcs_info")
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    if re.search(r"[\s;\\]|//[^/]*@", url):  # with a name and a password in it, it is nobody else's
        return "file:"
    return f"{version['vcs']}+{url}@{version['commit_id']}" if isinstance(version, dict) else url


def _ours(name: str, known: Mapping[tuple[str, str], tuple[str, ...]]) -> str:
    """Return the version of a server that the project does not have: the one that ours was tried with."""
    for folder in paths.PACKAGE.parent.glob(f"{name}-*.dist-info"):
        found = HeaderParser().parsestr((folder / "METADATA").read_text("utf-8", "replace"))["Version"]
        if found and (name, found) in known:
            return str(found)
    versions = [version for key, version in known if key == name]
    if not versions:
        raise LauncherError(f"No version of {name} is known.", f"Add {name} to the project's requirements.")
    return versions[-1]


def _known(root: Path) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Yield the hashes of versions, as far as a lock of the project, or ours, holds them."""
    locks = [paths.bundled("build") / "locks" / name for name in LOCKS]
    for file in (*locks, *sorted(root.glob("requirements*.txt"))):
        yield from _in_list(file)
    for name in ("uv.lock", "poetry.lock", "pylock.toml"):
        yield from _in_lock(root / name)


def _in_list(file: Path) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST:
            return
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        found = _PIN.match(line.strip())
        hashes = tuple(_HASH.findall(line))
        if found and hashes:
            yield (str(canonicalize_name(found[1])), found[2]), hashes


def _in_lock(file: Path) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    try:
        document = load(file)
    except ConfigError:
        return  # not ours to judge
    several = document.get("package") or document.get("packages") or []
    for one in several if isinstance(several, list) else ():
        name, version = one.get("name"), one.get("version")
        if isinstance(name, str) and isinstance(version, str):
            yield (str(canonicalize_name(name)), version), tuple(_hashes(one))


def _hashes(one: Mapping[str, Any]) -> Iterator[str]:
    files = [one.get("sdist"), *(one.get("wheels") or ()), *(one.get("files") or ())]
    for file in files:
        if not isinstance(file, dict):
            continue
        told = file.get("hash") or (file.get("hashes") or {}).get("sha256")
        if isinstance(told, str):
            text = told if told.startswith("sha256:") else f"sha256:{told}"
            if re.fullmatch(r"sha256:[0-9a-f]{64}", text):
                yield text
