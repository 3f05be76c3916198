"""Packages for Debian in bare systems of Debian: installed with what they need, started, upgraded, removed.

Most are slow: systems are fetched, and what a window needs of them; the systems are kept in the cache.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import webview
from tests.end_to_end.builds import Builder, copy_project
from tests.end_to_end.frozen import Stranger, open_folder
from tests.end_to_end.systems import HOME, PACKAGES, System, why_not
from tests.support.installing import ROOT, install
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen, colours, virtual_screen

pytestmark = [pytest.mark.end_to_end, pytest.mark.skipif(not host.LINUX, reason="a format of Linux")]
SUITES = ("bookworm", "trixie")
VERSIONS = ("1.0", "1.1")
# Python of Debian, beside whose PyGObject the launcher is installed for GTK.
SYSTEM = Path("/usr/bin/python3")
ASKED = "import gi, sys; gi.require_version('WebKit2', '4.1'); assert sys.version_info >= (3, 10)"
TITLE, PACKAGE = "Gäste & Noten", "org.example.notes"
SETTINGS = f'name = "{TITLE}"\nidentifier = "{PACKAGE}"\npublisher = "Erika Müller"\n'
PROGRAM = f"/usr/bin/{PACKAGE}"
DATA = f"{HOME}/.local/share/{PACKAGE}"
OPTIONS = ("--format=deb", "--no-verify")
Packages = Callable[[str], Path]
SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "single_file"
INSTALL = ("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends")


@pytest.fixture(scope="module")
def packages(builder: Builder) -> Iterator[Packages]:
    """Return a function that makes two versions of one sample with a kind of window, in a folder."""
    with open_folder() as place:

        @cache
        def make(view: str) -> Path:
            build = _builds_with_gtk(builder, place) if view == "gtk" else _builds(builder, view)
            output = place / view / "dist"
            for version in VERSIONS:
                project = place / view / version
                copy_project(SAMPLE, project, webview=view, settings=f'{SETTINGS}version = "{version}"\n')
                page = project / "templates" / "index.html"
                page.write_text(page.read_text(encoding="utf-8") + f"<p>made as {version}", encoding="utf-8")
                shutil.rmtree(build(project, output))
            return output

        yield make


def _builds(builder: Builder, view: str) -> Callable[[Path, Path], Path]:
    if view == "qt" and not webview.has("qt"):
        pytest.skip("Qt is not installed here")

    def build(project: Path, output: Path) -> Path:
        return builder.build(project, output, *OPTIONS).program.parent

    return build


def _builds_with_gtk(builder: Builder, place: Path) -> Callable[[Path, Path], Path]:
    """Return what builds with the system's PyGObject, beside which the launcher is installed for it."""
    if not SYSTEM.is_file() or subprocess.run([SYSTEM, "-c", ASKED], capture_output=True).returncode:
        pytest.skip(f"needs GTK's web view and {SYSTEM} with its PyGObject")
    launcher = install(place, ROOT, "--system-site-packages", python=SYSTEM) / "launcher"

    def build(project: Path, output: Path) -> Path:
        command: list[str | Path] = [launcher, "build", project, "--output", output, "--json", *OPTIONS]
        environ = {**builder.environ(), "PYTHONPATH": ""}
        done = subprocess.run(command, cwd=place, env=environ, capture_output=True, text=True, check=True)
        return Path(json.loads(done.stdout.splitlines()[-1])["program"]).parent

    return build


@pytest.fixture
def bare(system: Callable[..., Path], place: Path, packages: Packages) -> Iterator[Callable[..., System]]:
    """Return a function that gives a copy of a bare system, with the packages of a kind of window."""
    if why_not():
        pytest.skip(why_not())
    made: list[System] = []

    def make(suite: str, view: str) -> System:
        made.append(System(system(suite), place, packages(view)))
        made[-1].administer("apt-get", "update", "--quiet=2")
        return made[-1]

    yield make
    for one in made:
        one.leave()


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with virtual_screen() as made:
        yield made


def package_of(packages: Path, version: str) -> str:
    """Return where a system sees the package of a version."""
    (file,) = packages.glob(f"*-{version}-*.deb")
    return f"{PACKAGES}/{file.name}"


def installed(system: System) -> set[str]:
    """List the packages of a system."""
    return set(system.administer("dpkg-query", "--show", "--showformat", "${Package}\n").split())


