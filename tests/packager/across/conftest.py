"""What tests of other platforms share: the cache, which keeps what is fetched for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kept import kept_folder


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packager's cache, the same in all runs."""
    place = kept_folder()
    monkeypatch.setenv("LAUNCHER_CACHE", str(place))
    return place
