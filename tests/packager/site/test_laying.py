"""How distributions are laid that are more than modules in site-packages."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from launcher import host, names
from launcher.errors import InterpreterError
from launcher.packager import site
from launcher.packager.site import store
from launcher.packager.site.store import Seen
from tests.packager.installed import Installed, plan_of, project_of

APP = "def app(environ, start_response):\n    return []\n"


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "environment")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own."""
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))


def lay(tmp_path: Path, installed: Installed, code: str = "", **files: str) -> Path:
    project = project_of(tmp_path / "project", {"wsgi.py": f"{code}\n{APP}", **files})
    made = plan_of(project, installed)
    store.lay(site.choose(made), made, tmp_path / "site", seen=Seen())
    return tmp_path / "site"


def editable(installed: Installed, name: str, source: Path, files: dict[str, str]) -> None:
    """Note an editable installation as PEP 660 has it."""
    url = f'{{"url": "{source.as_uri()}", "dir_info": {{"editable": true}}}}'
    files = {f"{name}-1.0.dist-info/direct_url.json": url, **files}
    installed.lay(name, files)


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"HERE = {name!r}\n", encoding="utf-8")
    return folder


def laid_in(place: Path) -> set[str]:
    names = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    return {name for name in names if "dist-info" not in name and "__pycache__" not in name}


def test_an_editable_sibling_travels_by_the_path_in_its_pth_file(
    tmp_path: Path, installed: Installed
) -> None:
    source = write(
        tmp_path / "sib", "pyproject.toml", "src/acme/plugin/__init__.py", "src/acme/data.txt", "tests/t.py"
    )
    editable(installed, "sib", source, {"_sib.pth": f"{source / 'src'}\n"})
    place = lay(tmp_path, installed, **{"requirements.txt": "sib\n"})
    assert laid_in(place) == {"acme/plugin/__init__.py", "acme/data.txt", "_sib.pth"}
    assert (place / "_sib.pth").read_text(encoding="utf-8") == ""
    assert list((place / "acme/plugin/__pycache__").glob("*.pyc"))


def test_of_a_project_s_own_folder_only_what_looks_like_code_travels(
    tmp_path: Path, installed: Installed
) -> None:
    source = write(
        tmp_path / "flat",
        *("pyproject.toml", "flat/__init__.py", "single.py", "setup.py", "tests/test_x.py", "docs/conf.py"),
        *("build/lib/flat/__init__.py", ".venv/x.py", "conftest.py", "pictures/a.txt"),
    )
    editable(installed, "flat", source, {"flat.pth": f"{source}\n"})
    place = lay(tmp_path, installed, **{"requirements.txt": "flat\n"})
    assert laid_in(place) == {"flat/__init__.py", "single.py", "flat.pth"}


@pytest.mark.parametrize(
    "finder",
    [
        "MAPPING: dict[str, str] = {{'odd': {0!r}, 'alone': {1!r}}}\ndef install(): ...\n",
        "from editables.redirector import R as F\nF.install()\n"
        "F.map_module('odd', {0!r} + '')\nF.map_module('odd', {0!r})\nF.map_module('alone', {1!r})\n",
    ],
)
def test_an_editable_sibling_travels_by_the_table_of_its_finder(
    finder: str, tmp_path: Path, installed: Installed
) -> None:
    source = write(tmp_path / "sib", "lib/odd/__init__.py", "lib/odd/deep/x.txt", "alone.py")
    files = {
        "__editable__.sib-1.0.pth": "import __editable___sib_finder; __editable___sib_finder.install()\n",
        "__editable___sib_finder.py": finder.format(str(source / "lib/odd"), str(source / "alone")),
    }
    editable(installed, "sib", source, files)
    place = lay(tmp_path, installed, **{"requirements.txt": "sib\n"})
    assert laid_in(place) == {"odd/__init__.py", "odd/deep/x.txt", "alone.py"}


def test_an_editable_hook_that_says_nothing_is_refused(tmp_path: Path, installed: Installed) -> None:
    source = write(tmp_path / "sib", "sib/__init__.py")
    files = {"_sib.pth": "import _sib_hook\n", "_sib_hook.py": "import sys\nsys.meta_path.append(None)\n"}
    editable(installed, "sib", source, files)
    with pytest.raises(InterpreterError, match="sib is installed editable") as caught:
        lay(tmp_path, installed, **{"requirements.txt": "sib\n"})
    assert f"pip install {source}" in caught.value.todo


