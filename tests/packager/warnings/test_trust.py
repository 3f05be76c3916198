"""What makes scanners suspicious, scored for projects as people have them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from launcher.packager import checking, plan
from launcher.packager.warnings import packed, trust
from launcher.packager.warnings.trust import Trust
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment

ROOT = Path(__file__).resolve().parents[3]
WSGI = "def app(environ, start_response):\n    return []\n"
COMPILER, COPIER = "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-objcopy"
SIGNED = """
[project]
name = "quiz-night"
version = "2.0"
urls = { Homepage = "https://quiz.example.org" }
[tool.launcher]
publisher = "Ada Byron"
[tool.launcher.sign.windows]
command = "sign {file}"
[tool.launcher.sign.macos]
identity = "Developer ID Application: Ada Byron"
notary-profile = "ada"
"""


def scored(root: Path, environment: Environment, *formats: str) -> dict[str, Any]:
    options = plan.Options(project=str(root), python=environment.python)
    found: dict[str, Any] = checking.check(options, formats=formats)["trust"]
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [one["id"] for one in found["points"]]


def test_a_plain_project_is_told_all_that_it_could_do(
    environment: Environment, write_files: WriteFiles
) -> None:
    root = write_files({"wsgi.py": WSGI, "pyproject.toml": '[tool.launcher]\nname = "My App 2"\n'})
    found = scored(root, environment)
    assert ids(found) == [
        *("unsigned-windows", "unsigned-macos", "no-publisher", "vague-name", "no-version", "no-icon"),
        *("no-homepage", "no-reputation", "stock-bootloader"),
    ]
    assert found["score"] == 100 - sum(one["costs"] for one in found["points"]) == 32
    assert found["words"] == "Many friends will not get past the warnings."
    for one in found["points"]:
        assert one["title"] and one["detail"] and one["todo"] and one["source"].startswith("https://")


def test_what_settings_can_do_reaches_the_best_and_no_more(
    environment: Environment, write_files: WriteFiles
) -> None:
    root = write_files({"wsgi.py": WSGI, "pyproject.toml": SIGNED})
    shutil.copy(ROOT / "icons" / "launcher.svg", root / "icon.svg")
    found = scored(root, environment)
    assert ids(found) == ["no-reputation", "stock-bootloader"]
    assert found["score"] == found["best"] == 90
    assert not any(one["is_yours"] for one in found["points"])


def test_one_file_costs_what_a_certificate_does_not_bring_back(
    environment: Environment, write_files: WriteFiles
) -> None:
    root = write_files({"wsgi.py": WSGI, "pyproject.toml": SIGNED})
    folder, onefile = scored(root, environment, "zip"), scored(root, environment, "onefile")
    assert "onefile" in ids(onefile) and "onefile" not in ids(folder)
    assert folder["score"] - onefile["score"] == 20


def test_signed_for_macos_and_not_notarised_costs_less_than_nothing_at_all(
    environment: Environment, write_files: WriteFiles
) -> None:
    text = SIGNED.replace('notary-profile = "ada"\n', "")
    found = scored(write_files({"wsgi.py": WSGI, "pyproject.toml": text}), environment)
    assert "not-notarised" in ids(found) and "unsigned-macos" not in ids(found)


def test_studio_s_own_project_is_scored(environment: Environment) -> None:
    made = plan.make(plan.Options(project=str(ROOT), python=environment.python))
    assert made.config.publisher and made.icon is not None
    found = scored(ROOT, environment)
    assert "no-publisher" not in ids(found) and "no-icon" not in ids(found)
    assert found["score"] > 40


def test_everything_that_can_be_wrong_together_leaves_nothing() -> None:
    costs = [25, 15, 20, 12, 6, 4, 3, 3, 2, *(point.costs for point in trust._UNAVOIDABLE)]
    assert sum(costs) == 100


@pytest.mark.parametrize(
    ("name", "is_vague"),
    [
        *(("app", True), ("My App 2", True), ("flask-website", True), ("Setup", True), ("main", True)),
        *(("Quiz Night", False), ("Müller Shop", False), ("问答", False), ("App Müller", False)),
    ],
)
def test_names_that_say_nothing_are_known(name: str, is_vague: bool) -> None:
    assert trust._is_vague(name) is is_vague


def test_a_number_has_a_sentence() -> None:
    assert [next(words for least, words in trust.SENTENCES if n >= least)[:7] for n in (90, 70, 50, 0)] == [
        *("Scanner", "Scanner", "Friends", "Many fr")
    ]
    assert Trust(0, "", 0, ()).points == ()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A real program of Windows, and one whose sections have the names that UPX gives them."""
    for tool in (COMPILER, COPIER):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")
    place = tmp_path_factory.mktemp("programs")
    plain, odd = place / "plain.pyd", place / "odd.pyd"
    (place / "a.c").write_text("int main(void) { return 0; }\n")
    renamed = ["--rename-section", ".text=UPX0", "--rename-section", ".data=UPX1"]
    for command in ([COMPILER, "-s", "-o", plain, place / "a.c"], [COPIER, *renamed, plain, odd]):
        subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return plain, odd


def test_what_was_packed_is_named_with_what_brings_it(
    programs: tuple[Path, Path], environment: Environment, write_files: WriteFiles
) -> None:
    plain, odd = programs
    assert not packed.is_packed(plain) and packed.is_packed(odd)
    environment.install("fast", {"fast/__init__.py": "", "fast/core.pyd": ""})
    shutil.copy(odd, environment.site / "fast" / "core.pyd")
    files = {"wsgi.py": f"import fast\n{WSGI}", "requirements.txt": "fast\n", "tool.exe": ""}
    root = write_files(files)
    shutil.copy(plain, root / "tool.exe")
    (point,) = [one for one in scored(root, environment)["points"] if one["id"] == "packed"]
    assert point["detail"].endswith(": fast/core.pyd of fast.")
    shutil.copy(odd, root / "tool.exe")
    (point,) = [one for one in scored(root, environment)["points"] if one["id"] == "packed"]
    assert point["detail"].endswith(": fast/core.pyd of fast, tool.exe.")


def test_a_packed_program_of_linux_and_what_cannot_be_read(tmp_path: Path) -> None:
    place = tmp_path / "tool.so"
    place.write_bytes(b"\x7fELF" + bytes(200) + b"UPX!" + bytes(9000))
    assert packed.is_packed(place)
    place.write_bytes(b"\x7fELF" + bytes(9000) + b"UPX!" + bytes(9000))
    assert not packed.is_packed(place), "in the midst of data it means nothing"
    assert not packed.is_packed(tmp_path / "gone.so")
