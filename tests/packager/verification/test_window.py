"""What a window's picture tells; the programs are scripts that draw what they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from launcher import host
from launcher.errors import VerificationFailed
from launcher.packager.verification import no_window, verify_window
from launcher.packager.verification.window import colours_of
from tests.end_to_end.frozen import open_folder

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="scripts are no programs there")

PROGRAM = """#!/usr/bin/python3 -B
import base64, json, os, pathlib, time
proof = pathlib.Path(os.environ["LAUNCHER_WINDOW_PROOF"])
picture = {picture!r}
if picture:
    proof.with_suffix(".png").write_bytes(picture)
seen = dict(url="http://127.0.0.1:1/", title="Quiz", text="Hello", is_filled={is_filled})
seen["without_picture"] = {why!r}
part = proof.with_name("part")
part.write_text(json.dumps(seen))
part.replace(proof)
time.sleep(600)
"""
Draw = Callable[..., tuple[Path, Path]]


@pytest.fixture
def draw(tmp_path: Path) -> Iterator[Draw]:
    """Return a function that makes a bundle whose program shows a picture of some colours."""
    if not Path("/usr/bin/python3").is_file():
        pytest.skip("there is no Python of the system's")
    with open_folder() as place:

        def make(*colours: str, is_filled: bool = True, why: str = "") -> tuple[Path, Path]:
            data = b""
            if colours:
                image = Image.new("RGB", (60, 40), colours[0])
                for number, colour in enumerate(colours):
                    image.putpixel((number, 0), tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)))
                image.save(tmp_path / "drawn.png")
                data = (tmp_path / "drawn.png").read_bytes()
            (place / "Quiz").mkdir()
            program = place / "Quiz" / "Quiz"
            program.write_text(PROGRAM.format(picture=data, is_filled=is_filled, why=why), encoding="utf-8")
            program.chmod(0o755)
            return place / "Quiz", tmp_path / "window.png"

        yield make


def test_picture_is_kept(draw: Draw) -> None:
    bundle, picture = draw("#ffffff", "#000000", "#2222ff")
    seen = verify_window(bundle, "Quiz", picture)
    assert (seen.picture, seen.colours, seen.page["title"]) == (picture, 3, "Quiz")
    assert colours_of(picture) == 3


def test_window_of_one_colour_fails_where_the_page_has_something_to_show(draw: Draw) -> None:
    bundle, picture = draw("#ffffff")
    with pytest.raises(VerificationFailed, match="of one colour, although its page has something to show"):
        verify_window(bundle, "Quiz", picture)


def test_empty_page_may_be_of_one_colour(draw: Draw) -> None:
    bundle, picture = draw("#ffffff", is_filled=False)
    assert verify_window(bundle, "Quiz", picture).colours == 1


def test_why_there_is_no_picture_is_told(draw: Draw) -> None:
    bundle, picture = draw(why="it cannot draw itself")
    seen = verify_window(bundle, "Quiz", picture)
    assert (seen.picture, seen.without_picture) == (None, "it cannot draw itself")


def test_program_that_ends_before_it_shows_anything_fails(draw: Draw) -> None:
    bundle, picture = draw("#ffffff")
    (bundle / "Quiz").write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    with pytest.raises(VerificationFailed, match="did not show the app; it ended with exit code 7"):
        verify_window(bundle, "Quiz", picture)


def test_where_no_window_can_be_opened_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "browser" in no_window("browser")
    if host.LINUX:
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        assert no_window("qt") == "there is no display here to open it on"
        monkeypatch.setenv("DISPLAY", ":1")
    assert no_window("qt") == ""