@pytest.mark.parametrize("is_editable", [True, False])
def test_of_the_project_itself_only_what_describes_it_is_laid(
    tmp_path: Path, installed: Installed, is_editable: bool
) -> None:
    project = write(tmp_path / "project", "src/quiz/__init__.py")
    table = '[project]\nname = "Quiz"\nversion = "7"\n[tool.launcher]\nwebview = "browser"\n'
    if is_editable:
        editable(installed, "quiz", project, {"_quiz.pth": f"{project / 'src'}\n"})
    else:
        installed.lay("quiz", {"quiz/__init__.py": "OLD = True\n"})
    project_of(project, {"pyproject.toml": f'{table}app = "wsgi:app"\n', "src/wsgi.py": APP})
    made, place = plan_of(project, installed), tmp_path / "site"
    store.lay(site.choose(made), made, place, seen=Seen())
    assert laid_in(place) - {"_quiz.pth"} == set()
    assert (place / "quiz-1.0.dist-info/METADATA").is_file()


def test_a_project_may_be_called_like_what_it_uses(tmp_path: Path, installed: Installed) -> None:
    installed.lay("shelf", {"shelf/__init__.py": ""})
    table = '[project]\nname = "shelf"\nversion = "7"\n[tool.launcher]\nwebview = "browser"\n'
    place = lay(tmp_path, installed, "import shelf", **{"pyproject.toml": table})
    assert laid_in(place) == {"shelf/__init__.py"}


def test_paths_in_pth_files_travel_when_they_stay_inside(tmp_path: Path, installed: Installed) -> None:
    lines = "# a comment\nextra\nimport os; os.RAN = 1\n/usr/share\n../../../elsewhere\n"
    installed.lay("paths", {"paths.pth": lines, "extra/inner.py": "X = 1\n"})
    place = lay(tmp_path, installed, "import inner")
    assert (place / "extra/inner.py").is_file()
    kept = "# a comment\nextra\nimport os; os.RAN = 1\n"
    assert (place / "paths.pth").read_text(encoding="utf-8") == kept


def test_a_folder_that_was_put_on_the_path_by_hand_travels_when_it_is_used(
    tmp_path: Path, installed: Installed
) -> None:
    folder = write(tmp_path / "beside", "mine.py", "other/__init__.py")
    (installed.site / "mine.pth").write_text(f"{folder}\n", encoding="utf-8")
    project = project_of(tmp_path / "project", {"wsgi.py": f"import mine\nimport gone\n{APP}"})
    chosen = site.choose(plan_of(project, installed))
    assert [one.module for one in chosen.missing] == ["gone"]
    seen = site.choose(plan_of(project, installed), [str(folder / "other/__init__.py")])
    assert [one.source.name for one in seen.loose] == ["mine.py", "other"]
    assert laid_in(lay(tmp_path, installed, "import mine")) == {"mine.py"}


@pytest.mark.skipif(host.WINDOWS, reason="folders lie elsewhere there")
def test_data_outside_of_packages_lies_below_the_prefix_and_headers_stay(
    tmp_path: Path, installed: Installed
) -> None:
    installed.lay("dd", {"dd.py": ""})
    info = installed.site / "dd-1.0.dist-info"
    with (info / "RECORD").open("a", encoding="utf-8") as record:
        for name in ("share/dd/x.txt", "etc/dd.conf", "include/site/dd.h"):
            write(installed.folder, name)
            record.write(f"../../../{name},,\n")
        record.write(f"{tmp_path}/elsewhere.txt,,\n")
    write(tmp_path, "elsewhere.txt")
    project = project_of(tmp_path / "project", {"wsgi.py": f"import dd\n{APP}"})
    made = plan_of(project, installed)
    laid = store.lay(site.choose(made), made, tmp_path / "site", seen=Seen())
    assert laid_in(tmp_path / "site") == {"dd.py", "share/dd/x.txt", "etc/dd.conf"}
    assert [(one.path, one.why) for one in laid.dropped] == [("../../../include/site/dd.h", "header")]
    read = Seen(read=frozenset((str(installed.folder / "include/site/dd.h"),)))
    again = store.lay(site.choose(made), made, tmp_path / "again", seen=read)
    assert again.dropped == () and (tmp_path / "again/include/site/dd.h").is_file()


