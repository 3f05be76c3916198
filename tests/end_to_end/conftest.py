"""What whole programs need: one cache of players for all runs, a stranger, a display.

`LAUNCHER_TEST_CACHE` says where players are kept between runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.packager.formats import appimage
from tests.end_to_end.builds import Build, Builder, Built, copy_project
from tests.end_to_end.frozen import Stranger, open_folder
from tests.support.kept import kept_folder
from tests.support.runtimes import stand_in
from tests.support.screens import virtual_screen

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
PLAYERS_KEPT = 3  # of each kind; what the runtime was before is of no use


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    """The packager's cache of all runs: freezing a player takes longer than most tests together."""
    place = kept_folder()
    yield place
    for kept in ("players", "pythons"):
        _prune(place / kept)


def _prune(players: Path) -> None:
    kinds: dict[str, list[Path]] = {}
    for player in players.glob("*-*/"):
        kinds.setdefault(player.name.rpartition("-")[0], []).append(player)
    for same in kinds.values():
        for old in sorted(same, key=lambda path: path.stat().st_mtime)[:-PLAYERS_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


@pytest.fixture(scope="session")
def builder(cache: Path) -> Builder:
    """Starts builds that share the cache."""
    return Builder(cache)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may look into."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def stranger(place: Path) -> Iterator[Stranger]:
    """Somebody without rights on this machine and with an empty home."""
    somebody = Stranger(place)
    yield somebody
    somebody.leave()


@pytest.fixture(scope="session")
def built(builder: Builder) -> Iterator[Built]:
    """Return a function that builds a sample once, and returns the build; do not change its bundle."""
    made: dict[tuple[str, str], Build] = {}
    with open_folder("launcher-samples-") as folder:

        def build(sample: str, settings: str = "") -> Build:
            key = (sample, settings)
            if key not in made:
                here = folder / str(len(made))
                project = copy_project(SAMPLES / sample, here / sample, settings=settings)
                made[key] = builder.build(project, here / "dist", "--format", "tar.gz", cwd=folder)
                shutil.rmtree(project)
            return made[key]

        yield build


@pytest.fixture(scope="session")
def for_linux(builder: Builder) -> Iterator[Path]:
    """One sample in every format of Linux whose tools are here, in a folder."""
    tools = {"AppImage": ("mksquashfs", "unsquashfs", "gcc"), "rpm": ("rpmbuild", "rpm")}
    formats = ["tar.gz", "deb", *(name for name, needed in tools.items() if all(map(shutil.which, needed)))]
    with open_folder() as folder:
        table = '[tool.launcher.documents]\n".quiz" = "Quiz"\n'
        settings = f'name = "Gäste & Quiz"\nidentifier = "org.example.guests"\n{table}'
        project = copy_project(SAMPLES / "single_file", folder / "project", settings=settings)
        env = {appimage.VARIABLE: str(stand_in(folder / "runtime"))} if "AppImage" in formats else {}
        options = [f"--format={name}" for name in formats]
        build = builder.build(project, folder / "dist", *options, "--no-verify", cwd=folder, env=env)
        shutil.rmtree(build.program.parent)
        yield folder / "dist"


@pytest.fixture
def copied(built: Built, place: Path) -> Callable[..., Path]:
    """Return a function that gives the program of a sample in a copied bundle of the test's own."""

    def copy(sample: str, settings: str = "") -> Path:
        program = built(sample, settings).program
        bundle = place / "Programme für Gäste" / program.parent.name
        shutil.copytree(program.parent, bundle, symlinks=True)
        return bundle / program.name

    return copy


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A display that windows may be opened on: the one that is there, else one of our own."""
    present = os.environ.get("DISPLAY")
    if present:
        yield present
        return
    with virtual_screen() as screen:
        yield screen.name


@pytest.fixture(scope="session")
def system(cache: Path) -> Callable[..., Path]:
    """Return a function that makes the smallest system of a suite, with some packages, once."""

    def make(suite: str, *packages: str) -> Path:
        root = cache / "systems" / "-".join([suite, *packages[:1]])
        if root.is_dir():
            return root
        part = root.with_name(f"{root.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(exist_ok=True)
        more = [f"--include={','.join(packages)}"] if packages else []
        command = ["debootstrap", "--variant=minbase", *more, suite, str(part)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500)
        if done.returncode:
            pytest.skip(f"{suite} cannot be had here: {done.stdout.splitlines()[-1:]}")
        part.chmod(0o755)
        part.rename(root)
        return root

    return make


@pytest.fixture(scope="session")
def pythons() -> Callable[[str], str]:
    """Return a function that finds the Python of a version on this machine."""

    def find(version: str) -> str:
        # pyenv keeps more Pythons than its commands let through.
        kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        found = [str(python) for python in sorted(kept.glob(f"{version}.*/bin/python"))]
        for python in [*found, shutil.which(f"python{version}") or "python"]:
            asked = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
            if asked.stdout.startswith(f"Python {version}."):
                return python
        pytest.skip(f"Python {version} is not on this machine")

    return find
