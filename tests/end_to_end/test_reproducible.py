"""The same input gives the same bytes, player and all; a change of the app touches the app alone."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from launcher.data import home
from tests.end_to_end.builds import Build, Builder, copy_project
from tests.end_to_end.frozen import open_folder

pytestmark = pytest.mark.end_to_end


def archive_of(build: Build) -> Path:
    assert build.program.is_file()
    (path,) = [Path(one["path"]) for one in build.last["artifacts"] if one["format"] == "tar.gz"]
    return path


def contents(bundle: Path) -> dict[str, tuple[str, int, int]]:
    """Return each file's digest, mode and time: what differs is then named by pytest."""
    return {
        path.relative_to(bundle).as_posix(): (
            os.readlink(path) if path.is_symlink() else home.digest(path) if path.is_file() else "",
            path.lstat().st_mode,
            int(path.lstat().st_mtime),
        )
        for path in sorted(bundle.rglob("*"))
    }


def test_two_builds_with_players_of_their_own_are_the_same_bytes(samples: Path) -> None:
    """Caches, folders, moments and environments of the two builds differ; what they make does not."""
    with open_folder() as place:
        project = copy_project(samples / "package_factory", place / "shelves")
        made = []
        for number, name in enumerate(("one", "another place")):
            output = place / name / "dist"
            output.mkdir(parents=True)
            builder, seed = Builder(place / name / "cache"), {"PYTHONHASHSEED": str(number + 1)}
            made.append(builder.build(project, output, "--format", "tar.gz", env=seed))
        first, second = made
        assert contents(first.program.parent) == contents(second.program.parent)
        assert archive_of(first).read_bytes() == archive_of(second).read_bytes()
        digest = hashlib.sha256(archive_of(first).read_bytes()).hexdigest()
        assert all(digest in json.dumps(build.last["artifacts"]) for build in made)
        assert_names_no_place(first.program.parent, place)


def assert_names_no_place(bundle: Path, place: Path) -> None:
    """See that no file of a bundle names a folder that it was made in."""
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert os.fsencode(place) not in path.read_bytes(), path


def test_source_date_epoch_makes_two_checkouts_the_same_bytes(builder: Builder, samples: Path) -> None:
    with open_folder() as place:
        archives = []
        for folder in ("one", "two"):
            project = copy_project(samples / "single_file", place / folder / "notes")
            for number, path in enumerate(sorted(project.rglob("*"))):
                moment = 1_750_000_000 + number * len(folder) + (folder == "two") * 1000
                os.utime(path, (moment, moment))
            (place / folder / "dist").mkdir()
            build = builder.build(
                project,
                place / folder / "dist",
                "--format",
                "tar.gz",
                env={"SOURCE_DATE_EPOCH": "1700000000"},
            )
            archives.append(archive_of(build))
            times = {moment for _, _, moment in contents(build.program.parent).values()}
            assert max(times) == 1_700_000_000
        assert archives[0].read_bytes() == archives[1].read_bytes()


def test_a_moment_that_is_none_ends_the_build_at_once(builder: Builder, samples: Path, place: Path) -> None:
    project = copy_project(samples / "single_file", place / "notes")
    build = builder.build(project, place / "dist", env={"SOURCE_DATE_EPOCH": "yesterday"})
    assert build.code == 2
    assert "SOURCE_DATE_EPOCH" in build.error["message"]


def test_a_changed_template_changes_the_app_layer_alone(
    builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "single_file", place / "notes")
    first = builder.build(project, place / "dist")
    before = contents(first.program.parent)
    page = project / "templates/index.html"
    moment = page.stat().st_mtime
    page.write_text(page.read_text(encoding="utf-8") + "<p>new</p>", encoding="utf-8")
    os.utime(page, (moment, moment))
    second = builder.build(project, place / "dist")
    after = contents(second.program.parent)
    changed = {name for name in before | after if before.get(name, ("",))[0] != after.get(name, ("",))[0]}
    assert changed == {"layers/app/templates/index.html", "layers/app-files.json"}
    sites = [event for event in second.events if event["event"] == "step" and event["id"] == "site"]
    assert ", 0 of them compiled now" in sites[-1]["detail"]


def test_bill_licences_and_reports_come_with_a_build(builder: Builder, samples: Path, place: Path) -> None:
    project = copy_project(samples / "single_file", place / "notes")
    build = builder.build(project, place / "dist")
    layers = build.program.parent / "layers"
    text = (layers / "bill-of-materials.json").read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    named = {one["name"].lower() for one in json.loads(text)["components"]}
    assert {"flask", "jinja2", "waitress", "python", "pyinstaller"} <= named
    for name in ("Flask/LICENSE.txt", "Python/LICENSE.txt", "waitress/LICENSE.txt"):
        assert (layers / "licenses" / name).stat().st_size > 500
    report = json.loads(Path(build.last["reports"][1]).read_text(encoding="utf-8"))
    assert {one["path"] for one in report["verification"]["asked"]} >= {"/", "/notes", "/static/style.css"}
    assert report["verification"]["done"] and report["verification"]["circumstances"]
    assert Path(build.last["reports"][0]).read_text(encoding="utf-8").count("as from source") >= 3


def test_a_build_that_fails_its_proof_leaves_no_report(builder: Builder, place: Path) -> None:
    project = place / "project"
    project.mkdir()
    (project / "id_rsa").write_text("a key, which never travels", encoding="utf-8")
    (project / "app.py").write_text(
        "from pathlib import Path\nfrom flask import Flask\napp = Flask(__name__)\n"
        "key = Path(__file__).with_name('id_rsa')\n"
        "app.add_url_rule('/', 'index', lambda: str(key.exists()))\n",
        encoding="utf-8",
    )
    (project / "pyproject.toml").write_text('[tool.launcher]\nwebview = "browser"\n', encoding="utf-8")
    build = builder.build(project, place / "dist")
    assert "GET /" in build.error["message"]
    assert list((place / "dist").glob("*")) == []
