"""A build, told as a story: find, rehearse, and make the program for each platform that is asked for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher import paths
from launcher.errors import BuildError
from launcher.packager import (
    announcing,
    app_layer,
    formats,
    handout,
    icon,
    in_place,
    plan,
    platforms,
    sums,
    uniform,
)
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
    """What a build made: a program for each platform by its tag, and the page for friends beside them."""

    programs: Mapping[str, Made] = field(hash=False)
    handed_out: handout.HandedOut | None
    seconds: float

    @property
    def program(self) -> Path:
        """Return the first platform's program."""
        return next(iter(self.programs.values())).program

    @property
    def artifacts(self) -> tuple[tuple[str, Artifact], ...]:
        """Return all artifacts, each with its platform's tag."""
        return tuple((tag, one) for tag, made in self.programs.items() for one in made.artifacts)

    @property
    def reports(self) -> tuple[Path, ...]:
        """Return what was written of all builds."""
        return tuple(report for made in self.programs.values() for report in made.reports)


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
            programs, handed_out = _build(request, progress, work)
    except OSError as error:
        if is_full(error):
            raise BuildError(
                "There is no room left on the disk.", "Free some space and build again."
            ) from error
        raise
    return Built(programs, handed_out, round(time.monotonic() - begin, 2))


def _build(
    request: Request, progress: Progress, work: Path
) -> tuple[dict[str, Made], handout.HandedOut | None]:
    with progress.step("find", "Finding the app") as step:
        made = plan.make(request.options)
        # What cannot be handed over, or drawn, is said before anything is run.
        for platform in request.platforms:
            folder.refuse_foreign(folder.place_of(request.output, made.manifest, platform))
        if made.icon is not None:
            icon.from_file(made.icon)
        sums.check(made.config.sign_sums.key)
        app_layer.refuse_links(plan.layer_of(made, None, request.output))
        step.detail = f"{made.manifest.target.spec} in {made.root}"
    announcing.say_what_was_found(plan.for_platform(made, request.platforms[0]), progress)
    announcing.say_that_it_runs(progress)
    with progress.step("rehearse", "Rehearsing it from source") as step:
        facts = rehearse_plan(made, request.output)
        step.detail = (
            f"{len(facts.answers)} paths answer, {len(facts.varying)} differ from run to run"
        )
    in_place.check(made.manifest, facts)
    order = Order(request.output, _formats(request), request.verify, request.pythons)
    programs: dict[str, Made] = {}
    failed: dict[str, BuildError] = {}
    for platform in request.platforms:
        try:
            one = plan.for_platform(made, platform)
            programs[platform.tag] = make(one, facts, order, work, progress)
        except BuildError as error:
            # What fails here is wrong everywhere; what another platform lacks is no other's matter.
            if platform.is_here or len(request.platforms) == 1:
                raise
            progress.branch(platform.tag).warning(f"No program for {platform.tag}", error.message, error.todo)
            failed[platform.tag] = error
    handed_out = _hand_out(made, request.output, work, progress)
    if failed:
        raise _unfinished(failed, programs, request.output)
    return programs, handed_out


def _unfinished(failed: Mapping[str, BuildError], programs: Mapping[str, Made], output: Path) -> BuildError:
    reasons = "\n".join(f"{tag}: {error.message}" for tag, error in failed.items())
    others = f" What was made for {', '.join(programs)} lies in {output}." if programs else ""
    words = "\n".join(dict.fromkeys(error.todo for error in failed.values() if error.todo))
    return BuildError(f"No program was made for {', '.join(failed)}.{others}\n{reasons}", words)


def _formats(request: Request) -> tuple[str, ...]:
    """Return the formats to make: a folder for this machine alone, none for the usual ones."""
    is_for_here = request.platforms == (platforms.here(),)
    return request.formats or (("folder",) if is_for_here else ())


def _hand_out(
    made: plan.Plan, output: Path, work: Path, progress: Progress
) -> handout.HandedOut | None:
    """Write what friends are sent beside the programs, where there is anything to send."""
    subject = handout.of_plan(made)
    if not handout.gather(output, subject.release):
        return None
    with progress.step("handout", "Writing the page for friends") as step:
        done = handout.write(subject, output, work)
        assert done is not None
        signed = f", {done.signature.name}" if done.signature else ""
        step.detail = f"{done.page.name}, {done.sums.name}{signed}; it offers {len(done.files)}"
    for notice in done.notices:
        progress.warning(notice.title, notice.detail, notice.todo)
    return done
