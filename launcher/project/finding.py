"""Find the app of a project: the named one, else the one that its files point to."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from launcher.errors import (
    BrokenProject,
    ConfigError,
    LauncherError,
    ProjectError,
    SeveralTargets,
    TargetNotFound,
    UsageError,
)
from launcher.project import candidates as apps
from launcher.project import dotenv
from launcher.project.candidates import Candidate
from launcher.project.config import Config, read
from launcher.project.environment import Interpreter, distributions
from launcher.project.meaning import Meanings
from launcher.project.place import place
from launcher.project.reading import read as read_source
from launcher.project.scan import STANDARD, Scan, scan
from launcher.project.source import Source
from launcher.project.target import (
    Target,
    absolute,
    check_attribute,
    is_file,
    is_folder,
    locate,
    parse,
    relative_to,
    split,
)

_LOOKED_FOR = (
    "Looked for: app in [tool.launcher], FLASK_APP in the environment, .env and .flaskenv, "
    "wsgi.py and app.py, and in every Python file for Flask(...), create_app or make_app, "
    "a WSGI callable, and a script that calls .run(."
)
_NAME_IT = "Name it: launcher run module:attr, or a file: launcher run path/to/file.py."


@dataclass(frozen=True, slots=True)
class Found:
    """A project: its folder, its app, and its settings."""

    root: Path
    target: Target
    config: Config


def find(
    argument: str | Path | None = None,
    config: Config | None = None,
    *,
    interpreter: Interpreter | None = None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Found:
    """Find the project and app that the argument means, from the folder people stand in.

    With an interpreter, a module that is not the project's own must be installed there.
    """
    here = place(argument, folder=folder)
    settings = config if config is not None else read(here.root)
    finder = _Finder(here.root, interpreter)
    if here.text:
        return Found(here.root, finder.named(here.text, why=""), settings)
    if settings.app:
        try:
            target = finder.named(settings.app, why="app in [tool.launcher]")
        except (UsageError, TargetNotFound) as error:
            raise ConfigError(f"app in [tool.launcher]: {error.message}", error.todo) from error
        return Found(here.root, target, settings)
    stands_there = here.root == absolute(folder or Path.cwd())
    if said := _flask_app(here.root, environ, stands_there):
        text, origin = said
        try:
            target = finder.named(text, why=origin, as_flask=True)
        except (UsageError, ProjectError) as error:
            raise type(error)(f"{origin} is {text}: {error.message}", error.todo) from error
        return Found(here.root, target, settings)
    return Found(here.root, finder.looked_up(stands_there=stands_there), settings)


def _flask_app(
    root: Path, environ: Mapping[str, str], stands_there: bool
) -> tuple[str, str] | None:
    text = environ.get("FLASK_APP", "").strip()
    if text:
        try:
            # Set for the folder people stand in, it may mean nothing in another project.
            if stands_there or locate(split(text)[0], root):
                return text, "FLASK_APP in the environment"
        except LauncherError:
            pass
    said = dotenv.flask_app(root)
    return (said[0], f"FLASK_APP in {said[1]}") if said else None


class _Finder:
    """The questions to one project."""

    def __init__(self, root: Path, interpreter: Interpreter | None) -> None:
        self.root = root
        self.interpreter = interpreter

    def named(self, text: str, *, why: str, as_flask: bool = False) -> Target:
        """Return the target that somebody named, once what can be known of it is in order."""
        target = parse(text, self.root)
        target = replace(target, why=why or target.why)
        located = locate(split(text)[0], self.root)
        if located is None:
            self._check_installed(target)
            return target
        source, everything = self._source(located[0])
        self._check_syntax([source])
        meanings = Meanings(everything)
        offered = apps.of_source(source, meanings)
        if target.attribute is not None:
            name, called = check_attribute(target.attribute)
            function = meanings.definition(name, source)
            bare = not called or target.attribute.replace(" ", "").endswith("()")
            if function is not None and bare and not meanings.is_wsgi_function(function):
                _check_factory(target, name, function.required)
            return target
        if len(offered) == 1:
            _check_factory(target, str(offered[0].attribute), offered[0].required)
        given_as_file = located[1] is None
        # `python FILE` is how people start a file that runs a server, or that shows no app.
        if given_as_file and not as_flask and (not offered or offered[0].script):
            return replace(
                target, module=None, script=source.file, path=source.folder, attribute=None
            )
        return target

    def looked_up(self, *, stands_there: bool = True) -> Target:
        """Return the target that the project's source shows."""
        everything = scan(self.root)
        meanings = Meanings(everything)
        offered = [
            one
            for source in everything.sources.values()
            for one in apps.of_source(source, meanings)
        ]
        left = apps.decide(offered, everything)
        if not left:
            near = [one for one in everything.sources.values() if one.folder in (".", "src")]
            self._check_syntax(near)
            raise _nothing(everything, meanings)
        if len(left) > 1:
            raise _several(self.root, left, stands_there)
        chosen = left[0]
        target = chosen.target(only=len(offered) == 1)
        _check_factory(target, str(chosen.attribute), chosen.required)
        return target

    def _source(self, file: Path) -> tuple[Source, Scan]:
        everything = scan(self.root)
        relative = relative_to(file, self.root)
        if relative not in everything.sources:
            # Named, it counts although it lies where nobody would look.
            source = read_source(file, relative, module=None, path=".")
            everything.sources[relative] = source
        return everything.sources[relative], everything

    def _check_syntax(self, sources: list[Source]) -> None:
        ours = sys.version_info[:2]
        if self.interpreter is not None and self.interpreter.version[:2] > ours:
            return  # its newer Python may well understand what ours does not
        for source in sources:
            if source.error:
                raise BrokenProject(
                    f"{source.file} is not valid Python: {source.error}.",
                    "Correct it: the file has to start with `python` first.",
                )

    def _check_installed(self, target: Target) -> None:
        if self.interpreter is None or target.module is None:
            return
        first = target.module.partition(".")[0]
        places = [site / first for site in self.interpreter.purelibs]
        if first in STANDARD or any(
            is_folder(path) or is_file(path.with_name(f"{first}.py")) for path in places
        ):
            return
        if any(first in one.modules for one in distributions(self.interpreter)):
            return
        raise TargetNotFound(
            f"There is no module {first} in {self.root}, and none is installed for "
            f"{self.interpreter.path}.",
            "Check how it is spelled, or install it, or choose its environment with --python.",
        )


