"""One display for all tests that open a window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.screens import Screen


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A display that is there for these tests alone."""
    # Here: where X is not, its library is not either, and the other tests do without.
    from tests.support.screens import virtual_screen

    with virtual_screen() as made:
        yield made
