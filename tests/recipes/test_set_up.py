"""Setting a checkout up: what is decided, what is said, and one real run."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "build" / "set_up.py"
LOCK = """\
flask==3.1.3 \\
    --hash=sha256:aa
pyside6-addons==6.12.0 ; sys_platform == 'linux' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
shiboken6==6.12.0 \\
    --hash=sha256:dd
waitress==3.0.2 \\
    --hash=sha256:ee
"""


@pytest.fixture
def recipe() -> ModuleType:
    """Load the script fresh; `build` is no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Lay down as much of a checkout as decides whether something has to be done."""
    (tmp_path / "build" / "locks").mkdir(parents=True)
    (tmp_path / "build" / "locks" / "launcher.txt").write_text(LOCK)
    (tmp_path / "build" / "locks" / "develop.txt").write_text(LOCK + "pytest==9.2.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def installed(recipe: ModuleType, checkout: Path, kind: str) -> None:
    """Note in the checkout that the lock `kind` is installed, as a whole run does."""
    value = recipe.stamp(checkout, recipe.locked(checkout, kind))
    (checkout / ".venv" / recipe.STAMP).write_text(f"{kind} {value}\n")


def test_an_old_python_can_read_the_script_and_is_told_what_to_do(
    recipe: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    monkeypatch.setattr(recipe, "OLDEST", (99, 0))
    assert recipe.main([]) == 1
    told = capsys.readouterr().err
    assert "is too old: this needs 99.0 or newer" in told
    assert "build/set_up.py" in told


def test_qt_is_left_out_where_its_wheels_do_not_install(recipe: ModuleType) -> None:
    assert recipe.fits_qt("x86_64", ("glibc", "2.36"))
    assert recipe.fits_qt("aarch64", ("glibc", "2.39"))
    assert not recipe.fits_qt("aarch64", ("glibc", "2.36"))
    assert not recipe.fits_qt("x86_64", ("glibc", "2.31"))
    assert not recipe.fits_qt("x86_64", ("", ""))
    assert not recipe.fits_qt("riscv64", ("glibc", "2.41"))


def test_a_distribution_is_left_out_with_its_hashes(recipe: ModuleType) -> None:
    left = recipe.without(LOCK, recipe.QT_DISTRIBUTIONS)
    assert [line.split("==")[0] for line in left.splitlines() if "==" in line] == [
        "flask",
        "waitress",
    ]
    assert "sha256:aa" in left and "sha256:ee" in left
    assert not any(gone in left for gone in ("sha256:bb", "sha256:cc", "sha256:dd"))


def test_the_real_lock_without_qt_keeps_everything_else(recipe: ModuleType) -> None:
    lock = (ROOT / "build" / "locks" / "launcher.txt").read_text(encoding="utf-8")
    left = recipe.without(lock, recipe.QT_DISTRIBUTIONS)
    assert "pyside6" not in left and "pywebview==" in left
    assert recipe.count(lock) - recipe.count(left) == 5


def test_nothing_has_to_be_done_twice(recipe: ModuleType, checkout: Path) -> None:
    assert not recipe.is_current(checkout, "launcher")
    installed(recipe, checkout, "launcher")
    assert recipe.is_current(checkout, "launcher")


def test_what_the_tests_need_includes_the_rest_but_not_the_reverse(
    recipe: ModuleType, checkout: Path
) -> None:
    installed(recipe, checkout, "develop")
    assert recipe.is_current(checkout, "launcher")
    installed(recipe, checkout, "launcher")
    assert not recipe.is_current(checkout, "develop")


@pytest.mark.parametrize("changed", ["build/locks/launcher.txt", "pyproject.toml"])
def test_a_change_of_what_is_installed_is_noticed(
    recipe: ModuleType, checkout: Path, changed: str
) -> None:
    installed(recipe, checkout, "launcher")
    with (checkout / changed).open("a") as file:
        file.write("# changed\n")
    assert not recipe.is_current(checkout, "launcher")


def test_a_checkout_that_was_moved_is_set_up_again(recipe: ModuleType, checkout: Path) -> None:
    installed(recipe, checkout, "launcher")
    moved = checkout.rename(checkout.with_name("moved"))
    assert not recipe.is_current(moved, "launcher")


@pytest.mark.parametrize("text", ["", "launcher", "launcher 12 34", "\0"])
def test_a_stamp_that_makes_no_sense_counts_for_nothing(
    recipe: ModuleType, checkout: Path, text: str
) -> None:
    (checkout / ".venv" / recipe.STAMP).write_text(text)
    assert not recipe.is_current(checkout, "launcher")


def test_only_an_environment_of_this_python_works(recipe: ModuleType, tmp_path: Path) -> None:
    assert not recipe.works(tmp_path / "python")
    assert recipe.works(Path(sys.executable))


def test_an_incomplete_checkout_is_one_sentence(
    recipe: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "build" / "locks" / "launcher.txt").unlink()
    with pytest.raises(recipe.SetUpError, match=r"launcher\.txt is not there"):
        recipe.set_up(checkout, "launcher")


@pytest.mark.skipif(os.name == "nt", reason="Debian's way of packing Python")
def test_without_venv_and_without_rights_the_line_to_type_is_given(
    recipe: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(recipe, "has_venv", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(recipe.SetUpError) as caught:
        recipe.provide_venv()
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert "sudo apt-get update && sudo apt-get install" in str(caught.value)
    assert str(caught.value).endswith(package)


@pytest.mark.skipif(os.name == "nt", reason="Debian's way of packing Python")
def test_a_package_manager_that_fails_is_one_sentence(
    recipe: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(recipe, "has_venv", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(recipe.SetUpError, match="apt-get update"):
        recipe.provide_venv()


def files_of_the_checkout() -> list[str]:
    """Name what git knows or would take, else everything."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True)
    if answer.returncode == 0:
        return [name for name in answer.stdout.split("\0") if name]
    return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]


@pytest.mark.end_to_end
@pytest.mark.slow
def test_a_fresh_checkout_is_ready_after_one_line_and_at_once_after_the_second(
    recipe: ModuleType, tmp_path: Path
) -> None:
    checkout = tmp_path / "a checkout in Überlingen"
    for name in files_of_the_checkout():
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
    line = [sys.executable, "build/set_up.py"]
    first = subprocess.run(line, cwd=checkout, capture_output=True, text=True, timeout=900)
    assert first.returncode == 0, first.stdout + first.stderr
    python = recipe.program(checkout, "python")
    # From elsewhere, so that it is the installation that is found; and nothing but the package.
    question = (
        "import flask, webview, waitress, launcher, importlib.util as util\n"
        "print(launcher.__file__, *(util.find_spec(name) for name in ('app', 'tests')))"
    )
    answer = subprocess.run(
        [str(python), "-c", question], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.strip() == f"{checkout / 'launcher' / '__init__.py'} None None", answer
    begun = time.monotonic()
    second = subprocess.run(line, cwd=checkout, capture_output=True, text=True, timeout=120)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "up to date" in second.stdout
    assert time.monotonic() - begun < 30
