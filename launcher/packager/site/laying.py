"""Laying distributions side by side, as in one site-packages that lies where nobody knows yet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from launcher import host
from launcher.errors import BuildError, InterpreterError
from launcher.packager.app_layer.travel import NEVER_FOLDERS
from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.site import scripts
from launcher.project.editable import UnreadableHook, exposed
from launcher.project.environment import Distribution

COMMANDS = ("bin", "Scripts")
HEADERS = ("include", "Include", "Headers")


def lay_files(one: Distribution, behind: set[str], place: Path, app: str, platform: Platform) -> None:
    """Lay a distribution's files, data outside of its packages, and commands, less what stays behind."""
    for name in one.files:
        if name not in behind:
            _copy(one, name, place)
    for name in one.outside:
        relative = from_prefix(one, name)
        source = one.root / name
        if relative is None or name in behind or not source.is_file():
            continue
        top = relative.partition("/")[0]
        if top in COMMANDS:
            _lay_command(source, place, app, platform)
        else:
            target = place / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    scripts.lay_declared(one, place, app, platform)


def commands_of(one: Distribution) -> Iterator[str]:
    """Yield the names of the commands that travel with a distribution."""
    yield from (name for name, _ in scripts.commands_of(one))
    for name in one.outside:
        if (from_prefix(one, name) or "").partition("/")[0] in COMMANDS:
            yield name.rpartition("/")[2].removesuffix(".exe")


def headers_of(one: Distribution) -> Iterator[str]:
    """Yield the files outside of site-packages that only a compiler reads; they stay behind."""
    for name in one.outside:
        if (from_prefix(one, name) or "").partition("/")[0] in HEADERS:
            yield name


def from_prefix(one: Distribution, name: str) -> str | None:
    """Return the path of a file outside of site-packages as seen from `sys.prefix`; None if elsewhere.

    Installers lay files out as this machine has it, for whichever platform they are.
    """
    prefix = one.root.parent.parent if host.WINDOWS else one.root.parent.parent.parent
    path = Path(os.path.normpath(one.root / name))
    return path.relative_to(prefix).as_posix() if path.is_relative_to(prefix) else None


def lay_editable(one: Distribution, place: Path, *, own: tuple[Path, ...] = ()) -> None:
    """Copy what an editable installation adds from where it is being worked on.

    What lies directly in one of the folders `own` is the app's, and already where the app finds it.
    """
    if one.metadata.parent != one.root and one.metadata.is_dir():  # setup.py develop leaves it there
        shutil.copytree(one.metadata, place / one.metadata.name, dirs_exist_ok=True)
    for name, source in additions(one).items():
        if source.parent not in own:
            lay_module(source, place / name)


def lay_module(source: Path, target: Path) -> None:
    """Copy a module or a package that lies outside of site-packages."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=_ignore)
    else:
        shutil.copy2(source, target)


def additions(one: Distribution) -> Mapping[str, Path]:
    """Return what an editable installation adds; raises InterpreterError where that cannot be told."""
    assert one.editable is not None
    try:
        return exposed(one.root, one.files, one.editable)
    except UnreadableHook as error:
        raise InterpreterError(
            f"{one.name} is installed editable in a way that works on this machine alone: "
            "code of its own finds its modules.",
            f"Install it as it is for others: pip install {one.editable}",
        ) from error


def modules_of(one: Distribution, behind: set[str], place: Path) -> Iterator[Path]:
    """Yield the Python files that were laid for a distribution."""
    yield from (place / name for name in one.files if name.endswith(".py") and name not in behind)
    if one.editable is not None:
        for name in additions(one):
            laid = place / name
            yield from laid.rglob("*.py") if laid.is_dir() else ()
            yield from [laid] if laid.suffix == ".py" and laid.is_file() else ()


def _copy(one: Distribution, name: str, place: Path) -> None:
    target = place / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if name.endswith(".pth"):
            target.write_text(_relative_lines(one, name), encoding="utf-8")
            shutil.copystat(one.root / name, target)
        else:
            shutil.copy2(one.root / name, target)
    except FileNotFoundError as error:
        raise BuildError(
            f"{one.name} lists {error.filename}, which is not there.",
            f"Install it again: pip install --force-reinstall {one.name}",
        ) from error


def _relative_lines(one: Distribution, name: str) -> str:
    """Return a .pth file without the paths of this machine, and without the hook of an editable install."""
    kept = []
    for line in (one.root / name).read_bytes().decode("utf-8-sig", "replace").splitlines():
        is_code = line.startswith(("import ", "import\t"))
        is_path = bool(line.strip()) and not line.startswith("#") and not is_code
        if is_path:
            path = Path(os.path.normpath(one.root / line.rstrip()))
            if not path.is_relative_to(one.root):
                continue
            line = path.relative_to(one.root).as_posix()
        if not (is_code and one.editable is not None):
            kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _lay_command(source: Path, place: Path, app: str, platform: Platform) -> None:
    """Lay what a wheel installed as a command: a program or a script for a shell as it is, one in Python
    so that the packaged program runs it. What pip made of an entry point is made anew.
    """
    with source.open("rb") as file:
        first = file.readline(1000)
    if first.startswith(b"#!") and b"python" in first.lower():
        text = source.read_bytes().decode("utf-8", "replace")
        lines = text.splitlines(keepends=True)
        if lines[1:2] and lines[1].startswith("'''exec'"):
            lines = lines[2:]
        scripts.lay_script(source.name, "".join(lines[1:]), place, app, platform)
        return
    is_for_a_shell = first.startswith(b"#!") and platform.system == WINDOWS
    if is_for_a_shell or (source.suffix.lower() == ".exe" and _is_script_shim(source)):
        return
    target = place / scripts.FOLDER / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _is_script_shim(source: Path) -> bool:
    """Tell a command that pip made from an entry point: a small program with the script behind it."""
    return source.stat().st_size < 200_000 and b"#!" in source.read_bytes()


def _ignore(folder: str, names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if name in NEVER_FOLDERS
        or name.endswith((".pyc", ".egg-info"))
        or (Path(folder) / name / "pyvenv.cfg").is_file()
    ]
