"""A program that stands in for Python does what Python does, for its own backend and nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.loading.interpreting import MARK
from tests.conftest import WriteFiles
from tests.support.programs import environment

# In a packaged program this is what the entry does; here sys.executable stands for the program.
STAND_IN = """
import sys
from launcher.loading import interpreting
if interpreting.is_asked_for():
    interpreting.run()
print("a window opens")
"""

FILES = {
    "show.py": "import sys\nprint(__name__, sys.argv, sys.path[0])\n",
    "fail.py": "import sys\nsys.exit(3)\n",
    "beside.py": "import helper\nprint(helper.WORD)\n",
    "helper.py": "WORD = 'found'\n",
    "pack/__init__.py": "",
    "pack/__main__.py": "import sys\nprint(__name__, __package__, sys.argv[1:])\n",
}


@pytest.fixture
def project(write_files: WriteFiles) -> Path:
    return write_files(FILES)


def stand_in(
    project: Path, arguments: list[str], marked: str | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Ask the stand-in for what a Python would be asked."""
    program = project.parent / "program.py"
    program.write_text(STAND_IN)
    chosen = {} if marked is None else {MARK: marked}
    return run([sys.executable, str(program), *arguments], project, chosen, stdin)


def run(
    command: list[str], cwd: Path, more: dict[str, str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(**more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


AS_PYTHON = [
    ["show.py", "a", "-b"],
    ["show.py"],
    ["beside.py"],
    ["fail.py"],
    ["-c", "import sys; print(__name__, sys.argv, repr(sys.path[0]))", "a", "-c"],
    ["-c", "raise SystemExit(4)"],
    ["-m", "pack", "a", "--b"],
    ["-m", "show", "x"],
    ["-u", "show.py"],
    ["-W", "ignore", "-c", "print('w')"],
    ["-X", "utf8", "-I", "-c", "print('x')"],
    ["-Wignore", "-bb", "-m", "pack"],
    ["-V"],
    ["--version"],
    ["-", "ignored"],
]


@pytest.mark.parametrize("arguments", AS_PYTHON, ids=" ".join)
def test_program_answers_as_python_would(project: Path, arguments: list[str]) -> None:
    script = "print(__name__, 6 * 7)"
    wanted = run([sys.executable, *arguments], project, {}, script)
    found = stand_in(project, arguments, marked=sys.executable, stdin=script)
    assert (found.stdout, found.returncode) == (wanted.stdout, wanted.returncode), found.stderr


def test_app_s_own_modules_are_found(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "from_site.py").write_text("WORD = 'site'\n")
    marked = os.pathsep.join([sys.executable, str(project), str(site)])
    code = "import from_site, helper; print(from_site.WORD, helper.WORD)"
    found = stand_in(tmp_path, ["-c", code], marked=marked)
    assert found.stdout == "site found\n", found.stderr


def test_exception_ends_it_as_it_would_end_python(project: Path) -> None:
    found = stand_in(project, ["-c", "1 / 0"], marked=sys.executable)
    assert found.returncode == 1
    assert found.stderr.rstrip().endswith("ZeroDivisionError: division by zero")


@pytest.mark.parametrize(
    ("marked", "arguments"),
    [
        (None, ["-c", "print('run')"]),
        (None, ["show.py"]),
        ("", ["show.py"]),
        ("/some/other/program", ["-c", "print('run')"]),
        (sys.executable, []),
        (sys.executable, ["notes.txt"]),
        (sys.executable, ["--fullscreen"]),
        (sys.executable, ["-psn_0_12345"]),
        (sys.executable, ["quiz://open/3"]),
    ],
)
def test_program_opens_its_window_for_everybody_else(
    project: Path, marked: str | None, arguments: list[str]
) -> None:
    """A file that a user opens with the program must not be run, nor a link be taken for an order."""
    assert stand_in(project, arguments, marked).stdout == "a window opens\n"


def test_children_started_with_spawn_find_the_app(project: Path) -> None:
    """How multiprocessing starts a child of a frozen program: by the program itself."""
    code = """
import multiprocessing, os, sys
from multiprocessing import spawn
from launcher.loading import interpreting
if __name__ == "__main__":
    interpreting.mark(sys.argv[1:])
    sys.frozen = True  # so that children are started with --multiprocessing-fork
    spawn.set_executable(sys.argv[2])
    import helper
    multiprocessing.set_start_method("spawn")
    with multiprocessing.Pool(1) as pool:
        print(pool.apply(helper.parent) == os.getpid())
"""
    (project / "helper.py").write_text("import os\nparent = os.getppid\n")
    program = project.parent / "program.py"
    program.write_text(STAND_IN)
    wrapper = project.parent / "wrapper"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    wrapper.chmod(0o755)
    main = project.parent / "main.py"
    main.write_text(code)
    done = run([sys.executable, str(main), str(project), str(wrapper)], project, {"PYTHONPATH": str(project)})
    assert done.stdout == "True\n", done.stderr
