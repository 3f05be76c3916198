"""One program for one platform: its three layers laid, proven where it can run, and handed over."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher import names
from launcher.errors import BuildError
from launcher.packager import (
    across,
    announcing,
    app_layer,
    audit,
    bill,
    build_report,
    bundle,
    proof_report,
    signing,
    site,
    uniform,
    warnings,
)
from launcher.packager.build_report import Record
from launcher.packager.formats import Artifact, Parcel, hand_over
from launcher.packager.formats.parcel import base_of
from launcher.packager.plan import Plan, layer_of
from launcher.packager.platforms import folder_name
from launcher.packager.player import player_for
from launcher.packager.progress import Progress
from launcher.packager.rehearsal import staging
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.site import store
from launcher.packager.verification import Source, no_window, surroundings_of, verify, verify_window
from launcher.packager.warnings import lacking, lengths, machine
from launcher.project import bundles

SPARE = 50_000_000  # bytes that must stay free beside the bundle


@dataclass(frozen=True, slots=True)
class Order:
    """What is made of a plan: its artifacts, their place, and whether the program is proven first.

    `formats` are those asked for, none for the platform's usual ones; `pythons` are what the user names to
    take other platforms' Python from, by system or target.
    """

    output: Path
    formats: tuple[str, ...]
    verify: bool
    pythons: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Made:
    """One program that was made."""

    program: Path
    artifacts: tuple[Artifact, ...]
    reports: tuple[Path, ...]


def make(made: Plan, facts: Facts, order: Order, work: Path, progress: Progress) -> Made:
    """Make the program of `made.platform` in `work`, and hand it over when it is whole and proven."""
    platform, name = made.platform, names.file_name(made.manifest.name)
    progress = progress.branch("" if platform.is_here else platform.tag)
    with progress.step("player", "Getting the player") as step:
        if platform.is_here:
            player, cached = player_for(made.interpreter, made.webview.kind, progress)
            told = ""
        else:
            got = across.player_for(made, order.pythons, progress)
            player, cached, told = got.place, got.cached, got.told
        came = "taken from the cache" if cached else "frozen"
        step.detail = f"{came}; {told}" if told else came
    fresh = work / platform.tag / folder_name(name, platform)
    fresh.parent.mkdir()
    with progress.step("site", "Laying its distributions") as step:
        chosen = site.choose(made, facts.modules, facts.commands)
        if not platform.is_here:
            chosen = across.site_for(made, chosen, progress)
        _check_room(player, chosen.size, order.output)
        bundle.lay_player(player, fresh, made)
        layer = layer_of(made, facts, order.output)
        app_layer.refuse_links(layer)  # of those that git ignores, the ones that were followed
        place = bundles.layers_in(fresh) / bundle.SITE
        laid = store.lay(chosen, made, place, seen=_seen(facts, layer), player=player)
        step.detail = f"{len(chosen.parts)} distributions, {len(laid.compiled)} of them compiled now"
    with progress.step("app", "Laying the app") as step:
        bundle.lay_app(layer, made, fresh, facts.imported)
        step.detail = f"{len(layer.files)} files"
    moment = uniform.moment_of(fresh)
    brought = laid.brought.libraries.values()
    textless = bill.write(chosen, made, player, fresh, moment=moment, libraries=brought)
    uniform.settle(fresh, moment)
    if signing.wants(made):
        with progress.step("sign", "Finishing and signing it") as step:
            step.detail = signing.finish(fresh, made, progress)
            uniform.settle(fresh, moment)
    there = (*machine.look(fresh, platform), *lengths.look(fresh, platform))
    for notice in (*warnings.find(made, chosen, layer, facts), *there):
        progress.warning(notice.title, notice.detail, notice.todo)
    sizes = announcing.say_sizes(fresh, chosen, progress)
    record = Record(made, facts, chosen, laid, layer, cached, sizes, moment=moment)
    record.without_licence, record.player_from = textless, told
    with progress.step("audit", "Looking at its binaries") as step:
        record.audit = audit.look(fresh, platform)
        step.detail = record.audit.told
    for notice in lacking.look(record.audit, platform):
        progress.warning(notice.title, notice.detail, notice.todo)
    if order.verify and platform.is_here:
        _verify(fresh, record, order.output, progress)
    base = base_of(made.manifest, platform)
    parcel = Parcel(fresh, order.output, base, made, moment, record.audit)
    with progress.step("artifacts", "Handing over"):
        record.artifacts = artifacts = hand_over(parcel, order.formats, progress)
    record.warnings, record.seconds = progress.warnings, progress.seconds
    reports = build_report.write(record, order.output, base, work)
    place = next((one.path for one in artifacts if one.format == "folder"), artifacts[0].path)
    return Made(_program(place, made), artifacts, reports)


def _program(place: Path, made: Plan) -> Path:
    return bundle.program_of(place, made.manifest.name, made.platform) if place.is_dir() else place


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


def _check_room(player: Path, site_size: int, output: Path) -> None:
    needed = announcing.size_of(player) + 2 * site_size + SPARE
    free = shutil.disk_usage(output).free
    if free < needed:
        raise BuildError(
            f"The build needs {needed / 1e6:.0f} MB in {output}, and {free / 1e6:.0f} MB are free.",
            "Free some space, or build elsewhere with --output.",
        )
