"""The linker's own answer, about real libraries of which something was taken away."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import PIL
import pytest

from launcher import host
from launcher.doctor import libraries

pytestmark = pytest.mark.skipif(not host.LINUX, reason="ldd is Linux's")


@pytest.fixture
def imaging(tmp_path: Path) -> Path:
    """Copy Pillow's extension module and the libraries that its wheel brings beside it."""
    package = Path(PIL.__file__).parent
    shutil.copytree(package.parent / "pillow.libs", tmp_path / "pillow.libs")
    (tmp_path / "PIL").mkdir()
    module = next(package.glob("_imaging.*.so"))
    return Path(shutil.copy2(module, tmp_path / "PIL"))


def test_nothing_is_absent_from_a_whole_tree(imaging: Path) -> None:
    assert libraries.absent([imaging]) == ()


def test_a_library_that_was_removed_is_named_alone(imaging: Path) -> None:
    removed = next((imaging.parent.parent / "pillow.libs").glob("libtiff*"))
    removed.unlink()
    assert libraries.absent([imaging]) == (removed.name,)


def test_several_files_are_answered_together_and_each_library_once(imaging: Path) -> None:
    twin = Path(shutil.copy2(imaging, imaging.with_name("twin.so")))
    removed = next((imaging.parent.parent / "pillow.libs").glob("libtiff*"))
    removed.unlink()
    assert libraries.absent([imaging, twin, Path(sys.executable)]) == (removed.name,)


def test_a_library_is_found_where_the_linker_finds_it(imaging: Path) -> None:
    tiff = next((imaging.parent.parent / "pillow.libs").glob("libtiff*"))
    assert libraries.resolved(imaging)[tiff.name].resolve() == tiff


def test_a_file_that_is_no_program_lacks_nothing(tmp_path: Path) -> None:
    text = tmp_path / "notes.so"
    text.write_text("not an ELF file")
    assert libraries.absent([text]) == ()
    assert libraries.resolved(text) == {}


def test_no_files_are_no_question() -> None:
    assert libraries.absent([]) == ()
