"""In seclusion only the system's own folders are there, and what is shown on purpose."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.verification import seclusion
from launcher.packager.verification.seclusion import Seclusion, Surroundings
from tests.end_to_end.frozen import open_folder

pytestmark = pytest.mark.skipif(not host.LINUX, reason="only Linux can cover folders")

LOOK = ("/bin/sh", "-c", 'for p in "$@"; do ls -A "$p" 2>/dev/null | head -50; done; id -u', "sh")


@pytest.fixture
def secluded() -> Seclusion:
    """What can be covered around the tests' own Python."""
    found = seclusion.around(seclusion.surroundings_of(Path(sys.executable)))
    if not found.covered:
        pytest.skip(found.why_not)
    return found


@pytest.fixture
def place() -> Iterator[Path]:
    with open_folder() as folder:
        (folder / "shown").mkdir()
        (folder / "shown" / "file of the bundle").touch()
        (folder / "hidden").touch()
        yield folder


def seen(
    secluded: Seclusion, place: Path, *looked_at: Path, user: tuple[int, int] | None = None
) -> list[str]:
    """Start a program that lists folders, and return its lines; the last is who it is."""
    command = secluded.command([*LOOK, *map(str, looked_at)], [place / "shown"], user)
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.splitlines()


def test_only_what_is_shown_is_there(secluded: Seclusion, place: Path) -> None:
    assert seen(secluded, place, place)[:-1] == ["shown"]
    assert seen(secluded, place, place / "shown")[:-1] == ["file of the bundle"]
    checkout = Path(__file__).resolve().parents[3]
    assert seen(secluded, place, checkout, Path.home(), Path(sys.prefix))[:-1] == []
    assert "bin" in seen(secluded, place, Path("/usr"))


def test_nobody_else_sees_the_covers(secluded: Seclusion, place: Path) -> None:
    seen(secluded, place, place)
    assert sorted(path.name for path in place.iterdir()) == ["hidden", "shown"]


def test_another_user_finds_his_way_and_stays_who_he_is(secluded: Seclusion, place: Path) -> None:
    user = (65534, 65534) if host.is_root() else None
    *names, number = seen(secluded, place, place / "shown", user=user)
    assert names == ["file of the bundle"]
    assert int(number) == (65534 if host.is_root() else os.getuid())


def test_what_the_system_is_made_of_is_never_covered(secluded: Seclusion) -> None:
    tops = {"/bin", "/etc", "/lib", "/proc", "/usr", "/usr/lib", "/usr/local", "/var", "/dev", "/sys", "/"}
    assert not tops & set(secluded.covered)
    placed = tuple(("odd", Path(name)) for name in ("/", "/usr", "/usr/lib", "/etc"))
    assert seclusion.around(Surroundings(places=placed)).covered == seclusion.around(Surroundings()).covered


def test_a_place_below_the_system_is_covered_by_itself(tmp_path: Path) -> None:
    found = seclusion.around(Surroundings(places=(("its environment", Path("/usr/share/doc")),)))
    if not found.covered:
        pytest.skip(found.why_not)
    assert "/usr/share/doc" in found.covered
    assert "its environment" in found.names


def test_where_it_is_refused_the_reason_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "refused.py"
    script.write_text("raise PermissionError('unshare: not here')", encoding="utf-8")
    monkeypatch.setattr(seclusion, "SCRIPT", script)
    found = seclusion.around(Surroundings())
    assert found.covered == ()
    assert found.why_not == "this system does not let us: PermissionError: unshare: not here"
