"""Times and rights of a bundle follow from what went into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import UsageError
from launcher.packager import uniform

EARLY, LATE = 1_500_000_000, 1_700_000_000


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with an early and a late file in its layers, and bytecode of just now."""
    folder = tmp_path / "Quiz"
    for name in ("Quiz", "_internal/base.zip", "layers/launcher.json", "layers/app/app.py", "layers/app/run",
                 "layers/app/__pycache__/app.pyc", "layers/site/shelf.py", "layers/licenses/Python/LICENSE"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (folder / "layers/app/run").chmod(0o700)
    (folder / "layers/app/app.py").chmod(0o600)
    (folder / "layers/app/empty").mkdir(mode=0o700)
    os.utime(folder / "layers/app/app.py", (LATE, LATE))
    for name in ("layers/app/run", "layers/site/shelf.py"):
        os.utime(folder / name, (EARLY, EARLY))
    return folder


def times(bundle: Path) -> dict[str, int]:
    everything = [bundle, *bundle.rglob("*")]
    return {path.relative_to(bundle).as_posix(): int(path.stat().st_mtime) for path in everything}


def test_without_a_wish_the_newest_file_of_the_layers_gives_the_moment(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(uniform.VARIABLE, raising=False)
    assert uniform.moment_of(bundle) == LATE
    uniform.settle(bundle, LATE)
    own = {"layers/app/run": EARLY, "layers/site/shelf.py": EARLY}
    assert times(bundle) == {name: own.get(name, LATE) for name in times(bundle)}


def test_a_wished_moment_is_the_latest_that_stands_in_the_bundle(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wished = (EARLY + LATE) // 2
    monkeypatch.setenv(uniform.VARIABLE, str(wished))
    assert uniform.moment_of(bundle) == wished
    uniform.settle(bundle, wished)
    assert max(times(bundle).values()) == wished
    assert times(bundle)["layers/app/run"] == EARLY, "an older file keeps its own time"
    assert times(bundle)["layers/app/__pycache__/app.pyc"] == wished


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no such modes")
def test_everybody_may_read_and_what_was_to_run_runs(bundle: Path) -> None:
    uniform.settle(bundle, LATE)
    modes = {
        path.relative_to(bundle).as_posix(): path.stat().st_mode & 0o777 for path in bundle.rglob("*")
    }
    assert modes["layers/app/app.py"] == 0o644
    assert modes["layers/app/run"] == modes["layers/app/empty"] == 0o755


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
def test_what_a_link_points_to_is_left_alone(bundle: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("not ours", encoding="utf-8")
    os.utime(outside, (1_000_000_000, 1_000_000_000))
    (bundle / "_internal/link").symlink_to(outside)
    uniform.settle(bundle, LATE)
    assert int(outside.stat().st_mtime) == 1_000_000_000
    assert int((bundle / "_internal/link").lstat().st_mtime) == LATE


@pytest.mark.parametrize("text", ["yesterday", "-1", "1.5", "2026-01-01"])
def test_a_moment_that_is_none_is_refused_with_a_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(uniform.VARIABLE, text)
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH") as caught:
        uniform.chosen_moment()
    assert "1970" in caught.value.todo


def test_a_moment_that_archives_cannot_hold_becomes_the_nearest_that_they_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(uniform.VARIABLE, "0")
    assert uniform.chosen_moment() == uniform.OLDEST
    monkeypatch.setenv(uniform.VARIABLE, "99999999999")
    assert uniform.chosen_moment() == uniform.LATEST


def test_a_scratch_copy_has_the_times_of_the_bundle(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that lists its folder must not look otherwise for a fraction of a second."""
    copy = bundle / "layers" / "app"
    os.utime(copy / "app.py", (LATE + 0.75, LATE + 0.75))
    uniform.round_times(copy)
    assert (copy / "app.py").stat().st_mtime == LATE
    monkeypatch.setenv(uniform.VARIABLE, str(EARLY))
    uniform.round_times(copy)
    assert (copy / "app.py").stat().st_mtime == EARLY
