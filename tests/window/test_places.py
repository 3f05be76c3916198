"""Where a window opens: as it was left, where that can still be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.window.places import FILE, Area, Place, fitted, load, save

SCREEN = Area(0, 0, 1280, 900)
SECOND = Area(1280, 0, 1920, 1080)
WANTED = (1024, 720)


def test_place_is_kept(tmp_path: Path) -> None:
    place = Place(-5, 20, 900, 700, True)
    save(tmp_path, place)
    assert load(tmp_path) == place
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", "\0"),
        '{"x": "1", "y": 1, "width": 1, "height": 1, "is_maximized": false}',
        '{"x": 1e99, "y": 1, "width": 1, "height": 1, "is_maximized": false}',
    ],
)
def test_place_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert load(tmp_path) is None
    assert load(tmp_path / "nowhere") is None


def test_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    save(tmp_path / "nowhere", Place(1, 2, 3, 4))


def test_first_window_is_in_the_middle() -> None:
    assert fitted(None, WANTED, True, [SCREEN]) == Place(128, 90, 1024, 720)


def test_window_opens_where_it_was() -> None:
    for kept in (Place(10, 20, 800, 600), Place(1400, 50, 1000, 900), Place(30, 40, 500, 400, True)):
        assert fitted(kept, WANTED, True, [SCREEN, SECOND]) == kept


def test_window_of_a_screen_that_is_gone_opens_in_the_middle_of_another() -> None:
    assert fitted(Place(1400, 50, 1000, 700), WANTED, True, [SCREEN]) == Place(140, 100, 1000, 700)


def test_window_that_is_larger_than_the_screen_is_made_smaller() -> None:
    assert fitted(Place(0, 0, 3000, 2000), WANTED, True, [SCREEN]) == Place(0, 0, 1280, 900)
    assert fitted(None, (3000, 400), True, [SCREEN]) == Place(0, 250, 1280, 400)


def test_window_that_is_partly_outside_is_brought_in() -> None:
    assert fitted(Place(1000, 700, 800, 600), WANTED, True, [SCREEN]) == Place(480, 300, 800, 600)


def test_window_that_cannot_be_resized_keeps_the_projects_size() -> None:
    assert fitted(Place(10, 20, 800, 600, True), (400, 300), False, [SCREEN]) == Place(10, 20, 400, 300)


def test_machine_that_names_no_screen_is_taken_as_it_was() -> None:
    assert fitted(Place(10, 20, 800, 600), WANTED, True, []) == Place(10, 20, 800, 600)
    assert fitted(None, WANTED, True, []) == Place(0, 0, 1024, 720)