def _check_factory(target: Target, name: str, required: tuple[str, ...]) -> None:
    if required:
        place = target.spec.partition(":")[0]
        example = ", ".join(["'value'"] * len(required))
        raise BrokenProject(
            f"The factory {name} in {place} needs {' and '.join(required)}.",
            f"""Say what it gets: launcher run "{place}:{name}({example})" """
            f"""(or app = "{place}:{name}({example})" in [tool.launcher]).""",
        )


def _several(root: Path, left: list[Candidate], stands_there: bool) -> SeveralTargets:
    found = sorted(((one, one.target()) for one in left), key=lambda pair: pair[1].spec)
    commands = [target.spec if stands_there else _as_file(root, one) for one, target in found]
    width = max(map(len, commands))
    lines = [
        f"  launcher run {command:<{width}}   {target.why}"
        for command, (_, target) in zip(commands, found, strict=True)
    ]
    return SeveralTargets(
        f"More than one app could be meant in {root}.",
        "Pick one:\n" + "\n".join(lines),
        tuple(target.spec for _, target in found),
    )


def _as_file(root: Path, one: Candidate) -> str:
    file = str(root / one.source.file)
    return f"{file}:{one.attribute}" if one.attribute else file


def _nothing(everything: Scan, meanings: Meanings) -> TargetNotFound:
    for source in everything.sources.values():
        for name in source.scope.names:
            if meanings.of(name, source) == "asgi":
                return TargetNotFound(
                    f"{source.file} makes an ASGI app ({name}); launcher runs WSGI apps.",
                    "Name a Flask or other WSGI app: launcher run module:attr.",
                )
    count = len(everything.sources)
    where = f"among its {count} Python files" if count else "and no Python file"
    return TargetNotFound(
        f"There is no Flask or other WSGI app in {everything.project}, {where}.",
        f"{_LOOKED_FOR} {_NAME_IT}",
    )
