"""What tests of every part share: small projects, and whole programs that surely end.

`LAUNCHER_TEST_SLOW=1` adds the tests that are marked slow: every Python, the whole corpus, bare systems.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher.paths import AppFolders
from tests.support.backends import Backends, backends_of
from tests.support.files import WriteFiles, writer_into
from tests.support.programs import Program, Start
from tests.support.wine import Windows, is_there, windows

SAMPLES = Path(__file__).parent / "samples"

__all__ = ["StartProgram", "WriteFiles"]

StartProgram = Callable[..., Program]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out unless they were asked for, and give windows a second chance."""
    if not os.environ.get("LAUNCHER_TEST_SLOW") and "slow" not in config.getoption("-m"):
        skip = pytest.mark.skip(reason="slow; LAUNCHER_TEST_SLOW=1 adds it")
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(skip)
    _try_windows_twice(items)


def _try_windows_twice(items: list[pytest.Item]) -> None:
    """Try once more what failed with a real window: on a busy machine a key or a click is lost now and then.

    What fails twice has failed; the summary names what was tried again.
    """
    for item in items:
        if item.get_closest_marker("window"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def samples() -> Path:
    """The folder of sample projects."""
    return SAMPLES


@pytest.fixture
def write_files(tmp_path: Path) -> WriteFiles:
    """Return a function that writes files into one small project and returns its folder."""
    return writer_into(tmp_path / "small project")


@pytest.fixture
def folders(tmp_path: Path) -> AppFolders:
    """An app's own folder, made as a start makes it."""
    made = AppFolders(tmp_path / "data")
    made.make()
    return made


@pytest.fixture
def backends(folders: AppFolders, tmp_path: Path) -> Iterator[Backends]:
    """Backends of one app, without a program around them."""
    with backends_of(folders, tmp_path) as made:
        yield made


@pytest.fixture
def start_program(tmp_path: Path) -> Iterator[StartProgram]:
    """Return a function that starts a program of a project; all of them use one app folder."""
    started: list[Program] = []

    def start(project: Path, *, home: Path | None = None, **options: Any) -> Program:
        number = len(started)
        program = Program(Start(project, **options), tmp_path / f"run {number}", home or tmp_path / "home")
        started.append(program)
        return program

    yield start
    for program in started:
        program.clean_up()


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """A Windows of this session's own, for programs that are built for it."""
    if not is_there():
        pytest.skip("Wine is not on this machine")
    with windows(tmp_path_factory.mktemp("windows") / "prefix") as made:
        yield made
