"""The sites that `launcher export` writes for a proxy, moved to ports and servers of a test's own.

An export looks at the running app, which takes seconds; so each is made once, and only the numbers
in it change.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.installing import ROOT
from tests.support.programs import environment

# How either says that it listens at the port of plain http.
LISTENS = re.compile(r"(listen (?:\[::\]:)?|<VirtualHost \*:)80([ ;>])")
UPSTREAM = "192.0.2.{}:61801"  # addresses that no machine has
PROXY = "127.0.0.1"
_kept: dict[tuple[str, ...], Path] = {}
_folder: list[tempfile.TemporaryDirectory[str]] = []


def site(
    kind: str,
    project: Path,
    place: Path,
    *,
    name: str,
    listen: int,
    upstreams: Sequence[str],
    server: str = "gunicorn",
    env: Mapping[str, str] | None = None,
) -> Path:
    """Export a project for a proxy that listens at a port and asks servers, and return the site."""
    exported = _exported(kind, project, name, server, len(upstreams), env or {})
    text = next((exported / kind).glob("*.conf")).read_text(encoding="utf-8")
    text, count = LISTENS.subn(rf"\g<1>{listen}\g<2>", text)
    assert count, text
    for number, upstream in enumerate(upstreams, 1):
        assert UPSTREAM.format(number) in text, text
        text = text.replace(UPSTREAM.format(number), upstream)
    place.mkdir(parents=True, exist_ok=True)
    found = place / f"{kind}.conf"
    found.write_text(text, encoding="utf-8")
    return found


def change(site: Path, old: str, new: str) -> None:
    """Change one thing in a site; it must be there."""
    text = site.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in the site:\n{text}"
    site.write_text(text.replace(old, new), encoding="utf-8")


def _exported(kind: str, project: Path, name: str, server: str, count: int, env: Mapping[str, str]) -> Path:
    key = (kind, project.name, name, server, str(count))
    if key not in _kept:
        if not _folder:
            _folder.append(tempfile.TemporaryDirectory(prefix="launcher-exports-"))
            Path(_folder[0].name).chmod(0o755)
        here = Path(_folder[0].name) / str(len(_kept))
        source = here / project.name
        shutil.copytree(project, source, ignore=shutil.ignore_patterns("__pycache__"))
        upstreams = [UPSTREAM.format(number) for number in range(1, count + 1)]
        command = [
            *(sys.executable, "-m", "launcher", "export", "--project", str(source), "--for", kind),
            *("--server", server, "--hosts", name, "--http-only", "--at", str(here / "export")),
            *("--proxy", PROXY, *(word for one in upstreams for word in ("--upstream", one))),
            str(here / "export"),
        ]
        told = {**environment(HOME=str(here), PYTHONPATH=str(ROOT)), **env}
        ended = subprocess.run(command, cwd=here, env=told, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
        _kept[key] = here / "export"
    return _kept[key]
