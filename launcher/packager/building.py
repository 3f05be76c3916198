"""A build, told as a story: find, rehearse, lay the three layers, verify, hand over."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from launcher import host, names, paths
from launcher.errors import BrokenProject, BuildError, UsageError
from launcher.packager import app_layer, bundle, icon, plan, site
from launcher.packager.formats import FORMATS, Artifact, folder
from launcher.packager.player import player_for
from launcher.packager.progress import Progress
from launcher.packager.rehearsal import Facts, rehearse
from launcher.packager.verification import verify, verify_window
from launcher.packager.workplace import is_full, work_folder

CACHED = ("players", "environments", "icons")
SPARE = 50_000_000  # bytes that must stay free beside the bundle


@dataclass(frozen=True, slots=True)
class Request:
    """What a build is to make."""

    options: plan.Options
    output: Path
    formats: tuple[str, ...] = ("folder",)
    clean: bool = False
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    program: Path
    artifacts: tuple[Artifact, ...]
    seconds: float


def build(request: Request, progress: Progress) -> Built:
    """Build the project; nothing stands under a final name before it is whole and proven."""
    begin = time.monotonic()
    for format_name in request.formats:
        if format_name not in FORMATS:
            raise UsageError(
                f"There is no format {format_name!r}.", f"Formats: {', '.join(FORMATS)}."
            )
    if request.clean:
        for name in CACHED:  # not the whole folder: LAUNCHER_CACHE may name one that holds more
            shutil.rmtree(paths.cache_folder() / name, ignore_errors=True)
    try:
        with work_folder(request.output) as work:
            program, artifacts = _build(request, progress, work)
    except OSError as error:
        if is_full(error):
            raise BuildError(
                "There is no room left on the disk.", "Free some space and build again."
            ) from error
        raise
    return Built(program, artifacts, round(time.monotonic() - begin, 2))


def _build(request: Request, progress: Progress, work: Path) -> tuple[Path, tuple[Artifact, ...]]:
    with progress.step("find", "Finding the app") as step:
        made = plan.make(request.options)
        name = names.file_name(made.manifest.name)
        # What cannot be handed over, or drawn, is said before anything is run.
        folder.refuse_foreign(request.output / name)
        if made.icon is not None:
            icon.from_file(made.icon)
        step.detail = f"{made.manifest.target.spec} in {made.root}"
    _say_what_was_found(made, progress)
    with progress.step("rehearse", "Rehearsing it from source") as step:
        facts = _rehearsed(made, request.output)
        step.detail = (
            f"{len(facts.answers)} paths answer, {len(facts.varying)} differ from run to run"
        )
    for path in facts.fatal:
        progress.warning(
            "A page ends the app", f"GET {path} ends the app's process; it was left out."
        )
    with progress.step("player", "Getting the player") as step:
        player, cached = player_for(made.interpreter, made.webview.kind, progress)
        step.detail = "taken from the cache" if cached else "frozen"
    fresh = work / name
    with progress.step("site", "Laying its distributions") as step:
        chosen = site.choose(made, facts.modules)
        _check_room(player, chosen.size, request.output)
        bundle.lay_player(player, fresh, made.manifest.name)
        bundle.lay_site(chosen, made, fresh)
        step.detail = f"{len(chosen.parts)} distributions"
    _warn_of_imports(chosen, progress)
    with progress.step("app", "Laying the app") as step:
        layer = layer_of(made, facts, request.output)
        bundle.lay_app(layer, made, fresh, facts.imported)
        step.detail = f"{len(layer.files)} files"
    _warn_of_left(layer, facts, progress)
    _say_sizes(fresh, chosen, layer, progress)
    if request.verify:
        _verify(fresh, made, facts, progress)
    with progress.step("artifacts", "Handing over"):
        base = f"{name}-{made.manifest.version}-{host.tag()}"
        artifacts = _hand_over(fresh, request, base)
    place = next(artifact.path for artifact in artifacts if artifact.format == "folder")
    return bundle.program_of(place, made.manifest.name), artifacts


def layer_of(made: plan.Plan, facts: Facts | None, output: Path | None) -> app_layer.AppLayer:
    """Return the app layer of a plan: the project's tree, or the distribution that the app lives in."""
    if made.distribution is not None:
        return app_layer.of_files(made.distribution.root, made.distribution.files)
    read = facts.read if facts is not None else ()
    return app_layer.of_project(made.root, made.config.files, output=output, read=read)