def own_paths(system: System) -> list[str]:
    """List what the package has laid and no other package has."""
    lists = (system.root / "var/lib/dpkg/info").glob("*.list")
    others = {
        path for one in lists if not one.name.startswith(PACKAGE) for path in one.read_text().splitlines()
    }
    laid = system.administer("dpkg", "--listfiles", PACKAGE).splitlines()
    return [path for path in laid if path not in others]


def test_what_a_package_lays_starts_by_its_command(for_linux: Path, place: Path, stranger: Stranger) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("needs dpkg-deb")
    (package,) = for_linux.glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, place / "root"], check=True)
    running = stranger.start(place / "root/usr/bin/org.example.guests")
    assert running.visit().ask("/").status == 200
    assert running.stop() == 0


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("view", ["browser", "qt", "gtk"])
def test_a_package_installs_runs_upgrades_and_goes(
    bare: Callable[..., System], packages: Packages, suite: str, view: str
) -> None:
    system = bare(suite, view)
    before = installed(system)
    system.administer(*INSTALL, package_of(packages(view), "1.0"))
    depends = system.administer("dpkg-query", "--show", "--showformat", "${Depends}", PACKAGE)
    came = sorted(installed(system) - before)
    print(f"\n{suite}, {view}: depends on {depends}\n  with it came {len(came)} packages: {' '.join(came)}")
    assert system.administer("dpkg", "--verify", PACKAGE) == ""
    running = system.start(PROGRAM, env={"LAUNCHER_HEADLESS": "1"})
    visitor = running.visit()
    page = visitor.ask("/")
    print(f"  the page of 1.0: HTTP {page.status}")
    assert page.status == 200 and "made as 1.0" in page.text
    assert visitor.ask("/notes", method="POST", body=b"text=written+in+1.0").status in (200, 302)
    assert running.stop() == 0
    system.administer(*INSTALL, package_of(packages(view), "1.1"))
    running = system.start(PROGRAM, env={"LAUNCHER_HEADLESS": "1"})
    visitor = running.visit()
    assert "made as 1.1" in visitor.ask("/").text
    assert "written in 1.0" in visitor.ask("/notes").text
    print("  upgraded to 1.1: the row is still there")
    assert running.stop() == 0
    own = own_paths(system)
    assert len(own) > 500 and all(system.has(path) for path in own)
    system.administer("apt-get", "remove", "--yes", "--quiet=2", PACKAGE)
    left = [path for path in own if system.has(path)]
    print(f"  removed: of {len(own)} files and folders of its own {len(left)} are left; the data stays")
    assert left == []
    assert not system.has(f"/usr/lib/{PACKAGE}")
    assert (system.home / DATA.removeprefix(f"{HOME}/") / "home" / "notes.db").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("view", ["qt", "gtk"])
def test_the_window_opens_with_what_the_package_depends_on(
    bare: Callable[..., System], packages: Packages, screen: Screen, place: Path, suite: str, view: str
) -> None:
    system = bare(suite, view)
    system.administer(*INSTALL, package_of(packages(view), "1.0"))
    proof = system.home / "proof"
    running = system.start(PROGRAM, env={"DISPLAY": screen.name, "LAUNCHER_WINDOW_PROOF": f"{HOME}/proof"})
    ended = running.process.poll
    until(lambda: proof.exists() or ended() is not None, seconds=120, what=lambda: running.stderr)
    assert proof.exists(), running.stderr
    assert TITLE in screen.titles()
    assert screen.classes(TITLE) == (PACKAGE, PACKAGE)  # by which the entry in the menu is found
    picture = place / "screen.png"
    until(lambda: colours(screen.picture(picture)) > 10, seconds=30)
    keep = os.environ.get("LAUNCHER_TEST_PICTURES")
    if keep:
        shutil.copy(picture, Path(keep) / f"deb-{suite}-{view}.png")
    assert running.stop() == 0


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("view", ["qt", "gtk"])
def test_every_library_that_is_left_to_the_system_comes_with_the_package(
    bare: Callable[..., System], packages: Packages, suite: str, view: str
) -> None:
    system = bare(suite, view)
    system.administer(*INSTALL, package_of(packages(view), "1.0"))
    (report,) = packages(view).glob("*-1.0-*.report.json")
    audit = json.loads(report.read_text(encoding="utf-8"))["audit"]
    wanted = [*audit["system"], *audit["lacking"]]
    known = set(re.findall(r"^\t(\S+) \(", system.administer("ldconfig", "-p"), re.MULTILINE))
    assert [library for library in wanted if library not in known] == []
    assert len(wanted) > 10
