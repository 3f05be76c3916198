"""A build, told as a story: find, rehearse, and make the program for each platform that is asked for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher import paths
from launcher.errors import BuildError
from launcher.packager import announcing, app_layer, formats, icon, in_place, plan, platforms, uniform
from launcher.packager.formats import Artifact, folder
from launcher.packager.making import Made, Order, make
from launcher.packager.platforms import Platform
from launcher.packager.progress import Progress
from launcher.packager.rehearsal.rehearse import rehearse_plan
from launcher.packager.workplace import is_full, work_folder

CACHED = ("players", "environments", "icons", "distributions", "pythons", "wheels")


@dataclass(frozen=True, slots=True)
class Request:
    """What a build is to make."""

    options: plan.Options
    output: Path
    formats: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = field(default_factory=lambda: (platforms.here(),))
    pythons: Mapping[str, Path] = field(default_factory=dict, hash=False)
    clean: bool = False
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made; `program` is the first platform's."""

    program: Path
    artifacts: tuple[Artifact, ...]
    reports: tuple[Path, ...]
    seconds: float


def build(request: Request, progress: Progress) -> Built:
    """Build the project; nothing stands under a final name before it is whole and proven."""
    begin = time.monotonic()
    formats.check(request.formats, request.platforms)
    uniform.chosen_moment()  # a wrong one is told before anything is done
    if request.clean:
        for name in CACHED:  # not the whole folder: LAUNCHER_CACHE may name one that holds more
            shutil.rmtree(paths.cache_folder() / name, ignore_errors=True)
    try:
        with work_folder(request.output) as work:
            programs = _build(request, progress, work)
    except OSError as error:
        if is_full(error):
            raise BuildError(
                "There is no room left on the disk.", "Free some space and build again."
            ) from error
        raise
    return Built(
        program=programs[0].program,
        artifacts=tuple(artifact for one in programs for artifact in one.artifacts),
        reports=tuple(report for one in programs for report in one.reports),
        seconds=round(time.monotonic() - begin, 2),
    )


def _build(request: Request, progress: Progress, work: Path) -> tuple[Made, ...]:
    with progress.step("find", "Finding the app") as step:
        made = plan.make(request.options)
        # What cannot be handed over, or drawn, is said before anything is run.
        for platform in request.platforms:
            folder.refuse_foreign(folder.place_of(request.output, made.manifest, platform))
        if made.icon is not None:
            icon.from_file(made.icon)
        app_layer.refuse_links(plan.layer_of(made, None, request.output))
        step.detail = f"{made.manifest.target.spec} in {made.root}"
    announcing.say_what_was_found(made, progress)
    announcing.say_that_it_runs(progress)
    with progress.step("rehearse", "Rehearsing it from source") as step:
        facts = rehearse_plan(made, request.output)
        step.detail = (
            f"{len(facts.answers)} paths answer, {len(facts.varying)} differ from run to run"
        )
    in_place.check(made.manifest, facts)
    order = Order(request.output, request.formats, request.verify, request.pythons)
    return tuple(
        make(plan.for_platform(made, platform), facts, order, work, progress)
        for platform in request.platforms
    )
