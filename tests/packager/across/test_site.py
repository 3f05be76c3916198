"""The distributions of another platform: real ones, from the package index, beside what home has."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager import across, plan, site
from launcher.packager.audit.kinds import kind_of
from launcher.packager.plan import Plan
from launcher.packager.platforms import MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress
from launcher.packager.site import Loose, Site, store
from launcher.packager.site.store import Seen
from tests.packager.installed import Installed, plan_of, project_of

pytestmark = pytest.mark.skipif(not host.LINUX, reason="what is installed for home is Linux's here")
APP = "def app(environ, start_response):\n    return []\n"
WINDOWS_64, MAC = Platform(WINDOWS, "x86_64"), Platform(MACOS, "arm64")
ELF = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + b"\x03\0\x3e\0".ljust(48, b"\0")
Planned = Callable[..., tuple[Plan, Site]]


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """An environment with what the index has for every system, in versions that are not the newest."""
    made = Installed(tmp_path / "environment")
    made.lay("MarkupSafe", {"markupsafe/__init__.py": ""}, version="3.0.2")
    needs = 'Requires-Dist: colorama; platform_system == "Windows"'
    made.lay("click", {"click/__init__.py": ""}, version="8.1.8", headers=(needs,))
    return made


@pytest.fixture
def planned(tmp_path: Path, installed: Installed, monkeypatch: pytest.MonkeyPatch) -> Planned:
    """Return a function that plans a project for a platform, with a cache of the test's own."""
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # this machine's own settings are none of a test's
    for name in [name for name in os.environ if name.startswith("PIP_") and name != "PIP_CONFIG_FILE"]:
        monkeypatch.delenv(name)

    def make(requirements: str, platform: Platform = WINDOWS_64) -> tuple[Plan, Site]:
        files = {"wsgi.py": APP, "requirements.txt": requirements}
        made = plan.for_platform(plan_of(project_of(tmp_path / "project", files), installed), platform)
        return made, site.choose(made)

    return make


def site_for(made: Plan, chosen: Site) -> Site:
    return across.site_for(made, chosen, Progress(lambda event: None))


def versions(found: Site) -> dict[str, str]:
    return {part.distribution.key: part.distribution.version for part in found.parts}


def compile_one(installed: Installed, name: str, version: str, **files: str) -> None:
    """Lay a distribution whose code was compiled at home."""
    module = f"{name.replace('-', '_')}.so"
    installed.lay(name, {module: "", **files}, version=version)
    (installed.site / module).write_bytes(ELF)


def test_versions_are_those_of_home_and_what_is_needed_only_there_comes_along(planned: Planned) -> None:
    found = site_for(*planned("click\nmarkupsafe"))
    told = versions(found)
    assert told.pop("colorama")
    assert told == {"click": "8.1.8", "markupsafe": "3.0.2"}
    why = {part.distribution.key: part.why for part in found.parts}
    assert why["colorama"] == "needed on windows by click"
    assert why["click"] == "declared in requirements.txt"


@pytest.mark.parametrize(("platform", "suffix"), [(WINDOWS_64, ".pyd"), (MAC, ".so")])
def test_compiled_code_is_the_platform_s_own(platform: Platform, suffix: str, planned: Planned) -> None:
    (part,) = site_for(*planned("markupsafe", platform)).parts
    one = part.distribution
    kinds = {name: kind for name in one.files if (kind := kind_of(one.root / name)) is not None}
    assert [Path(name).suffix for name in kinds] == [suffix]
    assert all(kind.suits(platform) for kind in kinds.values())


def test_what_no_index_has_a_wheel_of_comes_from_home_where_it_is_the_same_everywhere(
    planned: Planned, installed: Installed
) -> None:
    installed.lay("docopt", {"docopt.py": "HERE = 1\n"}, version="0.6.2")  # only sources are on the index
    installed.lay("of-this-house", {"of_this_house.py": ""})  # and of this nothing
    found = site_for(*planned("docopt\nof-this-house\nmarkupsafe"))
    assert versions(found) == {"docopt": "0.6.2", "markupsafe": "3.0.2", "of-this-house": "1.0"}
    roots = {part.distribution.key: part.distribution.root for part in found.parts}
    assert roots["docopt"] == roots["of-this-house"] == installed.site
    assert roots["markupsafe"] != installed.site


