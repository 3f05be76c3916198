"""Which of two versions is the older one."""

from __future__ import annotations

import pytest

from launcher.versions import is_older

ASCENDING = [
    "0.9",
    "1.0.dev1",
    "1.0a1.dev2",
    "1.0a1",
    "1.0-beta.2",
    "1.0rc1",
    "1.0",
    "1.0.post1",
    "1.0.1",
    "1.9",
    "1.10",
    "v2",
    "2024.11.5",
    "1!0.1",
]


def test_versions_are_ordered_by_their_numbers() -> None:
    for index, version in enumerate(ASCENDING):
        assert [other for other in ASCENDING if is_older(other, version)] == ASCENDING[:index]


@pytest.mark.parametrize(("one", "other"), [("1.0", "1"), ("1.0+local", "1.0"), ("V1.2", "1.2.0")])
def test_two_ways_to_write_a_version_are_the_same(one: str, other: str) -> None:
    assert not is_older(one, other)
    assert not is_older(other, one)


@pytest.mark.parametrize(("one", "other"), [("spring", "summer"), ("", "1.0"), ("1.0", "nightly")])
def test_of_versions_without_numbers_nothing_is_said(one: str, other: str) -> None:
    assert not is_older(one, other)
    assert not is_older(other, one)
