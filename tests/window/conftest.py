"""One display for all tests that open a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.screens import Screen, virtual_screen


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A display that is there for these tests alone."""
    with virtual_screen() as made:
        yield made