def test_what_is_worked_on_beside_the_project_comes_from_there(
    planned: Planned, installed: Installed, tmp_path: Path
) -> None:
    source = tmp_path / "sibling"
    (source / "sibling").mkdir(parents=True)
    (source / "sibling" / "__init__.py").touch()
    url = f'{{"url": "{source.as_uri()}", "dir_info": {{"editable": true}}}}'
    files = {"sibling-1.0.dist-info/direct_url.json": url, "_sibling.pth": f"{source}\n"}
    installed.lay("sibling", files, headers=("Requires-Dist: markupsafe",))
    found = site_for(*planned("sibling"))
    assert versions(found) == {"markupsafe": "3.0.2", "sibling": "1.0"}
    (source / "sibling" / "fast.so").write_bytes(ELF)
    with pytest.raises(BuildError, match=r"sibling 1\.0: it was installed from a folder"):
        site_for(*planned("sibling"))


def test_all_that_cannot_be_had_is_named_at_once(planned: Planned, installed: Installed) -> None:
    compile_one(installed, "uWSGI", "2.0.30")
    compile_one(installed, "lxml", "5.3.0+here")
    address = '{"url": "file:///somewhere", "dir_info": {}}'
    compile_one(installed, "inhouse", "1.0", **{"inhouse-1.0.dist-info/direct_url.json": address})
    with pytest.raises(BuildError) as told:
        site_for(*planned("click\nuwsgi\nlxml\ninhouse"))
    message = told.value.message
    assert message.startswith("3 distributions of the project cannot be had for windows-x86_64")
    assert "inhouse 1.0: it was installed from a folder or an address, and compiled" in message
    assert "uWSGI 2.0.30: no version has a wheel for it" in message
    assert "lxml 5.3.0+here: no index that was asked has this version; " in message
    assert "has a wheel for it" in message
    assert 'inhouse; sys_platform != "win32"' in told.value.todo
    assert "click" not in message


def wheel(folder: Path, tag: str, **files: bytes) -> None:
    """Write a wheel of a distribution that no public index has."""
    info = "inhouse-1.0.dist-info"
    content = {f"{name.replace('__', '.')}": data for name, data in files.items()}
    content[f"{info}/METADATA"] = b"Metadata-Version: 2.1\nName: inhouse\nVersion: 1.0\n"
    content[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    lines = []
    for name, data in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    content[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]).encode()
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"inhouse-1.0-{tag}.whl", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def test_the_project_s_own_index_is_asked(planned: Planned, installed: Installed, tmp_path: Path) -> None:
    compile_one(installed, "inhouse", "1.0")
    wheel(tmp_path / "wheels", "py3-none-win_amd64", inhouse__py=b"HERE = 2\n")
    (part,) = site_for(*planned(f"--find-links {tmp_path / 'wheels'}\ninhouse")).parts
    assert (part.distribution.root / "inhouse.py").read_bytes() == b"HERE = 2\n"


def test_what_only_newer_systems_run_is_taken_where_there_is_nothing_else(
    planned: Planned, installed: Installed, tmp_path: Path
) -> None:
    compile_one(installed, "inhouse", "1.0")
    wheel(tmp_path / "wheels", "py3-none-macosx_15_0_arm64", inhouse__py=b"HERE = 2\n")
    (part,) = site_for(*planned(f"--find-links {tmp_path / 'wheels'}\ninhouse", MAC)).parts
    assert (part.distribution.root / "inhouse.py").read_bytes() == b"HERE = 2\n"


