"""What is to be started: a module's attribute or a script, as Flask writes it."""

from __future__ import annotations

import ast
import keyword
import os
import re
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import ProjectError, TargetNotFound, UsageError


@dataclass(frozen=True, slots=True)
class Target:
    """The app of a project.

    `module` is imported, or `script` (relative to the project) is run as `__main__`; `path` is the
    folder relative to the project that Python imports from. `attribute` is what Flask writes after
    the colon; None leaves the choice to Flask, or to what the script passes to its server.
    """

    module: str | None
    script: str | None
    attribute: str | None
    path: str
    why: str

    @property
    def spec(self) -> str:
        """Return what a user types to pick this target."""
        place = self.script or self.module or ""
        if self.module is not None and self.path not in (".", "src"):
            # Not importable from where people stand, so it is written as a file, as in Flask.
            place = f"{self.path}/{self.module.replace('.', '/')}"
        return f"{place}:{self.attribute}" if self.attribute else place


def split(text: str) -> tuple[str, str | None]:
    """Split a target at the colon that Flask splits at; a drive letter's is not one."""
    place, colon, attribute = _halves(text.strip())
    if not place or (colon and not attribute):
        raise UsageError(
            f"'{text}' is not a target.", "Write module:attr, module:factory() or a file."
        )
    if attribute:
        check_attribute(attribute)
    return place, attribute or None


def check_attribute(attribute: str) -> tuple[str, bool]:
    """Return the attribute's name and whether it is called; refuse what Flask would refuse."""
    problem = f"'{attribute}' is neither a name nor a call of one with literal arguments."
    todo = "Write module:attr, module:factory() or module:factory('value')."
    try:
        expression = ast.parse(attribute, mode="eval").body
        if isinstance(expression, ast.Name):
            return expression.id, False
        if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
            for argument in [*expression.args, *(word.value for word in expression.keywords)]:
                ast.literal_eval(argument)
            if all(word.arg is not None for word in expression.keywords):
                return expression.func.id, True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(problem, todo) from None
    raise UsageError(problem, todo)


def parse(text: str, project: Path) -> Target:
    """Understand an explicit target of the project; a module not found there is taken as installed.

    A file that people start themselves stays a script; finding decides that by reading the file,
    here only a name that cannot be imported makes one.
    """
    place, attribute = split(text)
    why = f"given as {text.strip()}"
    found = locate(place, project)
    if found is not None:
        file, root = found
        if root is None:
            return of_file(file, project, attribute=attribute, why=why)
        return Target(place, None, attribute, root, why)
    if is_path(place):
        raise TargetNotFound(f"There is no file {place} in {project}.", "Check how it is spelled.")
    if not is_module_name(place):
        raise UsageError(
            f"'{place}' is neither a file in {project} nor the name of a module.",
            "Write module:attr, module:factory() or a file.",
        )
    return Target(place, None, attribute, ".", why)


def locate(place: str, project: Path) -> tuple[Path, str | None] | None:
    """Return the file that a target's left side names, and the import root of a dotted name."""
    if is_path(place) or not is_module_name(place):
        direct = project / Path(place).expanduser()
        if not direct.name:
            return None
        for file in (direct, direct.with_name(direct.name + ".py"), direct / "__init__.py"):
            if is_file(file) and file.suffix in (".py", ".pyw"):
                return file, None
        return None
    for root in (".", "src"):
        found = _module_file(project / root, place)
        if found is not None:
            return found, root
    return None


def file_of(target: Target, project: Path) -> Path | None:
    """Return the project's file that a target starts in; None where it is an installed one."""
    if target.script is not None:
        return project / target.script
    found = _module_file(project / target.path, target.module or "")
    return found if found is not None and inside(found, project) else None


def of_file(
    file: Path, project: Path, *, attribute: str | None, why: str, script: bool = False
) -> Target:
    """Return the target for a file: as Flask names its module, else as a script."""
    if not inside(file, project):
        raise ProjectError(
            f"{file} lies outside the project {project}.",
            "Give the folder that holds both, or start it from its own folder.",
        )
    relative = relative_to(file, project)
    module, path = module_of(relative, project)
    if script or module is None:
        folder = Path(relative).parent.as_posix()
        return Target(None, relative, attribute, folder, why)
    return Target(module, None, attribute, path, why)


def module_of(relative: str, project: Path) -> tuple[str | None, str]:
    """Return the dotted name of a file and the folder it is imported from, as Flask finds them."""
    place = Path(relative)
    parts = [] if place.name == "__init__.py" else [place.stem]
    folder = place.parent
    while (project / folder / "__init__.py").is_file() and folder != Path():
        parts.insert(0, folder.name)
        folder = folder.parent
    name = ".".join(parts)
    return (name if is_module_name(name) else None), folder.as_posix()


def inside(file: Path, project: Path) -> bool:
    """Tell whether the file lies in the project, links not followed."""
    return absolute(project) in absolute(file).parents


def relative_to(file: Path, project: Path) -> str:
    """Return the file's path inside the project, POSIX."""
    return absolute(file).relative_to(absolute(project)).as_posix()


def absolute(path: Path) -> Path:
    """Return the path from the root on, without dots and with links as they are."""
    return Path(os.path.normpath(path.absolute()))


def is_file(path: Path) -> bool:
    """Tell whether there is a file; a name too long for the file system is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder; a name too long for the file system is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_path(place: str) -> bool:
    """Tell whether a target's left side can only be a path."""
    return "/" in place or "\\" in place or place.startswith("~") or place.endswith((".py", ".pyw"))


def is_module_name(text: str) -> bool:
    """Tell whether the text can stand after `import`."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in text.split("."))


def _module_file(root: Path, dotted: str) -> Path | None:
    whole = root.joinpath(*dotted.split("."))
    if not dotted:
        return None
    # A package hides a module of its name, as in Python itself.
    for file in (whole / "__init__.py", whole.with_name(whole.name + ".py")):
        if is_file(file):
            return file
    return None


def _halves(text: str) -> tuple[str, str, str]:
    parts = re.split(r":(?![\\/])", text, maxsplit=1)
    return (parts[0].strip(), ":", parts[1].strip()) if len(parts) > 1 else (parts[0], "", "")
