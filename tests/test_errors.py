"""Every error says what happened, what to do next, and how the program ends."""

from __future__ import annotations

import inspect
import re

import pytest

from launcher import errors

CLASSES = [
    value
    for _, value in inspect.getmembers(errors, inspect.isclass)
    if issubclass(value, errors.LauncherError)
]


@pytest.mark.parametrize("kind", CLASSES)
def test_error_carries_what_happened_and_what_to_do(kind: type[errors.LauncherError]) -> None:
    error = kind("The disk is full.", "Free some room.")
    assert (error.message, error.todo) == ("The disk is full.", "Free some room.")
    assert str(error) == "The disk is full.\nFree some room."
    assert str(kind("The disk is full.")) == "The disk is full."


@pytest.mark.parametrize("kind", CLASSES)
def test_error_never_ends_the_program_as_a_success(kind: type[errors.LauncherError]) -> None:
    assert 1 <= kind.exit_code <= 125


def test_picture_of_the_tree_is_the_tree() -> None:
    drawn = re.findall(r"^(?:[│ ]*[├└]── )(\w+)", errors.__doc__ or "", re.MULTILINE)
    below = {kind.__name__ for kind in CLASSES} - {"LauncherError"}
    assert sorted(drawn) == sorted(below)


def test_picture_of_the_tree_names_the_exit_codes() -> None:
    drawn = re.findall(r"[├└]── (\w+) .* exit (\d+)", str(errors.__doc__))
    assert drawn
    for name, code in drawn:
        assert getattr(errors, name).exit_code == int(code)


def test_several_targets_lists_what_can_be_typed() -> None:
    error = errors.SeveralTargets("More than one.", "Pick one.", ("quiz:app", "shop:app"))
    assert error.candidates == ("quiz:app", "shop:app")
    assert errors.SeveralTargets("More than one.").candidates == ()
