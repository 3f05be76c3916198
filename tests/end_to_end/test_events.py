"""What a build tells a program that started it, and what it hands over."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.formats import tar_gz
from tests.end_to_end.builds import Build, Builder, Built, copy_project
from tests.end_to_end.frozen import Stranger, sealed

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def build(built: Built) -> Build:
    """A build that worked, with a tar.gz and a folder."""
    return built("package_factory")


def test_the_first_event_is_the_start_and_the_last_the_end(build: Build) -> None:
    kinds = [event["event"] for event in build.events]
    assert kinds[0] == "start" and kinds[-1] == "done"
    assert kinds.count("start") == kinds.count("done") == 1
    assert set(kinds) <= {"start", "step", "fact", "size", "warning", "output", "done"}
    assert build.errors == ""


def test_every_step_begins_and_ends_in_order(build: Build) -> None:
    steps = [(event["id"], event["state"]) for event in build.events if event["event"] == "step"]
    order = ["find", "rehearse", "player", "site", "app", "audit", "verify", "artifacts", "handout"]
    assert steps == [(step, state) for step in order for state in ("begin", "end")]
    ends = [event for event in build.events if event.get("state") == "end"]
    assert all(event["title"] and event["seconds"] >= 0 for event in ends)


def test_the_sizes_of_the_layers_are_those_on_the_disk(build: Build) -> None:
    sizes = {event["layer"]: event for event in build.events if event["event"] == "size"}
    bundle = build.program.parent
    assert sizes["app"]["bytes"] == size(bundle / "layers" / "app")
    assert sizes["site"]["bytes"] == size(bundle / "layers" / "site")
    assert sum(event["bytes"] for event in sizes.values()) == size(bundle)
    parts = [part["name"].lower() for part in sizes["site"]["parts"]]
    assert {"flask", "werkzeug", "jinja2"} <= set(parts)
    assert "pytest" not in parts


def size(folder: Path) -> int:
    return sum((Path(place) / name).lstat().st_size for place, _, names in os.walk(folder) for name in names)


def test_the_artifacts_are_where_and_what_they_are_said_to_be(build: Build) -> None:
    artifacts = {artifact["format"]: artifact for artifact in build.last["artifacts"]}
    assert sorted(artifacts) == ["folder", "tar.gz"]
    packed = Path(artifacts["tar.gz"]["path"])
    assert packed.name == f"bookshelf-2.3.0-{host.tag()}.tar.gz"
    assert artifacts["tar.gz"]["bytes"] == packed.stat().st_size
    assert artifacts["tar.gz"]["sha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()
    folder = Path(artifacts["folder"]["path"])
    assert build.program.parent == folder
    assert artifacts["folder"]["bytes"] == size(folder)
    assert build.last["seconds"] > 0


@pytest.mark.skipif(host.WINDOWS, reason="links and modes are POSIX")
def test_the_tar_gz_is_the_folder_with_its_links_and_modes_and_it_starts(
    build: Build, place: Path, stranger: Stranger
) -> None:
    packed = next(Path(one["path"]) for one in build.last["artifacts"] if one["format"] == "tar.gz")
    unpacked = place / "Téléchargements"
    unpacked.mkdir()
    subprocess.run(["tar", "xzf", str(packed), "-C", str(unpacked)], check=True)
    bundle = unpacked / build.program.parent.name
    beside = {tar_gz.INSTALLER, tar_gz.MENU}  # what an archive has more than the folder
    found = {name: what for name, what in describe(bundle).items() if not is_below(name, beside)}
    assert found == describe(build.program.parent)
    with sealed(bundle):
        running = stranger.start(bundle / build.program.name)
        assert "3 shelves" in running.visit().ask("/").text
        assert running.stop() == 0


def is_below(name: str, places: Collection[str]) -> bool:
    return any(name == place or name.startswith(f"{place}/") for place in places)


def describe(folder: Path) -> dict[str, tuple[int, str]]:
    """Return the mode of everything, and the target of links or the digest of files."""
    found = {}
    for path in folder.rglob("*"):
        what = ""
        if path.is_symlink():
            what = os.readlink(path)
        elif path.is_file():
            what = hashlib.sha256(path.read_bytes()).hexdigest()
        found[path.relative_to(folder).as_posix()] = (path.lstat().st_mode, what)
    return found


def test_the_tar_gz_holds_one_folder_and_nobody_s_name(build: Build) -> None:
    packed = next(one["path"] for one in build.last["artifacts"] if one["format"] == "tar.gz")
    with tarfile.open(packed) as archive:
        members = archive.getmembers()
    assert {member.name.split("/")[0] for member in members} == {"bookshelf"}
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}


def test_the_same_project_gives_the_same_bytes_when_a_date_is_set(
    builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "plain_wsgi", place / "project")
    environ = {"SOURCE_DATE_EPOCH": "1700000000"}
    digests = [
        builder.build(project, place / output, "--format", "tar.gz", "--no-verify", env=environ).last
        for output in ("one", "two")
    ]
    first, second = ([one["sha256"] for one in last["artifacts"]] for last in digests)
    assert first == second


def test_a_second_build_takes_the_player_from_the_cache(builder: Builder, samples: Path, place: Path) -> None:
    project = copy_project(samples / "plain_wsgi", place / "project")
    for _ in range(2):
        build = builder.build(project, place / "dist", "--no-verify")
    player = next(e for e in build.events if e.get("id") == "player" and e["state"] == "end")
    assert player["detail"] == "taken from the cache"


def test_without_json_a_person_reads_what_happened(builder: Builder, samples: Path, place: Path) -> None:
    project = copy_project(samples / "plain_wsgi", place / "project")
    done = subprocess.run(
        [sys.executable, "-m", "launcher", "build", str(project), "--output", str(place / "dist")],
        env=builder.environ(),
        cwd=place,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for words in ("Finding the app", "wsgi.py", "Proving the program", str(place / "dist" / "project")):
        assert words in done.stdout
    assert done.stderr == ""


def test_clean_makes_everything_anew_and_removes_only_what_the_launcher_made(
    samples: Path, place: Path, builder: Builder
) -> None:
    cache = place / "cache"
    (cache / "players" / "old").mkdir(parents=True)
    precious = cache / "thesis.txt"
    precious.write_text("years of work", encoding="utf-8")
    project = copy_project(samples / "nothing", place / "project")
    assert Builder(cache).build(project, place / "dist", "--clean").code == 3
    assert not (cache / "players" / "old").exists()
    assert precious.is_file()


@pytest.mark.parametrize("inside", [".", "made/here"])
def test_building_into_the_project_does_not_pack_what_was_built_before(
    inside: str, builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "plain_wsgi", place / "wsgi project")
    listings = []
    for _ in range(2):
        build = builder.build(".", project / inside, "--format", "tar.gz", cwd=project)
        listings.append(sorted(os.listdir(build.program.parent / "layers" / "app")))
    assert listings[0] == listings[1]
    assert set(listings[0]) - {"made", "__pycache__"} == {"wsgi.py", "pyproject.toml"}


def test_the_copied_bundle_is_the_built_one(copied: Callable[..., Path], build: Build) -> None:
    assert describe(copied("package_factory").parent) == describe(build.program.parent)
