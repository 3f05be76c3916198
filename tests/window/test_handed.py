"""Files that lead a browser: private, short-lived, and only for browsers that can read them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from launcher import host
from launcher.window import handed
from tests.support.waiting import until

URL = "http://127.0.0.1:20000/.launcher/enter?ticket&next=/a%22b"


def of(address: str) -> Path:
    return Path(address.removeprefix("file://"))


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no mode bits")
def test_file_is_for_this_user_alone_whatever_was_there(tmp_path: Path) -> None:
    (tmp_path / "open-1.html").touch(mode=0o666)
    place = of(handed.Handed(tmp_path).address_of(URL))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    leads = "0;url=http://127.0.0.1:20000/.launcher/enter?ticket&amp;next=/a%22b"
    assert f'content="{leads}"' in place.read_text()


def test_two_ways_in_are_two_files_and_both_are_withdrawn(tmp_path: Path) -> None:
    made = handed.Handed(tmp_path)
    assert of(made.address_of(URL)) != of(made.address_of(URL))
    made.withdraw()
    assert list(tmp_path.iterdir()) == []


def test_file_is_gone_when_its_ticket_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed, "LIFETIME", 0.01)
    place = of(handed.Handed(tmp_path).address_of(URL))
    until(lambda: not place.exists())


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    handed.Handed(tmp_path).address_of(URL)
    handed.Handed(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not host.LINUX, reason="snaps are Linux's")
def test_browser_in_a_snap_is_not_sent_to_a_file_that_it_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handed, "SNAP", tmp_path / "snap")
    for folder in ("snap", "usr"):
        (tmp_path / folder).mkdir()
    plain, script = tmp_path / "usr" / "chromium", tmp_path / "usr" / "chromium-browser"
    for program in (plain, script, tmp_path / "usr" / "snap"):
        program.touch()
    assert all(handed.is_readable_by(one) for one in (plain, script, None))
    confined = tmp_path / "snap" / "chromium"
    confined.symlink_to(tmp_path / "usr" / "snap")
    assert not any(handed.is_readable_by(one) for one in (confined, script, None))
    assert handed.is_readable_by(plain)
