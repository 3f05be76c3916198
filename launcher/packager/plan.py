"""The plan: everything that is decided about a project before anything of it is started."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from launcher import names
from launcher.errors import BrokenProject, LauncherError
from launcher.packager import app_layer, platforms, webview
from launcher.packager.platforms import Platform
from launcher.packager.rehearsal.facts import Facts
from launcher.project import environment
from launcher.project.config import Config, read
from launcher.project.environment import Distribution, Interpreter
from launcher.project.finding import Found, find
from launcher.project.manifest import Manifest, ServerSettings, WindowSettings
from launcher.project.place import place
from launcher.project.settings import check_patterns
from launcher.project.target import file_of

FIRST_VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; None leaves it to the project."""

    project: str | None = None
    python: Path | None = None
    name: str | None = None
    icon: Path | None = None
    include: tuple[str, ...] = ()  # patterns of files, as in [tool.launcher.files]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One project, understood.

    `distribution` is set when the app is an installed distribution and not in
    the project's folder: its package is the app layer then.
    """

    root: Path
    manifest: Manifest
    interpreter: Interpreter
    config: Config
    installed: tuple[Distribution, ...]
    distribution: Distribution | None
    icon: Path | None
    webview: webview.WebView
    platform: Platform = field(default_factory=platforms.here)


def make(options: Options) -> Plan:
    """Find the app, its interpreter and its settings; raises LauncherError for what cannot be."""
    here = place(options.project)
    config = _with_wishes(read(here.root), options)
    interpreter = environment.choose(here.root, options.python)
    found = find(options.project, config, interpreter=interpreter)
    installed = environment.distributions(interpreter)
    distribution = _distribution(found, installed)
    view = webview.choose(config.webview if config.webview != "auto" else None)
    manifest = _manifest(found, config, options, distribution, view.kind)
    return Plan(
        root=found.root,
        manifest=manifest,
        interpreter=interpreter,
        config=config,
        installed=installed,
        distribution=distribution,
        icon=icon_of(found.root, options, config),
        webview=view,
    )


def layer_of(made: Plan, facts: Facts | None, output: Path | None) -> app_layer.AppLayer:
    """Return the app layer of a plan: the project's tree, or the distribution that the app lives in."""
    if made.distribution is not None:
        return app_layer.of_files(made.distribution.root, made.distribution.files)
    read = facts.read if facts is not None else ()
    return app_layer.of_project(made.root, made.config.files, output=output, read=read)


def for_platform(made: Plan, platform: Platform) -> Plan:
    """Return the plan as it is for another platform: what shows the app there may be something else."""
    if platform == made.platform:
        return made
    view = webview.choose_for(platform, made.config.webview)
    return replace(
        made, platform=platform, webview=view, manifest=replace(made.manifest, webview=view.kind)
    )


def _with_wishes(config: Config, options: Options) -> Config:
    for key, patterns in (("--include", options.include), ("--exclude", options.exclude)):
        check_patterns(key, patterns)
    asked = replace(config.files, asked_include=options.include, asked_exclude=options.exclude)
    return replace(config, files=asked)


def _distribution(found: Found, installed: tuple[Distribution, ...]) -> Distribution | None:
    """Return the distribution that the app lives in, when it is not the project's own code."""
    module = found.target.module
    if module is None or file_of(found.target, found.root) is not None:
        return None
    several = environment.providers(module, environment.owners(installed))
    if not several:
        raise BrokenProject(
            f"There is no module {module!r} in {found.root}, nor in the environment.",
            "Install it, or give the environment that has it with --python.",
        )
    if several[0].editable is not None:
        return None
    return several[0]


def _manifest(
    found: Found, config: Config, options: Options, distribution: Distribution | None, kind: str
) -> Manifest:
    name = _name(found.root, config, options, distribution)
    version = config.version or config.project_version
    if distribution is not None and version is None:
        version = distribution.version
    window, server = WindowSettings(), ServerSettings()
    return Manifest(
        name=name,
        identifier=config.identifier or names.identifier(name),
        version=names.check_version(version) if version else FIRST_VERSION,
        target=found.target,
        webview=kind,
        publisher=config.publisher or "",
        window=WindowSettings(
            width=config.window.width or window.width,
            height=config.window.height or window.height,
            resizable=window.resizable
            if config.window.resizable is None
            else config.window.resizable,
            permissions=config.window.permissions,
            calls=config.window.calls,
        ),
        server=ServerSettings(
            threads=config.server.threads or server.threads,
            max_body=config.server.max_body or server.max_body,
            public=config.server.public,
            callbacks=config.server.callbacks,
            owner=config.server.owner,
            scripts=bool(config.server.scripts),
        ),
        args=config.args,
        env=tuple(sorted(config.env.items())),
        keep=config.files.keep,
        in_place=bool(config.files.in_place),
        share=bool(config.share),
    )


def _name(root: Path, config: Config, options: Options, distribution: Distribution | None) -> str:
    asked = config.name if options.name is None else options.name
    if asked is not None:
        return names.check_name(asked)
    if distribution is not None:
        return names.suggest_name(distribution.name)
    return names.suggest_name(config.project_name or root.name)


def icon_of(root: Path, options: Options, config: Config) -> Path | None:
    """Return the picture that is asked for, else one that lies where such pictures lie."""
    if options.icon is not None:
        return _existing(options.icon, "--icon")
    if config.icon:
        return _own(_existing(root / config.icon, "icon in [tool.launcher]"), root)
    for name in ("icon.svg", "icon.png", "static/icon.svg", "static/icon.png"):
        if (root / name).is_file():
            return _own(root / name, root)
    return None


def _own(picture: Path, root: Path) -> Path:
    """Refuse a picture from elsewhere: a project must not choose one of whoever builds it."""
    if not Path(os.path.realpath(picture)).is_relative_to(os.path.realpath(root)):
        raise LauncherError(
            f"The icon {picture} is not in the project.", "Put a copy into it, or give it with --icon."
        )
    return picture


def _existing(path: Path, asked_by: str) -> Path:
    if not path.is_file():
        raise LauncherError(
            f"{asked_by}: there is no file {os.fspath(path)}.", "Give an SVG or PNG picture."
        )
    return path
