"""A build, told as a story: find, rehearse, lay the three layers, verify, hand over."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from launcher import frozen, host, names, paths
from launcher.errors import BuildError, UsageError
from launcher.packager import (
    announcing,
    app_layer,
    bill,
    build_report,
    bundle,
    icon,
    in_place,
    plan,
    proof_report,
    site,
    uniform,
    warnings,
)
from launcher.packager.build_report import Record
from launcher.packager.formats import FORMATS, Artifact, folder
from launcher.packager.player import player_for
from launcher.packager.progress import Progress
from launcher.packager.rehearsal import staging
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.rehearsal.rehearse import rehearse_plan
from launcher.packager.site import store
from launcher.packager.verification import Source, no_window, surroundings_of, verify, verify_window
from launcher.packager.warnings import machine
from launcher.packager.workplace import is_full, work_folder

CACHED = ("players", "environments", "icons", "distributions")
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
    reports: tuple[Path, ...]
    seconds: float


def build(request: Request, progress: Progress) -> Built:
    """Build the project; nothing stands under a final name before it is whole and proven."""
    begin = time.monotonic()
    for format_name in request.formats:
        if format_name not in FORMATS:
            raise UsageError(
                f"There is no format {format_name!r}.", f"Formats: {', '.join(FORMATS)}."
            )
    uniform.chosen_moment()  # a wrong one is told before anything is done
    if request.clean:
        for name in CACHED:  # not the whole folder: LAUNCHER_CACHE may name one that holds more
            shutil.rmtree(paths.cache_folder() / name, ignore_errors=True)
    try:
        with work_folder(request.output) as work:
            program, artifacts, reports = _build(request, progress, work)
    except OSError as error:
        if is_full(error):
            raise BuildError(
                "There is no room left on the disk.", "Free some space and build again."
            ) from error
        raise
    return Built(program, artifacts, reports, round(time.monotonic() - begin, 2))


def _build(
    request: Request, progress: Progress, work: Path
) -> tuple[Path, tuple[Artifact, ...], tuple[Path, ...]]:
    with progress.step("find", "Finding the app") as step:
        made = plan.make(request.options)
        name = names.file_name(made.manifest.name)
        # What cannot be handed over, or drawn, is said before anything is run.
        folder.refuse_foreign(request.output / name)
        if made.icon is not None:
            icon.from_file(made.icon)
        app_layer.refuse_links(layer_of(made, None, request.output))
        step.detail = f"{made.manifest.target.spec} in {made.root}"
    announcing.say_what_was_found(made, progress)
    announcing.say_that_it_runs(progress)
    with progress.step("rehearse", "Rehearsing it from source") as step:
        facts = rehearse_plan(made, request.output)
        step.detail = (
            f"{len(facts.answers)} paths answer, {len(facts.varying)} differ from run to run"
        )
    in_place.check(made.manifest, facts)
    with progress.step("player", "Getting the player") as step:
        player, cached = player_for(made.interpreter, made.webview.kind, progress)
        step.detail = "taken from the cache" if cached else "frozen"
    fresh = work / name
    with progress.step("site", "Laying its distributions") as step:
        chosen = site.choose(made, facts.modules, facts.commands)
        _check_room(player, chosen.size, request.output)
        bundle.lay_player(player, fresh, made.manifest.name)
        layer = layer_of(made, facts, request.output)
        app_layer.refuse_links(layer)  # of those that git ignores, the ones that were followed
        seen = _seen(facts, layer)
        place = fresh / frozen.LAYERS / bundle.SITE
        laid = store.lay(chosen, made, place, seen=seen, player=player)
        step.detail = f"{len(chosen.parts)} distributions, {len(laid.compiled)} of them compiled now"
    with progress.step("app", "Laying the app") as step:
        bundle.lay_app(layer, made, fresh, facts.imported)
        step.detail = f"{len(layer.files)} files"
    moment = uniform.moment_of(fresh)
    brought = laid.brought.libraries.values()
    lacking = bill.write(chosen, made, player, fresh, moment=moment, libraries=brought)
    uniform.settle(fresh, moment)
    for notice in (*warnings.find(made, chosen, layer, facts), *machine.look(fresh)):
        progress.warning(notice.title, notice.detail, notice.todo)
    sizes = announcing.say_sizes(fresh, chosen, progress)
    record = Record(made, facts, chosen, laid, layer, cached, sizes, moment=moment)
    record.without_licence = lacking
    base = f"{name}-{made.manifest.version}-{host.tag()}"
    if request.verify:
        _verify(fresh, record, request.output, progress)
    with progress.step("artifacts", "Handing over"):
        record.artifacts = artifacts = _hand_over(fresh, request, base)
    record.warnings, record.seconds = progress.warnings, progress.seconds
    reports = build_report.write(record, request.output, base, work)
    place = next(artifact.path for artifact in artifacts if artifact.format == "folder")
    return bundle.program_of(place, made.manifest.name), artifacts, reports


def layer_of(made: plan.Plan, facts: Facts | None, output: Path | None) -> app_layer.AppLayer:
    """Return the app layer of a plan: the project's tree, or the distribution that the app lives in."""
    if made.distribution is not None:
        return app_layer.of_files(made.distribution.root, made.distribution.files)
    read = facts.read if facts is not None else ()
    return app_layer.of_project(made.root, made.config.files, output=output, read=read)


def _seen(facts: Facts, layer: app_layer.AppLayer) -> store.Seen:
    read = frozenset((*facts.opened, *facts.modules))
    code = tuple((name, layer.source / name) for name in layer.files if name.endswith(".py"))
    return store.Seen(read, code)


def _verify(fresh: Path, record: Record, output: Path, progress: Progress) -> None:
    made, name = record.plan, record.plan.manifest.name
    interpreter = made.interpreter
    around = surroundings_of(
        interpreter.path,
        ("the project", made.root),
        *(("its environment", place) for place in (interpreter.prefix, *interpreter.purelibs)),
        ("its Python", interpreter.base_prefix),
    )
    source = Source(staging.stage_of(made), lambda place: staging.lay_copy(made, place, output))
    with progress.step("verify", "Proving the program") as step:
        record.verified = verified = verify(fresh, name, record.facts, around, source)
        step.detail = (
            f"{verified.compared} answers are the source's, {verified.varying} vary; "
            f"served after {verified.seconds_to_serve:.2f} s"
        )
    for notice in proof_report.own_ways(verified):
        progress.warning(*notice)
    why_not = no_window(made.webview.kind)
    if why_not:
        verified.not_done["the window"] = why_not
        return
    with progress.step("window", "Opening its window") as step:
        record.window = seen = verify_window(fresh, name, fresh.with_name("window.png"), around)
        step.detail = f"shows {seen.page.get('title') or seen.page.get('url')!r}"


def _hand_over(fresh: Path, request: Request, base: str) -> tuple[Artifact, ...]:
    artifacts = []
    # The table's order: the folder is last, for it moves the bundle.
    for format_name, make in FORMATS.items():
        if format_name in request.formats or format_name == "folder":
            path, size, digest = make(fresh, request.output, base)
            artifacts.append(Artifact(format_name, path, size, digest))
    return tuple(artifacts)


def _check_room(player: Path, site_size: int, output: Path) -> None:
    needed = announcing.size_of(player) + 2 * site_size + SPARE
    free = shutil.disk_usage(output).free
    if free < needed:
        raise BuildError(
            f"The build needs {needed / 1e6:.0f} MB in {output}, and {free / 1e6:.0f} MB are free.",
            "Free some space, or build elsewhere with --output.",
        )
