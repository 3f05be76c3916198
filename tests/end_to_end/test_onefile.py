"""A program of Windows in one file: its own archive, its files and its layers, unpacked at every start."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pefile
import pytest

from launcher.packager.formats import hand_over
from launcher.packager.progress import Progress
from tests.end_to_end.shop import NAME, Shop, parcel_in
from tests.support.wine import Windows, fit

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]


def test_one_file_serves_keeps_its_rows_and_is_warned_of(
    wine: Windows, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUNCHER_CACHE", str(cache))
    parcel = parcel_in(tmp_path)
    fit(parcel.bundle)
    said: list[dict[str, Any]] = []
    (made,) = hand_over(parcel, ("onefile",), Progress(said.append))
    assert ["in one file" in one["title"] for one in said] == [True]
    content = made.path.read_bytes()
    assert hand_over(parcel, ("onefile",), Progress(said.append))[0].path.read_bytes() == content
    with pefile.PE(made.path) as parsed:
        assert parsed.verify_checksum()
    friends = tmp_path / "Geschenk für Ünal"
    friends.mkdir()
    program = shutil.copy(made.path, friends / "Laden.exe")
    shutil.rmtree(parcel.bundle)
    shop = Shop(wine)
    for expected in (["Birnen"], ["Birnen", "Äpfel"]):
        started = wine.start(program)
        started.entry()
        answer = shop.ask(expected[-1])
        assert answer == {"version": "1.0", "rows": expected, "arguments": []}
        started.end()
        (shop.data.private / "running.json").unlink(missing_ok=True)
    assert NAME in shop.log()
    shutil.rmtree(shop.data.root)