@pytest.mark.parametrize(
    "settings", [{"UV_OFFLINE": "1"}, {"UV_DEFAULT_INDEX": "https://nowhere.invalid/simple"}], ids=list
)
def test_no_answer_is_not_taken_for_no(
    settings: dict[str, str], planned: Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"UV_CACHE_DIR": str(tmp_path / "uv"), "UV_HTTP_RETRIES": "0", **settings}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BuildError, match="could not ask for MarkupSafe") as told:
        site_for(*planned("markupsafe"))
    assert told.value.todo.startswith("Check the network connection")


def test_a_binary_of_another_system_does_not_slip_in(
    planned: Planned, installed: Installed, tmp_path: Path
) -> None:
    installed.lay("inhouse", {"inhouse.py": ""})
    wheel(tmp_path / "wheels", "py3-none-win_amd64", inhouse__so=ELF)
    with pytest.raises(BuildError, match=r"inhouse\.so of inhouse 1\.0 is for linux-x86_64"):
        site_for(*planned(f"--find-links {tmp_path / 'wheels'}\ninhouse"))


def test_a_loose_module_that_was_compiled_at_home_is_refused(planned: Planned, tmp_path: Path) -> None:
    (tmp_path / "loose.so").write_bytes(ELF)
    made, chosen = planned("markupsafe")
    chosen = replace(chosen, loose=(Loose(tmp_path / "loose.so", "imported"),))
    with pytest.raises(BuildError, match=r"loose\.so is for linux-x86_64"):
        site_for(made, chosen)


def contents(place: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(place).as_posix(): (path.read_bytes(), int(path.stat().st_mtime))
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__"
    }


def test_the_layer_is_the_same_whenever_it_is_fetched_and_its_commands_are_of_the_platform(
    planned: Planned, installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.lay("Flask", {"flask/__init__.py": ""}, version="3.1.0")
    laid = []
    for name in ("one", "two"):
        monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / f"cache {name}"))
        made, chosen = planned("flask")
        place = tmp_path / name / "layers" / "site"
        store.lay(site_for(made, chosen), made, place, seen=Seen())
        laid.append(contents(place))
    assert laid[0] == laid[1]
    assert {name for name in laid[0] if name.startswith("bin/")} == {"bin/flask-script.py", "bin/flask.cmd"}
    assert b"project.exe" in laid[0]["bin/flask.cmd"][0]


def test_what_the_rehearsal_read_at_home_travels_of_the_fetched_as_well(
    planned: Planned, installed: Installed, tmp_path: Path
) -> None:
    made, chosen = planned("markupsafe")
    found = site_for(made, chosen)
    for read, travels in ((frozenset[str](), False), (frozenset([str(installed.site / STUB)]), True)):
        place = tmp_path / f"layers {travels}" / "site"
        store.lay(found, made, place, seen=Seen(read))
        assert (place / STUB).exists() is travels


STUB = "markupsafe/_speedups.pyi"


def test_the_project_itself_is_no_distribution_of_an_index(planned: Planned, installed: Installed) -> None:
    """Of itself, installed at home, only what describes it travels: its code is the app layer."""
    installed.lay("click-project", {"click_project.py": ""}, headers=("Requires-Dist: click",))
    made, _ = planned("")
    table = '[project]\nname = "click-project"\nversion = "1.0"\ndependencies = ["click"]\n'
    files = {"pyproject.toml": table, "click_project.py": APP}
    made = plan.for_platform(plan_of(project_of(made.root, files), installed), WINDOWS_64)
    found = site_for(made, site.choose(made))
    assert versions(found).keys() == {"click", "click-project", "colorama"}
    (own,) = (part.distribution for part in found.parts if part.distribution.key == "click-project")
    assert all(name.startswith("click_project-1.0.dist-info/") for name in own.files)


def test_an_app_whose_own_distribution_was_compiled_is_built_at_home_alone(
    planned: Planned, installed: Installed
) -> None:
    made, chosen = planned("markupsafe")
    compile_one(installed, "inhouse", "1.0")
    (found,) = (one for one in plan_of(made.root, installed).installed if one.key == "inhouse")
    with pytest.raises(BuildError, match="compiled for this machine"):
        site_for(replace(made, distribution=found), chosen)
