"""Words for people."""

from __future__ import annotations

import pytest

from app.human import ago, initials, size


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_600, "1.0 MB"),
     (71_200_000, "71 MB"), (9_960_000, "10 MB"), (2.5e12, "2500 GB"), (None, "?"), (True, "?")],
)  # fmt: skip
def test_sizes(number: object, words: str) -> None:
    """Two digits are enough; what is no number is not guessed."""
    assert size(number) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "just now"), (60, "1 minute ago"), (7300, "2 hours ago")]
)
def test_times(seconds: float, words: str) -> None:
    """Roughly."""
    assert ago(1000.0, 1000.0 + seconds) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Quiz Night", "QN"),
        ("quiz", "Qu"),
        ("my-app", "MA"),
        ("x", "X"),
        ("", "?"),
        ("éa", "Éa"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    """Two letters stand for a name."""
    assert initials(name) == letters
