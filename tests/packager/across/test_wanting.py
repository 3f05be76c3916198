"""What a project needs on another platform, by that platform's markers and with the versions of home."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from launcher.packager import plan, site
from launcher.packager.across import wanting
from launcher.packager.across.wanting import Wanted
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from tests.packager.installed import Installed, plan_of, project_of

pytestmark = pytest.mark.skipif(not host.LINUX, reason="what is installed for home is Linux's here")
APP = "def app(environ, start_response):\n    return []\n"
THERE = Platform(WINDOWS, "x86_64")


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """An environment in which each system's own is needed by a marker."""
    made = Installed(tmp_path / "environment")
    needs = (
        'Requires-Dist: posix-only; sys_platform != "win32"',
        'Requires-Dist: colours; platform_system == "Windows"',
        "Requires-Dist: both",
    )
    made.lay("tool", {"tool.py": "import posix_only, both\n"}, version="2.5", headers=needs)
    made.lay("posix-only", {"posix_only.py": ""})
    made.lay("both", {"both.py": ""})
    made.lay("alone", {"alone.py": ""})
    return made


def wanted(tmp_path: Path, installed: Installed, requirements: str, code: str, *seen: str) -> Wanted:
    project = project_of(
        tmp_path / "project", {"wsgi.py": f"{code}\n{APP}", "requirements.txt": requirements}
    )
    made = plan.for_platform(plan_of(project, installed), THERE)
    modules = [str(installed.site / name) for name in seen]
    return wanting.of(made, site.choose(made, modules))


def names(found: Wanted) -> list[str]:
    return sorted(one.key for one in found.installed)


def test_each_system_gets_its_own(tmp_path: Path, installed: Installed) -> None:
    found = wanted(tmp_path, installed, "tool", "import tool", "tool.py", "posix_only.py", "both.py")
    assert names(found) == ["both", "tool"]
    assert [(one.name, one.wanted_by) for one in found.absent] == [("colours", "tool")]


def test_what_the_project_declares_for_one_system_goes_there_alone(
    tmp_path: Path, installed: Installed
) -> None:
    requirements = 'both; sys_platform != "win32"\npywin>=3; sys_platform == "win32"\n'
    found = wanted(tmp_path, installed, requirements, "import both, alone", "both.py", "alone.py")
    assert names(found) == ["alone"]
    assert [one.text for one in found.absent] == ['pywin>=3; sys_platform == "win32"']


def test_what_only_the_rehearsal_saw_goes_along(tmp_path: Path, installed: Installed) -> None:
    assert names(wanted(tmp_path, installed, "", "", "alone.py")) == ["alone"]


def test_what_is_not_even_at_home_is_not_fetched(tmp_path: Path, installed: Installed) -> None:
    found = wanted(tmp_path, installed, "never-installed\nboth", "")
    assert names(found) == ["both"]
    assert found.absent == ()


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        (Platform(WINDOWS, "x86_64"), ("nt", "win32", "Windows", "AMD64")),
        (Platform(MACOS, "arm64"), ("posix", "darwin", "Darwin", "arm64")),
        (Platform(LINUX, "x86_64"), ("posix", "linux", "Linux", "x86_64")),
    ],
)
def test_markers_are_those_that_a_python_says_there(
    platform: Platform, expected: tuple[str, ...]
) -> None:
    told = wanting.markers_of(platform, {"python_version": "3.11", "sys_platform": "else"})
    asked = ("os_name", "sys_platform", "platform_system", "platform_machine")
    assert tuple(told[name] for name in asked) == expected
    assert told["python_version"] == "3.11"