@pytest.mark.skipif(host.WINDOWS, reason="a shell's script")
def test_a_command_starts_the_program_where_it_lies_with_its_words(
    tmp_path: Path, installed: Installed
) -> None:
    entry = "[console_scripts]\nodd-tool = odd.main:Main.run [extra]\n../evil = odd:x\n[other]\na = b:c\n"
    installed.lay("odd", {"odd/main.py": "", "odd-1.0.dist-info/entry_points.txt": entry})
    project = project_of(tmp_path / "it's $HOME", {"wsgi.py": f"import odd\n{APP}"})
    made = plan_of(project, installed)
    bundle = tmp_path / "Programme für `id`"
    place = bundle / "layers/site"
    store.lay(site.choose(made), made, place, seen=Seen())
    assert os.listdir(place / "bin") == ["odd-tool"]
    program = bundle / names.file_name(made.manifest.name)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    words = [str(place / "bin/odd-tool"), "a b", "c'd\"e", "$HOME"]
    said = subprocess.run(words, capture_output=True, text=True, env={"PATH": os.defpath}, check=True)
    assert said.stdout.splitlines() == [str(program), *words]
    code = (place / "bin/odd-tool").read_text(encoding="utf-8")
    assert "sys.exit(Main.run())" in code
    compile(code, "odd-tool", "exec")


@pytest.mark.skipif(host.WINDOWS, reason="a shell's script")
def test_what_is_made_anew_bears_no_time_of_the_build(tmp_path: Path, installed: Installed) -> None:
    """The bundle's time is that of the newest file that was brought."""
    entry = "[console_scripts]\nodd-tool = odd:main\n"
    installed.lay("odd", {"odd.py": "", "odd.pth": "x\n", "odd-1.0.dist-info/entry_points.txt": entry})
    for path in installed.site.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    place = lay(tmp_path, installed, "import odd")
    files = [path for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {"odd-tool", "odd.pth"} <= {path.name for path in files}
    assert max(path.stat().st_mtime for path in files) == 1_000_000_000


def surroundings(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "name",
    ["evil/../../../../../../secret.txt", "../../../../../secret.txt", "/{}/secret.txt", "evil/a\0b.txt"],
)
def test_a_record_that_leaves_site_packages_brings_and_writes_nothing_elsewhere(
    tmp_path: Path, installed: Installed, name: str
) -> None:
    (tmp_path / "secret.txt").write_text("private", encoding="utf-8")
    info = installed.lay("evil", {"evil/__init__.py": ""})
    with (info / "RECORD").open("a", encoding="utf-8") as record:
        record.write(f"{name.format(tmp_path)},,\n")
    place = tmp_path / "in" / "here"
    files = {"wsgi.py": f"import evil\n{APP}", "requirements.txt": "evil\n"}
    project = project_of(tmp_path / "project", files)
    made = plan_of(project, installed)
    before = surroundings(tmp_path)
    store.lay(site.choose(made), made, place / "deep" / "site", seen=Seen())
    ours = ("cache", "in/here/deep/site")
    fresh = {path for path in surroundings(tmp_path) - before if not path.startswith(ours)}
    assert fresh == {"in", "in/here", "in/here/deep"}
    assert not [path for path in place.rglob("secret.txt")]


@pytest.mark.parametrize("top", ["../../../../secret", "/{}/secret", ".."])
def test_names_of_an_old_distribution_that_leave_site_packages_bring_nothing(
    tmp_path: Path, installed: Installed, top: str
) -> None:
    write(tmp_path / "secret", "key.py")
    info = installed.site / "evil-1.0.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 1.1\nName: evil\nVersion: 1.0\n", encoding="utf-8")
    (info / "top_level.txt").write_text(f"{top.format(tmp_path)}\nevil\n", encoding="utf-8")
    write(installed.site, "evil.py")
    place = lay(tmp_path, installed, "import evil", **{"requirements.txt": "evil\n"})
    assert (place / "evil.py").is_file()
    assert not list(tmp_path.glob("site/**/key.py"))


def test_an_editable_table_with_paths_for_names_writes_nothing_elsewhere(
    tmp_path: Path, installed: Installed
) -> None:
    source = write(tmp_path / "sib", "good/__init__.py")
    target = tmp_path.as_posix().replace("/", ".")
    table = dict.fromkeys(["good", f"{target}.evil", "../../evil"], str(source / "good"))
    finder = f"MAPPING: dict[str, str] = {table!r}\n"
    pth = "import __editable___sib_finder; __editable___sib_finder.install()\n"
    editable(installed, "sib", source, {"__editable___sib_finder.py": finder, "__editable__.sib.pth": pth})
    place = lay(tmp_path, installed, "import good", **{"requirements.txt": "sib\n"})
    assert (place / "good/__init__.py").is_file()
    assert not list(tmp_path.rglob("evil*"))