def _rehearsed(made: plan.Plan, output: Path) -> Facts:
    # Realpath: a link in the path of the temporary folder would make two names of one place.
    with tempfile.TemporaryDirectory(prefix="launcher-rehearsal-") as folder:
        scratch = Path(os.path.realpath(folder))
        copy = scratch / "project" / (made.root.name or "project")
        if made.distribution is not None:
            layer_of(made, None, None).lay(copy)
        else:
            app_layer.copy_for_rehearsal(made.root, copy, output=output)
        try:
            return rehearse(made.manifest, copy, made.interpreter, scratch)
        except BrokenProject as error:
            # The copy is gone when somebody reads this.
            source = made.root if made.distribution is None else made.distribution.root
            raise BrokenProject(error.message.replace(str(copy), str(source)), error.todo) from error


def _say_what_was_found(made: plan.Plan, progress: Progress) -> None:
    version = ".".join(str(part) for part in made.interpreter.version)
    progress.fact("App", f"{made.manifest.target.spec}: {made.manifest.target.why}")
    progress.fact(
        "Name", f"{made.manifest.name} {made.manifest.version} ({made.manifest.identifier})"
    )
    progress.fact("Python", f"{version} at {made.interpreter.path}: {made.interpreter.why}")
    progress.fact("Window", f"{made.webview.kind}: {made.webview.why}")
    progress.fact(
        "Icon",
        str(made.icon) if made.icon else "two letters of the name; the project has no picture",
    )


def _warn_of_imports(chosen: site.Site, progress: Progress) -> None:
    for one in chosen.missing:
        progress.warning(
            f"{one.module} is not installed",
            f"{one.file}, line {one.line} imports it; the rehearsal did not need it.",
            "Install it in the project's environment if the app does.",
        )
    for distribution, one in chosen.undeclared:
        progress.warning(
            f"{distribution.name} is not declared",
            f"{one.file}, line {one.line} imports it; it travels.",
            "Add it to the project's requirements.",
        )


def _warn_of_left(layer: app_layer.AppLayer, facts: Facts, progress: Progress) -> None:
    for one in layer.left:
        if one.path in facts.read:
            progress.warning(
                f"{one.path} stays behind",
                f"The app reads it, and it does not travel: {one.why}.",
                "What friends may have of it can go into env in [tool.launcher]; "
                "include in [tool.launcher.files] takes all of it along.",
            )


def _say_sizes(
    fresh: Path, chosen: site.Site, layer: app_layer.AppLayer, progress: Progress
) -> None:
    layers = fresh / "layers"
    site_size, app_size = _size(layers / "site"), _size(layers / "app")
    progress.size("player", _size(fresh) - site_size - app_size, [])
    parts = [
        {"name": part.distribution.name, "version": part.distribution.version, "bytes": part.size}
        for part in sorted(chosen.parts, key=lambda part: -part.size)
    ]
    progress.size("site", site_size, parts)
    progress.size("app", app_size, [])


def _verify(fresh: Path, made: plan.Plan, facts: Facts, progress: Progress) -> None:
    with progress.step("verify", "Proving the program") as step:
        verified = verify(fresh, made.manifest.name, facts)
        step.detail = (
            f"{verified.compared} answers are the source's, {verified.varying} vary; "
            f"served after {verified.seconds_to_serve:.2f} s"
        )
    if host.has_display() and made.webview.kind != "browser":
        with progress.step("window", "Opening its window") as step:
            seen = verify_window(fresh, made.manifest.name)
            step.detail = f"shows {seen.get('title') or seen.get('url')!r}"


def _hand_over(fresh: Path, request: Request, base: str) -> tuple[Artifact, ...]:
    artifacts = []
    # The table's order: the folder is last, for it moves the bundle.
    for format_name, make in FORMATS.items():
        if format_name in request.formats or format_name == "folder":
            path, size, digest = make(fresh, request.output, base)
            artifacts.append(Artifact(format_name, path, size, digest))
    return tuple(artifacts)


def _check_room(player: Path, site_size: int, output: Path) -> None:
    needed = _size(player) + 2 * site_size + SPARE
    free = shutil.disk_usage(output).free
    if free < needed:
        raise BuildError(
            f"The build needs {needed / 1e6:.0f} MB in {output}, and {free / 1e6:.0f} MB are free.",
            "Free some space, or build elsewhere with --output.",
        )


def _size(folder: Path) -> int:
    return sum(
        (Path(place) / name).lstat().st_size
        for place, _, files in os.walk(folder)
        for name in files
    )
