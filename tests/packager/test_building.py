"""A build as a whole, as far as it can be seen without freezing; the rest is in tests/end_to_end/."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher.errors import BrokenProject, BuildError, ConfigError, UsageError
from launcher.packager import plan
from launcher.packager.building import Request, build
from launcher.packager.plan import layer_of
from launcher.packager.progress import Event, Progress
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment, MakePlan

WSGI = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return []\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def request_for(root: Path, environment: Environment, output: Path, **options: object) -> Request:
    return Request(plan.Options(str(root), environment.python), output, **options)  # type: ignore[arg-type]


def test_a_format_that_does_not_exist_is_refused_before_anything_else(
    environment: Environment, tmp_path: Path
) -> None:
    events: list[Event] = []
    request = request_for(tmp_path / "nowhere", environment, tmp_path / "out", formats=("floppy",))
    with pytest.raises(UsageError, match="floppy"):
        build(request, Progress(events.append))
    assert events == [] and not (tmp_path / "out").exists()


def test_what_fails_in_the_rehearsal_is_told_with_the_project_s_own_paths(
    environment: Environment, write_files: WriteFiles, tmp_path: Path
) -> None:
    root = write_files({"wsgi.py": f"1 / 0\n{WSGI}"})
    events: list[Event] = []
    with pytest.raises(BrokenProject) as caught:
        build(request_for(root, environment, tmp_path / "out"), Progress(events.append))
    assert str(root / "wsgi.py") in caught.value.message
    assert [event["id"] for event in events if event["event"] == "step"] == ["find", "find", "rehearse"]
    assert os.listdir(tmp_path / "out") == []


def test_what_cannot_be_handed_over_is_said_before_the_app_is_run(
    environment: Environment, write_files: WriteFiles, tmp_path: Path
) -> None:
    mark = tmp_path / "was-run"
    root = write_files({"wsgi.py": f"open({str(mark)!r}, 'w')\n{WSGI}"})
    with pytest.raises(BuildError, match="is there already"):
        build(request_for(root, environment, root.parent), Progress(lambda event: None))
    (root / "icon.png").write_text("no picture", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"icon\.png"):
        build(request_for(root, environment, tmp_path / "out"), Progress(lambda event: None))
    assert not mark.exists()


def test_cleaning_removes_what_the_packager_cached_and_nothing_else(
    environment: Environment, write_files: WriteFiles, tmp_path: Path, cache: Path
) -> None:
    for name in ("players/x", "environments/x", "icons/x", "thesis"):
        (cache / name).mkdir(parents=True)
    root = write_files({"wsgi.py": f"1 / 0\n{WSGI}"})
    with pytest.raises(BrokenProject):
        build(request_for(root, environment, tmp_path / "out", clean=True), Progress(lambda event: None))
    assert os.listdir(cache) == ["thesis"]


def test_the_layer_of_an_installed_app_is_its_distribution_and_of_a_project_its_tree(
    environment: Environment,
    make_plan: MakePlan,
    write_files: WriteFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment.install("quiz", {"quiz/__init__.py": WSGI, "quiz/page.html": ""})
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    layer = layer_of(make_plan("quiz:app", environment.python), None, None)
    assert layer.source == environment.site
    assert {"quiz/__init__.py", "quiz/page.html"} <= set(layer.files)

    root = write_files({"wsgi.py": WSGI, "page.html": ""})
    assert layer_of(make_plan(root, environment.python), None, None).files == ("page.html", "wsgi.py")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("(pathlib.Path(__file__).parent / 'log.txt').write_text('x')", "beside its code: log.txt (wsgi.py"),
        ("open('words.txt').read()", "from its working directory"),
    ],
)
def test_what_cannot_run_in_place_is_refused_with_what_was_seen(
    environment: Environment, write_files: WriteFiles, tmp_path: Path, line: str, says: str
) -> None:
    settings = "[tool.launcher.files]\nin-place = true\n"
    files = {"wsgi.py": f"import pathlib\n{line}\n{WSGI}", "words.txt": "one", "pyproject.toml": settings}
    with pytest.raises(BuildError) as caught:
        build(request_for(write_files(files), environment, tmp_path / "out"), Progress(lambda event: None))
    assert says in caught.value.message and "in-place" in caught.value.message
    assert os.listdir(tmp_path / "out") == []
